//! What three.js shows of what we write.

mod common;

use std::path::{Path, PathBuf};
use std::slice::from_ref;

use common::characters::{busy_clip, hero};
use common::{node, odd};
use metaface_clip::FrameRate;
use metaface_exporters::gltf::{Precision, WriteOptions};
use metaface_exporters::{Performance, RigMap, gltf};
use serde_json::Value;

/// What time as single-precision seconds leaves of a weight.
const EXACT: f64 = 2e-5;

fn floats(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list").iter();
    list.map(|value| value.as_f64().expect("a number"))
        .collect()
}

/// Asserts that three.js, at every frame's time, shows the weights and rotations of that frame,
/// and between two frames their mean, to so much of a weight.
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
                    let meant = track.weights[from][target] + track.weights[to][target];
                    let meant = f64::from(meant) / 2.0;
                    assert!(
                        (weight - meant).abs() < tolerance,
                        "node {} at {half}/2: {weight}, {meant}",
                        track.node
                    );
                }
            }
        }
        for track in performance.joints.iter().filter(|_| from == to) {
            let shown = floats(&pose["rotations"][track.node.to_string()]);
            let meant = track.rotations[from];
            let length = shown.iter().map(|part| part * part).sum::<f64>().sqrt();
            let cosine: f64 = shown.iter().zip(meant).map(|(a, b)| a * f64::from(b)).sum();
            assert!(
                cosine.abs() > length * (1.0 - 1e-6) && (length - 1.0).abs() < 1e-4,
                "node {} at {from}: {shown:?}, {meant:?}",
                track.node
            );
        }
    }
}

#[test]
fn three_js_shows_the_weights_we_meant_at_the_times_we_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let clip = busy_clip("line", FrameRate::new(24000, 1001).expect("a rate"), 30);
    for (name, glb) in odd::all() {
        if name == "unknown extensions" {
            // three.js cannot decode the made-up stream in it.
            continue;
        }
        let path = folder.path().join("original.glb");
        std::fs::write(&path, glb.bytes()).expect("written");
        let character = gltf::load(&path).expect("loaded");
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        assert!(!performance.meshes.is_empty(), "{name}");
        let baked = folder.path().join(format!("{name}.glb"));
        std::fs::write(&baked, gltf::bake(&path, &performance).expect("baked")).expect("written");
        assert_shown(&baked, &performance, EXACT);
    }
    let character = hero();
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let path = folder.path().join("new.glb");
    let new = gltf::write_character(&character, Some(&performance)).expect("written");
    std::fs::write(&path, new).expect("written");
    assert_shown(&path, &performance, EXACT);
}

#[test]
fn three_js_shows_integers_as_the_weights_they_stand_for() {
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
            // Integers that have a sign have half the steps.
            let step = if signed { step / 2.0 } else { step };
            assert_shown(&path, &performance, EXACT + 0.51 / step);
            clip = clip.additive_to(&base);
        }
        clip = busy_clip("line", clip.rate, 30);
    }
}

#[test]
fn three_js_shows_the_shared_head_as_we_meant() {
    let Some(original) = node::shared("meshes/ict_head_arkit52_lite.glb") else {
        return;
    };
    let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 10);
    let character = gltf::load(&original).expect("loaded");
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("head.glb");
    std::fs::write(&path, gltf::bake(&original, &performance).expect("baked")).expect("written");
    assert_shown(&path, &performance, EXACT);
}
