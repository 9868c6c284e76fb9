//! The lag of a captured face behind its sound.

use crate::clip::Frame;
use crate::clip::lips::aperture_mm;
use crate::model::FRAME_RATE;

/// The largest lag that is removed, in frames: 0.5 s.
const MAX_LAG: isize = FRAME_RATE as isize / 2;
/// The largest lag that is searched, in frames: 1.5 s, so that longer lags are reported.
const SEARCH_RADIUS: isize = 3 * MAX_LAG;
/// The likeness at a lag must exceed the likeness without a lag by this value, and by
/// `CHANCE_GAIN / sqrt(frames)`.
const MIN_GAIN: f32 = 0.12;
const CHANCE_GAIN: f32 = 2.5;
/// The likeness of a face to the average speaker is 0.4 to 0.6 on the same take. On other takes, it
/// is about `CHANCE / sqrt(frames)` at the best lag: 0.35 for 5 s, 0.17 for 20 s.
const CHANCE: f32 = 5.5;
/// A likeness below `WEAK_CHANCE / sqrt(frames)` is weak. The threshold is limited to this range.
const WEAK_LIMITS: (f32, f32) = (0.15, 0.3);
const WEAK_CHANCE: f32 = 6.5;

/// The timing of a take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TakeTiming {
    /// The lag of the face behind the sound in frames; 0 unless another lag is clearly better.
    pub(super) lag: isize,
    /// The likeness of the face to the average speaker's at that lag, -1 to 1.
    pub(super) likeness: f32,
    /// A clearly better lag that is too long to be removed.
    pub(super) too_far: Option<isize>,
    /// Whether the likeness is no better than that of another take.
    pub(super) is_weak: bool,
}

/// Compares a face with the average speaker's on the same sound, both at the network's rate.
pub(super) fn timing(captured: &[Frame], average: &[Frame]) -> TakeTiming {
    let (captured, average) = (LipCurves::of(captured), LipCurves::of(average));
    let count = captured.gap.len().min(average.gap.len()) as f32;
    let chance = CHANCE / count.max(1.0).sqrt();
    let gain = MIN_GAIN.max(CHANCE_GAIN / count.max(1.0).sqrt());
    let at = |lag: isize| captured.likeness(&average, lag);
    let best = |radius: isize| {
        let lags = (-radius..=radius).map(|lag| (lag, at(lag)));
        lags.fold(
            (0, at(0)),
            |best, next| if next.1 > best.1 { next } else { best },
        )
    };
    let (near, far, unshifted) = (best(MAX_LAG), best(SEARCH_RADIUS), at(0));
    let is_clear = |(_, likeness): (isize, f32), than: f32| {
        likeness >= chance.max(WEAK_LIMITS.1) && likeness >= than + gain
    };
    let (lag, likeness) = if is_clear(near, unshifted) {
        near
    } else {
        (0, unshifted)
    };
    TakeTiming {
        lag,
        likeness,
        too_far: is_clear(far, near.1).then_some(far.0),
        is_weak: near.1 < (WEAK_CHANCE / count.max(1.0).sqrt()).clamp(WEAK_LIMITS.0, WEAK_LIMITS.1),
    }
}

/// The gap between the lips and its speed, which marks the times of openings more precisely.
struct LipCurves {
    gap: Vec<f32>,
    speed: Vec<f32>,
}

impl LipCurves {
    fn of(frames: &[Frame]) -> Self {
        let gap: Vec<f32> = frames.iter().map(aperture_mm).collect();
        let at = |index: usize, step: isize| {
            let last = gap.len() as isize - 1;
            gap[(index as isize + step).clamp(0, last) as usize]
        };
        // The difference of averages over three frames.
        let speed = |i: usize| at(i, 2) + at(i, 1) - at(i, -1) - at(i, -2);
        Self {
            speed: (0..gap.len()).map(speed).collect(),
            gap,
        }
    }

    /// The mean correlation with other curves if these are `lag` frames later.
    fn likeness(&self, other: &Self, lag: isize) -> f32 {
        let [gap, speed] = [(&self.gap, &other.gap), (&self.speed, &other.speed)]
            .map(|(a, b)| correlation(skip(a, lag), skip(b, -lag)));
        0.5 * (gap + speed)
    }
}

/// The values without the first `count`; all of them if it is negative.
fn skip(values: &[f32], count: isize) -> &[f32] {
    values.get(count.max(0) as usize..).unwrap_or_default()
}

/// Pearson's correlation over the common length; 0 if one curve is constant.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    crate::statistics::correlation(a, b).map_or(0.0, |r| r as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Channel;

    /// A mouth that opens at irregular times, which differ for each `take`.
    fn talk(frames: usize, take: f32, late: isize) -> Vec<Frame> {
        let opening = |time: f32| {
            let syllables = (time * 0.47 + take).sin() + (time * 0.293 + 2.0 * take).sin();
            0.1 * (syllables + (time * 0.171 + 3.0 * take).sin()).max(0.0)
        };
        let frame = |index: usize| {
            let mut frame = Frame::NEUTRAL;
            frame[Channel::JawOpen] = opening((index as isize - late + 1000) as f32);
            frame
        };
        (0..frames).map(frame).collect()
    }

    #[test]
    fn the_lag_of_a_late_or_early_face_is_found() {
        for lag in [-25, -20, -7, 0, 7, 20, 25] {
            let found = timing(&talk(500, 0.3, lag), &talk(500, 0.3, 0));
            assert_eq!(found.lag, lag, "{found:?}");
            assert!(found.likeness > 0.99 && found.too_far.is_none() && !found.is_weak);
        }
    }

    #[test]
    fn a_lag_that_is_too_long_is_reported_and_not_removed() {
        let found = timing(&talk(1000, 0.3, 60), &talk(1000, 0.3, 0));
        assert_eq!(found.too_far, Some(60), "{found:?}");
    }

    #[test]
    fn a_still_mouth_has_no_lag() {
        for other in [vec![Frame::NEUTRAL; 500], Vec::new(), talk(1, 0.0, 0)] {
            let found = timing(&other, &talk(500, 0.3, 0));
            assert_eq!((found.lag, found.is_weak), (0, true), "{found:?}");
        }
    }
}
