//! The table of docs/measurements.md that compares brows, eyes and head with captured takes. The takes
//! are not part of the repository; without them the test is skipped.

use std::path::{Path, PathBuf};

use metaface_core::Options;
use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Channel, Clip};
use metaface_exporters::curves::csv;

use super::motion::SampledCurve;
use super::{LIDS, animate, at};

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
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(default, PathBuf::from);
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

/// Range, and power shares in percent.
fn row(clips: &[&Clip], channels: &[Channel], factor: f64) -> (f64, [f64; 4]) {
    let curves: Vec<SampledCurve> = clips
        .iter()
        .map(|clip| SampledCurve::of(clip, channels).scaled(factor))
        .collect();
    let shares: Vec<[f64; 4]> = curves.iter().map(SampledCurve::power_shares).collect();
    let shares = std::array::from_fn(|band| 100.0 * mean(&shares, |shares| shares[band]));
    (mean(&curves, SampledCurve::range), shares)
}

fn cells((range, shares): (f64, [f64; 4])) -> String {
    let shares = shares.map(|share| format!("{share:.0}")).join(" / ");
    format!("{range:.2} | {shares}")
}

/// Blinks per minute, and the median time in seconds for which the lids are at least half closed.
fn blinking(clips: &[&Clip]) -> (f64, f64) {
    let lids: Vec<SampledCurve> = clips
        .iter()
        .map(|clip| SampledCurve::of(clip, &LIDS))
        .collect();
    let found: Vec<_> = lids.iter().flat_map(SampledCurve::blinks).collect();
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
fn loudness_correlation(clip: &Clip, sound: &Sound) -> f64 {
    let levels = loudness_curve(&sound.samples);
    let hertz = clip.rate.as_f64();
    let values = (0..clip.frames.len()).map(|frame| {
        let at = (frame as f64 / hertz * 50.0).round() as usize;
        f64::from(levels.get(at).copied().unwrap_or(-60.0).max(-60.0))
    });
    let loudness = SampledCurve {
        values: values.collect(),
        hertz,
    };
    SampledCurve::of(clip, &[Channel::BrowInnerUp]).correlation(&loudness)
}

#[test]
fn upper_face_and_head_move_like_captured_takes() {
    let takes: Vec<(Clip, Sound)> = TAKES.iter().filter_map(|name| take(name)).collect();
    if takes.is_empty() {
        return;
    }
    // Three seeds per take, because a take of 20 s contains few gestures.
    let generated_takes: Vec<(Clip, &Sound)> = (takes.iter())
        .flat_map(|(_, sound)| {
            [7, 8, 9].map(|seed| (animate(sound, Options { seed, ..at(30) }), sound))
        })
        .collect();
    let captured: Vec<&Clip> = takes.iter().map(|(clip, _)| clip).collect();
    let generated: Vec<&Clip> = generated_takes.iter().map(|(clip, _)| clip).collect();
    println!("| | captured: range | power in % | ours: range | power in % |");
    println!("|---|---|---|---|---|");
    for (name, channels, factor) in ROWS {
        let moves = captured
            .iter()
            .any(|clip| SampledCurve::of(clip, channels).range() > 0.0);
        let captured_cells = if moves {
            cells(row(&captured, channels, factor))
        } else {
            "not captured |".to_owned()
        };
        println!(
            "| {name} | {captured_cells} | {} |",
            cells(row(&generated, channels, factor))
        );
    }
    let (captured_blinks, blinks) = (blinking(&captured), blinking(&generated));
    println!(
        "| blinks per minute | {:.0} | | {:.0} | |",
        captured_blinks.0, blinks.0
    );
    println!(
        "| blinks, s at least half shut | {:.2} | | {:.2} | |",
        captured_blinks.1, blinks.1
    );
    let captured_r = mean(&takes, |(clip, sound)| loudness_correlation(clip, sound));
    let r = mean(&generated_takes, |(clip, sound)| {
        loudness_correlation(clip, sound)
    });
    println!("| BrowInnerUp with loudness, r | {captured_r:.2} | | {r:.2} | |");

    assert!((8.0..30.0).contains(&blinks.0));
    let (range, shares) = row(&generated, &[Channel::BrowInnerUp], 1.0);
    let (captured_range, captured_shares) = row(&captured, &[Channel::BrowInnerUp], 1.0);
    assert!(
        range > 0.3 * captured_range && range < 2.0 * captured_range,
        "{range}, captured {captured_range}"
    );
    for (share, captured_share) in shares.into_iter().zip(captured_shares) {
        assert!(
            (share - captured_share).abs() < 25.0,
            "{shares:?}, captured {captured_shares:?}"
        );
    }
}
