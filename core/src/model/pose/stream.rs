//! The head motion of a learned speaker, frame by frame.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::bank::Retrieval;
use super::prior::PosePrior;
use super::sampler::TokenSampler;
use super::segment::{TokenBorders, WINDOW, fade, rise};
use super::size_correction::correct_sizes;
use super::style::PoseStyle;
use super::units::Unit;
use crate::model::average_head::{filtered_noise_gain, low_pass};
use crate::model::prosody::{FRAME_SECONDS, approach};
use crate::random::normal;

/// Time constant of each of the idle motion's three low-passes, in seconds.
const IDLE_TIME: f32 = 0.15;
/// Time constant of the idle motion's size between units, in seconds.
const IDLE_CHANGE: f32 = 0.3;
/// Time constant of the leak towards the mean pose, in seconds: too slow to be visible, it keeps
/// the angles finite for any prior.
const LEAK: f32 = 30.0;

/// Generates head poses in a learned speaker's style, at
/// [`PROSODY_HZ`](crate::model::prosody::PROSODY_HZ): samples tokens of the pose prior, given units
/// of speech. The average speaker's head is procedural:
/// [`AverageHead`](crate::model::average_head::AverageHead).
///
/// Each call takes one frame and returns one frame, so a stream in chunks equals the whole sound,
/// and its memory does not grow.
#[derive(Debug, Clone)]
pub struct LearnedHead {
    sampler: TokenSampler,
    generator: Generator,
    amplitude: f32,
}

impl LearnedHead {
    /// A head at the style's rest pose. The same prior, style, seed and units give the same poses.
    /// `amplitude` is a factor on all angles, 0 to 5: 1 is the speaker's, 0 is still.
    ///
    /// Takes some tens of milliseconds, because sizes are corrected on generated motion;
    /// [`LearnedHead::restarted`] skips this.
    pub fn new(prior: &PosePrior, style: &PoseStyle, seed: u64, amplitude: f32) -> Self {
        Self::with_retrieval(prior, style, seed, amplitude, Retrieval::Matched)
    }

    /// As [`LearnedHead::new`], with another [`Retrieval`], for measurements.
    pub fn with_retrieval(
        prior: &PosePrior,
        style: &PoseStyle,
        seed: u64,
        amplitude: f32,
        retrieval: Retrieval,
    ) -> Self {
        let mut sampler = TokenSampler::new(prior, style, retrieval);
        correct_sizes(&mut sampler, &prior.speech);
        Self::from_sampler(sampler, seed, amplitude)
    }

    /// The same head at the start of another line, without another correction of sizes.
    pub fn restarted(&self, seed: u64, amplitude: f32) -> Self {
        Self::from_sampler(self.sampler.clone(), seed, amplitude)
    }

    fn from_sampler(sampler: TokenSampler, seed: u64, amplitude: f32) -> Self {
        let amplitude = if amplitude.is_finite() {
            amplitude.clamp(0.0, 5.0)
        } else {
            1.0
        };
        Self {
            // Head, brows and eyes of one seed must not draw the same numbers.
            generator: Generator::new(&sampler, seed ^ 0x504F_5345),
            sampler,
            amplitude,
        }
    }

    /// The pose of the next frame: yaw, pitch, roll in radians, with the signs of
    /// [`AverageHead::next`](crate::model::average_head::AverageHead::next).
    pub fn next(&mut self, unit: Unit) -> [f32; 3] {
        let angles = self.generator.next(&self.sampler, unit);
        angles.map(|angle| self.amplitude * angle)
    }
}

/// A token that moves the head.
#[derive(Debug, Clone, Copy)]
struct ActiveToken {
    code: usize,
    age: usize,
    fade: usize,
    speed: [f32; 3],
}

/// The state of a [`LearnedHead`], frame by frame.
#[derive(Debug, Clone)]
pub(super) struct Generator {
    rng: ChaCha8Rng,
    borders: TokenBorders,
    /// Tokens that move the head, newest first.
    active: Vec<ActiveToken>,
    previous: Option<usize>,
    angles: [f32; 3],
    idle: [[f32; 3]; 3],
    idle_size: [f32; 3],
    idle_gain: f32,
}

impl Generator {
    pub(super) fn new(sampler: &TokenSampler, seed: u64) -> Self {
        let start = Unit::Silence.index();
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            borders: TokenBorders::default(),
            active: Vec::with_capacity(WINDOW),
            previous: None,
            angles: sampler.rest[start],
            idle: [[0.0; 3]; 3],
            idle_size: sampler.idle[start],
            // Noise of deviation 1 through three equal low-passes moves at 1 / (sqrt(3) time).
            idle_gain: filtered_noise_gain(IDLE_TIME) * 3.0_f32.sqrt() * IDLE_TIME,
        }
    }

    pub(super) fn next(&mut self, sampler: &TokenSampler, unit: Unit) -> [f32; 3] {
        let row = unit.index();
        if self.borders.next(unit) {
            let ahead = self.predicted_angles(sampler, fade(unit));
            let code = sampler.draw(unit, self.previous, &ahead, &mut self.rng);
            self.previous = Some(code);
            let token = ActiveToken {
                code,
                age: 0,
                fade: fade(unit),
                speed: sampler.speed[row],
            };
            self.active.insert(0, token);
        }
        let velocity = self.velocity(sampler, 0);
        self.active.iter_mut().for_each(|token| token.age += 1);
        // The newest token is at most a hop old, so a token as old as a window is faded out.
        self.active.retain(|token| token.age < WINDOW);
        std::array::from_fn(|axis| {
            let angle = &mut self.angles[axis];
            *angle += velocity[axis] * FRAME_SECONDS;
            approach(angle, sampler.centre[axis], LEAK);
            approach(
                &mut self.idle_size[axis],
                sampler.idle[unit.idle_unit().index()][axis],
                IDLE_CHANGE,
            );
            let noise = normal(&mut self.rng) * self.idle_gain;
            let idle = low_pass(&mut self.idle[axis], noise, IDLE_TIME) * self.idle_size[axis];
            let (centre, limit) = (sampler.centre[axis], sampler.limit[axis]);
            // tanh is a soft limit.
            centre + limit * ((*angle + idle - centre) / limit).tanh()
        })
    }

    /// Angular velocity this many frames from now, without new tokens.
    fn velocity(&self, sampler: &TokenSampler, frames: usize) -> [f32; 3] {
        let mut remaining = 1.0;
        let mut sum = [0.0; 3];
        for token in &self.active {
            let age = token.age + frames;
            let weight = rise(age, token.fade);
            if age < WINDOW {
                let velocity = sampler.velocity(token.code, age, &token.speed);
                for (sum, velocity) in sum.iter_mut().zip(velocity) {
                    *sum += remaining * weight * velocity;
                }
            }
            remaining *= 1.0 - weight;
        }
        sum
    }

    /// The pose after the active tokens have faded out under a new one.
    fn predicted_angles(&self, sampler: &TokenSampler, fade: usize) -> [f32; 3] {
        let mut angles = self.angles;
        for frame in 0..fade {
            let weight = 1.0 - rise(frame, fade);
            let velocity = self.velocity(sampler, frame);
            for (angle, velocity) in angles.iter_mut().zip(velocity) {
                *angle += weight * velocity * FRAME_SECONDS;
            }
        }
        angles
    }
}
