//! Head motion while speaking and listening, made frame by frame.
//!
//! Three movements add up: a posture that shifts at phrase starts and now and then, a slow sway,
//! and nods on emphasised syllables. All of them shrink in silence. Each is a chain of low-pass
//! filters, so the pose never jumps, and depends on the past alone, so that a stream in chunks
//! equals the whole.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::prosody::{Boundary, PROSODY_HZ, Phrasing, Prosody, approach};
use crate::random::{log_normal, normal};

/// How lively a head is; 1 is the average speaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadPoseSettings {
    /// Factor on all angles, 0 and up.
    pub amplitude: f32,
    /// Factor on the speed of posture shifts and sway, 0.2 to 5.
    pub tempo: f32,
    /// Factor on nods, 0 and up.
    pub nods: f32,
}

impl Default for HeadPoseSettings {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            tempo: 1.0,
            nods: 1.0,
        }
    }
}

/// Standard deviation of postures while speaking, in degrees: yaw, pitch, roll.
const POSTURE_DEG: [f32; 3] = [3.3, 2.2, 2.0];
/// Standard deviation of the sway while speaking, in degrees.
const SWAY_DEG: [f32; 3] = [0.9, 0.8, 0.55];
/// What an emphasis of 1 adds, in degrees: mostly a nod.
const NOD_DEG: [f32; 3] = [0.5, -2.2, 0.4];
/// Postures in silence, relative to speech.
const POSTURE_AT_REST: f32 = 0.3;
/// Sway in silence, relative to speech: breathing and balance.
const SWAY_AT_REST: f32 = 0.3;
/// Time constant of each of the posture's three low-passes, in seconds.
const POSTURE_TIME: f32 = 0.19;
/// The same for the sway.
const SWAY_TIME: f32 = 0.16;
/// Seconds between posture shifts inside a phrase and in silence (medians).
const SHIFT_SPEAKING: f32 = 1.7;
const SHIFT_AT_REST: f32 = 3.8;
/// Phrase boundaries closer than this to the last shift bring no other, in seconds: short phrases
/// are not to rock the head.
const SHIFT_SPACING: f32 = 1.1;
/// Angles stay within this many degrees (before the amplitude setting).
const LIMIT_DEG: f32 = 12.0;

/// A stream of head poses at [`PROSODY_HZ`].
#[derive(Debug, Clone)]
pub struct HeadPose {
    rng: ChaCha8Rng,
    settings: HeadPoseSettings,
    phrasing: Phrasing,
    goal: [f32; 3],
    posture: [[f32; 3]; 3],
    until_shift: f32,
    since_shift: f32,
    sway: [[f32; 3]; 3],
    sway_gain: f32,
    nod_shape: [f32; 3],
    nod: [f32; 3],
    habitual_nod: f32,
    emphasised: bool,
}

impl HeadPose {
    /// A head that starts at rest. The same seed, settings and prosody give the same poses.
    pub fn new(seed: u64, settings: HeadPoseSettings) -> Self {
        let settings = HeadPoseSettings {
            amplitude: sane(settings.amplitude, 0.0, 5.0),
            tempo: sane(settings.tempo, 0.2, 5.0),
            nods: sane(settings.nods, 0.0, 5.0),
        };
        Self {
            // Head and eyes of one seed must not draw the same numbers.
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x4845_4144),
            settings,
            phrasing: Phrasing::new(),
            goal: [0.0; 3],
            posture: [[0.0; 3]; 3],
            until_shift: 1.0,
            since_shift: f32::INFINITY,
            sway: [[0.0; 3]; 3],
            sway_gain: filtered_noise_gain(SWAY_TIME / settings.tempo),
            nod_shape: NOD_DEG,
            nod: [0.0; 3],
            habitual_nod: 0.0,
            emphasised: false,
        }
    }

    /// The pose of the next frame: yaw, pitch, roll in radians. Positive yaw turns to the
    /// character's left, positive pitch looks up, positive roll tilts to its left shoulder.
    pub fn next(&mut self, prosody: &Prosody) -> [f32; 3] {
        let moment = self.phrasing.next(prosody);
        self.shift_posture(moment.activity, moment.boundary);
        self.choose_nod(moment.emphasis);
        // A long stretch of emphasis is no lasting bow.
        approach(&mut self.habitual_nod, moment.emphasis, 1.2);
        let nod = moment.emphasis - 0.7 * self.habitual_nod;

        let sway_size = SWAY_AT_REST + (1.0 - SWAY_AT_REST) * moment.activity;
        let goal = self.goal;
        std::array::from_fn(|axis| {
            let time = POSTURE_TIME / self.settings.tempo;
            let posture = low_pass(&mut self.posture[axis], goal[axis], time);
            let noise = normal(&mut self.rng) * self.sway_gain;
            let time = SWAY_TIME / self.settings.tempo;
            let sway = low_pass(&mut self.sway[axis], noise, time);
            approach(&mut self.nod[axis], self.nod_shape[axis] * nod, 0.05);
            let degrees =
                posture + SWAY_DEG[axis] * sway_size * sway + self.settings.nods * self.nod[axis];
            // tanh bends gently towards the limit.
            let degrees = LIMIT_DEG * (degrees / LIMIT_DEG).tanh();
            (self.settings.amplitude * degrees).to_radians()
        })
    }

    fn shift_posture(&mut self, activity: f32, boundary: Option<Boundary>) {
        let speaking = activity > 0.5;
        self.since_shift += self.settings.tempo / PROSODY_HZ;
        let settled = self.since_shift > SHIFT_SPACING;
        let size = match boundary {
            Some(Boundary::Start) if settled => 1.0,
            Some(Boundary::End) if settled => POSTURE_AT_REST,
            _ => {
                self.until_shift -= self.settings.tempo / PROSODY_HZ;
                if self.until_shift > 0.0 {
                    return;
                }
                if speaking { 1.0 } else { POSTURE_AT_REST }
            }
        };
        self.since_shift = 0.0;
        let median = if size < 1.0 {
            SHIFT_AT_REST
        } else {
            SHIFT_SPEAKING
        };
        self.until_shift = log_normal(&mut self.rng, median, 0.45).clamp(0.5, 9.0);
        for (goal, deviation) in self.goal.iter_mut().zip(POSTURE_DEG) {
            let draw = normal(&mut self.rng).clamp(-2.2, 2.2);
            // A posture remembers a little of the one before.
            *goal = 0.3 * *goal + 0.95 * size * deviation * draw;
        }
    }

    /// Each emphasised syllable gets a nod of its own size and direction.
    fn choose_nod(&mut self, emphasis: f32) {
        if !self.emphasised && emphasis > 0.12 {
            self.emphasised = true;
            let size = log_normal(&mut self.rng, 1.0, 0.4).min(2.2);
            // Now and then the head goes up instead, or stays.
            let direction = if self.rng.random_bool(0.15) {
                -0.5
            } else {
                1.0
            };
            self.nod_shape = [
                NOD_DEG[0] * size * normal(&mut self.rng),
                NOD_DEG[1] * size * direction,
                NOD_DEG[2] * size * normal(&mut self.rng),
            ];
        } else if emphasis < 0.06 {
            self.emphasised = false;
        }
    }
}

/// Three first-order low-passes in a row.
fn low_pass(stages: &mut [f32; 3], input: f32, time: f32) -> f32 {
    let mut value = input;
    for stage in stages {
        approach(stage, value, time);
        value = *stage;
    }
    value
}

/// What white noise must be multiplied with to leave [`low_pass`] with a standard deviation of 1.
fn filtered_noise_gain(time: f32) -> f32 {
    let mut stages = [0.0; 3];
    let energy: f32 = (0..(20.0 * time * PROSODY_HZ) as usize + 50)
        .map(|frame| low_pass(&mut stages, f32::from(u8::from(frame == 0)), time).powi(2))
        .sum();
    1.0 / energy.sqrt()
}

fn sane(value: f32, least: f32, most: f32) -> f32 {
    if value.is_finite() {
        value.clamp(least, most)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::{HeadPose, HeadPoseSettings, PROSODY_HZ};
    use crate::model::prosody::Prosody;
    use crate::model::prosody::tests::{conversation, silence};

    fn degrees(seed: u64, settings: HeadPoseSettings, prosody: &[Prosody]) -> Vec<[f32; 3]> {
        let mut head = HeadPose::new(seed, settings);
        prosody
            .iter()
            .map(|frame| head.next(frame).map(f32::to_degrees))
            .collect()
    }

    fn deviation(values: impl Iterator<Item = f32> + Clone) -> f32 {
        let count = values.clone().count() as f32;
        let mean = values.clone().sum::<f32>() / count;
        (values.map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt()
    }

    #[test]
    fn a_speaking_head_moves_by_degrees_and_a_silent_one_by_less() {
        let speaking = degrees(1, HeadPoseSettings::default(), &conversation(300.0));
        let silent = degrees(1, HeadPoseSettings::default(), &silence(300.0));
        for axis in 0..3 {
            let spoken = deviation(speaking.iter().map(|pose| pose[axis]));
            let rested = deviation(silent.iter().map(|pose| pose[axis]));
            assert!((1.0..3.2).contains(&spoken), "axis {axis}: {spoken}");
            assert!(
                (0.2..0.65 * spoken).contains(&rested),
                "axis {axis}: {rested}"
            );
            let mean = speaking.iter().map(|pose| pose[axis]).sum::<f32>() / speaking.len() as f32;
            assert!(mean.abs() < 0.8, "axis {axis} is centred: {mean}");
        }
    }

    #[test]
    fn the_head_never_jumps() {
        for seed in 0..20 {
            let poses = degrees(seed, HeadPoseSettings::default(), &conversation(60.0));
            for triple in poses.windows(3) {
                for (a, (b, c)) in triple[0].iter().zip(triple[1].iter().zip(&triple[2])) {
                    let speed = (b - a) * PROSODY_HZ;
                    let next = (c - b) * PROSODY_HZ;
                    assert!(speed.abs() < 40.0, "{speed} degrees per second");
                    let acceleration = (next - speed) * PROSODY_HZ;
                    assert!(acceleration.abs() < 500.0, "{acceleration} degrees/s^2");
                    assert!(a.abs() <= 12.0);
                }
            }
        }
    }

    #[test]
    fn most_of_the_motion_is_slower_than_two_hertz() {
        let poses = degrees(3, HeadPoseSettings::default(), &conversation(300.0));
        for axis in 0..3 {
            let values: Vec<f32> = poses.iter().map(|pose| pose[axis]).collect();
            // A mean over half a second has its first zero at 2 Hz.
            let slow: Vec<f32> = values
                .windows(25)
                .map(|window| window.iter().sum::<f32>() / 25.0)
                .collect();
            let fast = slow.iter().zip(&values[12..]).map(|(s, v)| v - s);
            let share = (deviation(fast) / deviation(values.iter().copied())).powi(2);
            assert!(share < 0.15, "axis {axis}: {share}");
        }
    }

    #[test]
    fn emphasis_lowers_the_head() {
        let plain: Vec<Prosody> = conversation(600.0)
            .into_iter()
            .map(|frame| Prosody {
                stress: 0.0,
                loudness_db: -25.0,
                ..frame
            })
            .collect();
        let with = degrees(4, HeadPoseSettings::default(), &conversation(600.0));
        let without = degrees(4, HeadPoseSettings::default(), &plain);
        let around = |poses: &[[f32; 3]], time: f32| {
            let frame = (time * PROSODY_HZ) as usize;
            let pitches: Vec<f32> = poses.chunks(150).map(|phrase| phrase[frame][1]).collect();
            pitches.iter().sum::<f32>() / pitches.len() as f32
        };
        let nod = |poses: &[[f32; 3]]| around(poses, 0.85) - around(poses, 1.15);
        assert!(nod(&with) > nod(&without) + 0.5, "{}", nod(&with));
    }

    #[test]
    fn the_same_seed_repeats_and_another_differs_and_zero_amplitude_is_still() {
        let prosody = conversation(10.0);
        let default = HeadPoseSettings::default();
        assert_eq!(degrees(5, default, &prosody), degrees(5, default, &prosody));
        assert_ne!(degrees(5, default, &prosody), degrees(6, default, &prosody));
        let still = HeadPoseSettings {
            amplitude: 0.0,
            ..default
        };
        assert!(
            degrees(5, still, &prosody)
                .iter()
                .all(|pose| pose.iter().all(|&a| a == 0.0))
        );
        let absurd = HeadPoseSettings {
            amplitude: f32::NAN,
            tempo: -1.0,
            nods: f32::INFINITY,
        };
        assert!(
            degrees(5, absurd, &prosody)
                .iter()
                .all(|pose| pose.iter().all(|a| a.is_finite()))
        );
    }
}
