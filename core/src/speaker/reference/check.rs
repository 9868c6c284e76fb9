//! Rejects unusable takes before anything is learned from them.

use super::Take;
use crate::audio::AudioWarning;
use crate::clip::{Channel, ChannelGroup, Clip};
use crate::speaker::LearnError;

/// The shortest curves, in seconds.
pub(super) const MIN_SECONDS: f64 = 2.0;
/// The least speech in all takes together, in seconds.
pub(super) const MIN_SPEECH_SECONDS: f64 = 0.8;
/// The largest difference between the lengths of sound and curves, in seconds. The larger one of
/// this and [`LENGTH_TOLERANCE_SHARE`] applies.
const LENGTH_TOLERANCE_SECONDS: f64 = 1.0;
/// The largest difference between the lengths, as a fraction of the sound.
const LENGTH_TOLERANCE_SHARE: f64 = 0.2;
/// The smallest range of a mouth blendshape that counts as motion.
const MIN_MOUTH_RANGE: f32 = 0.02;
/// Values farther than this outside 0 to 1 are not weights but per cent or millimetres.
const MAX_OVERSHOOT: f32 = 1.0;

pub(super) fn check(take: &Take) -> Result<(), LearnError> {
    let (clip, name) = (&take.clip, || take.curves_name.clone());
    for (frame, values) in clip.frames.iter().enumerate() {
        for channel in Channel::ALL {
            let value = values[channel];
            if !value.is_finite() {
                return Err(LearnError::NotFinite {
                    channel: channel.name(),
                    frame,
                    value,
                    name: name(),
                });
            }
            let outside = (value - 1.0).max(-value);
            if !channel.is_angle() && outside > MAX_OVERSHOOT {
                return Err(not_weights(clip, channel, name()));
            }
        }
    }
    if take.sound.warnings.contains(&AudioWarning::Silent) {
        return Err(LearnError::Silent {
            name: take.name.clone(),
        });
    }
    let (curves, sound) = (clip.duration(), take.sound.duration());
    if curves < MIN_SECONDS {
        return Err(LearnError::TooShort {
            seconds: curves,
            needed: MIN_SECONDS,
            name: name(),
        });
    }
    let tolerance = LENGTH_TOLERANCE_SECONDS.max(LENGTH_TOLERANCE_SHARE * sound);
    if (curves - sound).abs() > tolerance {
        return Err(LearnError::Lengths {
            curves,
            sound,
            name: name(),
        });
    }
    let moves = |channel: Channel| {
        let (low, high) = extremes(clip.curve(channel));
        high - low > MIN_MOUTH_RANGE
    };
    if !ChannelGroup::Mouth.channels().any(moves) {
        return Err(LearnError::MouthStill { name: name() });
    }
    Ok(())
}

fn not_weights(clip: &Clip, channel: Channel, name: String) -> LearnError {
    let (low, high) = extremes(clip.curve(channel));
    LearnError::NotWeights {
        channel: channel.name(),
        value: if high > 1.0 { high } else { low },
        name,
    }
}

/// The minimum and the maximum.
pub(super) fn extremes(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
