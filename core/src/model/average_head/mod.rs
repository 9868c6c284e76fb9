//! The average speaker's head motion in speech and silence, frame by frame: procedural, not
//! learned. The head of a learned speaker is [`LearnedHead`](super::pose::LearnedHead).
//!
//! The sum of three movements: a posture that changes with phrases, nods on stressed syllables, and
//! a small idle motion. Postures and nods follow minimum-jerk paths and hold still in between, so
//! that the head neither jumps nor drifts. No movement uses future frames, so a stream in chunks
//! equals the whole sound.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::glide::{Glide, Stroke, StrokeTiming};
use super::prosody::{Boundary, FRAME_SECONDS, PROSODY_HZ, SpeechMoment, approach};
use crate::random::{log_normal, normal};

mod habits;

pub use habits::HeadHabits;

/// Factors on head motion; 1 is the average speaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadSettings {
    /// Factor on all angles, 0 to 5.
    pub amplitude: f32,
    /// Factor on the speed of posture changes and idle motion, 0.2 to 5.
    pub tempo: f32,
    /// Factor on nods, 0 to 5.
    pub nods: f32,
}

impl Default for HeadSettings {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            tempo: 1.0,
            nods: 1.0,
        }
    }
}

/// Share of the last posture in the next one, in speech and in silence.
const POSTURE_MEMORY: (f32, f32) = (0.3, 0.55);
/// A change that is due within a phrase waits for an accent, at most this long, in seconds.
const SHIFT_MAX_WAIT: f32 = 0.8;
/// Minimum time from the last change in speech to a change on a phrase boundary, in seconds: short
/// phrases must not rock the head.
const SHIFT_SPACING: f32 = 1.1;
/// Size of a nod on the weakest accent, and the increase on the strongest, in degrees of pitch:
/// nods on stressed syllables are small, 1 to 3 degrees.
const NOD_DEG: (f32, f32) = (0.8, 1.9);
/// Minimum time between nods, in seconds.
const NOD_SPACING: f32 = 0.45;
/// Time constant of each of the idle motion's three low-passes, in seconds.
const IDLE_TIME: f32 = 0.15;
/// Angles stay within this many degrees (before the amplitude setting).
const LIMIT_DEG: f32 = 12.0;

/// Generates the head poses of the average speaker at [`PROSODY_HZ`]. Training also uses it with
/// other [`HeadHabits`], as the teacher of learned heads.
#[derive(Debug, Clone)]
pub struct AverageHead {
    rng: ChaCha8Rng,
    settings: HeadSettings,
    habits: HeadHabits,
    /// The posture to reach, relative to the mean posture, in degrees.
    goal: [f32; 3],
    posture: [Glide; 3],
    until_shift: f32,
    since_shift: f32,
    nods: [Stroke; 3],
    since_nod: f32,
    idle: [[f32; 3]; 3],
    idle_gain: f32,
}

impl AverageHead {
    /// A head that starts with all angles at 0. The same seed, settings and moments give the same
    /// poses.
    pub fn new(seed: u64, settings: HeadSettings) -> Self {
        Self::with_habits(seed, settings, HeadHabits::default())
    }

    /// As [`AverageHead::new`], with other habits than the average speaker's.
    pub fn with_habits(seed: u64, settings: HeadSettings, habits: HeadHabits) -> Self {
        let settings = HeadSettings {
            amplitude: clamp_finite(settings.amplitude, 0.0, 5.0),
            tempo: clamp_finite(settings.tempo, 0.2, 5.0),
            nods: clamp_finite(settings.nods, 0.0, 5.0),
        };
        Self {
            // Head, brows and eyes of one seed must not draw the same numbers.
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0x4845_4144),
            settings,
            habits,
            goal: [0.0; 3],
            posture: Default::default(),
            until_shift: 1.0,
            since_shift: f32::INFINITY,
            nods: Default::default(),
            since_nod: f32::INFINITY,
            idle: [[0.0; 3]; 3],
            idle_gain: filtered_noise_gain(IDLE_TIME / settings.tempo),
        }
    }

    /// The pose of the next frame: yaw, pitch, roll in radians. Positive yaw turns to the
    /// character's left, positive pitch looks up, positive roll tilts to its left shoulder.
    pub fn next(&mut self, moment: &SpeechMoment) -> [f32; 3] {
        self.shift_posture(moment);
        self.nod(moment);
        let in_silence = self.habits.idle_in_silence;
        let idle_size = in_silence + (1.0 - in_silence) * moment.activity;
        std::array::from_fn(|axis| {
            let noise = normal(&mut self.rng) * self.idle_gain;
            let idle = low_pass(&mut self.idle[axis], noise, IDLE_TIME / self.settings.tempo);
            let degrees = self.posture[axis].next()
                + self.settings.nods * self.nods[axis].next()
                + self.habits.idle_deg[axis] * idle_size * idle;
            // tanh bends gently towards the limit.
            let degrees = LIMIT_DEG * (degrees / LIMIT_DEG).tanh();
            (self.settings.amplitude * degrees).to_radians()
        })
    }

    fn shift_posture(&mut self, moment: &SpeechMoment) {
        let tempo = self.settings.tempo;
        self.since_shift += tempo * FRAME_SECONDS;
        self.until_shift -= tempo * FRAME_SECONDS;
        let is_speaking = moment.activity > 0.5;
        let is_settled = self.since_shift > SHIFT_SPACING;
        let is_shift_in_silence = match moment.boundary {
            Some(Boundary::Start) if is_settled => false,
            Some(Boundary::End) if is_settled => true,
            _ if self.until_shift > 0.0 => return,
            _ if !is_speaking => true,
            _ if moment.accent.is_some() || self.until_shift < -SHIFT_MAX_WAIT => false,
            _ => return,
        };
        let (size, median_interval, slowness, memory) = if is_shift_in_silence {
            (
                self.habits.posture_in_silence,
                self.habits.shift_every.1,
                1.5,
                POSTURE_MEMORY.1,
            )
        } else {
            // Only a shift in speech delays the next shift.
            self.since_shift = 0.0;
            (1.0, self.habits.shift_every.0, 1.0, POSTURE_MEMORY.0)
        };
        self.until_shift = log_normal(&mut self.rng, median_interval, 0.45).clamp(1.0, 9.0);
        let seconds = slowness
            * log_normal(&mut self.rng, self.habits.shift_time, 0.25).clamp(0.5, 1.2)
            / tempo;
        for (axis, deviation) in self.habits.posture_deg.into_iter().enumerate() {
            let draw = normal(&mut self.rng).clamp(-2.0, 2.0);
            self.goal[axis] = memory * self.goal[axis] + size * deviation * draw;
        }
        let tilt = [0.0, 0.0, self.habits.tilt * self.goal[0]];
        for (axis, tilt) in tilt.into_iter().enumerate() {
            let goal = self.habits.mean_deg[axis] + self.goal[axis] + tilt;
            self.posture[axis].move_to(goal, seconds);
        }
    }

    /// Starts a nod of random size and direction on most stressed syllables.
    fn nod(&mut self, moment: &SpeechMoment) {
        self.since_nod += FRAME_SECONDS;
        let Some(strength) = moment.accent else {
            return;
        };
        if self.since_nod < NOD_SPACING
            || self.rng.random::<f32>()
                > self.habits.nod_chance.0 + self.habits.nod_chance.1 * strength
        {
            return;
        }
        self.since_nod = 0.0;
        let size = log_normal(&mut self.rng, NOD_DEG.0 + NOD_DEG.1 * strength, 0.3).min(4.0);
        // Some nods go up.
        let up = self.rng.random::<f32>() < self.habits.nod_up;
        let time = self.habits.nod_time;
        let timing = StrokeTiming {
            rise: time * self.rng.random_range(0.17..0.22),
            hold: time * self.rng.random_range(0.0..0.06),
            fall: time * self.rng.random_range(0.32..0.5),
        };
        let aside = self
            .habits
            .nod_aside
            .map(|share| share * size * normal(&mut self.rng).clamp(-2.0, 2.0));
        let shape = [aside[0], if up { 0.6 * size } else { -size }, aside[1]];
        for (stroke, size) in self.nods.iter_mut().zip(shape) {
            stroke.start(size, timing);
        }
    }
}

/// Three first-order low-passes in a row.
pub(super) fn low_pass(stages: &mut [f32; 3], input: f32, time: f32) -> f32 {
    let mut value = input;
    for stage in stages {
        approach(stage, value, time);
        value = *stage;
    }
    value
}

/// The factor on white noise with which the output of [`low_pass`] has a standard deviation of 1.
pub(super) fn filtered_noise_gain(time: f32) -> f32 {
    let mut stages = [0.0; 3];
    let energy: f32 = (0..(20.0 * time * PROSODY_HZ) as usize + 50)
        .map(|frame| low_pass(&mut stages, f32::from(u8::from(frame == 0)), time).powi(2))
        .sum();
    1.0 / energy.sqrt()
}

/// Clamps a value; NaN and infinity become 1.
fn clamp_finite(value: f32, minimum: f32, maximum: f32) -> f32 {
    if value.is_finite() {
        value.clamp(minimum, maximum)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests;
