//! A speaker from the take to the animation, and interruptions.

use std::path::Path;

use metaface_core::clip::Channel;
use metaface_exporters::curves::csv;

use super::{LINE, folder, metaface, notes, reports, smiling, succeeds};

/// The mean of a channel over a clip.
fn mean(path: &Path, channel: Channel) -> f32 {
    let clip = csv::read(path).unwrap().0;
    clip.curve(channel).sum::<f32>() / clip.frames.len() as f32
}

#[test]
fn a_speaker_is_learned_inspected_and_applied() {
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

    let text = succeeds(folder.path(), &["inspect", "anna.speaker"]);
    for words in [
        "Anna",
        "take.wav with take.csv",
        "agreed to this test",
        "licence: CC0",
        "MouthSmileLeft",
        "blinks: ",
        "gaze: range 0.",
        "adapters",
        "base model",
    ] {
        assert!(text.contains(words), "{words}: {text}");
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

/// After Ctrl-C the output is complete or missing, and there are no other files.
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
