//! What is odd about a take and can be handled: said in words.

use super::{Take, check::extremes};
use crate::clip::{Channel, Clip};

/// A channel sits at its ceiling in this share of the frames if it was cut off there.
const CLIPPED_SHARE: f32 = 0.05;
/// A ceiling lower than this is a rest.
const LOWEST_CEILING: f32 = 0.1;
/// A rest pose is worth a word from this difference on.
const REST_DIFFERENCE: f32 = 0.1;
/// Channels named in one note.
const MOST_NAMES: usize = 5;
/// Slower curves miss lip closures.
const SLOWEST: f64 = 23.0;
/// Lengths that differ by more, in seconds, are told.
const LENGTHS: f64 = 0.25;

/// The notes of takes that passed the check.
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
            listed(&missing)
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
    let shapes = |which: fn(&Clip, Channel) -> bool| -> Vec<Channel> {
        let all = Channel::blendshapes().iter().copied();
        all.filter(|channel| which(clip, *channel)).collect()
    };
    let told = |channels: Vec<Channel>, what: &str| {
        (!channels.is_empty()).then(|| format!("{what}: {}", listed(&channels)))
    };
    let (curves, sound) = (clip.duration(), take.sound.duration());
    let lengths = ((curves - sound).abs() > LENGTHS).then(|| {
        format!(
            "the curves last {curves:.2} s, the sound lasts {sound:.2} s; what both share is used"
        )
    });
    let rate = clip.rate.as_f64();
    let slow = (rate < SLOWEST).then(|| {
        format!("{rate:.1} frames per second miss short lip closures; 30 or more are better")
    });
    [
        lengths,
        slow,
        told(
            shapes(is_outside),
            "values outside 0 to 1 were limited to it",
        ),
        told(
            shapes(is_clipped),
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
        .filter(|channel| rest[channel.index()].abs() >= REST_DIFFERENCE)
        .map(|channel| format!("{channel} {:+.2}", rest[channel.index()]))
        .collect();
    (!largest.is_empty()).then(|| {
        let largest = largest.join(", ");
        format!("at rest this face differs from the average speaker's: {largest}")
    })
}

fn listed(channels: &[Channel]) -> String {
    let names = channels
        .iter()
        .take(MOST_NAMES)
        .map(|channel| channel.name());
    let mut text = names.collect::<Vec<_>>().join(", ");
    if channels.len() > MOST_NAMES {
        text += &format!(" and {} more", channels.len() - MOST_NAMES);
    }
    text
}

/// Rounding is no reason for a word.
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
        && ceiling >= LOWEST_CEILING
        && at_ceiling as f32 > CLIPPED_SHARE * clip.frames.len() as f32
}
