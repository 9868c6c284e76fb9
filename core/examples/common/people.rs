//! Synthetic performers who say recorded sentences.

use std::path::Path;

use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Clip, Frame, FrameRate};
use metaface_core::speaker::Take;
use metaface_core::training::corpus::read_aligned;
use metaface_core::training::{Breadth, Performer, PhoneSpan, Utterance};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

/// Seconds of a query.
const QUERY: f64 = 12.0;

/// Speech and what a performer did on it, at 50 frames per second.
pub struct Performance {
    pub samples: Vec<f32>,
    pub phones: Vec<PhoneSpan>,
    pub clip: Clip,
}

impl Performance {
    fn of(performer: &Performer, sentences: &[&Utterance]) -> Anyhow<Self> {
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

    pub fn take(&self, seconds: f64) -> Anyhow<Take> {
        let clip = self.cut(seconds);
        Ok(Take {
            name: "reference.wav".to_owned(),
            curves_name: "reference.csv".to_owned(),
            sound: Sound::from_samples(&self.samples[..clip.frames.len() * 320], 16_000, 1)?,
            clip,
        })
    }

    pub fn sound(&self) -> Anyhow<Sound> {
        Ok(Sound::from_samples(&self.samples, 16_000, 1)?)
    }
}

/// A performer, what is learned from and what is judged.
pub struct Person {
    pub name: String,
    pub reference: Performance,
    pub query: Performance,
}

/// The recordings of one split.
pub fn sentences(folder: &Path, split: &str) -> Anyhow<Vec<Utterance>> {
    Ok(read_aligned(folder, Some(split))?)
}

/// Random performers; each says other sentences for the reference than for the query.
pub fn people(
    speech: &[Utterance],
    count: usize,
    reference: f64,
    breadth: Breadth,
    seed: u64,
) -> Anyhow<Vec<Person>> {
    let seconds = |sentence: &Utterance| sentence.samples.len() as f64 / 16_000.0;
    (0..count)
        .map(|index| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed + index as u64);
            let performer = Performer::sample(breadth, &mut rng);
            let mut order: Vec<&Utterance> = speech.iter().collect();
            order.shuffle(&mut rng);
            let mut drawn = order.into_iter();
            let mut draw = |wanted: f64| {
                let (mut out, mut sum) = (Vec::new(), 0.0);
                while sum < wanted {
                    let Some(sentence) = drawn.next() else { break };
                    sum += seconds(sentence);
                    out.push(sentence);
                }
                out
            };
            let (query, reference) = (draw(QUERY), draw(reference));
            Ok(Person {
                name: format!("performer {index}"),
                reference: Performance::of(&performer, &reference)?,
                query: Performance::of(&performer, &query)?,
            })
        })
        .collect()
}
