//! How often someone blinks, and how far their gaze wanders.

use super::{Pair, measure::percentile};
use crate::clip::{Channel, Frame};
use crate::model::FRAME_RATE;

const COUNT: usize = Channel::BLENDSHAPE_COUNT;
/// Fewer frames of lids say nothing about their rate: 10 s.
const LEAST_FRAMES: usize = 10 * FRAME_RATE as usize;
/// A blink is the highest point within 0.2 s, and rises out of half a second on both sides.
const NEAR: usize = FRAME_RATE as usize / 5;
const AROUND: usize = FRAME_RATE as usize / 2;
/// A blink rises by at least this much, and by this share of what this person's deep blinks do.
const LEAST_RISE: f32 = 0.1;
const RISE_SHARE: f32 = 0.4;
/// Lids that stay half down for longer, in frames, follow a downward look.
const LONGEST_BLINK: usize = FRAME_RATE as usize / 2;
/// While lids are this much below their usual place, trackers see the gaze fall too.
const LIDS_DOWN: f32 = 0.15;
/// The range of the factor on gaze shifts.
const STRONGEST_GAZE: f32 = 3.0;

const LIDS: [Channel; 2] = [Channel::EyeBlinkLeft, Channel::EyeBlinkRight];
/// Channels of the gaze with the sign of their direction: yaw to the left, then pitch up.
const LOOKS: [[(Channel, f32); 4]; 2] = [
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

/// Blinks per minute; none where lids were captured for less than 10 s.
pub(super) fn blinks_per_minute(pairs: &[Pair], observed: &[bool; COUNT]) -> Option<f32> {
    let lids: Vec<Channel> = (LIDS.into_iter())
        .filter(|lid| observed[lid.index()])
        .collect();
    let frames: usize = pairs.iter().map(|pair| pair.take.motion.len()).sum();
    if lids.is_empty() || frames < LEAST_FRAMES {
        return None;
    }
    let curves = pairs.iter().map(|pair| {
        let motion = pair.take.motion.iter();
        let lid = |frame: &[f32; COUNT]| {
            lids.iter().map(|lid| frame[lid.index()]).sum::<f32>() / lids.len() as f32
        };
        motion.map(lid).collect::<Vec<f32>>()
    });
    let rises: Vec<f32> = curves.flat_map(|lid| rises(&lid)).collect();
    let deep = percentile(rises.clone(), 0.9).unwrap_or(0.0);
    let blinks = (rises.iter()).filter(|rise| **rise >= RISE_SHARE * deep);
    let minutes = frames as f32 / FRAME_RATE as f32 / 60.0;
    Some(blinks.count() as f32 / minutes)
}

/// How far each short rise of the lids goes.
fn rises(lid: &[f32]) -> Vec<f32> {
    let least = |part: &[f32]| part.iter().copied().fold(f32::INFINITY, f32::min);
    let rise = |peak: usize| {
        let height = lid[peak];
        let near = peak.saturating_sub(NEAR)..(peak + NEAR + 1).min(lid.len());
        let is_highest = lid[near.clone()].iter().all(|value| *value <= height);
        // Of a flat top, the first frame counts.
        let is_first = lid[near.start..peak].iter().all(|value| *value < height);
        let before = least(&lid[peak.saturating_sub(AROUND)..peak]);
        let after = least(&lid[peak + 1..(peak + AROUND + 1).min(lid.len())]);
        let rise = height - before.max(after);
        let down = |value: &&f32| **value > height - 0.5 * rise;
        let half = lid[..peak].iter().rev().take_while(down).count()
            + lid[peak..].iter().take_while(down).count();
        (is_highest && is_first && rise >= LEAST_RISE && half <= LONGEST_BLINK).then_some(rise)
    };
    (1..lid.len().saturating_sub(1)).filter_map(rise).collect()
}

/// How far the gaze wanders beside the average speaker's; none where it was not captured.
pub(super) fn gaze(pairs: &[Pair], observed: &[bool; COUNT]) -> Option<f32> {
    let looks = LOOKS.iter().flatten();
    if !looks.clone().any(|(look, _)| observed[look.index()]) {
        return None;
    }
    let own: f32 = pairs.iter().map(|pair| wandering(&pair.take.motion)).sum();
    let blendshapes = |frame: &Frame| super::blendshapes(frame);
    let average = |pair: &Pair| -> f32 {
        let frames: Vec<[f32; COUNT]> = pair.average.iter().map(blendshapes).collect();
        wandering(&frames)
    };
    let average: f32 = pairs.iter().map(average).sum();
    let factor = (own / average.max(f32::MIN_POSITIVE)).sqrt();
    Some(factor.min(STRONGEST_GAZE))
}

/// The sum over frames of the squared distance of the gaze from its mean, outside blinks.
fn wandering(frames: &[[f32; COUNT]]) -> f32 {
    let lid = |frame: &[f32; COUNT]| LIDS.map(|lid| frame[lid.index()]).iter().sum::<f32>() / 2.0;
    let usual = percentile(frames.iter().map(lid).collect(), 0.5).unwrap_or(0.0);
    let open = frames.iter().filter(|frame| lid(frame) < usual + LIDS_DOWN);
    let looks: Vec<[f32; 2]> = open
        .map(|frame| {
            LOOKS.map(|axis| {
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

    /// Lids that close for 0.2 s at these frames, over a slowly changing place.
    fn lids(blinks: &[usize]) -> Vec<f32> {
        let closing = |frame: usize| {
            let near = blinks.iter().map(|blink| blink.abs_diff(frame)).min();
            (1.0 - near.unwrap_or(99) as f32 / 6.0).max(0.0)
        };
        let place = |frame: usize| 0.15 + 0.1 * (frame as f32 / 150.0).sin();
        (0..600)
            .map(|frame| place(frame) + (0.8 - place(frame)) * closing(frame))
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
