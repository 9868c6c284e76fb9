//! Simulated performers on recorded sentences.

use std::path::Path;

use metaface_clip::PhoneSpan;
use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Clip, Frame, FrameRate};
use metaface_core::speaker::Take;
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::recordings::read_aligned;
use metaface_training::{Breadth, Performer};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::AnyResult;

/// Length of a query in seconds.
const QUERY_SECONDS: f64 = 12.0;

/// Speech and a performer's face on it, at 50 frames per second.
pub struct PerformedSpeech {
    /// 16 kHz mono.
    pub samples: Vec<f32>,
    /// The phones.
    pub phones: Vec<PhoneSpan>,
    /// The performer's face.
    pub clip: Clip,
}

impl PerformedSpeech {
    fn of(performer: &Performer, sentences: &[&Utterance]) -> AnyResult<Self> {
        let (mut samples, mut phones) = (Vec::new(), Vec::new());
        for sentence in sentences {
            let offset = samples.len() as f32 / 16_000.0;
            samples.extend_from_slice(&sentence.samples);
            phones.extend(sentence.phones.iter().map(|span| PhoneSpan {
                phone: span.phone,
                start: span.start + offset,
                end: span.end + offset,
            }));
        }
        let frames = samples.len() / 320;
        let motion = performer.perform(&phones, &loudness_curve(&samples), frames);
        let mut clip = Clip::neutral("performance", FrameRate::whole(50)?, frames);
        for (frame, values) in clip.frames.iter_mut().zip(motion) {
            frame.0[..values.len()].copy_from_slice(&values);
        }
        Ok(Self {
            samples,
            phones,
            clip,
        })
    }

    /// The length in seconds.
    pub fn seconds(&self) -> f64 {
        self.clip.duration()
    }

    /// The first seconds.
    pub fn cut(&self, seconds: f64) -> Clip {
        let frames = ((seconds * 50.0) as usize).min(self.clip.frames.len());
        let frames: Vec<Frame> = self.clip.frames[..frames].to_vec();
        Clip {
            frames,
            ..self.clip.clone()
        }
    }

    /// The first seconds as a take to learn from.
    pub fn take(&self, seconds: f64) -> AnyResult<Take> {
        let clip = self.cut(seconds);
        Ok(Take {
            name: "reference.wav".to_owned(),
            curves_name: "reference.csv".to_owned(),
            sound: Sound::from_samples(&self.samples[..clip.frames.len() * 320], 16_000, 1)?,
            clip,
        })
    }

    /// The sound.
    pub fn sound(&self) -> AnyResult<Sound> {
        Ok(Sound::from_samples(&self.samples, 16_000, 1)?)
    }
}

/// A performer's reference and query.
pub struct TestPerformer {
    /// The performer's name in tables.
    pub name: String,
    /// The speech to learn from.
    pub reference: PerformedSpeech,
    /// The speech to score.
    pub query: PerformedSpeech,
}

/// The recordings of one split.
pub fn sentences(folder: &Path, split: &str) -> AnyResult<Vec<Utterance>> {
    Ok(read_aligned(folder, Some(split))?)
}

/// Random performers. Reference and query of a performer have different sentences.
pub fn draw_performers(
    speech: &[Utterance],
    count: usize,
    reference: f64,
    breadth: Breadth,
    seed: u64,
) -> AnyResult<Vec<TestPerformer>> {
    let seconds = |sentence: &Utterance| sentence.samples.len() as f64 / 16_000.0;
    (0..count)
        .map(|index| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed + index as u64);
            let performer = Performer::sample(breadth, &mut rng);
            let mut order: Vec<&Utterance> = speech.iter().collect();
            order.shuffle(&mut rng);
            let mut remaining = order.into_iter();
            let mut draw = |wanted: f64| {
                let (mut out, mut sum) = (Vec::new(), 0.0);
                while sum < wanted {
                    let Some(sentence) = remaining.next() else {
                        break;
                    };
                    sum += seconds(sentence);
                    out.push(sentence);
                }
                out
            };
            let (query, reference) = (draw(QUERY_SECONDS), draw(reference));
            Ok(TestPerformer {
                name: format!("performer {index}"),
                reference: PerformedSpeech::of(&performer, &reference)?,
                query: PerformedSpeech::of(&performer, &query)?,
            })
        })
        .collect()
}
