//! A style made ready for drawing tokens: one speaker's manner.

use rand_chacha::ChaCha8Rng;

use super::bank::{self, Retrieval};
use super::codebook::{CODES, Code, draw};
use super::prior::PosePrior;
use super::segment::{fade, weight};
use super::style::{CALM, DEVIATION, MEAN, Matrix, PoseStyle, SPEED, WHOLE, cells_of};
use super::units::{UNITS, Unit};
use crate::model::prosody::FRAME_SECONDS;

/// Rest postures bend gently towards this, in degrees: what is beyond is rather how the camera
/// stood.
const MOST_REST_DEG: f32 = 10.0;
/// No deviation of angles is taken to be less or more than this, in degrees.
const DEVIATION_DEG: (f32, f32) = (0.05, 20.0);
/// Angles stay within this many degrees of rest, or within so many deviations if that is more.
const LIMIT_DEG: f32 = 12.0;
const LIMIT_DEVIATIONS: f32 = 4.0;
/// The fastest a head turns, relative to its root mean square speed.
const FASTEST: f32 = 8.0;
/// Exponent of the posture's density, on most units and on accents: a nod comes back, so it need
/// not care where the head is.
const CARE: (f32, f32) = (0.5, 0.1);
/// Where the posture's density turns from a normal one into one with exponential tails, in
/// deviations: a head far from rest comes back without being dragged.
const TAIL: f32 = 2.0;
/// The lower quartile of the length of three independent normal values, each of deviation 1.
const QUARTILE: f32 = 1.1;

/// What [`PoseStream`](super::PoseStream) draws by.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    codes: Vec<Code>,
    /// How far each token turns the head on each unit, in seconds at the speed of the axis.
    travel: [Vec<[f32; 3]>; UNITS],
    /// `ln P(token | previous) - ln P(token)`.
    follow: Vec<[f32; CODES]>,
    /// `ln P(token | unit)` in this style.
    given: [[f32; CODES]; UNITS],
    /// What the style's matrix asks for.
    pub(super) goal: Matrix,
    /// Where the head rests on average, and how far from there it can get, in radians.
    pub(super) centre: [f32; 3],
    pub(super) limit: [f32; 3],
    /// Where the head rests on each unit, in radians.
    pub(super) rest: [[f32; 3]; UNITS],
    /// How far it goes from there (standard deviation, radians).
    pub(super) spread: [[f32; 3]; UNITS],
    /// Root mean square speed over all, in radians per second.
    whole: [f32; 3],
    /// Radians per second for a velocity of 1 in a code.
    pub(super) speed: [[f32; 3]; UNITS],
    /// By how much the logarithm of a token's weight rises with each radian by which it lifts the
    /// head: negative where the speaker nods.
    pub(super) lean: [f32; UNITS],
    /// Speed of the idle motion (root mean square, radians per second); see [`Unit::at_rest`].
    pub(super) idle: [[f32; 3]; UNITS],
}

impl Manner {
    pub(super) fn new(prior: &PosePrior, style: &PoseStyle, retrieval: Retrieval) -> Self {
        let found = bank::find(&prior.entries, &prior.scales, style, retrieval);
        let goal = cells_of(&found.features);
        let ln = |probability: f32| probability.max(1e-9).ln();
        let row_of = |unit: usize, column: usize| -> [f32; 3] {
            std::array::from_fn(|axis| goal[unit][column + axis])
        };
        let bent = |angle: f32| {
            let limit = MOST_REST_DEG.to_radians();
            limit * (angle / limit).tanh()
        };
        let (least, most) = (DEVIATION_DEG.0.to_radians(), DEVIATION_DEG.1.to_radians());
        let whole = row_of(WHOLE, SPEED);
        let fastest = whole.iter().map(|speed| speed * speed).sum::<f32>().sqrt();
        Self {
            travel: Unit::ALL.map(|unit| {
                let codes = prior.codes.iter();
                codes.map(|code| travel(code, fade(unit))).collect()
            }),
            codes: prior.codes.clone(),
            follow: (prior.follow.iter())
                .map(|row| std::array::from_fn(|code| ln(row[code]) - ln(prior.common[code])))
                .collect(),
            given: found.tokens.map(|row| row.map(ln)),
            centre: row_of(WHOLE, MEAN).map(bent),
            limit: row_of(WHOLE, DEVIATION)
                .map(|size| (LIMIT_DEVIATIONS * size.min(most)).max(LIMIT_DEG.to_radians())),
            rest: std::array::from_fn(|unit| row_of(unit, MEAN).map(bent)),
            spread: std::array::from_fn(|unit| {
                row_of(unit, DEVIATION).map(|size| size.clamp(least, most))
            }),
            whole,
            speed: [whole; UNITS],
            lean: [0.0; UNITS],
            idle: std::array::from_fn(|unit| {
                let per_axis = goal[unit][CALM] / QUARTILE * 3.0_f32.sqrt();
                whole.map(|speed| per_axis * speed / fastest.max(1e-6))
            }),
            goal,
        }
    }

    /// Draws the next token, for a head that will be at `angles` if none comes.
    ///
    /// In proportion to `P(token | previous) P(token | unit, style) / P(token)`, the adaptation of
    /// a language model by its unigrams (Kneser, Peters and Klakow 1997), times the square root of
    /// the ratio of the postures' densities after and before, a locally balanced proposal (Zanella
    /// 2020), by which wandering keeps to the style's deviation without a spring; and times
    /// `exp(lean * lift)` for nods. On accents what came before does not count.
    pub(super) fn draw(
        &self,
        unit: Unit,
        previous: Option<usize>,
        angles: &[f32; 3],
        rng: &mut ChaCha8Rng,
    ) -> usize {
        // A nod comes out of nowhere.
        let previous = previous.filter(|_| !unit.is_accented());
        let care = if unit.is_accented() { CARE.1 } else { CARE.0 };
        let unit = unit.index();
        let mut weights: [f32; CODES] = std::array::from_fn(|code| {
            let pull: f32 = (0..3)
                .map(|axis| {
                    let spread = self.spread[unit][axis];
                    let z = (angles[axis] - self.rest[unit][axis]) / spread;
                    let way = self.speed[unit][axis] * self.travel[unit][code][axis] / spread;
                    density(z + way) - density(z)
                })
                .sum();
            let follow = previous.map_or(0.0, |previous| self.follow[previous][code]);
            let lift = self.speed[unit][1] * self.travel[unit][code][1];
            self.given[unit][code] + follow + self.lean[unit] * lift + care * pull
        });
        let most = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        weights
            .iter_mut()
            .for_each(|weight| *weight = (*weight - most).exp());
        draw(&weights, rng)
    }

    /// Mean and variance of how far tokens lift the head on a unit, in radians, with its lean but
    /// regardless of posture and of what came before.
    pub(super) fn lift(&self, unit: Unit) -> (f32, f32) {
        let unit = unit.index();
        let lifts = (self.travel[unit].iter()).map(|way| self.speed[unit][1] * way[1]);
        let logs = self.given[unit].iter().zip(lifts);
        let logs = logs.map(|(given, lift)| (given + self.lean[unit] * lift, lift));
        let most = (logs.clone()).fold(f32::NEG_INFINITY, |most, (log, _)| most.max(log));
        let (mut total, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (log, lift) in logs {
            let weight = (log - most).exp();
            total += weight;
            sum += weight * lift;
            squares += weight * lift * lift;
        }
        let mean = sum / total;
        (mean, squares / total - mean * mean)
    }

    /// Velocity at a frame of a token drawn at this speed, in radians per second, bent gently
    /// towards [`FASTEST`].
    pub(super) fn velocity(&self, token: usize, frame: usize, speed: &[f32; 3]) -> [f32; 3] {
        std::array::from_fn(|axis| {
            let most = FASTEST * self.whole[axis].max(1e-6);
            most * (speed[axis] * self.codes[token][3 * frame + axis] / most).tanh()
        })
    }
}

/// The logarithm of the density of postures this many deviations from rest.
fn density(z: f32) -> f32 {
    -TAIL * TAIL * ((1.0 + (z / TAIL).powi(2)).sqrt() - 1.0)
}

fn travel(code: &Code, fade: usize) -> [f32; 3] {
    let frames = code.chunks_exact(3).enumerate();
    frames.fold([0.0; 3], |sum, (frame, velocity)| {
        std::array::from_fn(|axis| sum[axis] + weight(frame, fade) * velocity[axis] * FRAME_SECONDS)
    })
}
