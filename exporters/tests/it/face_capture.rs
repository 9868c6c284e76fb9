//! Reads captured takes. They are in the folder `METAFACE_SHARED`, by default beside the workspace.
//! Without them, these tests print a message and pass.

use std::path::PathBuf;

use metaface_clip::lips::LipMotion;
use metaface_clip::{Channel, Clip};
use metaface_exporters::curves::{Warning, audio2face, csv, mouth_cues};

fn take(name: &str) -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(default, PathBuf::from);
    let path = shared.join("face_capture").join(name);
    if !path.exists() {
        println!("skipped: {name} is absent");
        return None;
    }
    Some(path)
}

fn joined(warnings: &[Warning]) -> String {
    warnings
        .iter()
        .map(Warning::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A cell of the file by line and column name, read without the code under test.
fn cell(text: &str, line: usize, column: &str) -> f32 {
    let header = text.lines().next().expect("a header");
    let position = header
        .split(',')
        .position(|name| name == column)
        .expect("the column");
    let row = text.lines().nth(line - 1).expect("the line");
    row.split(',')
        .nth(position)
        .expect("the cell")
        .parse()
        .expect("a number")
}

#[test]
fn the_take_of_30_rows_a_second_counted_in_60ths_is_30_frames_per_second() {
    let Some(path) = take("livelink_alex_rom_3.csv") else {
        return;
    };
    let (clip, warnings) = csv::read(&path).expect("read");
    let text = std::fs::read_to_string(&path).expect("text");
    assert_eq!(clip.rate.to_string(), "30");
    assert_eq!(clip.name, "livelink_alex_rom_3");
    // 4030 rows; three of them were dropped by the phone.
    assert_eq!(clip.frames.len(), 4033);
    assert!(
        joined(&warnings).contains("3 missing rows"),
        "{}",
        joined(&warnings)
    );
    // 13:13:04:31.652 in 60ths of a second.
    let start = 13.0 * 3600.0 + 13.0 * 60.0 + 4.0 + 31.652 / 60.0;
    assert!((clip.start_frame - start * 30.0).abs() < 1e-3);
    // Lines 2 to 597 come before the first missing row.
    for (frame, line) in [(0, 2), (595, 597), (597, 598), (4032, 4031)] {
        for column in ["JawOpen", "JawLeft", "JawRight", "MouthLeft", "MouthRight"] {
            let channel: Channel = column.parse().expect("a channel");
            assert_eq!(
                clip.frames[frame][channel],
                cell(&text, line, column),
                "{column}, line {line}"
            );
        }
    }
    let yaw = clip.curve(Channel::LeftEyeYaw);
    assert!(yaw.range_of_values().1 > 0.6, "angles are never clamped");
    // The left eye's yaw is positive (to the character's left) with EyeLookOut, and its pitch
    // negative (down) with EyeLookDown.
    let correlation = |angle: Channel, shape: Channel| -> f32 {
        clip.frames
            .iter()
            .map(|frame| frame[angle] * frame[shape])
            .sum()
    };
    assert!(correlation(Channel::LeftEyeYaw, Channel::EyeLookOutLeft) > 0.0);
    assert!(correlation(Channel::LeftEyeYaw, Channel::EyeLookInLeft) < 0.0);
    assert!(correlation(Channel::LeftEyePitch, Channel::EyeLookDownLeft) < 0.0);
}

trait Range {
    fn range_of_values(self) -> (f32, f32);
}

impl<I: Iterator<Item = f32>> Range for I {
    fn range_of_values(self) -> (f32, f32) {
        self.fold((f32::MAX, f32::MIN), |(least, most), value| {
            (least.min(value), most.max(value))
        })
    }
}

#[test]
fn captured_takes_round_trip_exactly_through_csv_and_json() {
    for name in [
        "livelink_alex_rom_3.csv",
        "president_a_1.csv",
        "president_a_2.csv",
        "president_a_3.csv",
        "president_b_1.csv",
    ] {
        let Some(path) = take(name) else { return };
        let (clip, _) = csv::read(&path).expect("read");
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join(name);
        csv::save(&clip, &copy).expect("saved");
        let (again, warnings) = csv::read(&copy).expect("read again");
        assert_eq!(warnings, [], "{name}");
        assert!(again == clip, "{name} through CSV");
        assert_eq!(
            csv::write(&again).into_bytes(),
            std::fs::read(&copy).expect("bytes")
        );
        let json = folder.path().join("take.a2f.json");
        audio2face::save(&clip, &json).expect("saved");
        let (again, warnings) = audio2face::read(&json).expect("read again");
        assert_eq!(warnings, []);
        assert!(again == clip, "{name} through JSON");
        assert_eq!(
            audio2face::write(&again).into_bytes(),
            std::fs::read(&json).expect("bytes")
        );
    }
}

#[test]
fn the_rate_of_takes_at_30_and_of_tables_with_a_time_column_is_detected() {
    for (name, rate, frames) in [
        ("president_a_1.csv", "30", 596),
        ("president_a_2.csv", "30", 898),
        ("president_a_3.csv", "30", 596),
        ("president_b_1.csv", "30", 780),
        ("grid_bbaf2n.mediapipe52.csv", "25", 75),
        ("grid_lwbsza.mediapipe52.csv", "25", 75),
    ] {
        let Some(path) = take(name) else { return };
        let (clip, warnings) = csv::read(&path).expect(name);
        assert_eq!(
            (clip.rate.to_string().as_str(), clip.frames.len()),
            (rate, frames),
            "{name}"
        );
        assert!(
            !joined(&warnings).contains("rows"),
            "{name}: {}",
            joined(&warnings)
        );
        assert!(
            clip.curve(Channel::JawOpen).range_of_values().1 > 0.1,
            "{name}: the jaw moves"
        );
    }
}

#[test]
fn the_closures_of_captured_speech_are_preserved_at_24_frames_per_second() {
    for name in [
        "president_a_1.csv",
        "president_a_2.csv",
        "president_b_1.csv",
    ] {
        let Some(path) = take(name) else { return };
        let (clip, _) = csv::read(&path).expect(name);
        let before = LipMotion::of(&clip);
        let resampled = clip.resampled("24".parse().expect("a rate"));
        let after = LipMotion::of(&resampled);
        let closed_after = |frame: usize| {
            after.is_closed((clip.rate.seconds(frame as f64) * 24.0).round() as usize)
        };
        let is_lost = |closure: &&std::ops::Range<usize>| {
            let mut frames = (*closure).clone();
            !frames.any(closed_after)
        };
        let lost = before.closures.iter().filter(is_lost).count();
        println!(
            "{name}: {} closures at 30, {} at 24, {lost} lost",
            before.closures.len(),
            after.closures.len()
        );
        assert_eq!(lost, 0, "{name}");
    }
}

#[test]
fn captured_speech_has_many_mouth_shapes_without_flicker() {
    let Some(path) = take("president_a_1.csv") else {
        return;
    };
    let (clip, _): (Clip, _) = csv::read(&path).expect("read");
    let cues = mouth_cues::cues(&clip);
    let mut seen: Vec<_> = cues.iter().map(|cue| cue.shape).collect();
    let rate = cues.len() as f64 / clip.duration();
    println!(
        "{:.1} shapes a second: {}",
        rate,
        seen.iter().map(ToString::to_string).collect::<String>()
    );
    assert!((2.0..10.0).contains(&rate), "{rate} shapes a second");
    seen.sort();
    seen.dedup();
    assert!(seen.len() >= 6, "{seen:?}");
}
