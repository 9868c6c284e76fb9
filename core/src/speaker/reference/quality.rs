//! Notes on problems of takes that do not prevent learning.

use super::{Take, check::extremes};
use crate::clip::{Channel, Clip};

/// A channel is clipped if more than this fraction of its frames is at its ceiling.
const CLIPPED_SHARE: f32 = 0.05;
/// The lowest ceiling of a clipped channel; lower ones are rest values.
const MIN_CEILING: f32 = 0.1;
/// The smallest difference of the rest pose that is noted.
const MIN_REST_DIFFERENCE: f32 = 0.1;
/// The most channels that are named in a note.
const MAX_NAMES: usize = 5;
/// The lowest frame rate that catches lip closures, in frames per second.
const MIN_RATE: f64 = 23.0;
/// The largest difference of lengths that is not noted, in seconds.
const LENGTH_TOLERANCE: f64 = 0.25;

/// The notes on takes that passed the check.
pub(super) fn notes(takes: &[Take]) -> Vec<String> {
    let observed = super::measure::observed(takes);
    let missing = Channel::blendshapes().iter();
    let missing: Vec<Channel> = (missing.copied())
        .filter(|channel| !observed[channel.index()])
        .collect();
    let mut notes = Vec::new();
    if !missing.is_empty() {
        notes.push(format!(
            "{} of 52 blendshapes do not move in the curves and stay the average speaker's: {}",
            missing.len(),
            names(&missing)
        ));
    }
    if missing.contains(&Channel::JawOpen) {
        notes.push("JawOpen is among them: how wide this mouth opens cannot be learned".to_owned());
    }
    for take in takes {
        notes.extend(notes_on(take).map(|note| format!("{note} ({})", take.curves_name)));
    }
    notes
}

fn notes_on(take: &Take) -> impl Iterator<Item = String> {
    let clip = &take.clip;
    let channels_that = |matches: fn(&Clip, Channel) -> bool| -> Vec<Channel> {
        let all = Channel::blendshapes().iter().copied();
        all.filter(|channel| matches(clip, *channel)).collect()
    };
    let channel_note = |channels: Vec<Channel>, problem: &str| {
        (!channels.is_empty()).then(|| format!("{problem}: {}", names(&channels)))
    };
    let (curves, sound) = (clip.duration(), take.sound.duration());
    let lengths = ((curves - sound).abs() > LENGTH_TOLERANCE).then(|| {
        format!(
            "the curves last {curves:.2} s, the sound lasts {sound:.2} s; what both share is used"
        )
    });
    let rate = clip.rate.as_f64();
    let slow = (rate < MIN_RATE).then(|| {
        format!("{rate:.1} frames per second miss short lip closures; 30 or more are better")
    });
    [
        lengths,
        slow,
        channel_note(
            channels_that(is_outside),
            "values outside 0 to 1 were limited to it",
        ),
        channel_note(
            channels_that(is_clipped),
            "cut off at a ceiling, so that the true range is larger",
        ),
    ]
    .into_iter()
    .flatten()
}

/// How a face at rest differs from the average speaker's.
pub(super) fn rest_note(rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Option<String> {
    let mut order: Vec<Channel> = Channel::blendshapes().to_vec();
    order.sort_by(|a, b| rest[b.index()].abs().total_cmp(&rest[a.index()].abs()));
    let largest: Vec<String> = (order.iter().take(3))
        .filter(|channel| rest[channel.index()].abs() >= MIN_REST_DIFFERENCE)
        .map(|channel| format!("{channel} {:+.2}", rest[channel.index()]))
        .collect();
    (!largest.is_empty()).then(|| {
        let largest = largest.join(", ");
        format!("at rest this face differs from the average speaker's: {largest}")
    })
}

/// The names of the first channels, as a list.
fn names(channels: &[Channel]) -> String {
    let first = channels
        .iter()
        .take(MAX_NAMES)
        .map(|channel| channel.name());
    let mut text = first.collect::<Vec<_>>().join(", ");
    if channels.len() > MAX_NAMES {
        text += &format!(" and {} more", channels.len() - MAX_NAMES);
    }
    text
}

/// The largest rounding error of a weight.
const ROUNDING: f32 = 1e-3;

fn is_outside(clip: &Clip, channel: Channel) -> bool {
    let (low, high) = extremes(clip.curve(channel));
    low < -ROUNDING || high > 1.0 + ROUNDING
}

fn is_clipped(clip: &Clip, channel: Channel) -> bool {
    let (low, high) = extremes(clip.curve(channel));
    let ceiling = high.min(1.0);
    let at_ceiling = clip
        .curve(channel)
        .filter(|value| *value >= ceiling)
        .count();
    low < ceiling
        && ceiling >= MIN_CEILING
        && at_ceiling as f32 > CLIPPED_SHARE * clip.frames.len() as f32
}
