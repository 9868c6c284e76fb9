//! The sampler of tokens in one speaker's style.

use rand_chacha::ChaCha8Rng;

use super::bank::{Retrieval, retrieve};
use super::codebook::{CODES, Code, draw};
use super::prior::PosePrior;
use super::segment::{fade, weight};
use super::style::{DEVIATION, MEAN, OVERALL, PoseStyle, REST_SPEED, SPEED, StyleMatrix, cells_of};
use super::units::{UNITS, Unit};
use crate::model::prosody::FRAME_SECONDS;

/// Soft limit of rest postures, in degrees: larger angles rather come from the camera's position.
const MAX_REST_DEG: f32 = 10.0;
/// Limits of the angles' deviation, in degrees.
const DEVIATION_DEG: (f32, f32) = (0.05, 20.0);
/// Limit of angles from rest: in degrees, and in deviations; the larger applies.
const LIMIT_DEG: f32 = 12.0;
const LIMIT_DEVIATIONS: f32 = 4.0;
/// Maximum angular speed, relative to the root mean square speed.
const MAX_SPEED: f32 = 8.0;
/// Exponent of the posture's density, on most units and on accents: a nod returns, so the posture
/// hardly matters for it.
const POSTURE_EXPONENT: (f32, f32) = (0.5, 0.1);
/// Deviations from rest at which the posture's density changes from normal to exponential tails: a
/// head far from rest returns without a strong pull.
const TAIL: f32 = 2.0;
/// The lower quartile of the length of three independent normal values, each of deviation 1.
const QUARTILE: f32 = 1.1;

/// The token distribution and sizes of a [`LearnedHead`](super::LearnedHead).
#[derive(Debug, Clone)]
pub(super) struct TokenSampler {
    codes: Vec<Code>,
    /// The rotation of each token on each unit, in seconds at the axis's speed.
    travel: [Vec<[f32; 3]>; UNITS],
    /// `ln P(token | previous) - ln P(token)`.
    follow: Vec<[f32; CODES]>,
    /// `ln P(token | unit)` in this style.
    by_unit: [[f32; CODES]; UNITS],
    /// The style's statistics, as the goal of
    /// [`correct_sizes`](super::size_correction::correct_sizes).
    pub(super) goal: StyleMatrix,
    /// The mean pose, and the limit of the distance from it, in radians.
    pub(super) centre: [f32; 3],
    pub(super) limit: [f32; 3],
    /// The rest pose on each unit, in radians.
    pub(super) rest: [[f32; 3]; UNITS],
    /// The standard deviation from the rest pose, in radians.
    pub(super) spread: [[f32; 3]; UNITS],
    /// Root mean square speed over all units, in radians per second.
    overall_speed: [f32; 3],
    /// Radians per second of a code's velocity of 1.
    pub(super) speed: [[f32; 3]; UNITS],
    /// Change of the logarithm of a token's weight per radian of lift: negative where the speaker
    /// nods.
    pub(super) nod_bias: [f32; UNITS],
    /// Speed of the idle motion (root mean square, radians per second); see [`Unit::idle_unit`].
    pub(super) idle: [[f32; 3]; UNITS],
}

impl TokenSampler {
    pub(super) fn new(prior: &PosePrior, style: &PoseStyle, retrieval: Retrieval) -> Self {
        let retrieved = retrieve(&prior.entries, &prior.scales, style, retrieval);
        let goal = cells_of(&retrieved.features);
        let ln = |probability: f32| probability.max(1e-9).ln();
        let row_of = |unit: usize, column: usize| -> [f32; 3] {
            std::array::from_fn(|axis| goal[unit][column + axis])
        };
        let soft_limited = |angle: f32| {
            let limit = MAX_REST_DEG.to_radians();
            limit * (angle / limit).tanh()
        };
        let (min_deviation, max_deviation) =
            (DEVIATION_DEG.0.to_radians(), DEVIATION_DEG.1.to_radians());
        let overall_speed = row_of(OVERALL, SPEED);
        let squares = overall_speed.iter().map(|speed| speed * speed);
        let total_speed = squares.sum::<f32>().sqrt();
        Self {
            travel: Unit::ALL.map(|unit| {
                let codes = prior.codes.iter();
                codes.map(|code| travel(code, fade(unit))).collect()
            }),
            codes: prior.codes.clone(),
            follow: (prior.follow.iter())
                .map(|row| std::array::from_fn(|code| ln(row[code]) - ln(prior.common[code])))
                .collect(),
            by_unit: retrieved.tokens.map(|row| row.map(ln)),
            centre: row_of(OVERALL, MEAN).map(soft_limited),
            limit: row_of(OVERALL, DEVIATION).map(|size| {
                (LIMIT_DEVIATIONS * size.min(max_deviation)).max(LIMIT_DEG.to_radians())
            }),
            rest: std::array::from_fn(|unit| row_of(unit, MEAN).map(soft_limited)),
            spread: std::array::from_fn(|unit| {
                row_of(unit, DEVIATION).map(|size| size.clamp(min_deviation, max_deviation))
            }),
            overall_speed,
            speed: [overall_speed; UNITS],
            nod_bias: [0.0; UNITS],
            idle: std::array::from_fn(|unit| {
                let per_axis = goal[unit][REST_SPEED] / QUARTILE * 3.0_f32.sqrt();
                overall_speed.map(|speed| per_axis * speed / total_speed.max(1e-6))
            }),
            goal,
        }
    }

    /// Samples the next token, for a head that will be at `angles` without it.
    ///
    /// In proportion to `P(token | previous) P(token | unit, style) / P(token)`, the adaptation of
    /// a language model by its unigrams (Kneser, Peters and Klakow 1997), times a power of the
    /// ratio of the posture's densities after and before (square root on most units: a locally
    /// balanced proposal, Zanella 2020), which keeps the random walk at the style's deviation
    /// without a spring, and times `exp(nod_bias * lift)` for nods. On accents, the previous token
    /// is ignored.
    pub(super) fn draw(
        &self,
        unit: Unit,
        previous: Option<usize>,
        angles: &[f32; 3],
        rng: &mut ChaCha8Rng,
    ) -> usize {
        // A nod does not depend on the previous token.
        let previous = previous.filter(|_| !unit.is_accented());
        let posture_exponent = if unit.is_accented() {
            POSTURE_EXPONENT.1
        } else {
            POSTURE_EXPONENT.0
        };
        let unit = unit.index();
        let log_weights: [f32; CODES] = std::array::from_fn(|code| {
            let posture: f32 = (0..3)
                .map(|axis| {
                    let spread = self.spread[unit][axis];
                    let z = (angles[axis] - self.rest[unit][axis]) / spread;
                    let change = self.speed[unit][axis] * self.travel[unit][code][axis] / spread;
                    log_density(z + change) - log_density(z)
                })
                .sum();
            let follow = previous.map_or(0.0, |previous| self.follow[previous][code]);
            let lift = self.speed[unit][1] * self.travel[unit][code][1];
            self.by_unit[unit][code]
                + follow
                + self.nod_bias[unit] * lift
                + posture_exponent * posture
        });
        let highest = (log_weights.iter().copied()).fold(f32::NEG_INFINITY, f32::max);
        let weights = log_weights.map(|log| (log - highest).exp());
        draw(&weights, rng)
    }

    /// Mean and variance of the tokens' lift (change of pitch) on a unit, in radians, with the nod
    /// bias, without posture and previous token.
    pub(super) fn lift(&self, unit: Unit) -> (f32, f32) {
        let unit = unit.index();
        let lifts = (self.travel[unit].iter()).map(|angles| self.speed[unit][1] * angles[1]);
        let logs = (self.by_unit[unit].iter().zip(lifts))
            .map(|(log, lift)| (log + self.nod_bias[unit] * lift, lift));
        let highest = (logs.clone()).fold(f32::NEG_INFINITY, |highest, (log, _)| highest.max(log));
        let (mut total, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (log, lift) in logs {
            let weight = (log - highest).exp();
            total += weight;
            sum += weight * lift;
            squares += weight * lift * lift;
        }
        let mean = sum / total;
        (mean, squares / total - mean * mean)
    }

    /// Velocity at a frame of a token with this speed, in radians per second, softly limited by
    /// [`MAX_SPEED`].
    pub(super) fn velocity(&self, token: usize, frame: usize, speed: &[f32; 3]) -> [f32; 3] {
        std::array::from_fn(|axis| {
            let limit = MAX_SPEED * self.overall_speed[axis].max(1e-6);
            limit * (speed[axis] * self.codes[token][3 * frame + axis] / limit).tanh()
        })
    }
}

/// The logarithm of the posture's density at this many deviations from rest.
fn log_density(z: f32) -> f32 {
    -TAIL * TAIL * ((1.0 + (z / TAIL).powi(2)).sqrt() - 1.0)
}

/// The rotation of a token, in seconds at the axis's speed.
fn travel(code: &Code, fade: usize) -> [f32; 3] {
    let frames = code.chunks_exact(3).enumerate();
    frames.fold([0.0; 3], |sum, (frame, velocity)| {
        std::array::from_fn(|axis| sum[axis] + weight(frame, fade) * velocity[axis] * FRAME_SECONDS)
    })
}
