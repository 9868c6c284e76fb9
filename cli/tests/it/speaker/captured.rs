//! Tests with captured takes of two people. The takes are not part of the repository; without them the
//! tests are skipped.

use std::path::{Path, PathBuf};

use metaface_core::audio::Sound;
use metaface_core::speaker::{Reference, Take};
use metaface_exporters::curves::csv;

use super::{ANIMATOR, reports};

const TAKES: [&str; 4] = [
    "president_a_1",
    "president_a_2",
    "president_a_3",
    "president_b_1",
];

fn captures() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(default, PathBuf::from);
    let folder = shared.join("face_capture");
    if !folder.join("president_a_1.csv").exists() {
        println!("skipped: captured takes are absent");
        return None;
    }
    Some(folder)
}

/// A section of a sound with a section of curves, of the same take or of another one.
fn take(folder: &Path, sound: &str, curves: &str, start: f64, seconds: f64) -> Take {
    let samples = Sound::open(folder.join(format!("{sound}.wav")))
        .unwrap()
        .samples;
    let first = (start * 16_000.0) as usize;
    let end = (first + (seconds * 16_000.0) as usize).min(samples.len());
    let clip = csv::read(&folder.join(format!("{curves}.csv"))).unwrap().0;
    Take {
        name: sound.to_owned(),
        curves_name: curves.to_owned(),
        sound: Sound::from_samples(&samples[first..end], 16_000, 1).unwrap(),
        clip: clip.trimmed(start, start + seconds).unwrap(),
    }
}

fn reference(take: Take) -> Reference {
    ANIMATOR.reference(vec![take]).unwrap()
}

/// Whether the reference has the note that the curves hardly follow the sound.
fn is_mismatch_noted(reference: &Reference) -> bool {
    reference
        .notes
        .iter()
        .any(|note| note.contains("same take?"))
}

#[test]
fn captured_takes_are_synchronous_and_shifted_takes_are_shifted_back() {
    let Some(folder) = captures() else { return };
    for name in TAKES {
        let original = reference(take(&folder, name, name, 0.0, 30.0));
        assert_eq!(original.takes[0].note.lag_ms, 0.0, "{name}");
        assert!(!is_mismatch_noted(&original), "{name}");
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
fn curves_of_another_take_are_mostly_detected_and_rarely_shifted() {
    let Some(folder) = captures() else { return };
    let (mut detected, mut shifted, mut all) = (0, 0, 0);
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
                detected += usize::from(is_mismatch_noted(&found));
                shifted += usize::from(found.takes[0].note.lag_ms != 0.0);
            }
        }
    }
    println!("of {all} mismatched takes {detected} detected, {shifted} shifted");
    assert!(detected * 4 >= all * 3, "{detected} of {all} detected");
    assert!(shifted * 8 <= all, "{shifted} of {all} shifted");
}

#[test]
fn captured_people_have_plausible_blinks_and_gaze() {
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
        println!("{name}: {blinks:.0} blinks per minute, gaze {gaze:.2}");
        assert!((5.0..45.0).contains(&blinks), "{name}: {blinks}");
        assert!((0.3..3.0).contains(&gaze), "{name}: {gaze}");
    }
}
