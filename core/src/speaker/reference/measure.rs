//! Rest pose and ranges of a face, beside the average speaker's on the same sounds.

use super::{Pair, Take, check::extremes};
use crate::clip::{Channel, Frame};
use crate::model::FRAME_RATE;
use crate::speaker::ChannelRange;

const COUNT: usize = Channel::BLENDSHAPE_COUNT;

/// With less silence than this, in frames, the rest pose is taken from the whole take.
const LEAST_SILENCE: usize = FRAME_RATE as usize;
/// Then it is this percentile of every channel: faces move away from rest upwards.
const REST_PERCENTILE: f32 = 0.2;
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

/// The rest pose less the average speaker's.
pub(super) fn rest(pairs: &[Pair], observed: &[bool; COUNT]) -> [f32; COUNT] {
    let silent = |pair: &Pair| pair.speaks.iter().filter(|speaks| !**speaks).count();
    let silence: usize = pairs.iter().map(silent).sum();
    let (only_silence, share) = match silence >= LEAST_SILENCE {
        true => (true, 0.5),
        false => (false, REST_PERCENTILE),
    };
    let pose = |of: &dyn Fn(&Pair, usize) -> f32| {
        let frames = pairs.iter().flat_map(|pair| {
            let frames = (0..pair.speaks.len()).map(move |frame| (pair, frame));
            frames.filter(|(pair, frame)| !(only_silence && pair.speaks[*frame]))
        });
        let values = frames.map(|(pair, frame)| of(pair, frame)).collect();
        percentile(values, share).unwrap_or(0.0)
    };
    std::array::from_fn(|index| {
        if !observed[index] || is_gaze(Channel::ALL[index]) {
            return 0.0;
        }
        let own = pose(&|pair, frame| pair.take.motion[frame][index]);
        own - pose(&|pair, frame| pair.average[frame].0[index])
    })
}

/// 1st and 99th percentiles.
pub(super) fn ranges(pairs: &[Pair], observed: &[bool; COUNT]) -> [Option<ChannelRange>; COUNT] {
    std::array::from_fn(|index| {
        if !observed[index] {
            return None;
        }
        let motion = pairs.iter().flat_map(|pair| &pair.take.motion);
        let own: Vec<f32> = motion.map(|frame| frame[index]).collect();
        let average = pairs.iter().flat_map(|pair| &pair.average);
        let average = average.map(|frame: &Frame| frame.0[index]).collect();
        Some(ChannelRange {
            low: percentile(own.clone(), 0.01)?,
            high: percentile(own, 0.99)?,
            average_high: percentile(average, 0.99)?,
        })
    })
}

/// The value below which a share (0 to 1) of the values lies; none of nothing.
pub(super) fn percentile(mut values: Vec<f32>, share: f32) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let place = (share * last as f32).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(place.min(last), f32::total_cmp);
    Some(*value)
}
