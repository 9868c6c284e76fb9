//! Checks how three.js plays the written files.

use std::path::{Path, PathBuf};
use std::slice::from_ref;

use crate::common::characters::{busy_clip, hero};
use crate::common::{node, unusual};
use metaface_clip::FrameRate;
use metaface_exporters::gltf::{Precision, WriteOptions};
use metaface_exporters::{Performance, RigMap, gltf};
use serde_json::Value;

/// The error of a weight that is due to single-precision times.
const TIME_ERROR: f64 = 2e-5;

fn floats(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list").iter();
    list.map(|value| value.as_f64().expect("a number"))
        .collect()
}

/// Asserts that three.js shows the weights and rotations of every frame at its time, and between
/// two frames the mean of their weights, within `tolerance`.
fn assert_shown(path: &Path, performance: &Performance, tolerance: f64) {
    let seconds = |frame: f64| f64::from(performance.rate.seconds(frame) as f32);
    let last = performance.frame_count - 1;
    let halves = (0..=2 * last).map(|half| half as f64 / 2.0);
    let times: Vec<String> = halves.map(|frame| seconds(frame).to_string()).collect();
    let times = PathBuf::from(times.join(","));
    let Some(poses) = node::run("pose.mjs", &[path, &times]) else {
        return;
    };
    for (half, pose) in poses.as_array().expect("poses").iter().enumerate() {
        let (from, to) = (half / 2, half.div_ceil(2));
        for track in &performance.meshes {
            let shown = &pose["weights"][track.node.to_string()];
            for primitive in shown.as_array().expect("a mesh") {
                for (target, weight) in floats(primitive).into_iter().enumerate() {
                    let expected = track.weights[from][target] + track.weights[to][target];
                    let expected = f64::from(expected) / 2.0;
                    assert!(
                        (weight - expected).abs() < tolerance,
                        "node {} at {half}/2: {weight}, {expected}",
                        track.node
                    );
                }
            }
        }
        for track in performance.joints.iter().filter(|_| from == to) {
            let shown = floats(&pose["rotations"][track.node.to_string()]);
            let expected = track.rotations[from];
            let length = shown.iter().map(|part| part * part).sum::<f64>().sqrt();
            let cosine: f64 = shown
                .iter()
                .zip(expected)
                .map(|(a, b)| a * f64::from(b))
                .sum();
            assert!(
                cosine.abs() > length * (1.0 - 1e-6) && (length - 1.0).abs() < 1e-4,
                "node {} at {from}: {shown:?}, {expected:?}",
                track.node
            );
        }
    }
}

#[test]
fn three_js_shows_the_written_weights_at_their_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let clip = busy_clip("line", FrameRate::new(24000, 1001).expect("a rate"), 30);
    for (name, glb) in unusual::all() {
        if name == "unknown extensions" {
            // three.js cannot decode its invalid stream.
            continue;
        }
        let path = folder.path().join("original.glb");
        std::fs::write(&path, glb.bytes()).expect("written");
        let character = gltf::load(&path).expect("loaded");
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        assert!(!performance.meshes.is_empty(), "{name}");
        let baked = folder.path().join(format!("{name}.glb"));
        std::fs::write(&baked, gltf::bake(&path, &performance).expect("baked")).expect("written");
        assert_shown(&baked, &performance, TIME_ERROR);
    }
    let character = hero();
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let path = folder.path().join("new.glb");
    let new = gltf::write_character(&character, Some(&performance)).expect("written");
    std::fs::write(&path, new).expect("written");
    assert_shown(&path, &performance, TIME_ERROR);
}

#[test]
fn three_js_shows_integers_as_the_weights_that_they_represent() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 30);
    let base = busy_clip("base", clip.rate, 11);
    let character = hero();
    for (precision, step) in [(Precision::Short, 65535.0), (Precision::Byte, 255.0)] {
        for signed in [false, true] {
            let performance = RigMap::discover(&character).map.drive(&character, &clip);
            let path = folder.path().join("line.glb");
            let options = WriteOptions {
                precision,
                ..WriteOptions::default()
            };
            let bytes = gltf::write_character_as(&character, from_ref(&performance), options);
            std::fs::write(&path, bytes.expect("written")).expect("written");
            // Signed integers have half the steps.
            let step = if signed { step / 2.0 } else { step };
            assert_shown(&path, &performance, TIME_ERROR + 0.51 / step);
            clip = clip.additive_to(&base);
        }
        clip = busy_clip("line", clip.rate, 30);
    }
}

#[test]
fn three_js_shows_the_weights_of_the_shared_head() {
    let Some(original) = node::shared("meshes/ict_head_arkit52_lite.glb") else {
        return;
    };
    let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 10);
    let character = gltf::load(&original).expect("loaded");
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("head.glb");
    std::fs::write(&path, gltf::bake(&original, &performance).expect("baked")).expect("written");
    assert_shown(&path, &performance, TIME_ERROR);
}
