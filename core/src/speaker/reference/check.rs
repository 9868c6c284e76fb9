//! What makes a take unusable, asked before anything is learned from it.

use super::Take;
use crate::audio::AudioWarning;
use crate::clip::{Channel, ChannelGroup, Clip};
use crate::speaker::LearnError;

/// Less than this cannot be learned from, in seconds.
pub(super) const LEAST_SECONDS: f64 = 2.0;
/// Less speech than this in all takes together says nothing, in seconds.
pub(super) const LEAST_SPEECH_SECONDS: f64 = 0.8;
/// Sound and curves may differ by this many seconds, or by this share of the sound.
const SLACK: (f64, f64) = (1.0, 0.2);
/// A mouth that moves by less than this stands still.
const STILL: f32 = 0.02;
/// A weight this far outside 0 to 1 is none: per cent, or millimetres.
const FAR_OUTSIDE: f32 = 1.0;

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
            if !channel.is_angle() && outside > FAR_OUTSIDE {
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
    if curves < LEAST_SECONDS {
        return Err(LearnError::TooShort {
            seconds: curves,
            needed: LEAST_SECONDS,
            name: name(),
        });
    }
    if (curves - sound).abs() > SLACK.0.max(SLACK.1 * sound) {
        return Err(LearnError::Lengths {
            curves,
            sound,
            name: name(),
        });
    }
    let moves = |channel: Channel| {
        let (low, high) = extremes(clip.curve(channel));
        high - low > STILL
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

/// The least and the greatest value.
pub(super) fn extremes(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
