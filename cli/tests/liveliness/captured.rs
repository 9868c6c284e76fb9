//! The table of docs/benchmarks.md: brows, eyes and head beside captured takes. The takes are not
//! part of the repository; without them the test says so and passes.

use std::path::{Path, PathBuf};

use metaface_core::Options;
use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Channel, Clip};
use metaface_exporters::curves::csv;

use crate::motion::Curve;
use crate::{LIDS, animate, at};

const TAKES: [&str; 4] = [
    "president_a_1",
    "president_a_2",
    "president_a_3",
    "president_b_1",
];

/// A name, its channels, and the factor to the unit in the table.
const ROWS: [(&str, &[Channel], f64); 9] = [
    ("BrowInnerUp", &[Channel::BrowInnerUp], 1.0),
    (
        "BrowOuterUp",
        &[Channel::BrowOuterUpLeft, Channel::BrowOuterUpRight],
        1.0,
    ),
    (
        "BrowDown",
        &[Channel::BrowDownLeft, Channel::BrowDownRight],
        1.0,
    ),
    (
        "EyeSquint",
        &[Channel::EyeSquintLeft, Channel::EyeSquintRight],
        1.0,
    ),
    (
        "EyeLookDown",
        &[Channel::EyeLookDownLeft, Channel::EyeLookDownRight],
        1.0,
    ),
    ("EyeLookInLeft", &[Channel::EyeLookInLeft], 1.0),
    ("HeadYaw, degrees", &[Channel::HeadYaw], 57.29578),
    ("HeadPitch, degrees", &[Channel::HeadPitch], 57.29578),
    ("HeadRoll, degrees", &[Channel::HeadRoll], 57.29578),
];

fn take(name: &str) -> Option<(Clip, Sound)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("face_capture");
    let curves = folder.join(format!("{name}.csv"));
    if !curves.exists() {
        println!("skipped: {name} is absent");
        return None;
    }
    let sound = Sound::open(folder.join(format!("{name}.wav"))).unwrap();
    Some((csv::read(&curves).unwrap().0, sound))
}

fn mean<T>(items: &[T], value: impl Fn(&T) -> f64) -> f64 {
    items.iter().map(value).sum::<f64>() / items.len() as f64
}

/// Range, power shares in percent.
fn row(clips: &[&Clip], channels: &[Channel], factor: f64) -> (f64, [f64; 4]) {
    let curves: Vec<Curve> = clips
        .iter()
        .map(|clip| Curve::of(clip, channels).scaled(factor))
        .collect();
    let shares: Vec<[f64; 4]> = curves.iter().map(Curve::power_shares).collect();
    let shares = std::array::from_fn(|band| 100.0 * mean(&shares, |shares| shares[band]));
    (mean(&curves, Curve::range), shares)
}

fn cells((range, shares): (f64, [f64; 4])) -> String {
    let shares = shares.map(|share| format!("{share:.0}")).join(" / ");
    format!("{range:.2} | {shares}")
}

/// Blinks per minute, median seconds for which lids are at least half down.
fn blinking(clips: &[&Clip]) -> (f64, f64) {
    let lids: Vec<Curve> = clips.iter().map(|clip| Curve::of(clip, &LIDS)).collect();
    let found: Vec<_> = lids.iter().flat_map(Curve::blinks).collect();
    let seconds: f64 = lids
        .iter()
        .map(|lid| lid.values.len() as f64 / lid.hertz)
        .sum();
    let mut spans: Vec<f64> = (found.iter())
        .map(|blink| blink.closing + blink.opening)
        .collect();
    spans.sort_by(f64::total_cmp);
    let median = spans.get(spans.len() / 2).copied().unwrap_or(0.0);
    (60.0 * found.len() as f64 / seconds, median)
}

/// Correlation of BrowInnerUp with loudness.
fn following(clip: &Clip, sound: &Sound) -> f64 {
    let levels = loudness_curve(&sound.samples);
    let hertz = clip.rate.as_f64();
    let values = (0..clip.frames.len()).map(|frame| {
        let at = (frame as f64 / hertz * 50.0).round() as usize;
        f64::from(levels.get(at).copied().unwrap_or(-60.0).max(-60.0))
    });
    let loudness = Curve {
        values: values.collect(),
        hertz,
    };
    Curve::of(clip, &[Channel::BrowInnerUp]).correlation(&loudness)
}

#[test]
fn upper_face_and_head_beside_captured_takes() {
    let takes: Vec<(Clip, Sound)> = TAKES.iter().filter_map(|name| take(name)).collect();
    if takes.is_empty() {
        return;
    }
    // Three seeds each: a single take of 20 s holds few gestures.
    let ours: Vec<(Clip, &Sound)> = (takes.iter())
        .flat_map(|(_, sound)| {
            [7, 8, 9].map(|seed| (animate(sound, Options { seed, ..at(30) }), sound))
        })
        .collect();
    let captured: Vec<&Clip> = takes.iter().map(|(clip, _)| clip).collect();
    let made: Vec<&Clip> = ours.iter().map(|(clip, _)| clip).collect();
    println!("| | captured: range | power in % | ours: range | power in % |");
    println!("|---|---|---|---|---|");
    for (name, channels, factor) in ROWS {
        let moves = captured
            .iter()
            .any(|clip| Curve::of(clip, channels).range() > 0.0);
        let theirs = if moves {
            cells(row(&captured, channels, factor))
        } else {
            "not captured |".to_owned()
        };
        println!(
            "| {name} | {theirs} | {} |",
            cells(row(&made, channels, factor))
        );
    }
    let (theirs, own) = (blinking(&captured), blinking(&made));
    println!("| blinks per minute | {:.0} | | {:.0} | |", theirs.0, own.0);
    println!(
        "| blinks, s at least half shut | {:.2} | | {:.2} | |",
        theirs.1, own.1
    );
    let theirs = mean(&takes, |(clip, sound)| following(clip, sound));
    let follows = mean(&ours, |(clip, sound)| following(clip, sound));
    println!("| BrowInnerUp with loudness, r | {theirs:.2} | | {follows:.2} | |");

    assert!((8.0..30.0).contains(&own.0));
    let (range, shares) = row(&made, &[Channel::BrowInnerUp], 1.0);
    let (seen, seen_shares) = row(&captured, &[Channel::BrowInnerUp], 1.0);
    assert!(
        range > 0.3 * seen && range < 2.0 * seen,
        "{range} beside {seen}"
    );
    for (own, seen) in shares.into_iter().zip(seen_shares) {
        assert!(
            (own - seen).abs() < 25.0,
            "{shares:?} beside {seen_shares:?}"
        );
    }
}
