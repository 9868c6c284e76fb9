//! The prior as named tensors, for the base model's file.

use super::bank::{Entry, MOST_STYLES, Scales};
use super::codebook::{CODE_SIZE, CODES};
use super::prior::{PoseError, PosePrior};
use super::style::{Matrix, ROWS, STATISTICS};
use super::take::MOST_RUNS;
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

/// The fastest a code may be, relative to its axis's root mean square.
const MOST_SPEED: f32 = 60.0;
/// The largest feature: see [`PoseStyle`](super::PoseStyle); 180 degrees are less.
const MOST_FEATURE: f32 = 1e4;
/// The longest run of one unit in the speech, in frames: two minutes.
const MOST_FRAMES: f32 = 6000.0;
/// The most frames of speech in all: ten minutes.
const MOST_SPEECH_FRAMES: usize = 30_000;

impl PosePrior {
    /// All that was learnt, about 180 KB in single precision, always in the same order. Half
    /// precision is enough to store it.
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
        let Scales {
            mean,
            between,
            within,
            bias,
        } = &self.scales;
        let speech = self.speech.iter();
        let speech = speech.flat_map(|(unit, frames)| [unit.index() as f32, *frames as f32]);
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

    /// Reads what [`PosePrior::tensors`] gave. Tensors of other names are passed over.
    ///
    /// # Errors
    /// [`PoseError::Tensor`] if one is missing, has another shape or holds what cannot be.
    pub fn from_tensors(tensors: &[NamedTensor]) -> Result<Self, PoseError> {
        let get = |name| Stored::find(tensors, name);
        let styles = get(STYLE_TENSOR)?;
        let count = styles.shape.first().copied().unwrap_or(0);
        if !(1..=MOST_STYLES).contains(&count) {
            return Err(styles.wrong("holds too few or too many styles"));
        }
        let features =
            matrices(styles.of(&[count, ROWS, STATISTICS], -MOST_FEATURE, MOST_FEATURE)?);
        let tokens = get(TOKEN_TENSOR)?.probabilities(&[count, UNITS, CODES])?;
        let tokens = tokens.chunks_exact(UNITS);
        let entries = features
            .into_iter()
            .zip(tokens)
            .map(|(features, rows)| Entry {
                features,
                tokens: std::array::from_fn(|unit| rows[unit]),
            });
        let scales = get(SCALE_TENSOR)?;
        let spread = scales.of(&[4, ROWS, STATISTICS], -MOST_FEATURE, MOST_FEATURE)?;
        let spread = matrices(spread);
        let positive = |matrix: &Matrix| matrix.as_flattened().iter().all(|value| *value > 0.0);
        if !positive(&spread[1]) || !positive(&spread[2]) {
            return Err(scales.wrong("holds variances that are not positive"));
        }
        let codes = get(CODE_TENSOR)?.of(&[CODES, CODE_SIZE], -MOST_SPEED, MOST_SPEED)?;
        let codes = codes.chunks_exact(CODE_SIZE);
        Ok(Self {
            codes: codes.map(|code| std::array::from_fn(|i| code[i])).collect(),
            common: get(COMMON_TENSOR)?.probabilities(&[CODES])?.concat(),
            follow: get(FOLLOW_TENSOR)?.probabilities(&[CODES, CODES])?,
            entries: entries.collect(),
            scales: Scales {
                mean: spread[0],
                between: spread[1],
                within: spread[2],
                bias: spread[3],
            },
            speech: speech(&get(SPEECH_TENSOR)?)?,
        })
    }
}

/// A tensor that is not yet trusted.
struct Stored<'a> {
    name: &'static str,
    shape: &'a [usize],
    values: &'a [f32],
}

impl<'a> Stored<'a> {
    fn find(tensors: &'a [NamedTensor], name: &'static str) -> Result<Self, PoseError> {
        let found = tensors.iter().find(|tensor| tensor.0 == name);
        let missing = || PoseError::Tensor(name.to_owned(), "is missing");
        let (_, shape, values) = found.ok_or_else(missing)?;
        Ok(Self {
            name,
            shape,
            values,
        })
    }

    fn wrong(&self, reason: &'static str) -> PoseError {
        PoseError::Tensor(self.name.to_owned(), reason)
    }

    /// The values, if they are as many as the shape says and all within these bounds.
    fn of(&self, shape: &[usize], least: f32, most: f32) -> Result<&'a [f32], PoseError> {
        if self.shape != shape || self.values.len() != shape.iter().product::<usize>() {
            return Err(self.wrong("has another shape than it should"));
        }
        if !(self.values.iter()).all(|value| (least..=most).contains(value)) {
            return Err(self.wrong("holds impossible values"));
        }
        Ok(self.values)
    }

    /// Distributions over tokens, made to add up to one.
    fn probabilities(&self, shape: &[usize]) -> Result<Vec<[f32; CODES]>, PoseError> {
        let rows = self.of(shape, 0.0, 1.0)?.chunks_exact(CODES);
        rows.map(|row| {
            let total: f32 = row.iter().sum();
            if total < 0.5 {
                return Err(self.wrong("holds no probabilities"));
            }
            Ok(std::array::from_fn(|code| row[code] / total))
        })
        .collect()
    }
}

fn matrices(values: &[f32]) -> Vec<Matrix> {
    let rows = values.chunks_exact(ROWS * STATISTICS);
    rows.map(|cells| {
        std::array::from_fn(|row| std::array::from_fn(|column| cells[row * STATISTICS + column]))
    })
    .collect()
}

fn speech(stored: &Stored) -> Result<Vec<(Unit, usize)>, PoseError> {
    let count = stored.shape.first().copied().unwrap_or(0);
    if count > MOST_RUNS {
        return Err(stored.wrong("holds too much speech"));
    }
    let pairs = stored.of(&[count, 2], 0.0, MOST_FRAMES)?.chunks_exact(2);
    let runs: Vec<(Unit, usize)> = pairs
        .filter_map(|pair| Some((*Unit::ALL.get(pair[0] as usize)?, pair[1] as usize)))
        .collect();
    let frames: usize = runs.iter().map(|run| run.1).sum();
    if runs.len() < count || frames > MOST_SPEECH_FRAMES {
        return Err(stored.wrong("holds impossible speech"));
    }
    Ok(runs)
}
