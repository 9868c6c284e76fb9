//! Conversion of clips between all formats.

use std::path::Path;

use metaface_core::clip::{Channel, FrameRate};
use serde_json::{Value, json};

use super::{fails, reports, succeeds};

/// Endings of formats that can be read and written.
const READ: [&str; 9] = [
    "csv", "a2f.json", "glb", "gltf", "vrm", "usda", "usdc", "usd", "usdz",
];

/// Endings of formats that can only be written.
const WRITTEN: [&str; 3] = ["cues.json", "tsv", "dat"];

fn names(channels: &[Channel]) -> Vec<&'static str> {
    channels.iter().map(|channel| channel.name()).collect()
}

/// Writes a clip as Audio2Face JSON with MetaFace's additional data, which is lossless.
fn write_clip(folder: &Path, file: &str, value: impl Fn(usize, usize) -> f64, clip: &TestClip) {
    let rows = |channels: std::ops::Range<usize>| -> Vec<Vec<f64>> {
        (0..clip.frames)
            .map(|frame| {
                channels
                    .clone()
                    .map(|channel| value(frame, channel))
                    .collect()
            })
            .collect()
    };
    let (rate, fps) = clip.rate;
    let document = json!({
        "exportFps": fps,
        "facsNames": names(Channel::blendshapes()),
        "weightMat": rows(0..52),
        "metaface": {
            "version": 1, "name": clip.name, "rate": rate, "startFrame": clip.start,
            "metadata": clip.metadata, "angleNames": names(Channel::angles()), "angleMat": rows(52..61),
        },
    });
    std::fs::write(folder.join(file), document.to_string()).unwrap();
}

struct TestClip {
    name: &'static str,
    rate: (&'static str, f64),
    start: f64,
    frames: usize,
    metadata: Value,
}

/// Values that move every channel. Angles stay small, like rotations of joints.
fn busy(frame: usize, channel: usize) -> f64 {
    let phase = frame as f64 * 0.31 + channel as f64;
    match channel {
        0..52 => 0.5 + 0.5 * phase.sin(),
        _ => 0.15 * phase.sin(),
    }
}

/// The content of an Audio2Face JSON file.
struct ReadClip {
    values: Vec<Vec<f64>>,
    /// MetaFace's additional data.
    extra: Value,
}

fn read_clip(folder: &Path, file: &str) -> ReadClip {
    let text = std::fs::read(folder.join(file)).unwrap();
    let document: Value = serde_json::from_slice(&text).unwrap();
    let matrix = |rows: &Value| -> Vec<Vec<f64>> {
        serde_json::from_value(rows.clone()).unwrap_or_default()
    };
    let (weights, extra) = (matrix(&document["weightMat"]), document["metaface"].clone());
    let angles = matrix(&extra["angleMat"]);
    let rows = weights.into_iter().enumerate().map(|(frame, mut row)| {
        row.extend(angles.get(frame).cloned().unwrap_or(vec![0.0; 9]));
        row
    });
    ReadClip {
        values: rows.collect(),
        extra,
    }
}

/// Converts and returns the JSON report.
fn convert(folder: &Path, arguments: &[&str]) -> Value {
    reports(folder, &[&["convert"][..], arguments].concat())
}

fn assert_near(clip: &ReadClip, expected: impl Fn(usize, usize) -> f64, frames: usize, case: &str) {
    assert_eq!(clip.values.len(), frames, "{case}");
    for (frame, row) in clip.values.iter().enumerate() {
        for (channel, value) in row.iter().enumerate() {
            let expected = expected(frame, channel);
            // Angles are stored as quaternions of single precision.
            let tolerance = if channel < 52 { 1e-6 } else { 2e-5 };
            let name = Channel::ALL[channel];
            assert!(
                (value - expected).abs() <= tolerance,
                "{case}, {name} at frame {frame}: {value}, not {expected}"
            );
        }
    }
}

#[test]
fn every_format_converts_to_every_other_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let clip = TestClip {
        name: "Zeile ü",
        rate: ("30000/1001", 30000.0 / 1001.0),
        // Time code 10:00:59;29.250.
        start: 1_080_719.25,
        frames: 40,
        metadata: json!({ "timecode": "drop-frame", "note": "second take" }),
    };
    write_clip(folder, "clip.a2f.json", busy, &clip);
    let sources = READ.map(|ending| format!("from.{ending}"));
    let run = |input: &str, names: &[String]| {
        let outputs = names.iter().flat_map(|name| ["-o", name.as_str()]);
        let arguments: Vec<_> = [input].into_iter().chain(outputs).collect();
        convert(folder, &arguments)
    };
    run("clip.a2f.json", &sources);
    for (source, from) in sources.iter().zip(READ) {
        let endings = READ.iter().chain(&WRITTEN);
        let names: Vec<String> = endings.map(|to| format!("{from}.to.{to}")).collect();
        let report = run(source, &names);
        assert_eq!(report["clips"][0]["start"], "10:00:59;29.250", "{from}");
        assert_eq!(report["clips"][0]["fps"], "30000/1001", "{from}");
        for (name, to) in names.iter().zip(READ) {
            run(name, &["back.a2f.json".to_owned()]);
            let back = read_clip(folder, "back.a2f.json");
            let case = format!("{from} to {to}");
            assert_near(&back, busy, clip.frames, &case);
            let extra = &back.extra;
            assert_eq!(extra["rate"], clip.rate.0, "{case}");
            let start = extra["startFrame"].as_f64().unwrap();
            assert!((start - clip.start).abs() < 1e-3, "{case}: {start}");
            assert_eq!(extra["metadata"]["timecode"], "drop-frame", "{case}");
            // CSV stores no name and no metadata.
            match (from, to) {
                (_, "csv") => assert_eq!(extra["name"], format!("{from}.to"), "{case}"),
                ("csv", _) => assert_eq!(extra["name"], "from", "{case}"),
                _ => {
                    assert_eq!(extra["name"], clip.name, "{case}");
                    assert_eq!(extra["metadata"]["note"], "second take", "{case}");
                }
            }
        }
        for name in &names[READ.len()..] {
            assert!(folder.join(name).metadata().unwrap().len() > 20, "{name}");
        }
    }
}

#[test]
fn time_codes_are_kept_in_scenes_at_every_rate() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (index, (fps, start)) in [
        ("23.976", "01:00:00:00"),
        ("24", "23:59:50:12.500"),
        ("25", "10:00:00:24"),
        ("29.97", "01:00:00:00"),
        ("29.97", "01:00:59;29.250"),
        ("30", "00:00:00:00"),
        ("59.94", "10:00:59;59"),
        ("59.94", "10:00:59:59"),
        ("60", "13:13:04:31.652"),
    ]
    .into_iter()
    .enumerate()
    {
        let rate = fps.parse::<FrameRate>().unwrap();
        let clip = TestClip {
            name: "take",
            rate: ("30", 30.0),
            start: 0.0,
            frames: 60,
            metadata: json!({}),
        };
        write_clip(folder, "clip.a2f.json", busy, &clip);
        let [csv, glb, usd] = ["csv", "glb", "usdc"].map(|to| format!("{index}.{to}"));
        convert(
            folder,
            &["clip.a2f.json", "-o", &csv, "--fps", fps, "--start", start],
        );
        let first = |file: &str| {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            let row = text.lines().nth(1).unwrap_or_default();
            row.split(',').next().unwrap_or_default().to_owned()
        };
        let expected = if start.contains('.') {
            start.to_owned()
        } else {
            format!("{start}.000")
        };
        assert_eq!(first(&csv), expected);
        for scene in [&glb, &usd] {
            convert(folder, &[&csv, "-o", scene]);
            let report = convert(folder, &[scene, "-o", "back.csv"]);
            assert_eq!(report["clips"][0]["fps"], rate.to_string(), "{scene}");
            assert_eq!(report["clips"][0]["start"], start, "{scene}");
            assert_eq!(first("back.csv"), expected, "{scene}");
            let size = |file: &str| std::fs::read(folder.join(file)).unwrap().len();
            assert_eq!(size("back.csv"), size(&csv), "{scene}");
        }
    }
    let message = fails(
        folder,
        &["convert", "1.csv", "-o", "x.csv", "--start", "00:00:00;00"],
        2,
    );
    assert!(message.contains("29.97"), "{message}");
}

#[test]
fn an_additive_clip_and_its_base_add_up_to_the_take() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let clip = |name, frames| TestClip {
        name,
        rate: ("30", 30.0),
        start: 300.0,
        frames,
        metadata: json!({}),
    };
    let base = |frame: usize, channel: usize| busy(frame * 3 + 2, channel + 5) * 0.8;
    write_clip(folder, "take.a2f.json", busy, &clip("take", 45));
    write_clip(folder, "base.a2f.json", base, &clip("base", 20));
    for to in ["csv", "a2f.json", "glb", "gltf", "usda", "usdc", "usdz"] {
        let delta = format!("delta.{to}");
        let report = convert(
            folder,
            &["take.a2f.json", "--additive", "base.a2f.json", "-o", &delta],
        );
        assert_eq!(report["clips"][0]["additive"], "base");
        convert(folder, &[&delta, "-o", "back.a2f.json"]);
        let mut back = read_clip(folder, "back.a2f.json");
        assert!(
            back.values.iter().flatten().any(|value| *value < -0.5),
            "{to}"
        );
        if to != "csv" {
            assert_eq!(back.extra["metadata"]["additive"], "base", "{to}");
        }
        for (frame, row) in back.values.iter_mut().enumerate() {
            for (channel, value) in row.iter_mut().enumerate() {
                *value += base(frame.min(19), channel);
            }
        }
        assert_near(&back, busy, 45, to);
    }
    let message = fails(
        folder,
        &[
            "convert",
            "take.a2f.json",
            "--additive",
            "base.a2f.json",
            "-o",
            "x.tsv",
        ],
        3,
    );
    assert!(
        message.contains("x.tsv") && message.contains(".csv"),
        "{message}"
    );
}

#[test]
fn several_clips_become_one_glb_with_an_animation_each() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (file, name, frames) in [("1.a2f.json", "hello", 40), ("2.a2f.json", "bye", 50)] {
        let clip = TestClip {
            name,
            rate: ("25", 25.0),
            start: 0.0,
            frames,
            metadata: json!({ "note": name }),
        };
        write_clip(folder, file, busy, &clip);
    }
    let both = ["1.a2f.json", "2.a2f.json"];
    let small = ["-o", "lines.glb", "--quantise", "16", "--reduce", "0.1"];
    let report = convert(folder, &[both, [small[0], small[1]]].concat());
    assert_eq!(report["clips"][1]["name"], "bye");
    let size = |file: &str| std::fs::metadata(folder.join(file)).unwrap().len();
    let exact = size("lines.glb");
    convert(folder, &[&both[..], &small[..]].concat());
    assert!(size("lines.glb") < exact);
    let report = reports(folder, &["inspect", "lines.glb"]);
    let animations = &report["animations"];
    assert_eq!(
        (&animations[0]["name"], &animations[1]["name"]),
        (&json!("hello"), &json!("bye"))
    );
    assert_eq!(animations[1]["clip"]["frames"], 50);
    assert!(succeeds(folder, &["inspect", "lines.glb"]).contains("50 frames at 25 fps"));

    convert(
        folder,
        &["lines.glb", "--animation", "bye", "-o", "back.a2f.json"],
    );
    let extra = read_clip(folder, "back.a2f.json").extra;
    assert_eq!(extra["name"], "bye");
    let metadata = json!({ "note": "bye", "quantise": "16 bit", "reduce": "0.1 mm" });
    assert_eq!(extra["metadata"], metadata);
    let message = fails(folder, &["convert", "lines.glb", "-o", "x.csv"], 2);
    assert!(
        message.contains("--animation") && message.contains("hello, bye"),
        "{message}"
    );
    let unknown = ["convert", "lines.glb", "--animation", "hum", "-o", "x.csv"];
    let message = fails(folder, &unknown, 3);
    assert!(
        message.contains("hum") && message.contains("bye"),
        "{message}"
    );
    for output in ["x.csv", "x.usdc", "x.a2f.json"] {
        let message = fails(folder, &["convert", both[0], both[1], "-o", output], 2);
        assert!(
            message.contains(output) && message.contains(".glb"),
            "{message}"
        );
        assert!(!folder.join(output).exists());
    }
    for bits in ["4", "sixteen"] {
        fails(
            folder,
            &["convert", both[0], "-o", "x.glb", "--quantise", bits],
            2,
        );
    }
}
