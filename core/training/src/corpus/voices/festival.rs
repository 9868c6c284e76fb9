//! Festival: one process synthesises many lines; `utt.save.segs` gives the end of each phone.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{SpeechRequest, SynthesisResult, SynthesisedSpeech, read_wav, run, spans_from_ends};
use crate::corpus::error::CorpusError;

const HTS: &str = "cmu_us_slt_arctic_hts";
/// Delay of the HTS voice's sound against its labels, in seconds; measured by correlating voicing
/// and sibilance with the labels.
const HTS_LAG: f32 = 0.012;

pub(super) fn speak(
    lines: &[SpeechRequest],
    scratch: &Path,
) -> Result<Vec<SynthesisResult>, CorpusError> {
    run(
        "festival",
        Command::new("festival").arg("--pipe").current_dir(scratch),
        &script(lines),
    )?;
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let segments = scratch.join(format!("{index}.segs"));
            let text = std::fs::read_to_string(&segments)
                .map_err(|_| CorpusError::program("festival", "wrote no phone times"))?;
            let (rate, samples) = read_wav("festival", &scratch.join(format!("{index}.wav")))?;
            // After a `#`: lines of `END 100 PHONE`.
            let ends: Vec<(&str, f32)> = text
                .lines()
                .filter_map(|line| {
                    let mut words = line.split_whitespace();
                    let end = words.next()?.parse().ok()?;
                    words.next()?;
                    Some((words.next()?, end))
                })
                .collect();
            let Some((_, last)) = ends.last().copied().filter(|(_, last)| *last > 0.0) else {
                return Err(CorpusError::program("festival", "reported no phone times"));
            };
            // The sound of the diphone voices is slightly longer than their labels, evenly.
            let scale = samples.len() as f32 / rate as f32 / last;
            let lag = if line.voice == HTS { HTS_LAG } else { 0.0 };
            Ok(
                spans_from_ends(ends.into_iter(), scale, lag).map(|phones| SynthesisedSpeech {
                    rate,
                    samples,
                    phones,
                }),
            )
        })
        .collect()
}

/// The Scheme script that synthesises the lines into `N.wav` and `N.segs`.
fn script(lines: &[SpeechRequest]) -> String {
    let mut script = String::new();
    for (index, line) in lines.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(script, "(voice_{})", line.voice);
        let _ = if line.voice == HTS {
            // HTS takes only a speed; its pitch is fixed.
            writeln!(
                script,
                "(set! hts_engine_params (append {HTS}::hts_engine_params '((\"-r\" {}))))",
                1.0 / line.stretch
            )
        } else {
            writeln!(
                script,
                "(Parameter.set 'Duration_Stretch {})\n\
                 (set! int_lr_params '((target_f0_mean {}) (target_f0_std {}) (model_f0_mean 170) (model_f0_std 34)))",
                1.1 * line.stretch,
                105.0 * line.pitch,
                14.0 * line.intonation,
            )
        };
        let text: String = line
            .text
            .chars()
            .filter(|letter| !matches!(letter, '"' | '\\'))
            .collect();
        let _ = writeln!(
            script,
            "(set! spoken (utt.synth (Utterance Text \"{text}\")))\n\
             (utt.save.segs spoken \"{index}.segs\")\n\
             (utt.save.wave spoken \"{index}.wav\" 'riff)"
        );
    }
    script
}

pub(super) fn missing(voices: &[String]) -> Vec<(String, &'static str)> {
    let package = |voice: &str| match voice {
        HTS => "festvox-us-slt-hts",
        "ked_diphone" => "festvox-kdlpc16k",
        _ => "festvox-kallpc16k",
    };
    match run(
        "festival",
        Command::new("festival").arg("--pipe"),
        "(print (voice.list))",
    ) {
        Ok(listed) => voices
            .iter()
            .filter(|voice| !listed.contains(voice.as_str()))
            .map(|voice| (format!("festival voice {voice}"), package(voice)))
            .collect(),
        Err(_) => std::iter::once(("festival".to_owned(), "festival"))
            .chain(
                voices
                    .iter()
                    .map(|voice| (format!("festival voice {voice}"), package(voice))),
            )
            .collect(),
    }
}
