//! Rest pose and ranges of a face, beside the average speaker's on the same sounds.

use super::{Pair, Take, check::extremes};
use crate::clip::Channel;
use crate::speaker::ChannelRange;

const COUNT: usize = Channel::BLENDSHAPE_COUNT;

/// The percentile of a channel that counts as its rest: faces move upwards from there.
const REST_PERCENTILE: f32 = 0.1;
/// Smaller changes are rounding.
const STILL: f32 = 1e-6;

/// Which blendshapes change in at least one take.
pub(super) fn observed(takes: &[Take]) -> [bool; COUNT] {
    std::array::from_fn(|index| {
        takes.iter().any(|take| {
            let (low, high) = extremes(take.clip.curve(Channel::ALL[index]));
            high - low > STILL
        })
    })
}

/// Whether a channel tells where the eyes look.
fn is_gaze(channel: Channel) -> bool {
    channel.name().starts_with("EyeLook")
}

/// The rest pose less the average speaker's. Speech seldom leaves a mouth at rest, so that its
/// pauses say less than the pose which it seldom goes below.
pub(super) fn rest(pairs: &[Pair], observed: &[bool; COUNT]) -> [f32; COUNT] {
    std::array::from_fn(|index| {
        if !observed[index] || is_gaze(Channel::ALL[index]) {
            return 0.0;
        }
        rest_of(own(pairs, index), average(pairs, index))
    })
}

/// Where a channel rests, less where the average speaker's does on the same sounds.
pub(crate) fn rest_of(own: Vec<f32>, average: Vec<f32>) -> f32 {
    let pose = |values| percentile(values, REST_PERCENTILE).unwrap_or(0.0);
    pose(own) - pose(average)
}

/// 1st and 99th percentiles.
pub(super) fn ranges(pairs: &[Pair], observed: &[bool; COUNT]) -> [Option<ChannelRange>; COUNT] {
    std::array::from_fn(|index| {
        if !observed[index] {
            return None;
        }
        Some(ChannelRange {
            low: percentile(own(pairs, index), 0.01)?,
            high: percentile(own(pairs, index), 0.99)?,
            average_high: percentile(average(pairs, index), 0.99)?,
        })
    })
}

fn own(pairs: &[Pair], index: usize) -> Vec<f32> {
    let motion = pairs.iter().flat_map(|pair| &pair.take.motion);
    motion.map(|frame| frame[index]).collect()
}

fn average(pairs: &[Pair], index: usize) -> Vec<f32> {
    let frames = pairs.iter().flat_map(|pair| &pair.average);
    frames.map(|frame| frame.0[index]).collect()
}

/// The value below which a share (0 to 1) of the values lies; none of nothing.
pub(super) fn percentile(mut values: Vec<f32>, share: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let place = (share * last as f32).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(place.min(last), f32::total_cmp);
    Some(*value)
}
