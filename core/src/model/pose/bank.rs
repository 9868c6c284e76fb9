//! The bank of training styles, and the retrieval of a new style from it.

use super::codebook::CODES;
use super::style::{PoseStyle, ROWS, STATISTICS, StyleMatrix};
use super::units::UNITS;

/// Maximum number of styles of a bank.
pub const MOST_STYLES: usize = 40;
/// Number of interpolated styles.
const NEIGHBOURS: usize = 8;
/// Number and size of the gradient steps for the interpolation weights.
const STEPS: usize = 200;
const STEP_SIZE: f32 = 1.0;

/// A style of the bank.
#[derive(Debug, Clone, PartialEq)]
pub struct StyleEntry {
    /// See [`PoseStyle::features`].
    pub features: StyleMatrix,
    /// The probability of each token given the unit at its start.
    pub tokens: [[f32; CODES]; UNITS],
}

/// The distribution of features over styles, and their error in short references.
#[derive(Debug, Clone, PartialEq)]
pub struct StyleScales {
    /// Mean over styles.
    pub mean: StyleMatrix,
    /// Variance between styles.
    pub between: StyleMatrix,
    /// Variance between one second of a unit and the style's long-term value; n seconds have 1/n.
    pub within: StyleMatrix,
    /// Mean difference between one second of a unit and the long-term value: short motions deviate
    /// less.
    pub bias: StyleMatrix,
}

/// How a style is retrieved from the bank. Heads use [`Retrieval::Matched`]; the others are
/// baselines for measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retrieval {
    /// The bank's average, independent of the reference.
    Average,
    /// The nearest style of the bank.
    Nearest,
    /// The convex combination of the nearest styles that is closest to the reference.
    Interpolated,
    /// The same, with its statistics matched to the reference's according to their reliability.
    Matched,
}

/// A style retrieved from the bank.
#[derive(Debug, Clone)]
pub(super) struct RetrievedStyle {
    pub(super) features: StyleMatrix,
    pub(super) tokens: [[f32; CODES]; UNITS],
}

/// Unbiased features of a reference, and the variance of their error.
struct ObservedStyle {
    features: StyleMatrix,
    variance: StyleMatrix,
}

/// Retrieves a style. `entries` must not be empty.
pub(super) fn retrieve(
    entries: &[StyleEntry],
    scales: &StyleScales,
    style: &PoseStyle,
    retrieval: Retrieval,
) -> RetrievedStyle {
    let observed = observe(scales, style);
    let precision = style_matrix(|row, column| {
        1.0 / (scales.between[row][column] + observed.variance[row][column])
    });
    let mut order: Vec<(usize, f32)> = (entries.iter().enumerate())
        .map(|(index, entry)| {
            (
                index,
                style_distance(&entry.features, &observed.features, &precision),
            )
        })
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let weights: Vec<(usize, f32)> = match retrieval {
        Retrieval::Average => {
            let share = 1.0 / entries.len() as f32;
            order.iter().map(|(index, _)| (*index, share)).collect()
        }
        Retrieval::Nearest => vec![(order[0].0, 1.0)],
        Retrieval::Interpolated | Retrieval::Matched => {
            order.truncate(NEIGHBOURS);
            let neighbours: Vec<&StyleMatrix> = (order.iter())
                .map(|(index, _)| &entries[*index].features)
                .collect();
            let weights = combine(&neighbours, &observed.features, &precision);
            order.iter().map(|(index, _)| *index).zip(weights).collect()
        }
    };
    let sum = |value: &dyn Fn(&StyleEntry) -> f32| -> f32 {
        let parts = weights
            .iter()
            .map(|(index, weight)| weight * value(&entries[*index]));
        parts.sum()
    };
    let mut features = style_matrix(|row, column| sum(&|entry| entry.features[row][column]));
    if retrieval == Retrieval::Matched {
        features = style_matrix(|row, column| {
            let (measured, interpolated) = (observed.features[row][column], features[row][column]);
            let between = scales.between[row][column];
            interpolated
                + (measured - interpolated) * between / (between + observed.variance[row][column])
        });
    }
    let tokens = std::array::from_fn(|unit| {
        std::array::from_fn(|code| sum(&|entry| entry.tokens[unit][code]))
    });
    RetrievedStyle { features, tokens }
}

fn observe(scales: &StyleScales, style: &PoseStyle) -> ObservedStyle {
    let features = style.features();
    // The features of a unit with little data have a large variance.
    let seconds = |row: usize| style.seconds_of(row).max(1e-3);
    ObservedStyle {
        features: style_matrix(|row, column| {
            let bias = scales.bias[row][column] / seconds(row).max(1.0);
            features[row][column] - bias
        }),
        variance: style_matrix(|row, column| scales.within[row][column] / seconds(row)),
    }
}

/// A style matrix with the values `cell(row, column)`.
pub fn style_matrix(mut cell: impl FnMut(usize, usize) -> f32) -> StyleMatrix {
    let mut out = [[0.0; STATISTICS]; ROWS];
    for (row, cells) in out.iter_mut().enumerate() {
        for (column, value) in cells.iter_mut().enumerate() {
            *value = cell(row, column);
        }
    }
    out
}

/// Squared distance of features, weighted by their precision (inverse variance), divided by their
/// number.
pub fn style_distance(a: &StyleMatrix, b: &StyleMatrix, precision: &StyleMatrix) -> f32 {
    let cells = a.as_flattened().iter().zip(b.as_flattened());
    let gaps = cells.zip(precision.as_flattened());
    gaps.map(|((a, b), precision)| precision * (a - b) * (a - b))
        .sum::<f32>()
        / (ROWS * STATISTICS) as f32
}

/// Non-negative weights with sum 1 whose combination of `neighbours` is closest to `goal`, by
/// exponentiated gradient steps (Kivinen and Warmuth 1997).
fn combine(neighbours: &[&StyleMatrix], goal: &StyleMatrix, precision: &StyleMatrix) -> Vec<f32> {
    let mut weights = vec![1.0 / neighbours.len() as f32; neighbours.len()];
    for _ in 0..STEPS {
        let error = style_matrix(|row, column| {
            let parts = neighbours.iter().zip(&weights);
            parts
                .map(|(neighbour, w)| w * neighbour[row][column])
                .sum::<f32>()
                - goal[row][column]
        });
        let gradient: Vec<f32> = (neighbours.iter())
            .map(|neighbour| {
                let cells = style_matrix(|row, column| {
                    precision[row][column] * error[row][column] * neighbour[row][column]
                });
                cells.as_flattened().iter().sum::<f32>() / (ROWS * STATISTICS) as f32
            })
            .collect();
        let lowest = gradient.iter().copied().fold(f32::INFINITY, f32::min);
        for (weight, slope) in weights.iter_mut().zip(gradient) {
            *weight *= (-STEP_SIZE * (slope - lowest).min(30.0)).exp();
        }
        let total: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
    }
    weights
}

impl StyleScales {
    /// The distance of two references' styles, each statistic weighted by its precision in both. A
    /// tenth of the variance between styles is added to the variances.
    pub(super) fn between(&self, a: &PoseStyle, b: &PoseStyle) -> f32 {
        let (a, b) = (observe(self, a), observe(self, b));
        let precision = style_matrix(|row, column| {
            let variance = a.variance[row][column] + b.variance[row][column];
            1.0 / (self.between[row][column].max(1e-6) * 0.1 + variance)
        });
        style_distance(&a.features, &b.features, &precision)
    }
}
