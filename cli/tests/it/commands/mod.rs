//! The commands of the program.

mod convert;
mod eval;
mod inputs;
mod preview;

use std::path::{Path, PathBuf};

use crate::common::{LINE, fails, metaface, reports, succeeds};

#[test]
fn a_line_is_written_in_every_format_and_reads_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "lïne 1.glb",
        "line.gltf",
        "line.usda",
        "line.usdc",
        "line.usdz",
        "line.csv",
        "line.a2f.json",
        "line.cues.json",
        "line.tsv",
        "line.dat",
    ];
    let mut arguments = vec!["animate", LINE, "--device", "cpu"];
    for name in names {
        arguments.extend(["-o", name]);
    }
    let report = reports(folder.path(), &arguments);
    assert_eq!(report["frames"], 186);
    for name in names {
        assert!(
            folder.path().join(name).metadata().unwrap().len() > 100,
            "{name}"
        );
    }
    // The clip of every format that can be read, converted to CSV.
    let csv = |name: &str| {
        let output = format!("{name}.back.csv");
        succeeds(folder.path(), &["convert", name, "-o", &output]);
        values(&folder.path().join(output))
    };
    let expected = csv("line.csv");
    assert!(expected.iter().flatten().any(|value| *value > 0.2));
    for name in [
        "line.a2f.json",
        "lïne 1.glb",
        "line.gltf",
        "line.usdc",
        "line.usda",
    ] {
        let read = csv(name);
        assert_eq!(read.len(), expected.len(), "{name}");
        let pairs = read.iter().flatten().zip(expected.iter().flatten());
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-3, "{name}: {worst}");
    }
}

/// The 61 columns of a Live Link Face CSV.
fn values(path: &Path) -> Vec<Vec<f32>> {
    let text = std::fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        line.split(',')
            .skip(2)
            .map(|cell| cell.parse().unwrap())
            .collect()
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a/line.glb", "b/line.glb"] {
        succeeds(
            folder.path(),
            &["animate", LINE, "-o", name, "--device", "cpu", "--quiet"],
        );
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("a/line.glb") == read("b/line.glb"));
}

#[test]
fn a_frame_rate_is_kept_exactly_and_gains_are_applied() {
    let folder = tempfile::tempdir().unwrap();
    let animate = |output: &str, more: &[&str]| {
        let mut arguments = vec!["animate", LINE, "-o", output, "--fps", "23.976", "-q"];
        arguments.extend(more);
        succeeds(folder.path(), &arguments);
    };
    animate("plain.glb", &[]);
    animate(
        "still.csv",
        &["--no-head", "--no-eyes", "--gains", "JawOpen=0"],
    );
    let report = reports(folder.path(), &["convert", "plain.glb", "-o", "x.csv"]);
    assert_eq!(report["clips"][0]["fps"], "24000/1001");
    let report = reports(folder.path(), &["inspect", "still.csv"]);
    let moving: Vec<&str> = report["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c[0].as_str().unwrap())
        .collect();
    for still in ["JawOpen", "HeadYaw", "EyeBlinkLeft", "LeftEyeYaw"] {
        assert!(!moving.contains(&still), "{still} moves");
    }
    assert!(moving.contains(&"MouthClose"));
}

#[test]
fn a_character_is_animated_and_an_error_names_one_without_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let head = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/head/head.glb");
    std::fs::copy(&head, folder.path().join("hero.glb")).unwrap();
    succeeds(
        folder.path(),
        &[
            "animate",
            LINE,
            "-o",
            "out.glb",
            "--character",
            "hero.glb",
            "--fps",
            "24",
            "--reduce",
            "0.1",
        ],
    );
    let report = reports(
        folder.path(),
        &["inspect", "hero.glb", "--write-rig-map", "hero.rigmap.json"],
    );
    assert_eq!(report["discovery"]["driven"].as_array().unwrap().len(), 52);
    succeeds(
        folder.path(),
        &[
            "animate",
            LINE,
            "-o",
            "mapped.usdc",
            "--character",
            "hero.glb",
            "--rig-map",
            "hero.rigmap.json",
        ],
    );

    std::fs::write(
        folder.path().join("box.gltf"),
        r#"{"asset":{"version":"2.0"},"nodes":[{"name":"Box"}],"scenes":[{"nodes":[0]}]}"#,
    )
    .unwrap();
    let message = fails(
        folder.path(),
        &["animate", LINE, "-o", "box.glb", "--character", "box.gltf"],
        3,
    );
    assert!(
        message.contains("jawOpen") && message.contains("box.gltf"),
        "{message}"
    );
    assert!(!folder.path().join("box.glb").exists());
}

#[test]
fn doctor_reports_device_version_and_model() {
    let folder = tempfile::tempdir().unwrap();
    let report = reports(folder.path(), &["doctor"]);
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["base_model"].as_str().unwrap().len(), 64);
    assert!(!report["cuda"].as_str().unwrap().is_empty());
}

/// The required quality on recorded speech that is not in the training data: see docs/measurements.md.
#[test]
fn lips_close_correctly_on_recorded_speech_outside_the_training_data() {
    let shared = std::env::var_os("METAFACE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("speech_aligned");
    if !folder.exists() {
        println!("skipped: the recordings are absent");
        return;
    }
    let folder = folder.to_string_lossy().into_owned();
    let report = reports(Path::new("."), &["eval", &folder, "--device", "cpu"]);
    let figures = &report["evaluation"]["figures"];
    for measure in [
        "closure_recall",
        "closure_precision",
        "rounding_auc",
        "openness_auc",
    ] {
        let value = figures[measure]["value"].as_f64().unwrap_or_default();
        assert!(value >= 0.75, "{measure} is {value}");
    }
}
