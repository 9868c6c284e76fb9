//! Makes, finishes and reads a small corpus with the installed synthesisers.
use std::fs;
use std::path::Path;

use metaface_clip::Phone;
use metaface_training::corpus::{Corpus, CorpusError, CorpusPart, CorpusPlan, SpeechEngine};

/// Half a minute of each part, thus one shard per part. `None` if an engine is not installed.
fn small_plan() -> Option<CorpusPlan> {
    let part = |engine, language: &str, voice: &str, variants: &[&str]| CorpusPart {
        engine,
        language: language.to_owned(),
        voices: vec![voice.to_owned()],
        variants: variants.iter().map(|name| (*name).to_owned()).collect(),
        hours: 0.008,
    };
    let plan = CorpusPlan {
        seed: 3,
        parts: vec![
            part(SpeechEngine::Flite, "en", "slt", &[]),
            part(SpeechEngine::Festival, "en", "kal_diphone", &[]),
            part(SpeechEngine::Espeak, "en", "en-us", &["f2", "klatt"]),
            part(SpeechEngine::Espeak, "fr", "fr", &["f2"]),
        ],
    };
    match plan.check_installed() {
        Ok(()) => Some(plan),
        Err(error) => {
            println!("skipped: {error}");
            None
        }
    }
}

fn make(plan: &CorpusPlan, folder: &Path) -> Corpus {
    Corpus::make(plan, folder, &mut |_| {}).unwrap()
}

#[test]
fn the_labels_of_every_engine_agree_with_its_sound() {
    let Some(plan) = small_plan() else { return };
    let folder = tempfile::tempdir().unwrap();
    let corpus = make(&plan, folder.path());
    assert!(corpus.left_out().is_empty(), "{:?}", corpus.left_out());
    assert!(corpus.seconds() > 110.0, "{}", corpus.seconds());
    for part in &plan.parts {
        let (engine, language) = (part.engine.to_string(), &part.language);
        let (mut silence, mut closures, mut vowels) = (Vec::new(), Vec::new(), Vec::new());
        for entry in corpus.entries() {
            if !entry.speaker.starts_with(&engine) || entry.language != *language {
                continue;
            }
            let utterance = corpus.utterance(entry).unwrap();
            let length = utterance.samples.len() as f32 / 16_000.0;
            assert_eq!(utterance.phones.first().unwrap().start, 0.0);
            assert!((utterance.phones.last().unwrap().end - length).abs() < 1e-3);
            for span in &utterance.phones {
                assert!(
                    span.end > span.start && span.end <= length + 1e-3,
                    "{span:?}"
                );
                let from = (span.start * 16_000.0) as usize;
                let to = ((span.end * 16_000.0) as usize).min(utterance.samples.len());
                let first_half = &utterance.samples[from..from + (to - from) / 2];
                match span.phone {
                    Phone::Sil => silence.push(loudness(&utterance.samples[from..to])),
                    Phone::P | Phone::K => closures.push(loudness(first_half)),
                    phone if phone.is_vowel() => {
                        vowels.push(loudness(&utterance.samples[from..to]))
                    }
                    _ => {}
                }
            }
        }
        let (silence, closures, vowels) = (median(silence), median(closures), median(vowels));
        assert!(
            silence < 0.03 * vowels,
            "{engine} {language}: {silence} in silence, {vowels} in vowels"
        );
        assert!(
            closures < 0.15 * vowels,
            "{engine} {language}: {closures} in closures, {vowels} in vowels"
        );
    }
}

#[test]
fn a_stopped_run_continues_to_the_same_corpus() {
    let Some(plan) = small_plan() else { return };
    let shards = plan.parts.len();
    let (complete, stopped) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let corpus = make(&plan, complete.path());
    make(&plan, stopped.path());
    // As if killed before the second shard's index was written.
    fs::remove_file(stopped.path().join("0001.jsonl")).unwrap();
    fs::write(stopped.path().join("0001.wav"), b"half").unwrap();
    let error = Corpus::open(stopped.path()).unwrap_err();
    assert!(matches!(
        error,
        CorpusError::Incomplete {
            missing: 1,
            planned,
            ..
        } if planned == shards
    ));

    let mut steps = Vec::new();
    let finished = Corpus::make(&plan, stopped.path(), &mut |step| {
        steps.push(step.shards_made)
    })
    .unwrap();
    assert_eq!(
        steps,
        [shards - 1, shards],
        "only the missing shard is made"
    );
    assert_eq!(finished.entries(), corpus.entries());
    for shard in 0..shards {
        let name = format!("{shard:04}.wav");
        let bytes = |folder: &Path| fs::read(folder.join(&name)).unwrap();
        assert!(
            bytes(complete.path()) == bytes(stopped.path()),
            "{name} differs"
        );
    }
}

#[test]
fn another_plan_or_a_damaged_shard_is_an_error_that_says_what_to_do() {
    let Some(mut plan) = small_plan() else { return };
    plan.parts.truncate(1);
    let folder = tempfile::tempdir().unwrap();
    let corpus = make(&plan, folder.path());
    let other = CorpusPlan {
        seed: 4,
        ..plan.clone()
    };
    let error = Corpus::make(&other, folder.path(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, CorpusError::OtherPlan { .. }));

    let sound = folder.path().join("0000.wav");
    fs::write(&sound, &fs::read(&sound).unwrap()[..5000]).unwrap();
    let error = corpus
        .utterance(corpus.entries().last().unwrap())
        .unwrap_err();
    assert!(
        error.to_string().contains("0000.wav") && error.to_string().contains("delete"),
        "{error}"
    );
    fs::write(folder.path().join("0000.jsonl"), "{}\n").unwrap();
    let error = Corpus::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("0000.jsonl, line 1"), "{error}");
    assert!(
        Corpus::open(Path::new("nowhere"))
            .unwrap_err()
            .to_string()
            .contains("nowhere")
    );
}

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

fn median(mut values: Vec<f32>) -> f32 {
    assert!(!values.is_empty());
    values.sort_by(f32::total_cmp);
    values[values.len() / 2]
}
