//! Evaluation with phone times, with captures and with degraded sound.

use std::fs::{copy, create_dir_all, read_to_string, write};
use std::path::Path;

use serde_json::Value;

use super::{LINE, fails, reports, succeeds};

/// Copies the sample line under these names, and animates it as `made.csv` and `made.a2f.json`.
fn takes(folder: &Path, names: &[&str]) {
    succeeds(
        folder,
        &[
            "animate",
            LINE,
            "-o",
            "made.csv",
            "-o",
            "made.a2f.json",
            "--fps",
            "60",
            "--device",
            "cpu",
            "-q",
        ],
    );
    for name in names {
        copy(LINE, folder.join(format!("{name}.wav"))).unwrap();
    }
}

fn eval(folder: &Path, more: &[&str]) -> Value {
    reports(
        folder,
        &[&["eval", ".", "--device", "cpu"][..], more].concat(),
    )
}

fn value(figures: &Value, measure: &str) -> f64 {
    figures[measure]["value"].as_f64().unwrap_or(f64::NAN)
}

#[test]
fn captures_beside_sounds_are_compared_and_controls_score_worse() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    takes(folder.path(), &["anna_1", "anna_2", "not_captured"]);
    copy(at("made.csv"), at("anna_1.csv")).unwrap();
    create_dir_all(at("curves")).unwrap();
    copy(at("made.a2f.json"), at("curves/anna_2.a2f.json")).unwrap();
    let report = eval(folder.path(), &["--report", "page.html"]);
    let found = &report["evaluation"];
    assert_eq!(found["utterances"].as_array().unwrap().len(), 2);
    assert_eq!(found["utterances"][1]["speaker"], "anna");
    let figures = &found["figures"];
    // The capture is the animation itself: only rounding and resampling differ.
    assert!(value(figures, "jaw_open_correlation") > 0.99, "{figures}");
    assert!(value(figures, "lip_error_mm") < 0.3, "{figures}");
    let still = &found["controls"]["mean_pose"];
    assert_eq!(value(still, "jaw_open_correlation"), 0.0);
    assert!(value(still, "lip_motion_error_mm") > 1.0, "{still}");
    for control in ["neutral", "shuffled", "loudness"] {
        assert!(found["controls"][control].is_object(), "{control}");
    }
    assert!(found["controls"]["loudness"]["lip_error_mm"].is_null());
    let page = read_to_string(at("page.html")).unwrap();
    assert!(page.contains("anna_2") && page.contains("<svg") && !page.contains("<script"));
}

#[test]
fn phone_times_captures_in_another_folder_and_degraded_sound_are_evaluated_together() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    takes(folder.path(), &["x.1"]);
    write(at("manifest.tsv"), "id\tspeaker\tlanguage\nx.1\tmary\tfr\n").unwrap();
    write(
        at("x.1.phones.csv"),
        "start,end,label\n0.0,0.4,SIL\n0.4,0.5,M\n0.5,3.0,AA\n3.0,3.1,B\n3.1,5.0,OW\n",
    )
    .unwrap();
    create_dir_all(at("captures")).unwrap();
    copy(at("made.csv"), at("captures/x.1.take.csv")).unwrap();
    copy(at("made.csv"), at("captures/other.csv")).unwrap();
    let more = [
        "--curves",
        "captures",
        "--degrade",
        "quiet",
        "--degrade",
        "telephone",
    ];
    let report = eval(folder.path(), &more);
    let found = &report["evaluation"];
    let row = &found["utterances"][0];
    assert!(row["capture"]["jaw_open"].as_f64() > Some(0.99), "{row}");
    assert_eq!(row["errors"]["said"]["AA"], 1);
    assert_eq!(found["by_language"]["fr"]["total"], 2);
    assert_eq!(found["by_speaker"]["mary"]["total"], 2);
    let missed = found["phones"]["M"]["missed"].as_u64().unwrap()
        + found["phones"]["B"]["missed"].as_u64().unwrap();
    assert_eq!(
        missed,
        2 - found["speech"]["closures"]["hits"].as_u64().unwrap()
    );
    for name in ["quiet", "telephone"] {
        let figures = &report["degraded"][name];
        assert!(value(figures, "closure_recall") >= 0.0, "{figures}");
    }
    assert!(value(&report["degraded"]["quiet"], "jaw_open_correlation") > 0.9);
    let text = succeeds(
        folder.path(),
        &["eval", ".", "--degrade", "all", "--device", "cpu"],
    );
    for shown in [
        "| clean |",
        "| reverb |",
        "another recording's",
        "p, b, m closed the lips",
    ] {
        // The control "another recording's" needs a second recording.
        assert_eq!(
            text.contains(shown),
            shown != "another recording's",
            "{shown}: {text}"
        );
    }
}

#[test]
fn errors_of_unusable_recordings_name_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let message = fails(folder.path(), &["eval", "nowhere"], 3);
    assert!(message.contains("nowhere"), "{message}");
    takes(folder.path(), &["take_1"]);
    let message = fails(folder.path(), &["eval", "."], 2);
    assert!(message.contains("ID.csv beside ID.wav"), "{message}");

    let broken = |curves: &str, part: &str| {
        write(at("take_1.csv"), curves).unwrap();
        let message = fails(folder.path(), &["eval", ".", "--device", "cpu"], 3);
        assert!(
            message.contains("take_1.csv") && message.contains(part),
            "{message}"
        );
    };
    broken("time,loudness\n0.0,1.0\n0.1,0.5\n", "JawOpen or jawOpen");
    let rows = |count: usize, jaw: &dyn Fn(usize) -> f64| -> String {
        let rows = (0..count).map(|row| format!("{:.3},{}\n", row as f64 / 25.0, jaw(row)));
        format!("time,jawOpen\n{}", rows.collect::<String>())
    };
    broken(&rows(50, &|row| row as f64 / 100.0), "same take");
    broken(&rows(155, &|_| 0.2), "blendshapes");

    copy(at("made.csv"), at("take_1.csv")).unwrap();
    for arguments in [
        &["eval", ".", "--degrade", "hiss"][..],
        &["eval", ".", "--report", "take_1.csv"],
        &["eval", ".", "--split", "test"],
    ] {
        fails(folder.path(), arguments, 2);
    }
    write(at("box.gltf"), r#"{"asset":{"version":"2.0"}}"#).unwrap();
    let message = fails(folder.path(), &["eval", ".", "--head", "box.gltf"], 3);
    assert!(message.contains("box.gltf"), "{message}");
}
