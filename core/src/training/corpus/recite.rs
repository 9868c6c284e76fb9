//! From a plan's part to finished utterances: choose words, voice and manner; speak; tidy up.

use std::collections::BTreeMap;
use std::path::Path;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::error::CorpusError;
use super::plan::{CorpusPlan, Part};
use super::text;
use super::voices::{Engine, Line, Recording};
use crate::audio::{SAMPLE_RATE, Sound};
use crate::training::{Phone, PhoneSpan, Utterance};

/// Lines given to an engine at a time.
const BATCH: usize = 16;
/// Batches after which a shard that does not fill gives up.
const MOST_BATCHES: usize = 60;
/// Samples peak here: headroom for the noise and gain that training adds.
const PEAK: f32 = 0.5;
/// Playback rates are multiples of this many Hz.
const RATE_STEP: f32 = 50.0;

/// The utterances of one shard.
pub(super) struct Recital {
    pub(super) utterances: Vec<(Utterance, String)>,
    /// Phone names that no table knows, with how many lines they cost.
    pub(super) unknown: BTreeMap<String, usize>,
}

/// Speaks one shard of a plan: about `seconds` long, the same each time.
pub(super) fn recite(
    plan: &CorpusPlan,
    (index, number, seconds): (usize, usize, f32),
    scratch: &Path,
) -> Result<Recital, CorpusError> {
    let part = &plan.parts[index];
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    rng.set_stream(((index as u64) << 32) | number as u64);
    let mut recital = Recital {
        utterances: Vec::new(),
        unknown: BTreeMap::new(),
    };
    let mut spoken = 0.0;
    for _ in 0..MOST_BATCHES {
        let planned: Vec<(Line, f32)> = (0..BATCH).map(|_| line(part, &mut rng)).collect();
        let lines: Vec<Line> = planned.iter().map(|(line, _)| line.clone()).collect();
        let said = part.engine.speak(&lines, scratch)?;
        for ((line, tract), said) in planned.into_iter().zip(said) {
            // Drawn in any case, so that a line left out changes none of the others.
            let pads = [rng.random_range(0.05..0.4), rng.random_range(0.05..0.4)];
            match said {
                Ok(recording) => {
                    let (samples, phones) = finish(recording, tract, pads)?;
                    spoken += samples.len() as f32 / SAMPLE_RATE as f32;
                    let utterance = Utterance {
                        id: format!(
                            "{}-{}-{index}-{number}-{}",
                            part.engine,
                            part.language,
                            recital.utterances.len()
                        ),
                        speaker: format!("{}-{}", part.engine, line.voice),
                        language: part.language.clone(),
                        samples,
                        phones,
                    };
                    recital.utterances.push((utterance, line.text));
                }
                Err(symbol) => {
                    *recital
                        .unknown
                        .entry(format!("{} {}: {symbol}", part.engine, part.language))
                        .or_default() += 1
                }
            }
            if spoken >= seconds {
                return Ok(recital);
            }
        }
    }
    Err(CorpusError::program(
        &part.engine.to_string(),
        format!(
            "spoke only {spoken:.0} of {seconds:.0} seconds of {}; unknown phones: {:?}",
            part.language, recital.unknown
        ),
    ))
}

/// A line and the factor by which its speaker's vocal tract is shorter than the voice's.
fn line(part: &Part, rng: &mut ChaCha8Rng) -> (Line, f32) {
    let text = text::sentence(&part.language, rng);
    let own = part.voices.choose(rng).cloned().unwrap_or_default();
    let voice = match part.variants.choose(rng) {
        Some(variant) if rng.random_bool(0.75) => format!("{own}+{variant}"),
        _ => own,
    };
    // Few recorded voices, so they are bent far; espeak-ng has many of its own.
    let (widest, often) = match part.engine {
        Engine::Flite | Engine::Festival => (0.16_f32, 0.7),
        Engine::Espeak => (0.10, 0.4),
    };
    let tract = if rng.random_bool(often) {
        rng.random_range(-widest..widest).exp()
    } else {
        1.0
    };
    let pitch: f32 = rng.random_range(-0.35_f32..0.35).exp();
    // Playing faster shortens; asking for slower speech makes up for it.
    let pace = rng.random_range(-0.28_f32..0.28).exp();
    let line = Line {
        text,
        voice,
        language: part.language.clone(),
        pitch,
        intonation: rng.random_range(0.4..1.7),
        stretch: pace * tract,
    };
    (line, tract)
}

/// 16 kHz, even level, silence round it, and phones that cover all of it.
fn finish(
    recording: Recording,
    tract: f32,
    pads: [f32; 2],
) -> Result<(Vec<f32>, Vec<PhoneSpan>), CorpusError> {
    // A shorter tract is a faster playback. Rates in round numbers keep the resampler quick.
    let own = recording.rate;
    let played = match (own as f32 * tract / RATE_STEP).round() * RATE_STEP {
        _ if tract == 1.0 => own,
        played => played as u32,
    };
    let tract = played as f32 / own as f32;
    let mut spoken = Sound::from_samples(&recording.samples, played, 1)?.samples;
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
    let shifted = recording.phones.into_iter().map(|span| PhoneSpan {
        phone: span.phone,
        start: span.start / tract + shift,
        end: span.end / tract + shift,
    });
    Ok((samples, covering(shifted, length)))
}

/// Spans in order without overlap that cover 0 to `length`: gaps become silence, silences in a
/// row become one.
fn covering(spans: impl Iterator<Item = PhoneSpan>, length: f32) -> Vec<PhoneSpan> {
    let mut whole: Vec<PhoneSpan> = Vec::new();
    let mut reached = 0.0;
    let mut push = |phone: Phone, start: f32, end: f32| match whole.last_mut() {
        Some(last) if last.phone == Phone::Sil && phone == Phone::Sil => last.end = end,
        _ => whole.push(PhoneSpan { phone, start, end }),
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
    whole
}

#[cfg(test)]
mod tests {
    use super::{Recording, finish};
    use crate::training::{Phone, PhoneSpan};

    #[test]
    fn a_finished_line_is_padded_levelled_and_fully_labelled() {
        let span = |phone, start, end| PhoneSpan { phone, start, end };
        let recording = Recording {
            rate: 8000,
            samples: vec![0.1; 8000],
            phones: vec![
                span(Phone::Sil, 0.0, 0.2),
                span(Phone::M, 0.2, 0.3),
                span(Phone::Aa, 0.4, 1.1),
            ],
        };
        let (samples, phones) = finish(recording, 1.0, [0.5, 0.25]).expect("usable");
        assert_eq!(samples.len(), 28_000);
        assert!((samples[16_000] - 0.5).abs() < 0.06, "{}", samples[16_000]);
        let said: Vec<Phone> = phones.iter().map(|span| span.phone).collect();
        assert_eq!(
            said,
            [Phone::Sil, Phone::M, Phone::Sil, Phone::Aa, Phone::Sil]
        );
        assert_eq!((phones[0].start, phones[4].end), (0.0, 1.75));
        assert!((phones[1].start - 0.7).abs() < 1e-4);
        assert!(phones.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn a_shorter_tract_plays_faster_and_its_phones_with_it() {
        let recording = Recording {
            rate: 16_000,
            samples: vec![0.1; 16_000],
            phones: vec![PhoneSpan {
                phone: Phone::M,
                start: 0.5,
                end: 1.0,
            }],
        };
        let (samples, phones) = finish(recording, 1.25, [0.0, 0.0]).expect("usable");
        assert_eq!(samples.len(), 12_800);
        assert!((phones[1].start - 0.4).abs() < 1e-4);
    }
}
