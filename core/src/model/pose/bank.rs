//! The styles seen in training, and how a new one is found among them.

use super::codebook::CODES;
use super::style::{Matrix, PoseStyle, ROWS, STATISTICS};
use super::units::UNITS;

/// How many styles a bank keeps.
pub(super) const MOST_STYLES: usize = 40;
/// How many of them are interpolated.
const NEIGHBOURS: usize = 8;
/// Steps of the search for weights, and their size.
const STEPS: usize = 200;
const STEP: f32 = 1.0;

/// A style of the bank.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// See [`PoseStyle::features`].
    pub(super) features: Matrix,
    /// The probability of each token given the unit at which it begins.
    pub(super) tokens: [[f32; CODES]; UNITS],
}

/// How features spread over styles, and how little of them short references tell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scales {
    /// Mean over styles.
    pub(super) mean: Matrix,
    /// Variance between styles.
    pub(super) between: Matrix,
    /// Variance between a second of a unit and the style's long-run value; n seconds have 1/n.
    pub(super) within: Matrix,
    /// Mean difference between a second of a unit and the long run: short stretches deviate less.
    pub(super) bias: Matrix,
}

/// How a style is found in the bank. [`Retrieval::Matched`] is what heads use; the others leave
/// out parts of it, to be measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retrieval {
    /// The bank's average, whatever the reference.
    Average,
    /// The nearest style of the bank.
    Nearest,
    /// The convex combination of near styles that is nearest to the reference.
    Interpolated,
    /// The same, its statistics matched to the reference's as far as that can be trusted.
    Matched,
}

/// A style as the bank understands it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) features: Matrix,
    pub(super) tokens: [[f32; CODES]; UNITS],
}

/// Features of a reference, freed of bias, and the variance of their error.
struct Observed {
    features: Matrix,
    variance: Matrix,
}

/// Looks a style up. `entries` must not be empty.
pub(super) fn find(
    entries: &[Entry],
    scales: &Scales,
    style: &PoseStyle,
    retrieval: Retrieval,
) -> Found {
    let observed = observe(scales, style);
    let trust =
        each(|row, column| 1.0 / (scales.between[row][column] + observed.variance[row][column]));
    let mut order: Vec<(usize, f32)> = (entries.iter().enumerate())
        .map(|(index, entry)| (index, distance(&entry.features, &observed.features, &trust)))
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
            let near: Vec<&Matrix> = (order.iter())
                .map(|(index, _)| &entries[*index].features)
                .collect();
            let weights = combine(&near, &observed.features, &trust);
            order.iter().map(|(index, _)| *index).zip(weights).collect()
        }
    };
    let sum = |value: &dyn Fn(&Entry) -> f32| -> f32 {
        let parts = weights
            .iter()
            .map(|(index, weight)| weight * value(&entries[*index]));
        parts.sum()
    };
    let mut features = each(|row, column| sum(&|entry| entry.features[row][column]));
    if retrieval == Retrieval::Matched {
        features = each(|row, column| {
            let (seen, guess) = (observed.features[row][column], features[row][column]);
            let doubt = scales.between[row][column];
            guess + (seen - guess) * doubt / (doubt + observed.variance[row][column])
        });
    }
    let tokens = std::array::from_fn(|unit| {
        std::array::from_fn(|code| sum(&|entry| entry.tokens[unit][code]))
    });
    Found { features, tokens }
}

fn observe(scales: &Scales, style: &PoseStyle) -> Observed {
    let seen = style.features();
    // A unit that was hardly heard says next to nothing.
    let seconds = |row: usize| style.seconds_of(row).max(1e-3);
    Observed {
        features: each(|row, column| {
            let bias = scales.bias[row][column] / seconds(row).max(1.0);
            seen[row][column] - bias
        }),
        variance: each(|row, column| scales.within[row][column] / seconds(row)),
    }
}

/// A matrix, cell by cell.
pub(super) fn each(mut cell: impl FnMut(usize, usize) -> f32) -> Matrix {
    let mut out = [[0.0; STATISTICS]; ROWS];
    for (row, cells) in out.iter_mut().enumerate() {
        for (column, value) in cells.iter_mut().enumerate() {
            *value = cell(row, column);
        }
    }
    out
}

/// Squared distance of features, each counted as far as it is trusted, relative to their number.
pub(super) fn distance(a: &Matrix, b: &Matrix, trust: &Matrix) -> f32 {
    let cells = a.as_flattened().iter().zip(b.as_flattened());
    let gaps = cells.zip(trust.as_flattened());
    gaps.map(|((a, b), trust)| trust * (a - b) * (a - b))
        .sum::<f32>()
        / (ROWS * STATISTICS) as f32
}

/// Weights, none negative and one in sum, whose combination of `near` is nearest to `goal`, by
/// exponentiated gradient steps (Kivinen and Warmuth 1997).
fn combine(near: &[&Matrix], goal: &Matrix, trust: &Matrix) -> Vec<f32> {
    let mut weights = vec![1.0 / near.len() as f32; near.len()];
    for _ in 0..STEPS {
        let error = each(|row, column| {
            let parts = near.iter().zip(&weights);
            parts.map(|(one, w)| w * one[row][column]).sum::<f32>() - goal[row][column]
        });
        let slopes: Vec<f32> = (near.iter())
            .map(|one| {
                let cells =
                    each(|row, column| trust[row][column] * error[row][column] * one[row][column]);
                cells.as_flattened().iter().sum::<f32>() / (ROWS * STATISTICS) as f32
            })
            .collect();
        let least = slopes.iter().copied().fold(f32::INFINITY, f32::min);
        for (weight, slope) in weights.iter_mut().zip(slopes) {
            *weight *= (-STEP * (slope - least).min(30.0)).exp();
        }
        let total: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
    }
    weights
}

/// The styles that span the bank best: each is the farthest from those before it (Gonzalez 1985),
/// since what lies between can be interpolated.
pub(super) fn spanning(entries: Vec<Entry>, scales: &Scales) -> Vec<Entry> {
    let trust =
        each(|row, column| 1.0 / (scales.between[row][column] + 0.1 * scales.within[row][column]));
    let gap = |entry: &Entry, from: &Matrix| distance(&entry.features, from, &trust);
    let mut left: Vec<(f32, Entry)> = (entries.into_iter())
        .map(|entry| (gap(&entry, &scales.mean), entry))
        .collect();
    let mut kept: Vec<Entry> = Vec::new();
    while kept.len() < MOST_STYLES {
        let farthest = (0..left.len()).reduce(|a, b| if left[b].0 > left[a].0 { b } else { a });
        let Some(index) = farthest else { break };
        let (_, entry) = left.swap_remove(index);
        for (nearest, other) in &mut left {
            let gap = gap(other, &entry.features);
            *nearest = if kept.is_empty() {
                gap
            } else {
                nearest.min(gap)
            };
        }
        kept.push(entry);
    }
    kept
}

impl Scales {
    /// The distance of two references' styles, each statistic counted as far as both tell it; a
    /// tenth of what styles differ by is let pass.
    pub(super) fn between(&self, a: &PoseStyle, b: &PoseStyle) -> f32 {
        let (a, b) = (observe(self, a), observe(self, b));
        let trust = each(|row, column| {
            let variance = a.variance[row][column] + b.variance[row][column];
            1.0 / (self.between[row][column].max(1e-6) * 0.1 + variance)
        });
        distance(&a.features, &b.features, &trust)
    }
}
