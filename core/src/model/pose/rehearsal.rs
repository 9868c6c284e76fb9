//! Before a head speaks, it rehearses: what comes out is matched to what the style asks for.
//!
//! Tokens are means over many motions and are drawn with regard to posture, so speeds and
//! deviations come out near the style's, but not on them. A few minutes of speech are generated
//! unseen, and sizes corrected by what was missed, in smaller steps each time (Robbins and Monro
//! 1951). That takes some milliseconds and no gradients.

use super::manner::Manner;
use super::motion::Motion;
use super::stream::Generator;
use super::style::{CALM, DEVIATION, NOD, SPEED, WHOLE};
use super::units::Unit;

/// How much of what was missed is corrected, pass by pass.
const STEPS: [f32; 5] = [1.0, 0.8, 0.6, 0.4, 0.3];
/// No size is corrected by more than this factor at once, or in all.
const AT_ONCE: f32 = 2.0;
const IN_ALL: f32 = 5.0;
/// Nods differ so much that a rehearsal tells their mean but roughly.
const NOD_STEP: f32 = 0.5;
/// The most that lifts may be leant to, in their deviations.
const MOST_LEAN: f32 = 4.0;
/// What is slower or smaller than this is as good as still (radians per second, radians).
const NOTHING: f32 = 1e-5;

/// Corrects a manner's sizes on typical speech: units and for how many frames each lasts.
pub(super) fn rehearse(manner: &mut Manner, speech: &[(Unit, usize)]) {
    let units: Vec<Unit> = (speech.iter())
        .flat_map(|(unit, frames)| std::iter::repeat_n(*unit, *frames))
        .collect();
    if units.is_empty() {
        return;
    }
    for unit in [Unit::Accent, Unit::Stress] {
        for _ in 0..4 {
            let missed = manner.goal[unit.index()][NOD] - manner.lift(unit).0;
            lean(manner, unit, missed, 0.7);
        }
    }
    let first = manner.clone();
    for (pass, step) in STEPS.into_iter().enumerate() {
        let mut generator = Generator::new(manner, pass as u64);
        let angles: Vec<[f32; 3]> = (units.iter())
            .map(|unit| generator.next(manner, *unit))
            .collect();
        let motion = Motion::new(&angles);
        let Some(whole) = motion.statistics(|_| true) else {
            return;
        };
        for axis in 0..3 {
            let made = whole[DEVIATION + axis];
            let factor = correction(manner.goal[WHOLE][DEVIATION + axis], made, step);
            for (spread, first) in manner.spread.iter_mut().zip(&first.spread) {
                correct(&mut spread[axis], first[axis], factor);
            }
        }
        for unit in Unit::ALL {
            let row = unit.index();
            let Some(made) = motion.statistics(|frame| units[frame] == unit) else {
                continue;
            };
            for axis in 0..3 {
                let goal = manner.goal[row][SPEED + axis];
                let factor = correction(goal, made[SPEED + axis], step);
                correct(&mut manner.speed[row][axis], first.speed[row][axis], factor);
            }
            let calm = correction(manner.goal[row][CALM], made[CALM], step);
            for (idle, first) in manner.idle[row].iter_mut().zip(first.idle[row]) {
                correct(idle, first, calm);
                *idle = idle.min(first);
            }
            if unit.is_accented() {
                let made = motion.change_of_pitch(|frame| units[frame] == unit);
                lean(manner, unit, manner.goal[row][NOD] - made, NOD_STEP * step);
            }
        }
    }
}

/// Leans the tokens of a unit so that their lifts change by about this much, in radians: a lean
/// of L moves the mean of what it weights by L times the variance.
fn lean(manner: &mut Manner, unit: Unit, missed: f32, step: f32) {
    let variance = manner.lift(unit).1.max(NOTHING * NOTHING);
    let most = MOST_LEAN / variance.sqrt();
    let lean = &mut manner.lean[unit.index()];
    *lean = (*lean + step * missed / variance).clamp(-most, most);
}

fn correction(goal: f32, made: f32, step: f32) -> f32 {
    let ratio = goal.max(NOTHING) / made.max(NOTHING);
    ratio.clamp(1.0 / AT_ONCE, AT_ONCE).powf(step)
}

fn correct(size: &mut f32, first: f32, factor: f32) {
    *size = (*size * factor).clamp(first / IN_ALL, first * IN_ALL);
}
