//! Milliseconds counted in memory that does not grow.

use serde::Serialize;

/// How often a time of so many milliseconds was seen, in steps of a twentieth up to two seconds.
pub struct Histogram {
    steps: Vec<u64>,
    count: u64,
    most: f64,
}

/// A histogram in three figures, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Half of the times are below.
    pub median: f64,
    /// 99 of 100 are below.
    pub most_of_99: f64,
    /// The longest.
    pub most: f64,
}

impl Histogram {
    const PER_MILLISECOND: f64 = 20.0;
    const STEPS: usize = 40_000;

    /// Nothing seen yet.
    pub fn new() -> Self {
        Self {
            steps: vec![0; Self::STEPS],
            count: 0,
            most: 0.0,
        }
    }

    /// Counts a time.
    pub fn count(&mut self, seconds: f64) {
        let milliseconds = (seconds * 1000.0).max(0.0);
        let step = (milliseconds * Self::PER_MILLISECOND) as usize;
        self.steps[step.min(Self::STEPS - 1)] += 1;
        self.count += 1;
        self.most = self.most.max(milliseconds);
    }

    /// The figures, if anything was seen.
    pub fn spread(&self) -> Option<Spread> {
        (self.count > 0).then(|| Spread {
            median: self.below(0.5),
            most_of_99: self.below(0.99),
            most: (self.most * 100.0).round() / 100.0,
        })
    }

    /// What this share of the times does not exceed, to a step.
    fn below(&self, share: f64) -> f64 {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        let step = self.steps.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        let end = (step.unwrap_or(0) + 1) as f64 / Self::PER_MILLISECOND;
        end.min((self.most * 100.0).round() / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_times_have_a_median_a_99th_and_a_longest() {
        let mut times = Histogram::new();
        assert_eq!(times.spread(), None);
        (1..=100).for_each(|milliseconds| times.count(f64::from(milliseconds) / 1000.0));
        times.count(-1.0);
        let spread = times.spread().expect("seen");
        assert!((spread.median - 50.0).abs() < 0.1, "{spread:?}");
        assert!((spread.most_of_99 - 99.0).abs() < 0.1, "{spread:?}");
        assert_eq!(spread.most, 100.0);
    }
}
