//! Confidence intervals by resampling speakers or utterances.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// The unit that is resampled: what would differ in another study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResampledUnit {
    /// All utterances of a speaker together.
    Speaker,
    /// Single utterances: for one speaker, or too few speakers.
    Utterance,
}

/// Percentile bootstrap (Efron 1979): draws as many groups as there are, with replacement, and
/// computes the figure of each draw.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bootstrap {
    /// The resampled unit.
    pub unit: ResampledUnit,
    /// Number of draws.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            unit: ResampledUnit::Speaker,
            draws: 1000,
            seed: 1,
        }
    }
}

/// The 95 % interval of the resampled figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

impl Bootstrap {
    /// The interval of a figure over groups of items. `None` for fewer than two groups, or if no
    /// draw has the figure.
    pub fn interval<T>(
        &self,
        groups: &[Vec<&T>],
        figure: impl Fn(&[&T]) -> Option<f64>,
    ) -> Option<Interval> {
        if groups.len() < 2 {
            return None;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut drawn = Vec::new();
        let mut figures = Vec::with_capacity(self.draws);
        for _ in 0..self.draws {
            drawn.clear();
            for _ in groups {
                drawn.extend_from_slice(&groups[rng.random_range(0..groups.len())]);
            }
            figures.extend(figure(&drawn).filter(|value| value.is_finite()));
        }
        figures.sort_by(f64::total_cmp);
        let last = figures.len().checked_sub(1)? as f64;
        let percentile = |share: f64| figures[(share * last).round() as usize];
        Some(Interval {
            low: percentile(0.025),
            high: percentile(0.975),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Bootstrap;

    fn mean(values: &[&f64]) -> Option<f64> {
        let sum: f64 = values.iter().copied().sum();
        (!values.is_empty()).then(|| sum / values.len() as f64)
    }

    #[test]
    fn the_interval_of_a_mean_is_two_standard_errors_wide_each_way() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let groups: Vec<Vec<&f64>> = values.iter().map(|value| vec![value]).collect();
        let bootstrap = Bootstrap {
            draws: 4000,
            ..Bootstrap::default()
        };
        let interval = bootstrap.interval(&groups, mean).expect("an interval");
        // Standard deviation 28.9, divided by the root of 100 values and times 1.96: 5.66.
        assert!((interval.low - (49.5 - 5.66)).abs() < 0.5, "{interval:?}");
        assert!((interval.high - (49.5 + 5.66)).abs() < 0.5, "{interval:?}");
        assert_eq!(bootstrap.interval(&groups, mean), Some(interval));
        let other = Bootstrap {
            seed: 2,
            ..bootstrap
        };
        assert_ne!(other.interval(&groups, mean), Some(interval));
    }

    #[test]
    fn a_single_group_has_no_interval() {
        let values = [1.0, 2.0, 3.0];
        let groups = [values.iter().collect()];
        assert_eq!(Bootstrap::default().interval(&groups, mean), None);
    }

    proptest! {
        #[test]
        fn the_interval_of_a_mean_lies_within_the_values(
            values in proptest::collection::vec(-9.0f64..9.0, 2..20),
        ) {
            let groups: Vec<Vec<&f64>> = values.iter().map(|value| vec![value]).collect();
            let bootstrap = Bootstrap { draws: 50, ..Bootstrap::default() };
            let interval = bootstrap.interval(&groups, mean).expect("an interval");
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-9 <= interval.low);
            prop_assert!(interval.low <= interval.high && interval.high <= most + 1e-9);
        }
    }
}
