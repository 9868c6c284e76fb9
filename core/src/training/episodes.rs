//! Tasks for meta-training: a support stretch that a speaker is learned from, and another sentence
//! of the same performer that the result is judged on.

use rand::Rng;

use super::dataset::{Dataset, Speech};
use super::performer::Performer;
use crate::clip::Channel;
use crate::model::FRAME_RATE;
use crate::random::normal;
use crate::speaker::material::Stretch;
use crate::speaker::rest_of;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;

/// How bad supports may be (MetaFace's robust meta-initialisation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robustness {
    /// Clean sound, exact timing, every channel, 50 frames per second.
    Clean,
    /// Noise, lags up to 120 ms, dropped channels, 25 to 60 frames per second, trembling trackers.
    Robust,
}

/// A support and a query of one performer.
#[derive(Debug, Clone)]
pub struct Episode {
    /// What is learned from, rest pose taken out.
    pub support: Stretch,
    /// Which channels the support has.
    pub observed: [bool; CHANNELS],
    /// What is judged on, rest pose taken out.
    pub query: Stretch,
}

impl Episode {
    /// Draws an episode for a performer with so many output frames of support and of query; none
    /// if the data set is empty.
    pub fn draw(
        data: &Dataset,
        performer: &Performer,
        frames: [usize; 2],
        robustness: Robustness,
        rng: &mut impl Rng,
    ) -> Option<Self> {
        let mut voice = data.voice(rng)?;
        let robust = robustness == Robustness::Robust;
        let rough = robust && rng.random_bool(0.5);
        let support = voice.speak(frames[0], rough, rng);
        let query = voice.speak(frames[1], rng.random_bool(0.3), rng);
        let perform = |speech: &Speech| {
            performer.perform(&speech.phones, &speech.loudness, speech.loudness.len())
        };
        let (mut motion, mut judged) = (perform(&support), perform(&query));
        if robust {
            feel(&mut motion, rng);
            feel(&mut judged, rng);
        }
        let mut observed = [true; CHANNELS];
        let average = Performer::average();
        let average = average.perform(&support.phones, &support.loudness, motion.len());
        let curve = |motion: &[[f32; CHANNELS]], channel: usize| -> Vec<f32> {
            motion.iter().map(|frame| frame[channel]).collect()
        };
        let mut rest: [f32; CHANNELS] = std::array::from_fn(|channel| {
            rest_of(curve(&motion, channel), curve(&average, channel))
        });
        if robust {
            damage(&mut motion, &mut observed, rng);
            // The rest pose is known only about.
            rest = rest.map(|value| value + 0.005 * normal(rng));
        }
        for frame in motion.iter_mut().chain(&mut judged) {
            for (value, rest) in frame.iter_mut().zip(rest) {
                *value -= rest;
            }
        }
        Some(Self {
            support: Stretch {
                mel: support.mel,
                motion,
            },
            observed,
            query: Stretch {
                mel: query.mel,
                motion: judged,
            },
        })
    }
}

/// Lets a face show now and then what has nothing to do with the words: smiles, frowns and pressed
/// lips that come and go within seconds.
fn feel(motion: &mut [[f32; CHANNELS]], rng: &mut impl Rng) {
    /// Channels that move together, each with its share.
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
        let turn = std::f32::consts::TAU / (seconds * FRAME_RATE as f32);
        let phase = rng.random_range(0.0..std::f32::consts::TAU);
        for (time, frame) in motion.iter_mut().enumerate() {
            let strength = size * (0.5 + 0.5 * (turn * time as f32 + phase).sin());
            for (channel, share) in mood {
                let value = &mut frame[channel.index()];
                *value = (*value + share * strength).min(1.0);
            }
        }
    }
}

/// Makes a capture late or early, sampled at another rate, trembling and incomplete.
fn damage(motion: &mut Vec<[f32; CHANNELS]>, observed: &mut [bool; CHANNELS], rng: &mut impl Rng) {
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
        let tremble = rng.random_range(0.0..0.012);
        for value in motion.iter_mut().flatten() {
            *value += tremble * normal(rng);
        }
    }
    if rng.random_bool(0.3) {
        let missing = rng.random_range(0.02..0.4);
        for seen in observed.iter_mut() {
            *seen = !rng.random_bool(missing);
        }
    }
}
