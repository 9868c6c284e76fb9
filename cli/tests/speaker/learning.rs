//! Learning from what people have, and using it.

use metaface_core::clip::Channel;
use metaface_exporters::curves::csv;
use serde_json::Value;

use crate::{LINE, folder, metaface, reports, smiling, succeeds};

/// The mean of a channel over a clip.
fn mean(path: &std::path::Path, channel: Channel) -> f32 {
    let clip = csv::read(path).unwrap().0;
    clip.curve(channel).sum::<f32>() / clip.frames.len() as f32
}

fn notes(report: &Value) -> String {
    report["speaker"]["about"]["notes"].to_string()
}

#[test]
fn a_speaker_is_learned_inspected_and_spoken_as() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    csv::save(&smiling(30), &at("take.csv")).unwrap();
    let learned = reports(
        folder.path(),
        &[
            "adapt",
            "take.wav",
            "-o",
            "anna.speaker",
            "--name",
            "Anna",
            "--consent",
            "agreed to this test",
            "--licence",
            "CC0",
            "--device",
            "cpu",
        ],
    );
    assert!(learned["bytes"].as_u64().unwrap() <= 500_000);
    assert_eq!(
        learned["bytes"],
        at("anna.speaker").metadata().unwrap().len()
    );
    let take = &learned["speaker"]["about"]["takes"][0];
    assert_eq!(
        (&take["sound"], &take["curves"]),
        (&"take.wav".into(), &"take.csv".into())
    );
    assert_eq!(take["lag_ms"], 0.0);
    assert!(
        notes(&learned).contains("MouthSmile"),
        "{}",
        notes(&learned)
    );

    let told = succeeds(folder.path(), &["inspect", "anna.speaker"]);
    for words in [
        "Anna",
        "take.wav with take.csv",
        "agreed to this test",
        "licence: CC0",
        "MouthSmileLeft",
        "blinks: ",
        "gaze: wanders 0.",
        "adapters",
        "base model",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let same = reports(folder.path(), &["inspect", "anna.speaker"]);
    assert_eq!(same, learned["speaker"]);

    for (name, more) in [
        ("average.csv", &[][..]),
        (
            "none.csv",
            &["--speaker", "anna.speaker", "--style-strength", "0"],
        ),
        (
            "half.csv",
            &["--speaker", "anna.speaker", "--style-strength", "0.5"],
        ),
        ("whole.csv", &["--speaker", "anna.speaker"]),
    ] {
        let arguments = [&["animate", LINE, "-o", name, "-q", "--no-eyes"], more].concat();
        succeeds(folder.path(), &arguments);
    }
    let smile = |name: &str| mean(&at(name), Channel::MouthSmileLeft);
    assert_eq!(
        std::fs::read(at("none.csv")).unwrap(),
        std::fs::read(at("average.csv")).unwrap()
    );
    assert!(smile("whole.csv") > smile("half.csv") && smile("half.csv") > smile("average.csv"));
    assert!(smile("whole.csv") - smile("average.csv") > 0.1);

    succeeds(
        folder.path(),
        &[
            "animate",
            LINE,
            "-o",
            "line.a2f.json",
            "-q",
            "--speaker",
            "anna.speaker",
            "--style-strength",
            "0.8",
        ],
    );
    let clip = reports(folder.path(), &["inspect", "line.a2f.json"]);
    assert_eq!(clip["metadata"]["speaker"], "Anna");
    assert_eq!(clip["metadata"]["style_strength"], "0.8");
    assert_eq!(clip["metadata"]["speaker_hash"].as_str().unwrap().len(), 16);
}

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
fn a_late_capture_is_shifted_back_and_told() {
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
    let told = succeeds(folder.path(), &["inspect", "x.speaker"]);
    assert!(told.contains("ms late"), "{told}");
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
    let told = succeeds(folder.path(), &["inspect", "x.speaker"]);
    assert!(told.contains("blinks: not captured"), "{told}");
}

#[test]
fn takes_are_put_together_and_speakers_blended() {
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

/// Ctrl-C: either the whole file or none, and nothing beside it.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::process::Command;
    use std::time::Duration;
    let folder = folder();
    csv::save(&smiling(30), &folder.path().join("take.csv")).unwrap();
    for delay in [0, 10, 30, 60, 90] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_metaface"))
            .current_dir(folder.path())
            .args(["adapt", "take.wav", "-o", "x.speaker", "-q"])
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let pid = run.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).status();
        run.wait().unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap();
        for file in files.map(|file| file.unwrap().file_name()) {
            let name = file.to_string_lossy();
            match name.as_ref() {
                "take.wav" | "take.csv" => {}
                "x.speaker" => {
                    assert!(
                        metaface(folder.path(), &["inspect", "x.speaker"])
                            .status
                            .success()
                    );
                }
                other => panic!("{other} was left behind"),
            }
        }
    }
}
