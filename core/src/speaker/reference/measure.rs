//! Rest pose and ranges of a face, compared with the average speaker's on the same sounds.

use super::{ComparedTake, Take, check::extremes};
use crate::clip::Channel;
use crate::speaker::ChannelRange;

const COUNT: usize = Channel::BLENDSHAPE_COUNT;

/// The quantile of a channel that is its rest value: faces move upwards from there.
const REST_QUANTILE: f32 = 0.1;
/// The smallest range of a channel that counts as motion; smaller ones are rounding errors.
const MIN_RANGE: f32 = 1e-6;

/// Whether each blendshape changes in at least one take.
pub(super) fn observed(takes: &[Take]) -> [bool; COUNT] {
    std::array::from_fn(|index| {
        takes.iter().any(|take| {
            let (low, high) = extremes(take.clip.curve(Channel::ALL[index]));
            high - low > MIN_RANGE
        })
    })
}

/// Whether a channel is a direction of the gaze.
fn is_gaze(channel: Channel) -> bool {
    channel.name().starts_with("EyeLook")
}

/// The rest pose minus the average speaker's. Speech seldom leaves the mouth at rest, so that a low
/// quantile is more reliable than the pauses.
pub(super) fn rest(takes: &[ComparedTake], observed: &[bool; COUNT]) -> [f32; COUNT] {
    std::array::from_fn(|index| {
        if !observed[index] || is_gaze(Channel::ALL[index]) {
            return 0.0;
        }
        rest_of(captured(takes, index), average(takes, index))
    })
}

/// The rest value of a channel minus the average speaker's on the same sounds.
pub fn rest_of(captured: Vec<f32>, average: Vec<f32>) -> f32 {
    let rest = |values| percentile(values, REST_QUANTILE).unwrap_or(0.0);
    rest(captured) - rest(average)
}

/// 1st and 99th percentiles.
pub(super) fn ranges(
    takes: &[ComparedTake],
    observed: &[bool; COUNT],
) -> [Option<ChannelRange>; COUNT] {
    std::array::from_fn(|index| {
        if !observed[index] {
            return None;
        }
        Some(ChannelRange {
            low: percentile(captured(takes, index), 0.01)?,
            high: percentile(captured(takes, index), 0.99)?,
            average_high: percentile(average(takes, index), 0.99)?,
        })
    })
}

fn captured(takes: &[ComparedTake], index: usize) -> Vec<f32> {
    let motion = takes.iter().flat_map(|take| &take.take.motion);
    motion.map(|frame| frame[index]).collect()
}

fn average(takes: &[ComparedTake], index: usize) -> Vec<f32> {
    let frames = takes.iter().flat_map(|take| &take.average);
    frames.map(|frame| frame.0[index]).collect()
}

/// The value below which a fraction `share` (0 to 1) of the values lies; `None` if there are none.
pub(super) fn percentile(mut values: Vec<f32>, share: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let index = (share * last as f32).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(index.min(last), f32::total_cmp);
    Some(*value)
}
