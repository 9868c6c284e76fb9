//! Head motion in a learned style, frame by frame.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::bank::Retrieval;
use super::manner::Manner;
use super::prior::PosePrior;
use super::rehearsal::rehearse;
use super::segment::{Borders, WINDOW, fade, rise};
use super::style::PoseStyle;
use super::units::Unit;
use crate::model::head_pose::{filtered_noise_gain, low_pass};
use crate::model::prosody::{FRAME_SECONDS, approach};
use crate::random::normal;

/// Time constant of each of the idle motion's three low-passes, in seconds.
const IDLE_TIME: f32 = 0.15;
/// How fast idle motion changes size between units, in seconds.
const IDLE_CHANGE: f32 = 0.3;
/// A leak, in seconds, so slow that it is not seen: whatever the tables say, angles stay finite.
const LEAK: f32 = 30.0;

/// A stream of head poses in a speaker's style, at [`PROSODY_HZ`](crate::model::prosody::PROSODY_HZ).
///
/// It takes one frame and gives one frame, so a stream in pieces equals the whole, and its memory
/// does not grow.
#[derive(Debug, Clone)]
pub struct PoseStream {
    manner: Manner,
    generator: Generator,
    amplitude: f32,
}

impl PoseStream {
    /// A head at the style's rest. The same prior, style, seed and units give the same poses.
    /// `amplitude` is a factor on all angles, 0 to 5: 1 is the speaker's own size, 0 is still.
    ///
    /// It takes some tens of milliseconds: see the method's page on rehearsal.
    /// [`PoseStream::restarted`] does not.
    pub fn new(prior: &PosePrior, style: &PoseStyle, seed: u64, amplitude: f32) -> Self {
        Self::with_retrieval(prior, style, seed, amplitude, Retrieval::Matched)
    }

    /// The same with the style looked up otherwise, to measure what that is worth.
    pub fn with_retrieval(
        prior: &PosePrior,
        style: &PoseStyle,
        seed: u64,
        amplitude: f32,
        retrieval: Retrieval,
    ) -> Self {
        let mut manner = Manner::new(prior, style, retrieval);
        rehearse(&mut manner, &prior.speech);
        Self::of(manner, seed, amplitude)
    }

    /// The same head at the start of another line, with nothing rehearsed again.
    pub fn restarted(&self, seed: u64, amplitude: f32) -> Self {
        Self::of(self.manner.clone(), seed, amplitude)
    }

    fn of(manner: Manner, seed: u64, amplitude: f32) -> Self {
        let amplitude = if amplitude.is_finite() {
            amplitude.clamp(0.0, 5.0)
        } else {
            1.0
        };
        Self {
            // Head, brows and eyes of one seed must not draw the same numbers.
            generator: Generator::new(&manner, seed ^ 0x504F_5345),
            manner,
            amplitude,
        }
    }

    /// The pose of the next frame: yaw, pitch, roll in radians, with the signs of
    /// [`HeadPose::next`](crate::model::head_pose::HeadPose::next).
    pub fn next(&mut self, unit: Unit) -> [f32; 3] {
        let angles = self.generator.next(&self.manner, unit);
        angles.map(|angle| self.amplitude * angle)
    }
}

/// A token at work.
#[derive(Debug, Clone, Copy)]
struct Layer {
    token: usize,
    age: usize,
    fade: usize,
    speed: [f32; 3],
}

/// What changes from frame to frame.
#[derive(Debug, Clone)]
pub(super) struct Generator {
    rng: ChaCha8Rng,
    borders: Borders,
    /// Tokens that still move the head, newest first.
    layers: Vec<Layer>,
    previous: Option<usize>,
    angles: [f32; 3],
    idle: [[f32; 3]; 3],
    idle_size: [f32; 3],
    idle_gain: f32,
}

impl Generator {
    pub(super) fn new(manner: &Manner, seed: u64) -> Self {
        let start = Unit::Silence.index();
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            borders: Borders::default(),
            layers: Vec::with_capacity(WINDOW),
            previous: None,
            angles: manner.rest[start],
            idle: [[0.0; 3]; 3],
            idle_size: manner.idle[start],
            // Noise of deviation 1 through three equal low-passes moves at 1 / (sqrt(3) time).
            idle_gain: filtered_noise_gain(IDLE_TIME) * 3.0_f32.sqrt() * IDLE_TIME,
        }
    }

    pub(super) fn next(&mut self, manner: &Manner, unit: Unit) -> [f32; 3] {
        let row = unit.index();
        if self.borders.next(unit) {
            let ahead = self.coming(manner, fade(unit));
            let token = manner.draw(unit, self.previous, &ahead, &mut self.rng);
            self.previous = Some(token);
            let speed = manner.speed[row];
            let layer = Layer {
                token,
                age: 0,
                fade: fade(unit),
                speed,
            };
            self.layers.insert(0, layer);
        }
        let velocity = self.velocity(manner, 0);
        self.layers.iter_mut().for_each(|layer| layer.age += 1);
        // The newest is never older than a hop, so what is a window old is faded out.
        self.layers.retain(|layer| layer.age < WINDOW);
        std::array::from_fn(|axis| {
            let angle = &mut self.angles[axis];
            *angle += velocity[axis] * FRAME_SECONDS;
            approach(angle, manner.centre[axis], LEAK);
            approach(
                &mut self.idle_size[axis],
                manner.idle[unit.at_rest().index()][axis],
                IDLE_CHANGE,
            );
            let noise = normal(&mut self.rng) * self.idle_gain;
            let idle = low_pass(&mut self.idle[axis], noise, IDLE_TIME) * self.idle_size[axis];
            let (centre, limit) = (manner.centre[axis], manner.limit[axis]);
            // tanh bends gently towards the limit.
            centre + limit * ((*angle + idle - centre) / limit).tanh()
        })
    }

    /// Angular velocity so many frames from now if no other token comes.
    fn velocity(&self, manner: &Manner, frames: usize) -> [f32; 3] {
        let mut left = 1.0;
        let mut sum = [0.0; 3];
        for layer in &self.layers {
            let age = layer.age + frames;
            let weight = rise(age, layer.fade);
            if age < WINDOW {
                let velocity = manner.velocity(layer.token, age, &layer.speed);
                for (sum, velocity) in sum.iter_mut().zip(velocity) {
                    *sum += left * weight * velocity;
                }
            }
            left *= 1.0 - weight;
        }
        sum
    }

    /// Where the head will be once the tokens at work have faded out beneath a new one.
    fn coming(&self, manner: &Manner, fade: usize) -> [f32; 3] {
        let mut angles = self.angles;
        for frame in 0..fade {
            let left = 1.0 - rise(frame, fade);
            let velocity = self.velocity(manner, frame);
            for (angle, velocity) in angles.iter_mut().zip(velocity) {
                *angle += left * velocity * FRAME_SECONDS;
            }
        }
        angles
    }
}
