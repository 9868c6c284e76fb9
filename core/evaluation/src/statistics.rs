//! Shares, ranks, medians and correlations.

use std::ops::AddAssign;

use serde::Serialize;

/// A count of hits among a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Share {
    /// Number of hits.
    pub hits: usize,
    /// Total number.
    pub total: usize,
}

impl Share {
    /// The share, 0 to 1. `None` if the total is 0.
    pub fn value(self) -> Option<f64> {
        (self.total > 0).then(|| self.hits as f64 / self.total as f64)
    }

    pub(super) fn count(&mut self, hit: bool) {
        self.total += 1;
        self.hits += usize::from(hit);
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.total += other.total;
    }
}

/// How well a signal separates positive frames from negative ones: the area under its receiver
/// operating characteristic, computed as the statistic of Mann and Whitney (1947).
///
/// Scores of several utterances are added. Every positive frame is ranked among the negative frames
/// of the same utterance, so that large and small movements pool fairly.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Auc {
    /// Number of ranked positive frames.
    pub frames: usize,
    /// Over these frames, the sum of the share of negative frames with a smaller value (an equal
    /// value counts half).
    pub rank_sum: f64,
}

impl Auc {
    /// Ranks the positive values among the negative ones. NaN values are skipped; without negative
    /// values, no value is ranked.
    pub fn of(positives: &[f32], negatives: &[f32]) -> Self {
        let mut sorted: Vec<f32> = negatives.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_by(f32::total_cmp);
        if sorted.is_empty() {
            return Self::default();
        }
        let mut auc = Self::default();
        for value in positives.iter().filter(|value| !value.is_nan()) {
            let below = sorted.partition_point(|other| other < value);
            let up_to = sorted.partition_point(|other| other <= value);
            auc.frames += 1;
            auc.rank_sum += 0.5 * (below + up_to) as f64 / sorted.len() as f64;
        }
        auc
    }

    /// 1 if every positive value is above all negative ones, 0.5 by chance. `None` without values
    /// of both.
    pub fn value(self) -> Option<f64> {
        (self.frames > 0).then(|| self.rank_sum / self.frames as f64)
    }
}

impl AddAssign for Auc {
    fn add_assign(&mut self, other: Self) {
        self.frames += other.frames;
        self.rank_sum += other.rank_sum;
    }
}

/// The median. `None` without values.
pub(super) fn median(values: &[f32]) -> Option<f32> {
    let mut sorted = values.to_vec();
    let (below, upper, _) = {
        if sorted.is_empty() {
            return None;
        }
        let middle = sorted.len() / 2;
        sorted.select_nth_unstable_by(middle, f32::total_cmp)
    };
    let upper = *upper;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f32::total_cmp)?;
    Some(lower + (upper - lower) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Auc, Share, median};

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(Share::default().value(), None);
        assert_eq!(Share { hits: 1, total: 4 }.value(), Some(0.25));
    }

    #[test]
    fn separated_values_rank_one_and_equal_values_half() {
        assert_eq!(Auc::of(&[3.0, 4.0], &[1.0, 2.0]).value(), Some(1.0));
        assert_eq!(Auc::of(&[1.0, 2.0], &[3.0, 4.0]).value(), Some(0.0));
        assert_eq!(Auc::of(&[1.0; 3], &[1.0; 5]).value(), Some(0.5));
        assert_eq!(Auc::of(&[1.0, 3.0], &[2.0, f32::NAN]).value(), Some(0.5));
        assert_eq!(Auc::of(&[1.0], &[]).value(), None);
        assert_eq!(Auc::of(&[], &[1.0]).value(), None);
    }

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    proptest! {
        #[test]
        fn the_auc_is_between_zero_and_one_and_complements_when_swapped(
            positives in proptest::collection::vec(-4.0f32..4.0, 1..40),
            negatives in proptest::collection::vec(-4.0f32..4.0, 1..40),
        ) {
            let auc = Auc::of(&positives, &negatives).value().expect("values of both");
            let swapped = Auc::of(&negatives, &positives).value().expect("values of both");
            prop_assert!((0.0..=1.0).contains(&auc));
            prop_assert!((auc + swapped - 1.0).abs() < 1e-9);
        }

        #[test]
        fn half_of_the_values_lie_on_each_side_of_the_median(
            values in proptest::collection::vec(-4.0f32..4.0, 1..40),
        ) {
            let middle = median(&values).expect("there are values");
            let below = values.iter().filter(|value| **value < middle).count();
            let above = values.iter().filter(|value| **value > middle).count();
            prop_assert!(below * 2 <= values.len() && above * 2 <= values.len());
        }
    }
}
