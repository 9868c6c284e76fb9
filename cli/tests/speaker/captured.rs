//! Real takes of two people. They are not part of the repository; without them the tests say so
//! and pass.

use std::path::{Path, PathBuf};

use metaface_core::audio::Sound;
use metaface_core::speaker::{Reference, Take};
use metaface_exporters::curves::csv;

use crate::{ANIMATOR, reports};

const TAKES: [&str; 4] = [
    "president_a_1",
    "president_a_2",
    "president_a_3",
    "president_b_1",
];

fn captures() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("face_capture");
    if !folder.join("president_a_1.csv").exists() {
        println!("skipped: captured takes are absent");
        return None;
    }
    Some(folder)
}

/// A stretch of a sound with a stretch of curves, of the same take or of another.
fn take(folder: &Path, sound: &str, curves: &str, start: f64, seconds: f64) -> Take {
    let whole = Sound::open(folder.join(format!("{sound}.wav")))
        .unwrap()
        .samples;
    let first = (start * 16_000.0) as usize;
    let end = (first + (seconds * 16_000.0) as usize).min(whole.len());
    let clip = csv::read(&folder.join(format!("{curves}.csv"))).unwrap().0;
    Take {
        name: sound.to_owned(),
        curves_name: curves.to_owned(),
        sound: Sound::from_samples(&whole[first..end], 16_000, 1).unwrap(),
        clip: clip.trimmed(start, start + seconds).unwrap(),
    }
}

fn reference(take: Take) -> Reference {
    Reference::new(vec![take], &ANIMATOR).unwrap()
}

fn hardly_follows(reference: &Reference) -> bool {
    reference
        .notes
        .iter()
        .any(|note| note.contains("same take?"))
}

#[test]
fn real_takes_are_in_time_and_shifted_ones_are_shifted_back() {
    let Some(folder) = captures() else { return };
    for name in TAKES {
        let whole = reference(take(&folder, name, name, 0.0, 30.0));
        assert_eq!(whole.takes[0].note.lag_ms, 0.0, "{name}");
        assert!(!hardly_follows(&whole), "{name}");
        for seconds in [10.0, 19.0] {
            for lag in (-400_i32..=400).step_by(80) {
                let mut late = take(&folder, name, name, 0.0, seconds);
                late.clip = late.clip.offset(f64::from(lag) / 1e3);
                let found = reference(late).takes[0].note.lag_ms;
                println!("{name}, {seconds} s, {lag} ms: {found} ms");
                let allowed = if lag.abs() < 100 { 80.0 } else { 40.0 };
                assert!(
                    (found - lag as f32).abs() <= allowed,
                    "{name}, {seconds} s, {lag} ms: {found}"
                );
            }
        }
    }
}

#[test]
fn curves_of_another_take_are_mostly_told_and_hardly_ever_shifted() {
    let Some(folder) = captures() else { return };
    let (mut told, mut shifted, mut all) = (0, 0, 0);
    for sound in TAKES {
        for curves in TAKES {
            for start in [0.0, 9.0] {
                let found = reference(take(&folder, sound, curves, start, 10.5));
                if sound == curves {
                    let lag = found.takes[0].note.lag_ms;
                    assert!(lag.abs() <= 40.0, "{sound} from {start} s: {lag} ms");
                    continue;
                }
                all += 1;
                told += usize::from(hardly_follows(&found));
                shifted += usize::from(found.takes[0].note.lag_ms != 0.0);
            }
        }
    }
    println!("of {all} foreign takes {told} told, {shifted} shifted");
    assert!(told * 4 >= all * 3, "{told} of {all} told");
    assert!(shifted * 8 <= all, "{shifted} of {all} shifted");
}

#[test]
fn real_people_blink_and_look_about() {
    let Some(folder) = captures() else { return };
    for name in TAKES {
        let sound = folder.join(format!("{name}.wav"));
        let output = tempfile::tempdir().unwrap();
        let report = reports(
            output.path(),
            &[
                "adapt",
                &sound.to_string_lossy(),
                "-o",
                "x.speaker",
                "--consent",
                "for tests",
            ],
        );
        let speaker = &report["speaker"];
        let blinks = speaker["blinks_per_minute"].as_f64().unwrap();
        let gaze = speaker["gaze"].as_f64().unwrap();
        println!("{name}: {blinks:.0} blinks a minute, gaze {gaze:.2}");
        assert!((5.0..45.0).contains(&blinks), "{name}: {blinks}");
        assert!((0.3..3.0).contains(&gaze), "{name}: {gaze}");
    }
}
