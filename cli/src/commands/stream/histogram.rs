//! A histogram of times with constant memory.

use serde::Serialize;

/// Counts of times, in bins of 0.05 ms up to two seconds.
pub struct Histogram {
    bins: Vec<u64>,
    count: u64,
    /// The longest time in milliseconds.
    max: f64,
}

/// Median, 99th percentile and maximum of a histogram, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LatencySummary {
    /// The median.
    pub median: f64,
    /// The 99th percentile.
    pub most_of_99: f64,
    /// The maximum.
    pub most: f64,
}

impl Histogram {
    const BINS_PER_MILLISECOND: f64 = 20.0;
    const BINS: usize = 40_000;

    /// An empty histogram.
    pub fn new() -> Self {
        Self {
            bins: vec![0; Self::BINS],
            count: 0,
            max: 0.0,
        }
    }

    /// Counts a time.
    pub fn count(&mut self, seconds: f64) {
        let milliseconds = (seconds * 1000.0).max(0.0);
        let bin = (milliseconds * Self::BINS_PER_MILLISECOND) as usize;
        self.bins[bin.min(Self::BINS - 1)] += 1;
        self.count += 1;
        self.max = self.max.max(milliseconds);
    }

    /// The summary; `None` for an empty histogram.
    pub fn summary(&self) -> Option<LatencySummary> {
        (self.count > 0).then(|| LatencySummary {
            median: self.quantile(0.5),
            most_of_99: self.quantile(0.99),
            most: (self.max * 100.0).round() / 100.0,
        })
    }

    /// The time that this share of the times does not exceed, rounded up to a bin.
    fn quantile(&self, share: f64) -> f64 {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        let bin = self.bins.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        let end = (bin.unwrap_or(0) + 1) as f64 / Self::BINS_PER_MILLISECOND;
        end.min((self.max * 100.0).round() / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_times_have_a_median_a_99th_percentile_and_a_maximum() {
        let mut times = Histogram::new();
        assert_eq!(times.summary(), None);
        (1..=100).for_each(|milliseconds| times.count(f64::from(milliseconds) / 1000.0));
        times.count(-1.0);
        let summary = times.summary().expect("not empty");
        assert!((summary.median - 50.0).abs() < 0.1, "{summary:?}");
        assert!((summary.most_of_99 - 99.0).abs() < 0.1, "{summary:?}");
        assert_eq!(summary.most, 100.0);
    }
}
