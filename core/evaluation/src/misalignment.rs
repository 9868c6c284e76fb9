//! Temporal misalignment of lip openings and closings.

use metaface_clip::FrameRate;
use serde::Serialize;

use super::statistics::median;

/// Extrema farther apart than this many seconds are different movements.
const SAME_MOVEMENT: f64 = 0.200;
/// At an extremum, the lips reverse by at least this share of their range (5th to 95th percentile).
const TURNING_SHARE: f32 = 0.15;
/// At an extremum, the lips reverse by at least this much, in millimetres.
const TURNING_MM: f32 = 0.3;
/// An extremum lasts while the lips stay within this share of the reversal.
const PLATEAU_SHARE: f32 = 0.1;

/// Lip-opening extrema of two clips, paired in time.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Misalignment {
    /// The delay of every predicted extremum that has a partner, in milliseconds.
    pub lags_ms: Vec<f32>,
    /// Number of extrema of the captured lips, paired or not.
    pub extrema: usize,
}

impl Misalignment {
    /// Mean temporal misalignment: the mean distance of paired extrema in milliseconds. `None`
    /// without pairs. Extrema without a partner do not count: see [`Misalignment::paired`].
    pub fn mean_ms(&self) -> Option<f64> {
        let count = self.lags_ms.len();
        let sum: f64 = (self.lags_ms.iter()).map(|lag| f64::from(lag.abs())).sum();
        (count > 0).then(|| sum / count as f64)
    }

    /// The median lag in milliseconds; negative if the prediction is early.
    pub fn lag_ms(&self) -> Option<f64> {
        median(&self.lags_ms).map(f64::from)
    }

    /// The share of captured extrema with a partner, 0 to 1.
    pub fn paired(&self) -> Option<f64> {
        (self.extrema > 0).then(|| self.lags_ms.len() as f64 / self.extrema as f64)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.lags_ms.extend_from_slice(&other.lags_ms);
        self.extrema += other.extrema;
    }
}

/// Pairs the extrema of two lip apertures (millimetres per frame at the same rate).
///
/// At an extremum, the aperture reverses by at least 15 % of its clip's range. The time of a
/// plateau is its middle. Two extrema of one kind are a pair if each is nearest to the other and
/// they are at most 200 ms apart.
pub fn misalignment(predicted_mm: &[f32], captured_mm: &[f32], rate: FrameRate) -> Misalignment {
    let (predicted, captured) = (extrema(predicted_mm), extrema(captured_mm));
    let mut result = Misalignment {
        lags_ms: Vec::new(),
        extrema: captured.len(),
    };
    for is_opening in [false, true] {
        let times = |extrema: &[Extremum]| -> Vec<f64> {
            (extrema.iter().filter(|e| e.is_opening == is_opening))
                .map(|extremum| rate.seconds(extremum.frame))
                .collect()
        };
        let (predicted_times, captured_times) = (times(&predicted), times(&captured));
        for (index, time) in captured_times.iter().enumerate() {
            let Some(partner) = nearest(&predicted_times, *time) else {
                continue;
            };
            let partner_time = predicted_times[partner];
            let lag = partner_time - time;
            if lag.abs() <= SAME_MOVEMENT && nearest(&captured_times, partner_time) == Some(index) {
                result.lags_ms.push((lag * 1e3) as f32);
            }
        }
    }
    result
}

fn nearest(times: &[f64], time: f64) -> Option<usize> {
    let after = times.partition_point(|other| *other < time);
    [after.checked_sub(1), Some(after)]
        .into_iter()
        .flatten()
        .filter(|index| *index < times.len())
        .min_by(|a, b| {
            (times[*a] - time)
                .abs()
                .total_cmp(&(times[*b] - time).abs())
        })
}

struct Extremum {
    /// The middle of the extremum in frames.
    frame: f64,
    is_opening: bool,
}

/// The extrema of a signal, alternately openings and closings. The ends of the signal are not
/// extrema, because the signal beyond them is unknown.
fn extrema(signal: &[f32]) -> Vec<Extremum> {
    if signal.iter().any(|value| !value.is_finite()) || signal.is_empty() {
        return Vec::new();
    }
    let mut sorted = signal.to_vec();
    sorted.sort_by(f32::total_cmp);
    let percentile = |share: usize| sorted[(sorted.len() - 1) * share / 100];
    let turning = TURNING_MM.max(TURNING_SHARE * (percentile(95) - percentile(5)));
    let (mut lowest, mut highest) = (0, 0);
    let mut is_rising = None;
    let mut found = Vec::new();
    for frame in 1..signal.len() {
        if signal[frame] < signal[lowest] {
            lowest = frame;
        }
        if signal[frame] > signal[highest] {
            highest = frame;
        }
        if is_rising != Some(false) && signal[highest] - signal[frame] >= turning {
            if is_rising.is_some() {
                found.push(plateau(signal, highest, turning, true));
            }
            is_rising = Some(false);
            lowest = frame;
        } else if is_rising != Some(true) && signal[frame] - signal[lowest] >= turning {
            if is_rising.is_some() {
                found.push(plateau(signal, lowest, turning, false));
            }
            is_rising = Some(true);
            highest = frame;
        }
    }
    found
}

fn plateau(signal: &[f32], frame: usize, turning: f32, is_opening: bool) -> Extremum {
    let is_near = |value: &&f32| (**value - signal[frame]).abs() <= PLATEAU_SHARE * turning;
    let before = signal[..frame].iter().rev().take_while(is_near).count();
    let after = signal[frame + 1..].iter().take_while(is_near).count();
    Extremum {
        frame: frame as f64 + 0.5 * (after as f64 - before as f64),
        is_opening,
    }
}

#[cfg(test)]
mod tests {
    use metaface_clip::FrameRate;
    use proptest::prelude::*;

    use super::misalignment;

    fn wave(frames: usize, late: f32) -> Vec<f32> {
        (0..frames)
            .map(|frame| 8.0 - 8.0 * (std::f32::consts::TAU * (frame as f32 - late) / 50.0).cos())
            .collect()
    }

    fn rate() -> FrameRate {
        FrameRate::whole(100).expect("a rate")
    }

    #[test]
    fn a_shifted_mouth_is_misaligned_by_its_shift() {
        let truth = wave(500, 0.0);
        let late = misalignment(&wave(500, 10.0), &truth, rate());
        assert!(
            (late.mean_ms().expect("pairs") - 100.0).abs() < 1.0,
            "{late:?}"
        );
        assert!((late.lag_ms().expect("pairs") - 100.0).abs() < 1.0);
        let early = misalignment(&wave(500, -7.0), &truth, rate());
        assert!((early.lag_ms().expect("pairs") + 70.0).abs() < 1.0);
        assert!(early.paired() > Some(0.9), "{early:?}");
    }

    #[test]
    fn a_scaled_movement_is_aligned() {
        let truth = wave(500, 0.0);
        let small: Vec<f32> = truth.iter().map(|gap| gap / 5.0).collect();
        let same = misalignment(&small, &truth, rate());
        assert_eq!((same.mean_ms(), same.paired()), (Some(0.0), Some(1.0)));
        assert_eq!(same.extrema, 19);
    }

    #[test]
    fn a_still_mouth_has_no_partner_for_any_movement() {
        let still = misalignment(&[4.0; 500], &wave(500, 0.0), rate());
        assert_eq!((still.mean_ms(), still.paired()), (None, Some(0.0)));
    }

    #[test]
    fn the_time_of_a_held_closure_is_its_middle() {
        let mut held = vec![10.0; 100];
        held[40..60].fill(0.0);
        let mut brief = vec![10.0; 100];
        brief[49..51].fill(0.0);
        assert_eq!(misalignment(&held, &brief, rate()).lags_ms, [0.0]);
    }

    proptest! {
        #[test]
        fn pairs_are_close_and_at_most_as_many_as_the_extrema(
            predicted in proptest::collection::vec(-2.0f32..20.0, 0..150),
            captured in proptest::collection::vec(-2.0f32..20.0, 0..150),
        ) {
            let result = misalignment(&predicted, &captured, rate());
            prop_assert!(result.lags_ms.len() <= result.extrema);
            prop_assert!(result.lags_ms.iter().all(|lag| lag.abs() <= 200.1));
        }
    }
}
