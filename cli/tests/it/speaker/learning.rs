//! Learning speakers from takes of different formats and quality.

use metaface_core::clip::Channel;
use metaface_exporters::curves::csv;
use serde_json::Value;

use super::{LINE, folder, notes, reports, smiling, succeeds};

#[test]
fn the_same_take_gives_the_same_bytes() {
    let folder = folder();
    csv::save(&smiling(30), &folder.path().join("take.csv")).unwrap();
    for output in ["a/anna.speaker", "b/anna.speaker"] {
        succeeds(
            folder.path(),
            &[
                "adapt",
                "take.wav",
                "-o",
                output,
                "-q",
                "--device",
                "cpu",
                "--instant",
            ],
        );
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("a/anna.speaker") == read("b/anna.speaker"));
}

#[test]
fn curves_of_any_rate_and_format_are_a_reference() {
    let folder = folder();
    for fps in [25, 30, 60] {
        let name = format!("{fps}.csv");
        csv::save(&smiling(fps), &folder.path().join(&name)).unwrap();
        let scene = format!("{fps}.glb");
        succeeds(folder.path(), &["convert", &name, "-o", &scene, "-q"]);
        for (inputs, curves) in [
            (["take.wav", "--curves", &name], &name),
            ([&scene, "--audio", "take.wav"], &scene),
        ] {
            let arguments = [&["adapt", "-o", "x.speaker"][..], &inputs].concat();
            let report = reports(folder.path(), &arguments);
            let take = &report["speaker"]["about"]["takes"][0];
            assert_eq!(
                (take["curves"].as_str(), &take["lag_ms"]),
                (Some(curves.as_str()), &0.0.into())
            );
            assert!(take["seconds"].as_f64().unwrap() > 12.0, "{take}");
            assert!(
                notes(&report).contains("MouthSmile"),
                "{curves}: {}",
                notes(&report)
            );
        }
    }
}

#[test]
fn a_late_capture_is_shifted_back_and_noted() {
    let folder = folder();
    let late = smiling(30).offset(0.3);
    csv::save(&late, &folder.path().join("take.csv")).unwrap();
    let report = reports(folder.path(), &["adapt", "take.wav", "-o", "x.speaker"]);
    let lag = report["speaker"]["about"]["takes"][0]["lag_ms"]
        .as_f64()
        .unwrap();
    assert!((lag - 300.0).abs() <= 40.0, "{lag}");
    assert!(
        notes(&report).contains("late; that was taken out"),
        "{}",
        notes(&report)
    );
    let text = succeeds(folder.path(), &["inspect", "x.speaker"]);
    assert!(text.contains("ms late"), "{text}");
}

#[test]
fn a_table_of_a_few_channels_is_enough() {
    let folder = folder();
    let clip = smiling(30);
    let mut table = "time,jawOpen,mouthClose,mouthPucker\n".to_owned();
    for (index, frame) in clip.frames.iter().enumerate() {
        table += &format!(
            "{:.4},{},{},{}\n",
            clip.rate.seconds(index as f64),
            frame[Channel::JawOpen],
            frame[Channel::MouthClose],
            frame[Channel::MouthPucker]
        );
    }
    std::fs::write(folder.path().join("take.csv"), table).unwrap();
    let report = reports(folder.path(), &["adapt", "take.wav", "-o", "x.speaker"]);
    assert!(
        notes(&report).contains("49 of 52 blendshapes do not move"),
        "{}",
        notes(&report)
    );
    assert_eq!(report["speaker"]["ranges"].as_array().unwrap().len(), 3);
    assert_eq!(report["speaker"]["blinks_per_minute"], Value::Null);
    let text = succeeds(folder.path(), &["inspect", "x.speaker"]);
    assert!(text.contains("blinks: not captured"), "{text}");
}

#[test]
fn several_takes_are_joined_and_two_speakers_are_blended() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    csv::save(&smiling(30), &at("take.csv")).unwrap();
    std::fs::copy(at("take.wav"), at("more.wav")).unwrap();
    csv::save(&smiling(60), &at("other name.csv")).unwrap();
    let report = reports(
        folder.path(),
        &[
            "adapt",
            "take.wav",
            "more.wav",
            "--curves",
            "take.csv",
            "--curves",
            "other name.csv",
            "-o",
            "anna.speaker",
            "--consent",
            "yes",
        ],
    );
    let seconds = report["speaker"]["seconds"].as_f64().unwrap();
    assert!((seconds - 24.76).abs() < 0.1, "{seconds}");
    let mut frowning = smiling(30);
    for frame in &mut frowning.frames {
        frame[Channel::MouthSmileLeft] = 0.0;
        frame[Channel::MouthFrownLeft] = 0.3 + 0.1 * frame[Channel::JawOpen];
    }
    csv::save(&frowning, &at("take.csv")).unwrap();
    succeeds(
        folder.path(),
        &["adapt", "take.wav", "-o", "ben.speaker", "-q"],
    );
    let blend = reports(
        folder.path(),
        &[
            "adapt",
            "anna.speaker",
            "ben.speaker",
            "--blend",
            "0.5",
            "-o",
            "ab.speaker",
        ],
    );
    let blend = &blend["speaker"];
    assert_eq!(
        (blend["name"].as_str(), blend["about"]["learning"].as_str()),
        (Some("ab"), Some("blended"))
    );
    assert_eq!(blend["about"]["consent"], "anna: yes; ben: not stated");
    let rest = blend["rest"].as_array().unwrap();
    let frown = rest
        .iter()
        .find(|entry| entry[0] == "MouthFrownLeft")
        .unwrap();
    assert!((frown[1].as_f64().unwrap() - 0.15).abs() < 0.03, "{frown}");
    succeeds(
        folder.path(),
        &[
            "animate",
            LINE,
            "-o",
            "line.csv",
            "-q",
            "--speaker",
            "ab.speaker",
        ],
    );
}
