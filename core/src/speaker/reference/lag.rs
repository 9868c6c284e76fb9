//! How much later (or earlier) than the sound a face was recorded.

use crate::clip::Frame;
use crate::clip::lips::aperture_mm;
use crate::model::FRAME_RATE;

/// Lags up to this many frames, 0.5 s, are found and taken out.
const LONGEST: isize = FRAME_RATE as isize / 2;
/// As far is looked, 1.5 s, to tell a lag that is too long from none.
const FARTHEST: isize = 3 * LONGEST;
/// A lag must follow the sound better than none by this much, or by `CHANCE_GAIN` over the root
/// of the frames.
const GAIN: f32 = 0.12;
const CHANCE_GAIN: f32 = 2.5;
/// Faces of the same take follow the average speaker with 0.4 to 0.6. Faces of other takes reach,
/// at their best lag, about this over the root of the frames: 0.35 for 5 s, 0.17 for 20 s.
const CHANCE: f32 = 5.5;
/// Less than the first is no likeness, however long the take; more than the second is one, however
/// short. In between, this over the root of the frames tells.
const WEAK: (f32, f32) = (0.15, 0.3);
const WEAK_CHANCE: f32 = 6.5;

/// What was found out about a take's timing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Timing {
    /// How many frames later than the sound the face is; 0 unless another lag is clearly better.
    pub(super) lag: isize,
    /// How well the face follows the sound at that lag, -1 to 1.
    pub(super) likeness: f32,
    /// Where the face would follow clearly better, if that is too far away to be taken out.
    pub(super) too_far: Option<isize>,
    /// Whether the face follows no better than that of another take.
    pub(super) is_weak: bool,
}

/// Compares a face with the average speaker's on the same sound, both at the network's rate.
pub(super) fn timing(captured: &[Frame], average: &[Frame]) -> Timing {
    let (captured, average) = (Lips::of(captured), Lips::of(average));
    let count = captured.gap.len().min(average.gap.len()) as f32;
    let chance = CHANCE / count.max(1.0).sqrt();
    let gain = GAIN.max(CHANCE_GAIN / count.max(1.0).sqrt());
    let at = |lag: isize| captured.likeness(&average, lag);
    let best = |farthest: isize| {
        let lags = (-farthest..=farthest).map(|lag| (lag, at(lag)));
        lags.fold(
            (0, at(0)),
            |best, next| if next.1 > best.1 { next } else { best },
        )
    };
    let (near, far, none) = (best(LONGEST), best(FARTHEST), at(0));
    let is_clear = |(_, likeness): (isize, f32), than: f32| {
        likeness >= chance.max(WEAK.1) && likeness >= than + gain
    };
    let (lag, likeness) = if is_clear(near, none) {
        near
    } else {
        (0, none)
    };
    Timing {
        lag,
        likeness,
        too_far: is_clear(far, near.1).then_some(far.0),
        is_weak: near.1 < (WEAK_CHANCE / count.max(1.0).sqrt()).clamp(WEAK.0, WEAK.1),
    }
}

/// The gap between the lips, and how fast it changes: the first tells what is open, the second
/// when.
struct Lips {
    gap: Vec<f32>,
    speed: Vec<f32>,
}

impl Lips {
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

    /// The mean correlation with other lips if these are `lag` frames later.
    fn likeness(&self, other: &Self, lag: isize) -> f32 {
        let [gap, speed] = [(&self.gap, &other.gap), (&self.speed, &other.speed)]
            .map(|(ours, theirs)| correlation(from(ours, lag), from(theirs, -lag)));
        0.5 * (gap + speed)
    }
}

fn from(values: &[f32], start: isize) -> &[f32] {
    values.get(start.max(0) as usize..).unwrap_or_default()
}

/// Pearson's correlation over as many values as both have; 0 where one stands still.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    crate::metrics::correlation(a, b).map_or(0.0, |r| r as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Channel;

    /// A mouth that opens at uneven times, of a take of its own for each `take`.
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
    fn a_late_face_is_late_by_as_much_and_an_early_one_early() {
        for lag in [-25, -20, -7, 0, 7, 20, 25] {
            let found = timing(&talk(500, 0.3, lag), &talk(500, 0.3, 0));
            assert_eq!(found.lag, lag, "{found:?}");
            assert!(found.likeness > 0.99 && found.too_far.is_none() && !found.is_weak);
        }
    }

    #[test]
    fn what_is_too_far_is_told_and_left_alone() {
        let found = timing(&talk(1000, 0.3, 60), &talk(1000, 0.3, 0));
        assert_eq!(found.too_far, Some(60), "{found:?}");
    }

    #[test]
    fn a_still_or_foreign_mouth_has_no_lag() {
        for other in [vec![Frame::NEUTRAL; 500], Vec::new(), talk(1, 0.0, 0)] {
            let found = timing(&other, &talk(500, 0.3, 0));
            assert_eq!((found.lag, found.is_weak), (0, true), "{found:?}");
        }
    }
}
