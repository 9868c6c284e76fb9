//! Synthesis of a shard: draws text, voice and prosody, and runs the synthesiser.

use std::collections::BTreeMap;
use std::path::Path;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::error::CorpusError;
use super::plan::{CorpusPart, CorpusPlan};
use super::text::Sentences;
use super::voices::{SpeechEngine, SpeechRequest, SynthesisedSpeech};
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::audio::{SAMPLE_RATE, Sound};
use metaface_evaluation::recordings::Utterance;

/// Lines per run of an engine.
const BATCH: usize = 16;
/// A shard that is not full after this many batches is an error.
const MOST_BATCHES: usize = 60;
/// Peak of the samples: headroom for the noise and gain that training adds.
const PEAK: f32 = 0.5;
/// Playback rates are multiples of this many Hz.
const RATE_STEP: f32 = 50.0;

/// The content of one shard.
pub(super) struct ShardContent {
    /// Utterances with their texts.
    pub(super) utterances: Vec<(Utterance, String)>,
    /// Unknown phone names, each with the number of lines skipped because of it.
    pub(super) unknown: BTreeMap<String, usize>,
}

/// Synthesises one shard of a plan, about `seconds` long. The result is always the same.
pub(super) fn synthesise(
    plan: &CorpusPlan,
    (index, number, seconds): (usize, usize, f32),
    scratch: &Path,
) -> Result<ShardContent, CorpusError> {
    let part = &plan.parts[index];
    let unknown = || CorpusError::UnknownLanguage {
        language: part.language.clone(),
    };
    let sentences = Sentences::of(&part.language).ok_or_else(unknown)?;
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    rng.set_stream(((index as u64) << 32) | number as u64);
    let mut content = ShardContent {
        utterances: Vec::new(),
        unknown: BTreeMap::new(),
    };
    let mut spoken = 0.0;
    for _ in 0..MOST_BATCHES {
        let planned: Vec<(SpeechRequest, f32)> = (0..BATCH)
            .map(|_| request(part, &sentences, &mut rng))
            .collect();
        let requests: Vec<SpeechRequest> = (planned.iter())
            .map(|(request, _)| request.clone())
            .collect();
        let results = part.engine.speak(&requests, scratch)?;
        for ((request, tract), result) in planned.into_iter().zip(results) {
            // Drawn even for a skipped line, so that skipping does not change the other lines.
            let pads = [rng.random_range(0.05..0.4), rng.random_range(0.05..0.4)];
            match result {
                Ok(speech) => {
                    let (samples, phones) = finish(speech, tract, pads)?;
                    spoken += samples.len() as f32 / SAMPLE_RATE as f32;
                    let utterance = Utterance {
                        id: format!(
                            "{}-{}-{index}-{number}-{}",
                            part.engine,
                            part.language,
                            content.utterances.len()
                        ),
                        speaker: format!("{}-{}", part.engine, request.voice),
                        language: part.language.clone(),
                        samples,
                        phones,
                    };
                    content.utterances.push((utterance, request.text));
                }
                Err(symbol) => {
                    *content
                        .unknown
                        .entry(format!("{} {}: {symbol}", part.engine, part.language))
                        .or_default() += 1
                }
            }
            if spoken >= seconds {
                return Ok(content);
            }
        }
    }
    Err(CorpusError::program(
        &part.engine.to_string(),
        format!(
            "spoke only {spoken:.0} of {seconds:.0} seconds of {}; unknown phones: {:?}",
            part.language, content.unknown
        ),
    ))
}

/// A random line, and the factor by which the speaker's vocal tract is shorter than the voice's.
fn request(part: &CorpusPart, sentences: &Sentences, rng: &mut ChaCha8Rng) -> (SpeechRequest, f32) {
    let text = sentences.draw(rng);
    let base = part.voices.choose(rng).cloned().unwrap_or_default();
    let voice = match part.variants.choose(rng) {
        Some(variant) if rng.random_bool(0.75) => format!("{base}+{variant}"),
        _ => base,
    };
    // Recorded voices are few, so they vary widely; espeak-ng has many voices.
    let (widest, often) = match part.engine {
        SpeechEngine::Flite | SpeechEngine::Festival => (0.16_f32, 0.7),
        SpeechEngine::Espeak => (0.10, 0.4),
    };
    let tract = if rng.random_bool(often) {
        rng.random_range(-widest..widest).exp()
    } else {
        1.0
    };
    let pitch: f32 = rng.random_range(-0.35_f32..0.35).exp();
    // Faster playback shortens the speech; slower speech compensates for it.
    let pace = rng.random_range(-0.28_f32..0.28).exp();
    let request = SpeechRequest {
        text,
        voice,
        language: part.language.clone(),
        pitch,
        intonation: rng.random_range(0.4..1.7),
        stretch: pace * tract,
    };
    (request, tract)
}

/// Resamples to 16 kHz, normalises the level, and pads with silence. The phones cover all samples.
fn finish(
    speech: SynthesisedSpeech,
    tract: f32,
    pads: [f32; 2],
) -> Result<(Vec<f32>, Vec<PhoneSpan>), CorpusError> {
    // A shorter tract is a faster playback. Rates in round numbers keep the resampler fast.
    let rate = speech.rate;
    let playback_rate = if tract == 1.0 {
        rate
    } else {
        ((rate as f32 * tract / RATE_STEP).round() * RATE_STEP) as u32
    };
    let speed = playback_rate as f32 / rate as f32;
    let mut spoken = Sound::from_samples(&speech.samples, playback_rate, 1)?.samples;
    let peak = spoken
        .iter()
        .fold(0.0_f32, |most, sample| most.max(sample.abs()));
    if peak > 0.0 {
        for sample in &mut spoken {
            *sample *= PEAK / peak;
        }
    }
    let [before, after] = pads.map(|seconds| (seconds * SAMPLE_RATE as f32) as usize);
    let mut samples = vec![0.0; before];
    samples.append(&mut spoken);
    samples.resize(samples.len() + after, 0.0);
    let length = samples.len() as f32 / SAMPLE_RATE as f32;
    let shift = before as f32 / SAMPLE_RATE as f32;
    let shifted = speech.phones.into_iter().map(|span| PhoneSpan {
        phone: span.phone,
        start: span.start / speed + shift,
        end: span.end / speed + shift,
    });
    Ok((samples, covering(shifted, length)))
}

/// Spans in order and without overlap that cover 0 to `length`. Gaps become silence; consecutive
/// silences are joined.
fn covering(spans: impl Iterator<Item = PhoneSpan>, length: f32) -> Vec<PhoneSpan> {
    let mut covered: Vec<PhoneSpan> = Vec::new();
    let mut reached = 0.0;
    let mut push = |phone: Phone, start: f32, end: f32| match covered.last_mut() {
        Some(last) if last.phone == Phone::Sil && phone == Phone::Sil => last.end = end,
        _ => covered.push(PhoneSpan { phone, start, end }),
    };
    for span in spans {
        let start = span.start.clamp(reached, length);
        let end = span.end.clamp(start, length);
        if start > reached {
            push(Phone::Sil, reached, start);
        }
        if end > start {
            push(span.phone, start, end);
        }
        reached = end;
    }
    if reached < length {
        push(Phone::Sil, reached, length);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::{SynthesisedSpeech, finish};
    use metaface_clip::{Phone, PhoneSpan};

    #[test]
    fn a_finished_line_is_padded_levelled_and_fully_labelled() {
        let span = |phone, start, end| PhoneSpan { phone, start, end };
        let speech = SynthesisedSpeech {
            rate: 8000,
            samples: vec![0.1; 8000],
            phones: vec![
                span(Phone::Sil, 0.0, 0.2),
                span(Phone::M, 0.2, 0.3),
                span(Phone::Aa, 0.4, 1.1),
            ],
        };
        let (samples, phones) = finish(speech, 1.0, [0.5, 0.25]).expect("usable");
        assert_eq!(samples.len(), 28_000);
        assert!((samples[16_000] - 0.5).abs() < 0.06, "{}", samples[16_000]);
        let sequence: Vec<Phone> = phones.iter().map(|span| span.phone).collect();
        assert_eq!(
            sequence,
            [Phone::Sil, Phone::M, Phone::Sil, Phone::Aa, Phone::Sil]
        );
        assert_eq!((phones[0].start, phones[4].end), (0.0, 1.75));
        assert!((phones[1].start - 0.7).abs() < 1e-4);
        assert!(phones.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn a_shorter_tract_shortens_the_sound_and_its_phones() {
        let speech = SynthesisedSpeech {
            rate: 16_000,
            samples: vec![0.1; 16_000],
            phones: vec![PhoneSpan {
                phone: Phone::M,
                start: 0.5,
                end: 1.0,
            }],
        };
        let (samples, phones) = finish(speech, 1.25, [0.0, 0.0]).expect("usable");
        assert_eq!(samples.len(), 12_800);
        assert!((phones[1].start - 0.4).abs() < 1e-4);
    }
}
