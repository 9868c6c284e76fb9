//! Correction of a sampler's sizes, so that the generated motion has the statistics of the style.
//!
//! Tokens are means over many motions, and their sampling depends on the posture, so the generated
//! speeds and deviations are only near the style's. Therefore motion for a few minutes of speech is
//! generated, and the sizes are corrected by the error, in decreasing steps (Robbins and Monro
//! 1951). This takes some milliseconds and no gradients.

use super::motion::Motion;
use super::sampler::TokenSampler;
use super::stream::Generator;
use super::style::{DEVIATION, NOD, OVERALL, REST_SPEED, SPEED};
use super::units::Unit;

/// Share of the error that each pass corrects.
const STEPS: [f32; 5] = [1.0, 0.8, 0.6, 0.4, 0.3];
/// Maximum factor of a correction per pass, and in total.
const MAX_PASS_FACTOR: f32 = 2.0;
const MAX_TOTAL_FACTOR: f32 = 5.0;
/// Smaller steps for nods: they vary so much that a pass estimates their mean only roughly.
const NOD_STEP: f32 = 0.5;
/// Maximum change of the mean lift by the nod bias, in deviations of the lift.
const MAX_NOD_SHIFT: f32 = 4.0;
/// Lower limit of speeds and deviations in ratios (radians per second, radians).
const NEGLIGIBLE: f32 = 1e-5;

/// Corrects a sampler's sizes on typical speech: units and their durations in frames.
pub(super) fn correct_sizes(sampler: &mut TokenSampler, speech: &[(Unit, usize)]) {
    let units: Vec<Unit> = (speech.iter())
        .flat_map(|(unit, frames)| std::iter::repeat_n(*unit, *frames))
        .collect();
    if units.is_empty() {
        return;
    }
    for unit in [Unit::Accent, Unit::Stress] {
        for _ in 0..4 {
            let error = sampler.goal[unit.index()][NOD] - sampler.lift(unit).0;
            adjust_nod_bias(sampler, unit, error, 0.7);
        }
    }
    let initial = sampler.clone();
    for (pass, step) in STEPS.into_iter().enumerate() {
        let mut generator = Generator::new(sampler, pass as u64);
        let angles: Vec<[f32; 3]> = (units.iter())
            .map(|unit| generator.next(sampler, *unit))
            .collect();
        let motion = Motion::new(&angles);
        let Some(overall) = motion.statistics(|_| true) else {
            return;
        };
        for axis in 0..3 {
            let deviation = overall[DEVIATION + axis];
            let factor = correction(sampler.goal[OVERALL][DEVIATION + axis], deviation, step);
            for (spread, initial) in sampler.spread.iter_mut().zip(&initial.spread) {
                apply_correction(&mut spread[axis], initial[axis], factor);
            }
        }
        for unit in Unit::ALL {
            let row = unit.index();
            let Some(generated) = motion.statistics(|frame| units[frame] == unit) else {
                continue;
            };
            for axis in 0..3 {
                let goal = sampler.goal[row][SPEED + axis];
                let factor = correction(goal, generated[SPEED + axis], step);
                apply_correction(
                    &mut sampler.speed[row][axis],
                    initial.speed[row][axis],
                    factor,
                );
            }
            let factor = correction(sampler.goal[row][REST_SPEED], generated[REST_SPEED], step);
            for (idle, initial) in sampler.idle[row].iter_mut().zip(initial.idle[row]) {
                apply_correction(idle, initial, factor);
                *idle = idle.min(initial);
            }
            if unit.is_accented() {
                let nod = motion.change_of_pitch(|frame| units[frame] == unit);
                let error = sampler.goal[row][NOD] - nod;
                adjust_nod_bias(sampler, unit, error, NOD_STEP * step);
            }
        }
    }
}

/// Changes the nod bias of a unit so that the mean lift changes by about `step * error`, in
/// radians: a bias of `b` moves the mean by `b` times the variance.
fn adjust_nod_bias(sampler: &mut TokenSampler, unit: Unit, error: f32, step: f32) {
    let variance = sampler.lift(unit).1.max(NEGLIGIBLE * NEGLIGIBLE);
    let limit = MAX_NOD_SHIFT / variance.sqrt();
    let bias = &mut sampler.nod_bias[unit.index()];
    *bias = (*bias + step * error / variance).clamp(-limit, limit);
}

/// The factor of one pass on a size, given its goal and the generated value.
fn correction(goal: f32, generated: f32, step: f32) -> f32 {
    let ratio = goal.max(NEGLIGIBLE) / generated.max(NEGLIGIBLE);
    ratio
        .clamp(1.0 / MAX_PASS_FACTOR, MAX_PASS_FACTOR)
        .powf(step)
}

fn apply_correction(size: &mut f32, initial: f32, factor: f32) {
    *size = (*size * factor).clamp(initial / MAX_TOTAL_FACTOR, initial * MAX_TOTAL_FACTOR);
}
