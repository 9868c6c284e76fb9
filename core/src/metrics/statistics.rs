//! Shares, ranks, medians and correlations.

use std::ops::AddAssign;

use serde::Serialize;

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Share {
    /// How many were right.
    pub hits: usize,
    /// How many there were.
    pub total: usize,
}

impl Share {
    /// The share, 0 to 1; none of nothing.
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

/// How well a signal tells frames of one kind from the others: the area under its receiver
/// operating characteristic, computed as the statistic of Mann and Whitney (1947).
///
/// Scores of several utterances add up frame by frame: every frame of the kind is ranked among
/// the other frames of its own utterance, so that a loud and a quiet speaker pool fairly.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Auc {
    /// Frames of the kind that were ranked.
    pub frames: usize,
    /// Over these frames, the sum of the share of other frames with a smaller value (an equal
    /// value counts half).
    pub rank_sum: f64,
}

impl Auc {
    /// Ranks the values of one kind among the others. Values that are not numbers are left out;
    /// without others nothing can be ranked.
    pub fn of(kind: &[f32], others: &[f32]) -> Self {
        let mut sorted: Vec<f32> = others.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_by(f32::total_cmp);
        if sorted.is_empty() {
            return Self::default();
        }
        let mut auc = Self::default();
        for value in kind.iter().filter(|value| !value.is_nan()) {
            let below = sorted.partition_point(|other| other < value);
            let up_to = sorted.partition_point(|other| other <= value);
            auc.frames += 1;
            auc.rank_sum += 0.5 * (below + up_to) as f64 / sorted.len() as f64;
        }
        auc
    }

    /// 1 where every frame of the kind lies above all others, 0.5 by chance; none without frames
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

/// The middle value, between the two middle ones if they are two; none of nothing.
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
    fn a_share_of_nothing_is_no_figure() {
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
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    proptest! {
        #[test]
        fn ranks_stay_between_zero_and_one_and_swap_with_their_sides(
            kind in proptest::collection::vec(-4.0f32..4.0, 1..40),
            others in proptest::collection::vec(-4.0f32..4.0, 1..40),
        ) {
            let one = Auc::of(&kind, &others).value().expect("both sides have values");
            let other = Auc::of(&others, &kind).value().expect("both sides have values");
            prop_assert!((0.0..=1.0).contains(&one));
            prop_assert!((one + other - 1.0).abs() < 1e-9);
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
