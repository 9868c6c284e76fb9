//! Episodes for meta-training: a support from which a speaker is learned, and other sentences of
//! the same performer (the query) on which the result is evaluated.

use rand::Rng;

use super::dataset::{Dataset, SpeechExcerpt};
use super::performer::Performer;
use metaface_clip::Channel;
use metaface_core::model::FRAME_RATE;
use metaface_core::random::normal;
use metaface_core::speaker::learning_batch::Segment;
use metaface_core::speaker::rest_of;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;

/// The quality of supports (MetaFace's robust meta-initialisation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robustness {
    /// Clean sound, exact timing, every channel, 50 frames per second.
    Clean,
    /// Noise, lags up to 120 ms, missing channels, 25 to 60 frames per second, tracker jitter.
    Robust,
}

/// A support and a query of one performer.
#[derive(Debug, Clone)]
pub struct Episode {
    /// The support, with the rest pose subtracted.
    pub support: Segment,
    /// Whether the support has each channel.
    pub observed: [bool; CHANNELS],
    /// The query, with the rest pose subtracted.
    pub query: Segment,
}

impl Episode {
    /// Draws an episode of a performer. `frames` are the output frames of support and query.
    /// `None` if the data set is empty.
    pub fn draw(
        data: &Dataset,
        performer: &Performer,
        frames: [usize; 2],
        robustness: Robustness,
        rng: &mut impl Rng,
    ) -> Option<Self> {
        let mut sentences = data.draw_speaker(rng)?;
        let robust = robustness == Robustness::Robust;
        let augmented = robust && rng.random_bool(0.5);
        let support = sentences.next_excerpt(frames[0], augmented, rng);
        let query = sentences.next_excerpt(frames[1], rng.random_bool(0.3), rng);
        let perform = |speech: &SpeechExcerpt| {
            performer.perform(&speech.phones, &speech.loudness, speech.loudness.len())
        };
        let (mut motion, mut query_motion) = (perform(&support), perform(&query));
        if robust {
            add_moods(&mut motion, rng);
            add_moods(&mut query_motion, rng);
        }
        let mut observed = [true; CHANNELS];
        let average =
            Performer::average().perform(&support.phones, &support.loudness, motion.len());
        let curve = |motion: &[[f32; CHANNELS]], channel: usize| -> Vec<f32> {
            motion.iter().map(|frame| frame[channel]).collect()
        };
        let mut rest: [f32; CHANNELS] = std::array::from_fn(|channel| {
            rest_of(curve(&motion, channel), curve(&average, channel))
        });
        if robust {
            degrade(&mut motion, &mut observed, rng);
            // A rest pose is never estimated exactly.
            rest = rest.map(|value| value + 0.005 * normal(rng));
        }
        for frame in motion.iter_mut().chain(&mut query_motion) {
            for (value, rest) in frame.iter_mut().zip(rest) {
                *value -= rest;
            }
        }
        Some(Self {
            support: Segment {
                mel: support.mel,
                motion,
            },
            observed,
            query: Segment {
                mel: query.mel,
                motion: query_motion,
            },
        })
    }
}

/// Adds expressions that are unrelated to the speech: smiles, frowns, pressed lips and raised
/// brows, each for a few seconds.
fn add_moods(motion: &mut [[f32; CHANNELS]], rng: &mut impl Rng) {
    /// Channels that move together, each with its weight.
    const MOODS: [&[(Channel, f32)]; 4] = [
        &[
            (Channel::MouthSmileLeft, 1.0),
            (Channel::MouthSmileRight, 1.0),
            (Channel::CheekSquintLeft, 0.4),
            (Channel::CheekSquintRight, 0.4),
        ],
        &[
            (Channel::MouthFrownLeft, 1.0),
            (Channel::MouthFrownRight, 1.0),
            (Channel::MouthShrugLower, 0.7),
        ],
        &[
            (Channel::MouthPressLeft, 1.0),
            (Channel::MouthPressRight, 1.0),
            (Channel::MouthRollLower, 0.5),
        ],
        &[
            (Channel::BrowInnerUp, 1.0),
            (Channel::BrowOuterUpLeft, 0.7),
            (Channel::BrowOuterUpRight, 0.7),
        ],
    ];
    for mood in MOODS {
        if rng.random_bool(0.7) {
            continue;
        }
        let size = (0.15 * normal(rng)).abs();
        let seconds = rng.random_range(1.5..6.0);
        let step = std::f32::consts::TAU / (seconds * FRAME_RATE as f32);
        let phase = rng.random_range(0.0..std::f32::consts::TAU);
        for (time, frame) in motion.iter_mut().enumerate() {
            let strength = size * (0.5 + 0.5 * (step * time as f32 + phase).sin());
            for (channel, weight) in mood {
                let value = &mut frame[channel.index()];
                *value = (*value + weight * strength).min(1.0);
            }
        }
    }
}

/// Degrades a capture: time offset, another sampling rate, jitter, missing channels.
fn degrade(motion: &mut Vec<[f32; CHANNELS]>, observed: &mut [bool; CHANNELS], rng: &mut impl Rng) {
    let count = motion.len();
    let frame = |motion: &[[f32; CHANNELS]], position: f32| -> [f32; CHANNELS] {
        let position = position.clamp(0.0, (count - 1) as f32);
        let low = position as usize;
        let high = (low + 1).min(count - 1);
        let share = position - low as f32;
        std::array::from_fn(|i| motion[low][i] + (motion[high][i] - motion[low][i]) * share)
    };
    if rng.random_bool(0.4) {
        let lag = rng.random_range(-0.12..0.12) * FRAME_RATE as f32;
        *motion = (0..count).map(|i| frame(motion, i as f32 - lag)).collect();
    }
    if rng.random_bool(0.6) {
        let rates = [25.0, 30.0, 60.0];
        let step = FRAME_RATE as f32 / rates[rng.random_range(0..rates.len())];
        let sampled: Vec<_> = (0..(count as f32 / step) as usize + 1)
            .map(|i| frame(motion, i as f32 * step))
            .collect();
        let last = sampled.len() - 1;
        *motion = (0..count)
            .map(|i| {
                let position = (i as f32 / step).min(last as f32);
                let low = position as usize;
                let high = (low + 1).min(last);
                let share = position - low as f32;
                std::array::from_fn(|c| {
                    sampled[low][c] + (sampled[high][c] - sampled[low][c]) * share
                })
            })
            .collect();
    }
    if rng.random_bool(0.5) {
        let jitter = rng.random_range(0.0..0.012);
        for value in motion.iter_mut().flatten() {
            *value += jitter * normal(rng);
        }
    }
    if rng.random_bool(0.3) {
        let missing = rng.random_range(0.02..0.4);
        for channel in observed.iter_mut() {
            *channel = !rng.random_bool(missing);
        }
    }
}
