//! Head motion while speaking and listening, made frame by frame.
//!
//! Three movements add up: a posture that changes with phrases, nods on stressed syllables, and a
//! tiny idle motion. Postures and nods go by minimum jerk and rest in between, so that the head
//! neither jumps nor swims. All of it depends on what is known at a frame alone, so that a stream
//! in chunks equals the whole.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::glide::{Glide, Stroke, Timing};
use super::prosody::{Boundary, FRAME_SECONDS, Moment, PROSODY_HZ, approach};
use crate::random::{log_normal, normal};

mod habits;

pub(crate) use habits::HeadHabits;

/// How lively a head is; 1 is the average speaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadPoseSettings {
    /// Factor on all angles, 0 to 5.
    pub amplitude: f32,
    /// Factor on the speed of posture changes and idle motion, 0.2 to 5.
    pub tempo: f32,
    /// Factor on nods, 0 to 5.
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

/// How much of the last posture the next one keeps, in speech and in silence.
const POSTURE_MEMORY: (f32, f32) = (0.3, 0.55);
/// A change that is due inside a phrase waits this long for an accent, in seconds.
const SHIFT_PATIENCE: f32 = 0.8;
/// Phrase boundaries closer than this to the last change bring no other, in seconds: short
/// phrases are not to rock the head.
const SHIFT_SPACING: f32 = 1.1;
/// A nod on the weakest accent and what the strongest adds, in degrees of pitch: nods on stressed
/// syllables are small, 1 to 3 degrees.
const NOD_DEG: (f32, f32) = (0.8, 1.9);
/// Nods are at least this far apart, in seconds.
const NOD_SPACING: f32 = 0.45;
/// Time constant of each of the idle motion's three low-passes, in seconds.
const IDLE_TIME: f32 = 0.15;
/// Angles stay within this many degrees (before the amplitude setting).
const LIMIT_DEG: f32 = 12.0;

/// A stream of head poses at [`PROSODY_HZ`].
#[derive(Debug, Clone)]
pub struct HeadPose {
    rng: ChaCha8Rng,
    settings: HeadPoseSettings,
    habits: HeadHabits,
    /// The posture that is headed for, from the resting one.
    goal: [f32; 3],
    posture: [Glide; 3],
    until_shift: f32,
    since_shift: f32,
    nods: [Stroke; 3],
    since_nod: f32,
    idle: [[f32; 3]; 3],
    idle_gain: f32,
}

impl HeadPose {
    /// A head that starts at rest. The same seed, settings and moments give the same poses.
    pub fn new(seed: u64, settings: HeadPoseSettings) -> Self {
        Self::with_habits(seed, settings, HeadHabits::default())
    }

    /// The same for a head with habits of its own.
    pub(crate) fn with_habits(seed: u64, settings: HeadPoseSettings, habits: HeadHabits) -> Self {
        let settings = HeadPoseSettings {
            amplitude: sane(settings.amplitude, 0.0, 5.0),
            tempo: sane(settings.tempo, 0.2, 5.0),
            nods: sane(settings.nods, 0.0, 5.0),
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
    pub fn next(&mut self, moment: &Moment) -> [f32; 3] {
        self.shift_posture(moment);
        self.nod(moment);
        let at_rest = self.habits.idle_at_rest;
        let idle_size = at_rest + (1.0 - at_rest) * moment.activity;
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

    fn shift_posture(&mut self, moment: &Moment) {
        let tempo = self.settings.tempo;
        self.since_shift += tempo * FRAME_SECONDS;
        self.until_shift -= tempo * FRAME_SECONDS;
        let speaking = moment.activity > 0.5;
        let settled = self.since_shift > SHIFT_SPACING;
        let size = match moment.boundary {
            Some(Boundary::Start) if settled => 1.0,
            Some(Boundary::End) if settled => self.habits.posture_at_rest,
            _ if self.until_shift > 0.0 => return,
            _ if !speaking => self.habits.posture_at_rest,
            _ if moment.accent.is_some() || self.until_shift < -SHIFT_PATIENCE => 1.0,
            _ => return,
        };
        let (median, calm, memory) = if size < 1.0 {
            (self.habits.shift_every.1, 1.5, POSTURE_MEMORY.1)
        } else {
            // Coming to rest does not keep the head from the next phrase.
            self.since_shift = 0.0;
            (self.habits.shift_every.0, 1.0, POSTURE_MEMORY.0)
        };
        self.until_shift = log_normal(&mut self.rng, median, 0.45).clamp(1.0, 9.0);
        let seconds =
            calm * log_normal(&mut self.rng, self.habits.shift_time, 0.25).clamp(0.5, 1.2) / tempo;
        for (axis, deviation) in self.habits.posture_deg.into_iter().enumerate() {
            let draw = normal(&mut self.rng).clamp(-2.0, 2.0);
            self.goal[axis] = memory * self.goal[axis] + size * deviation * draw;
        }
        let tilt = [0.0, 0.0, self.habits.tilt * self.goal[0]];
        for (axis, tilt) in tilt.into_iter().enumerate() {
            let goal = self.habits.rest_deg[axis] + self.goal[axis] + tilt;
            self.posture[axis].go(goal, seconds);
        }
    }

    /// Most stressed syllables get a nod of their own size and direction.
    fn nod(&mut self, moment: &Moment) {
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
        // Now and then the head goes up instead.
        let up = self.rng.random::<f32>() < self.habits.nod_up;
        let slow = self.habits.nod_time;
        let timing = Timing {
            rise: slow * self.rng.random_range(0.17..0.22),
            hold: slow * self.rng.random_range(0.0..0.06),
            fall: slow * self.rng.random_range(0.32..0.5),
        };
        let aside = self
            .habits
            .nod_aside
            .map(|share| share * size * normal(&mut self.rng).clamp(-2.0, 2.0));
        let shape = [aside[0], if up { 0.6 * size } else { -size }, aside[1]];
        for (stroke, size) in self.nods.iter_mut().zip(shape) {
            stroke.strike(size, timing);
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

/// What white noise must be multiplied with to leave [`low_pass`] with a standard deviation of 1.
pub(super) fn filtered_noise_gain(time: f32) -> f32 {
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
mod tests;
