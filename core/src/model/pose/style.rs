//! The semantic-aware pose style matrix: how a head moves on which speech.

use serde::{Deserialize, Serialize};

use super::motion::Motion;
use super::units::{UNITS, Unit};
use crate::model::prosody::{FRAME_SECONDS, PROSODY_HZ};

/// Number of statistics per unit: mean angle (yaw, pitch, roll, in radians), standard deviation of
/// the angles (radians), root mean square speed (radians per second), change of pitch within 0.2 s
/// of the unit's start (radians; negative is a nod down), and the speed at rest, the lower quartile
/// of the three axes' joint speed (radians per second).
pub const STATISTICS: usize = 11;

/// Number of rows: one per unit, and one for all units.
pub const ROWS: usize = UNITS + 1;
pub(super) const OVERALL: usize = UNITS;
pub(super) const MEAN: usize = 0;
pub(super) const DEVIATION: usize = 3;
pub(super) const SPEED: usize = 6;
pub(super) const NOD: usize = 9;
pub(super) const REST_SPEED: usize = 10;

/// A matrix in the units of [`PoseStyle`] or of [`PoseStyle::features`].
pub type StyleMatrix = [[f32; STATISTICS]; ROWS];

/// A head whose angles deviate by less than this on all axes is still, in radians (0.1 degree): the
/// jitter of a tracker on a still head.
const STILL: f32 = 0.1 * std::f32::consts::PI / 180.0;
/// The shortest motion with a style, in frames: one second.
const MIN_FRAMES: usize = PROSODY_HZ as usize;
/// Limits of statistics: angles in radians, speeds in radians per second. Heads reach at most half
/// of the first and a third of the second.
const MAX_ANGLE: f32 = std::f32::consts::PI;
const MAX_SPEED: f32 = 30.0;
/// Limit of the evidence in seconds: one hour.
const MAX_EVIDENCE: f32 = 3600.0;

/// How a speaker's head moves, unit by unit; stored in a speaker file.
///
/// Created by [`PoseStyle::of`]. Deserialising returns an error for values out of range, so a value
/// of this type is always finite and bounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredPoseStyle", into = "StoredPoseStyle")]
pub struct PoseStyle {
    pub(super) cells: StyleMatrix,
    /// Seconds of each unit, and in total.
    pub(super) evidence: [f32; ROWS],
}

/// The serialised form of a [`PoseStyle`].
#[derive(Serialize, Deserialize)]
struct StoredPoseStyle {
    cells: StyleMatrix,
    seconds: [f32; ROWS],
}

impl TryFrom<StoredPoseStyle> for PoseStyle {
    type Error = String;

    fn try_from(stored: StoredPoseStyle) -> Result<Self, String> {
        let style = Self {
            cells: stored.cells,
            evidence: stored.seconds,
        };
        style.check()?;
        Ok(style)
    }
}

impl From<PoseStyle> for StoredPoseStyle {
    fn from(style: PoseStyle) -> Self {
        Self {
            cells: style.cells,
            seconds: style.evidence,
        }
    }
}

impl PoseStyle {
    /// Interpolates two styles: `share` 0 is `a`, 1 is `b`.
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
    /// given by [`SpeechUnits`](super::SpeechUnits). Five to thirty seconds are a good length.
    ///
    /// `None` if the head is still (its angles deviate by less than 0.1 degree on every axis), the
    /// motion is shorter than a second, the lengths differ, or an angle is not finite or beyond 180
    /// degrees.
    pub fn of(angles: &[[f32; 3]], units: &[Unit]) -> Option<Self> {
        if angles.len() != units.len() || angles.len() < MIN_FRAMES {
            return None;
        }
        let in_range = |angle: &f32| angle.abs() <= MAX_ANGLE;
        if !angles.as_flattened().iter().all(in_range) {
            return None;
        }
        let motion = Motion::new(angles);
        let overall = motion.statistics(|_| true)?;
        if overall[DEVIATION..SPEED].iter().all(|size| *size < STILL) {
            return None;
        }
        let mut cells = [overall; ROWS];
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
        cells[OVERALL][NOD] = motion.change_of_pitch(|frame| units[frame].is_accented());
        evidence[OVERALL] = angles.len() as f32 * FRAME_SECONDS;
        let style = Self { cells, evidence };
        style.check().ok()?;
        Some(style)
    }

    /// Checks that all values are finite and within the limits.
    fn check(&self) -> Result<(), String> {
        let within = |value: f32, minimum: f32, maximum: f32| (minimum..=maximum).contains(&value);
        for (row, cells) in self.cells.iter().enumerate() {
            let in_range = cells
                .iter()
                .enumerate()
                .all(|(column, value)| match column {
                    NOD => within(*value, -2.0 * MAX_ANGLE, 2.0 * MAX_ANGLE),
                    _ if column < DEVIATION => within(*value, -MAX_ANGLE, MAX_ANGLE),
                    _ if column < SPEED => within(*value, 0.0, MAX_ANGLE),
                    _ => within(*value, 0.0, MAX_SPEED),
                });
            if !in_range {
                return Err(format!("row {row} of the pose style is out of range"));
            }
        }
        if !(self.evidence.iter()).all(|seconds| within(*seconds, 0.0, f32::MAX)) {
            return Err("the pose style's seconds are out of range".to_owned());
        }
        Ok(())
    }

    /// Seconds of each unit, and in total.
    pub fn evidence(&self) -> &[f32; ROWS] {
        &self.evidence
    }

    /// Seconds of motion that the style was learned from.
    pub fn seconds(&self) -> f32 {
        self.evidence[OVERALL]
    }

    /// Standard deviation of yaw, pitch and roll, in radians.
    pub fn deviation(&self) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[OVERALL][DEVIATION + axis])
    }

    /// Root mean square speed of yaw, pitch and roll, in radians per second.
    pub fn speed(&self) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[OVERALL][SPEED + axis])
    }

    /// Root mean square speed of yaw, pitch and roll on one unit of speech, in radians per second.
    pub fn speed_on(&self, unit: Unit) -> [f32; 3] {
        std::array::from_fn(|axis| self.cells[unit.index()][SPEED + axis])
    }

    /// The change of pitch on stressed syllables, in radians; negative is a nod down.
    pub fn nod(&self) -> f32 {
        self.cells[OVERALL][NOD]
    }

    /// Seconds of evidence of a row, at most [`MAX_EVIDENCE`].
    pub(super) fn seconds_of(&self, row: usize) -> f32 {
        self.evidence[row].min(MAX_EVIDENCE)
    }

    /// The matrix on scales with an even spread of styles: means and nods in degrees, logarithms of
    /// deviations in degrees and of speeds in degrees per second.
    pub fn features(&self) -> StyleMatrix {
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

/// The cells with these features; the inverse of [`PoseStyle::features`].
pub(super) fn cells_of(features: &StyleMatrix) -> StyleMatrix {
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

/// The value added to a statistic before the logarithm, in degrees (per second); `None` for columns
/// without logarithm.
fn floor(column: usize) -> Option<f32> {
    match column {
        DEVIATION..SPEED => Some(0.05),
        REST_SPEED => Some(0.1),
        _ if (SPEED..NOD).contains(&column) => Some(0.2),
        _ => None,
    }
}
