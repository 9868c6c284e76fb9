//! The semantic-aware pose style matrix: how a head moves on which speech.

use serde::{Deserialize, Serialize};

use super::motion::Motion;
use super::units::{UNITS, Unit};
use crate::model::prosody::{FRAME_SECONDS, PROSODY_HZ};

/// Statistics per unit: mean angle (yaw, pitch, roll, in radians), standard deviation of the
/// angles (radians), root mean square speed (radians per second), how much pitch changes within
/// 0.2 s of the unit's beginning (radians; negative is a nod down) and the speed of rest, the
/// lower quartile of the three axes' together (radians per second).
pub const STATISTICS: usize = 11;

/// Rows: one per unit, and one for the whole.
pub(super) const ROWS: usize = UNITS + 1;
pub(super) const WHOLE: usize = UNITS;
pub(super) const MEAN: usize = 0;
pub(super) const DEVIATION: usize = 3;
pub(super) const SPEED: usize = 6;
pub(super) const NOD: usize = 9;
pub(super) const CALM: usize = 10;

/// A matrix in the units of [`PoseStyle`] or of [`PoseStyle::features`].
pub(super) type Matrix = [[f32; STATISTICS]; ROWS];

/// A head whose angles deviate by less than this on all axes does not move, in radians (0.1
/// degree): that is the jitter of a tracker that looks at a still head.
const STILL: f32 = 0.1 * std::f32::consts::PI / 180.0;
/// The shortest motion with a style, in frames: a second.
const SHORTEST: usize = PROSODY_HZ as usize;
/// The most that statistics may be: angles in radians, speeds in radians per second. Heads turn
/// by half of the one and a third of the other at most.
const MOST_ANGLE: f32 = std::f32::consts::PI;
const MOST_SPEED: f32 = 30.0;
/// An hour of evidence is all that counts.
const MOST_EVIDENCE: f32 = 3600.0;

/// How one speaker's head moves, unit by unit; a speaker file holds one.
///
/// Made by [`PoseStyle::of`]. Reading one refuses anything that no head can do, so a value of
/// this type is always finite and bounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Rows", into = "Rows")]
pub struct PoseStyle {
    pub(super) cells: Matrix,
    /// Seconds of each unit, and of all.
    pub(super) evidence: [f32; ROWS],
}

/// How a style is written.
#[derive(Serialize, Deserialize)]
struct Rows {
    cells: Matrix,
    seconds: [f32; ROWS],
}

impl TryFrom<Rows> for PoseStyle {
    type Error = String;

    fn try_from(rows: Rows) -> Result<Self, String> {
        let style = Self {
            cells: rows.cells,
            evidence: rows.seconds,
        };
        style.check()?;
        Ok(style)
    }
}

impl From<PoseStyle> for Rows {
    fn from(style: PoseStyle) -> Self {
        Self {
            cells: style.cells,
            seconds: style.evidence,
        }
    }
}

impl PoseStyle {
    /// Between two styles: `share` 0 is `a`, 1 is `b`.
    pub(crate) fn blend(a: &Self, b: &Self, share: f32) -> Self {
        let between = |a: f32, b: f32| a + (b - a) * share;
        Self {
            cells: std::array::from_fn(|row| {
                std::array::from_fn(|i| between(a.cells[row][i], b.cells[row][i]))
            }),
            evidence: std::array::from_fn(|row| between(a.evidence[row], b.evidence[row])),
        }
    }

    /// The style of a motion at [`PROSODY_HZ`]: angles in radians and the unit of each frame, as
    /// [`SpeechUnits`](super::SpeechUnits) tells it. Five to thirty seconds are a good length.
    ///
    /// `None` if there is nothing to learn: the head is still (its angles deviate by less than 0.1
    /// degree on every axis), the motion is shorter than a second, the lengths differ, or an
    /// angle is not finite or no angle of a head.
    pub fn of(angles: &[[f32; 3]], units: &[Unit]) -> Option<Self> {
        if angles.len() != units.len() || angles.len() < SHORTEST {
            return None;
        }
        let possible = |angle: &f32| angle.abs() <= MOST_ANGLE;
        if !angles.as_flattened().iter().all(possible) {
            return None;
        }
        let motion = Motion::new(angles);
        let whole = motion.statistics(|_| true)?;
        if whole[DEVIATION..SPEED].iter().all(|size| *size < STILL) {
            return None;
        }
        let mut cells = [whole; ROWS];
        let mut evidence = [0.0; ROWS];
        for unit in Unit::ALL {
            let row = unit.index();
            let frames = units.iter().filter(|other| **other == unit).count();
            if let Some(statistics) = motion.statistics(|frame| units[frame] == unit) {
                cells[row] = statistics;
                evidence[row] = frames as f32 * FRAME_SECONDS;
            }
            cells[row][NOD] = motion.change_of_pitch(|frame| units[frame] == unit);
        }
        cells[WHOLE][NOD] = motion.change_of_pitch(|frame| units[frame].is_accented());
        evidence[WHOLE] = angles.len() as f32 * FRAME_SECONDS;
        let style = Self { cells, evidence };
        style.check().ok()?;
        Some(style)
    }

    /// Whether all is finite and possible for a head.
    fn check(&self) -> Result<(), String> {
        let within = |value: f32, least: f32, most: f32| (least..=most).contains(&value);
        for (row, cells) in self.cells.iter().enumerate() {
            let sane = cells
                .iter()
                .enumerate()
                .all(|(column, value)| match column {
                    NOD => within(*value, -2.0 * MOST_ANGLE, 2.0 * MOST_ANGLE),
                    _ if column < DEVIATION => within(*value, -MOST_ANGLE, MOST_ANGLE),
                    _ if column < SPEED => within(*value, 0.0, MOST_ANGLE),
                    _ => within(*value, 0.0, MOST_SPEED),
                });
            if !sane {
                return Err(format!("row {row} of the pose style is impossible"));
            }
        }
        if !(self.evidence.iter()).all(|seconds| within(*seconds, 0.0, f32::MAX)) {
            return Err("the pose style's seconds are impossible".to_owned());
        }
        Ok(())
    }

    /// Seconds of motion that the style was learned from.
    pub fn seconds(&self) -> f32 {
        self.evidence[WHOLE]
    }

    /// Standard deviation of yaw, pitch and roll, in radians.
    pub fn deviation(&self) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[WHOLE][DEVIATION + axis])
    }

    /// Root mean square speed of yaw, pitch and roll, in radians per second.
    pub fn speed(&self) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[WHOLE][SPEED + axis])
    }

    /// How fast the head turns on one unit of speech, yaw, pitch and roll, in radians per second.
    pub fn speed_on(&self, unit: Unit) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[unit.index()][SPEED + axis])
    }

    /// The change of pitch on stressed syllables, in radians; negative is a nod down.
    pub fn nod(&self) -> f32 {
        self.cells[WHOLE][NOD]
    }

    /// Seconds of evidence of a row, capped.
    pub(super) fn seconds_of(&self, row: usize) -> f32 {
        self.evidence[row].min(MOST_EVIDENCE)
    }

    /// The matrix on scales on which styles spread evenly: means and nods in degrees, logarithms
    /// of deviations in degrees and of speeds in degrees per second.
    pub(super) fn features(&self) -> Matrix {
        self.cells.map(|cells| {
            let mut column = 0;
            cells.map(|value| {
                let floor = floor(column);
                column += 1;
                match floor {
                    Some(floor) => (value.to_degrees() + floor).ln(),
                    None => value.to_degrees(),
                }
            })
        })
    }
}

/// The cells that have these features; see [`PoseStyle::features`].
pub(super) fn cells_of(features: &Matrix) -> Matrix {
    features.map(|features| {
        let mut column = 0;
        features.map(|value| {
            let floor = floor(column);
            column += 1;
            match floor {
                Some(floor) => (value.min(9.0).exp() - floor).max(0.0).to_radians(),
                None => value.to_radians(),
            }
        })
    })
}

/// What is added to a statistic before its logarithm, in degrees (per second); none for columns
/// that are not taken as logarithms.
fn floor(column: usize) -> Option<f32> {
    match column {
        DEVIATION..SPEED => Some(0.05),
        CALM => Some(0.1),
        _ if (SPEED..NOD).contains(&column) => Some(0.2),
        _ => None,
    }
}
