//! The blink rate and the gaze shifts of a reference.

use super::{ComparedTake, measure::percentile};
use crate::clip::{Channel, Frame};
use crate::model::FRAME_RATE;
use crate::speaker::bounds::MAX_GAZE;

const COUNT: usize = Channel::BLENDSHAPE_COUNT;
/// The fewest frames for a blink rate: 10 s.
const MIN_FRAMES: usize = 10 * FRAME_RATE as usize;
/// A blink is the maximum within 0.2 s on either side.
const PEAK_RADIUS: usize = FRAME_RATE as usize / 5;
/// The rise of a blink is its height above the minima within 0.5 s on either side.
const RISE_RADIUS: usize = FRAME_RATE as usize / 2;
/// The smallest rise of a blink.
const MIN_RISE: f32 = 0.1;
/// The smallest rise of a blink as a fraction of the speaker's deep blinks.
const MIN_RISE_SHARE: f32 = 0.4;
/// The longest blink in frames, at half of its height. Longer ones are downward looks.
const MAX_BLINK_FRAMES: usize = FRAME_RATE as usize / 2;
/// Frames whose lids are this much further closed than usual are not measured, because trackers
/// then report a falling gaze.
const LIDS_CLOSED: f32 = 0.15;

const LIDS: [Channel; 2] = [Channel::EyeBlinkLeft, Channel::EyeBlinkRight];
/// The gaze channels with the sign of their direction: yaw to the left, then pitch up.
const GAZE_AXES: [[(Channel, f32); 4]; 2] = [
    [
        (Channel::EyeLookOutLeft, 1.0),
        (Channel::EyeLookInRight, 1.0),
        (Channel::EyeLookInLeft, -1.0),
        (Channel::EyeLookOutRight, -1.0),
    ],
    [
        (Channel::EyeLookUpLeft, 1.0),
        (Channel::EyeLookUpRight, 1.0),
        (Channel::EyeLookDownLeft, -1.0),
        (Channel::EyeLookDownRight, -1.0),
    ],
];

/// Blinks per minute; `None` if the lids were captured for less than 10 s.
pub(super) fn blinks_per_minute(takes: &[ComparedTake], observed: &[bool; COUNT]) -> Option<f32> {
    let lids: Vec<Channel> = (LIDS.into_iter())
        .filter(|lid| observed[lid.index()])
        .collect();
    let frames: usize = takes.iter().map(|take| take.take.motion.len()).sum();
    if lids.is_empty() || frames < MIN_FRAMES {
        return None;
    }
    let curves = takes.iter().map(|take| {
        let motion = take.take.motion.iter();
        let lid = |frame: &[f32; COUNT]| {
            lids.iter().map(|lid| frame[lid.index()]).sum::<f32>() / lids.len() as f32
        };
        motion.map(lid).collect::<Vec<f32>>()
    });
    let rises: Vec<f32> = curves.flat_map(|lid| rises(&lid)).collect();
    let deep = percentile(rises.clone(), 0.9).unwrap_or(0.0);
    let blinks = (rises.iter()).filter(|rise| **rise >= MIN_RISE_SHARE * deep);
    let minutes = frames as f32 / FRAME_RATE as f32 / 60.0;
    Some(blinks.count() as f32 / minutes)
}

/// The height of each blink-like rise of a lid curve.
fn rises(lid: &[f32]) -> Vec<f32> {
    let minimum = |part: &[f32]| part.iter().copied().fold(f32::INFINITY, f32::min);
    let rise = |peak: usize| {
        let height = lid[peak];
        let near = peak.saturating_sub(PEAK_RADIUS)..(peak + PEAK_RADIUS + 1).min(lid.len());
        let is_highest = lid[near.clone()].iter().all(|value| *value <= height);
        // A flat top counts at its first frame.
        let is_first = lid[near.start..peak].iter().all(|value| *value < height);
        let before = minimum(&lid[peak.saturating_sub(RISE_RADIUS)..peak]);
        let after = minimum(&lid[peak + 1..(peak + RISE_RADIUS + 1).min(lid.len())]);
        let rise = height - before.max(after);
        let is_closed = |value: &&f32| **value > height - 0.5 * rise;
        let width = lid[..peak].iter().rev().take_while(is_closed).count()
            + lid[peak..].iter().take_while(is_closed).count();
        (is_highest && is_first && rise >= MIN_RISE && width <= MAX_BLINK_FRAMES).then_some(rise)
    };
    (1..lid.len().saturating_sub(1)).filter_map(rise).collect()
}

/// The gaze shifts as a factor on the average speaker's; `None` if the gaze was not captured.
pub(super) fn gaze(takes: &[ComparedTake], observed: &[bool; COUNT]) -> Option<f32> {
    let looks = GAZE_AXES.iter().flatten();
    if !looks.clone().any(|(look, _)| observed[look.index()]) {
        return None;
    }
    let captured: f32 = (takes.iter())
        .map(|take| gaze_variation(&take.take.motion))
        .sum();
    let blendshapes = |frame: &Frame| super::blendshapes(frame);
    let average_variation = |take: &ComparedTake| -> f32 {
        let frames: Vec<[f32; COUNT]> = take.average.iter().map(blendshapes).collect();
        gaze_variation(&frames)
    };
    let average: f32 = takes.iter().map(average_variation).sum();
    let factor = (captured / average.max(f32::MIN_POSITIVE)).sqrt();
    Some(factor.min(MAX_GAZE))
}

/// The sum over frames of the squared distance of the gaze from its mean, outside blinks.
fn gaze_variation(frames: &[[f32; COUNT]]) -> f32 {
    let lid = |frame: &[f32; COUNT]| LIDS.map(|lid| frame[lid.index()]).iter().sum::<f32>() / 2.0;
    let usual = percentile(frames.iter().map(lid).collect(), 0.5).unwrap_or(0.0);
    let open = frames
        .iter()
        .filter(|frame| lid(frame) < usual + LIDS_CLOSED);
    let looks: Vec<[f32; 2]> = open
        .map(|frame| {
            GAZE_AXES.map(|axis| {
                (axis.iter())
                    .map(|(look, sign)| sign * frame[look.index()])
                    .sum()
            })
        })
        .collect();
    let count = looks.len().max(1) as f32;
    let mean = |axis: usize| looks.iter().map(|look| look[axis]).sum::<f32>() / count;
    let means = [mean(0), mean(1)];
    let distances = looks.iter().map(|look| {
        let off = |axis: usize| (look[axis] - means[axis]).powi(2);
        off(0) + off(1)
    });
    distances.sum()
}

#[cfg(test)]
mod tests {
    use super::rises;

    /// A lid curve that closes for 0.2 s at each of these frames, on a slowly changing baseline.
    fn lids(blinks: &[usize]) -> Vec<f32> {
        let closing = |frame: usize| {
            let near = blinks.iter().map(|blink| blink.abs_diff(frame)).min();
            (1.0 - near.unwrap_or(99) as f32 / 6.0).max(0.0)
        };
        let baseline = |frame: usize| 0.15 + 0.1 * (frame as f32 / 150.0).sin();
        (0..600)
            .map(|frame| baseline(frame) + (0.8 - baseline(frame)) * closing(frame))
            .collect()
    }

    #[test]
    fn every_blink_counts_once_and_a_long_look_down_does_not() {
        assert_eq!(rises(&lids(&[100, 140, 500])).len(), 3);
        assert!(rises(&lids(&[])).is_empty());
        let mut down = lids(&[100]);
        down[300..380].fill(0.7);
        assert_eq!(rises(&down).len(), 1);
        assert!(rises(&[]).is_empty() && rises(&[1.0, 0.0]).is_empty());
    }
}
