//! The pose prior as named tensors, for the base model's file.

use super::bank::{MOST_STYLES, StyleEntry, StyleScales};
use super::codebook::{CODE_SIZE, CODES};
use super::prior::{PoseError, PosePrior};
use super::style::{ROWS, STATISTICS, StyleMatrix};
use super::units::{UNITS, Unit};

/// A tensor's name, shape and values, row by row.
pub type NamedTensor = (String, Vec<usize>, Vec<f32>);

const CODE_TENSOR: &str = "pose.codes";
const COMMON_TENSOR: &str = "pose.common";
const FOLLOW_TENSOR: &str = "pose.follow";
const TOKEN_TENSOR: &str = "pose.tokens";
const STYLE_TENSOR: &str = "pose.styles";
const SCALE_TENSOR: &str = "pose.scales";
const SPEECH_TENSOR: &str = "pose.speech";

/// Maximum number of runs of units in the speech.
pub const MOST_RUNS: usize = 1500;

/// Maximum velocity of a code, relative to its axis's root mean square.
const MAX_SPEED: f32 = 60.0;
/// Limit of a feature's magnitude; see [`PoseStyle::features`](super::PoseStyle::features).
const MAX_FEATURE: f32 = 1e4;
/// Maximum length of a run of one unit in the speech, in frames: two minutes.
const MAX_RUN_FRAMES: f32 = 6000.0;
/// Maximum length of the speech in frames: ten minutes.
const MAX_SPEECH_FRAMES: usize = 30_000;

impl PosePrior {
    /// The prior's tensors in a fixed order, about 180 KB in single precision. Half precision is
    /// sufficient to store them.
    pub fn tensors(&self) -> Vec<NamedTensor> {
        let styles = self.entries.len();
        let tokens = self
            .entries
            .iter()
            .flat_map(|entry| entry.tokens.as_flattened());
        let features = self
            .entries
            .iter()
            .flat_map(|entry| entry.features.as_flattened());
        let StyleScales {
            mean,
            between,
            within,
            bias,
        } = &self.scales;
        let speech =
            (self.speech.iter()).flat_map(|(unit, frames)| [unit.index() as f32, *frames as f32]);
        let tensor = |name: &str, shape: &[usize], values: Vec<f32>| {
            (name.to_owned(), shape.to_vec(), values)
        };
        vec![
            tensor(
                CODE_TENSOR,
                &[CODES, CODE_SIZE],
                self.codes.as_flattened().to_vec(),
            ),
            tensor(COMMON_TENSOR, &[CODES], self.common.clone()),
            tensor(
                FOLLOW_TENSOR,
                &[CODES, CODES],
                self.follow.as_flattened().to_vec(),
            ),
            tensor(
                TOKEN_TENSOR,
                &[styles, UNITS, CODES],
                tokens.copied().collect(),
            ),
            tensor(
                STYLE_TENSOR,
                &[styles, ROWS, STATISTICS],
                features.copied().collect(),
            ),
            tensor(
                SCALE_TENSOR,
                &[4, ROWS, STATISTICS],
                [mean, between, within, bias]
                    .map(|matrix| matrix.as_flattened())
                    .concat(),
            ),
            tensor(SPEECH_TENSOR, &[self.speech.len(), 2], speech.collect()),
        ]
    }

    /// Reads the tensors of [`PosePrior::tensors`]. Ignores tensors with other names.
    ///
    /// # Errors
    /// [`PoseError`] if a tensor is missing, has the wrong shape or contains values out of range.
    pub fn from_tensors(tensors: &[NamedTensor]) -> Result<Self, PoseError> {
        let get = |name| StoredTensor::find(tensors, name);
        let styles = get(STYLE_TENSOR)?;
        let count = styles.shape.first().copied().unwrap_or(0);
        if !(1..=MOST_STYLES).contains(&count) {
            return Err(styles.error("contains too few or too many styles"));
        }
        let features = matrices(styles.checked_values(
            &[count, ROWS, STATISTICS],
            -MAX_FEATURE,
            MAX_FEATURE,
        )?);
        let token_rows = get(TOKEN_TENSOR)?.probabilities(&[count, UNITS, CODES])?;
        let entries = features
            .into_iter()
            .zip(token_rows.chunks_exact(UNITS))
            .map(|(features, rows)| StyleEntry {
                features,
                tokens: std::array::from_fn(|unit| rows[unit]),
            });
        let scales = get(SCALE_TENSOR)?;
        let spread =
            matrices(scales.checked_values(&[4, ROWS, STATISTICS], -MAX_FEATURE, MAX_FEATURE)?);
        let positive =
            |matrix: &StyleMatrix| matrix.as_flattened().iter().all(|value| *value > 0.0);
        if !positive(&spread[1]) || !positive(&spread[2]) {
            return Err(scales.error("contains variances that are not positive"));
        }
        let codes = (get(CODE_TENSOR)?)
            .checked_values(&[CODES, CODE_SIZE], -MAX_SPEED, MAX_SPEED)?
            .chunks_exact(CODE_SIZE);
        Ok(Self {
            codes: codes.map(|code| std::array::from_fn(|i| code[i])).collect(),
            common: get(COMMON_TENSOR)?.probabilities(&[CODES])?.concat(),
            follow: get(FOLLOW_TENSOR)?.probabilities(&[CODES, CODES])?,
            entries: entries.collect(),
            scales: StyleScales {
                mean: spread[0],
                between: spread[1],
                within: spread[2],
                bias: spread[3],
            },
            speech: read_speech(&get(SPEECH_TENSOR)?)?,
        })
    }
}

/// A tensor of a file, not yet checked.
struct StoredTensor<'a> {
    name: &'static str,
    shape: &'a [usize],
    values: &'a [f32],
}

impl<'a> StoredTensor<'a> {
    fn find(tensors: &'a [NamedTensor], name: &'static str) -> Result<Self, PoseError> {
        let found = tensors.iter().find(|tensor| tensor.0 == name);
        let missing = || PoseError {
            tensor: name.to_owned(),
            reason: "is missing",
        };
        let (_, shape, values) = found.ok_or_else(missing)?;
        Ok(Self {
            name,
            shape,
            values,
        })
    }

    fn error(&self, reason: &'static str) -> PoseError {
        PoseError {
            tensor: self.name.to_owned(),
            reason,
        }
    }

    /// The values, after a check of their shape and range.
    fn checked_values(
        &self,
        shape: &[usize],
        minimum: f32,
        maximum: f32,
    ) -> Result<&'a [f32], PoseError> {
        if self.shape != shape || self.values.len() != shape.iter().product::<usize>() {
            return Err(self.error("has the wrong shape"));
        }
        if !(self.values.iter()).all(|value| (minimum..=maximum).contains(value)) {
            return Err(self.error("contains values out of range"));
        }
        Ok(self.values)
    }

    /// Distributions over tokens, normalised to a sum of one.
    fn probabilities(&self, shape: &[usize]) -> Result<Vec<[f32; CODES]>, PoseError> {
        let rows = self.checked_values(shape, 0.0, 1.0)?.chunks_exact(CODES);
        rows.map(|row| {
            let total: f32 = row.iter().sum();
            if total < 0.5 {
                return Err(self.error("contains a row without probabilities"));
            }
            Ok(std::array::from_fn(|code| row[code] / total))
        })
        .collect()
    }
}

/// Splits values into style matrices.
fn matrices(values: &[f32]) -> Vec<StyleMatrix> {
    let rows = values.chunks_exact(ROWS * STATISTICS);
    rows.map(|cells| {
        std::array::from_fn(|row| std::array::from_fn(|column| cells[row * STATISTICS + column]))
    })
    .collect()
}

/// Reads the runs of units.
fn read_speech(stored: &StoredTensor) -> Result<Vec<(Unit, usize)>, PoseError> {
    let count = stored.shape.first().copied().unwrap_or(0);
    if count > MOST_RUNS {
        return Err(stored.error("contains too many runs of speech"));
    }
    let pairs = stored
        .checked_values(&[count, 2], 0.0, MAX_RUN_FRAMES)?
        .chunks_exact(2);
    let runs: Vec<(Unit, usize)> = pairs
        .filter_map(|pair| Some((*Unit::ALL.get(pair[0] as usize)?, pair[1] as usize)))
        .collect();
    let frames: usize = runs.iter().map(|run| run.1).sum();
    if runs.len() < count || frames > MAX_SPEECH_FRAMES {
        return Err(stored.error("contains invalid runs of speech"));
    }
    Ok(runs)
}
