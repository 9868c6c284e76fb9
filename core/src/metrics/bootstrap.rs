//! How far a figure would move with other speakers or utterances.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// What is drawn again: the thing that another study would have others of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResampledUnit {
    /// All utterances of a speaker together.
    Speaker,
    /// Utterances one by one: for a single speaker, or too few of them.
    Utterance,
}

/// Percentile bootstrap of Efron (1979): groups are drawn with replacement, as many as there are,
/// and the figure is computed anew.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bootstrap {
    /// What is drawn again.
    pub unit: ResampledUnit,
    /// How many times.
    pub draws: usize,
    /// Every draw follows from this.
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

/// Where 95 of 100 resampled figures lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

impl Bootstrap {
    /// The interval of a figure over groups of items; none for fewer than two groups, or where
    /// no draw has the figure.
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
        // Standard deviation 28.9 over the root of 100 values: 1.96 of these are 5.66.
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
    fn one_group_alone_says_nothing_about_others() {
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
