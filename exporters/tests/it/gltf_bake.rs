//! Adds animations to users' files.

use std::path::Path;

use crate::common::characters::busy_clip;
use crate::common::glb::{self, Glb};
use crate::common::{node, unusual};
use metaface_clip::{Clip, FrameRate};
use metaface_exporters::gltf::{self, Container};
use metaface_exporters::{Performance, RigMap};
use serde_json::{Value, json};

fn clip() -> Clip {
    busy_clip("line", FrameRate::new(24000, 1001).expect("a rate"), 5)
}

fn performance(path: &Path, clip: &Clip) -> Performance {
    let character = gltf::load(path).expect("loaded");
    let map = RigMap::discover(&character)
        .usable(&character)
        .expect("usable");
    map.drive(&character, clip)
}

fn bake(path: &Path) -> Vec<u8> {
    gltf::bake(path, &performance(path, &clip())).expect("baked")
}

fn complaints(path: &Path) -> Vec<String> {
    let report = node::run("validate.mjs", &[path]);
    report
        .map(|report| node::complaints(&report[0]))
        .unwrap_or_default()
}

/// Removes what baking appends: one animation, its accessors and buffer views, and the new bytes.
fn strip(baked: &Glb, original: &Glb) -> Glb {
    let mut stripped = baked.clone();
    for array in ["accessors", "bufferViews"] {
        let count = original.json[array].as_array().map_or(0, Vec::len);
        stripped.json[array]
            .as_array_mut()
            .expect("an array")
            .truncate(count);
    }
    let animations = stripped.json["animations"]
        .as_array_mut()
        .expect("animations");
    animations.pop().expect("ours");
    if animations.is_empty() {
        stripped
            .json
            .as_object_mut()
            .expect("an object")
            .remove("animations");
    }
    stripped.json["buffers"][0]["byteLength"] = original.json["buffers"][0]["byteLength"].clone();
    stripped.binary.truncate(original.binary.len());
    stripped
}

#[test]
fn baking_preserves_an_unusual_character_without_new_validation_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, original) in unusual::all() {
        let path = folder.path().join(format!("{name} ü.glb"));
        std::fs::write(&path, original.bytes()).expect("written");
        let bytes = bake(&path);
        let baked = Glb::parse(&bytes);
        let mut expected = original.clone();
        if name == "matrix joint" {
            let half = 0.5_f32.sqrt();
            let node = expected.json["nodes"][2].as_object_mut().expect("a node");
            node.remove("matrix");
            node.insert("translation".into(), json!([0.0_f32, 0.1_f32, 0.0_f32]));
            node.insert("rotation".into(), json!([0.0_f32, 0.0_f32, half, half]));
            node.insert("scale".into(), json!([2.0, 2.0, 2.0]));
        }
        let stripped = strip(&baked, &original);
        assert_eq!(stripped.json, expected.json, "{name}");
        assert_eq!(stripped.binary, expected.binary, "{name}");
        let original_text = expected.json.to_string();
        assert_eq!(
            stripped.json.to_string(),
            original_text,
            "{name}: order and digits"
        );
        let before = complaints(&path);
        let baked_path = folder.path().join("baked.glb");
        std::fs::write(&baked_path, &bytes).expect("written");
        let new: Vec<String> = complaints(&baked_path)
            .into_iter()
            .filter(|c| !before.contains(c))
            .collect();
        assert_eq!(new, Vec::<String>::new(), "{name}");
        if !["unknown extensions", "a second buffer within", "vrm 0"].contains(&name) {
            assert_eq!(before, Vec::<String>::new(), "{name}: the original file");
        }
    }
}

#[test]
fn every_mesh_with_a_driven_target_gets_a_track_in_an_animation_with_a_unique_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, unusual::busy().bytes()).expect("written");
    let baked = Glb::parse(&bake(&path));
    let animations = baked.json["animations"].as_array().expect("animations");
    let names: Vec<&Value> = animations
        .iter()
        .map(|animation| &animation["name"])
        .collect();
    assert_eq!(names, ["line", "line 2"]);
    let channels = animations[1]["channels"].as_array().expect("channels");
    let targets: Vec<String> = channels
        .iter()
        .map(|channel| {
            format!(
                "{} {}",
                channel["target"]["node"], channel["target"]["path"]
            )
        })
        .collect();
    let wanted = [
        "6 \"weights\"",
        "7 \"weights\"",
        "8 \"weights\"",
        "2 \"rotation\"",
        "3 \"rotation\"",
        "4 \"rotation\"",
    ];
    assert_eq!(targets, wanted);
    assert_eq!(
        animations[1]["extras"]["metaface"]["metadata"]["sound"],
        "line ü.wav"
    );
    let input = animations[1]["samplers"][0]["input"]
        .as_u64()
        .expect("an accessor") as usize;
    let last = FrameRate::new(24000, 1001).expect("a rate").seconds(4.0) as f32;
    assert_eq!(baked.json["accessors"][input]["min"], json!([0.0]));
    assert_eq!(baked.json["accessors"][input]["max"], json!([last]));
}

#[test]
fn a_text_file_with_external_buffers_and_images_becomes_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = unusual::plain();
    std::fs::write(folder.path().join("höhe daten.bin"), &glb.binary).expect("written");
    let second = json!({ "byteLength": 6, "uri": "data:application/octet-stream;base64,AAABAAIA" });
    glb::push(&mut glb.json["buffers"], second);
    let view = json!({ "buffer": 1, "byteLength": 6, "target": 34963 });
    let view = glb::push(&mut glb.json["bufferViews"], view);
    let corners = &glb.json["meshes"][0]["primitives"][0]["indices"];
    let corners = corners.as_u64().expect("an accessor") as usize;
    glb.json["accessors"][corners]["bufferView"] = json!(view);
    std::fs::write(
        folder.path().join("haut.png"),
        crate::common::characters::PNG,
    )
    .expect("written");
    glb.json["buffers"][0]["uri"] = json!("h%C3%B6he%20daten.bin");
    glb.json["images"][0] = json!({ "name": "skin", "uri": "haut.png" });
    let path = folder.path().join("held.gltf");
    std::fs::write(&path, glb.json.to_string()).expect("written");
    assert_eq!(complaints(&path), Vec::<String>::new());
    let character = gltf::load(&path).expect("loaded");
    assert_eq!(character.images[0].bytes, crate::common::characters::PNG);

    let elsewhere = tempfile::tempdir().expect("another folder");
    let bytes = bake(&path);
    let out = elsewhere.path().join("held.glb");
    std::fs::write(&out, &bytes).expect("written");
    assert_eq!(complaints(&out), Vec::<String>::new());
    assert_eq!(Glb::parse(&bytes).binary[..glb.binary.len()], glb.binary);
    let baked = gltf::load(&out).expect("loaded");
    assert_eq!(
        (baked.meshes, &baked.images[0].bytes),
        (character.meshes.clone(), &character.images[0].bytes)
    );

    let text = gltf::bake_as(
        &path,
        &[performance(&path, &clip())],
        Container::Gltf.into(),
    )
    .expect("baked");
    let out = elsewhere.path().join("held.gltf");
    std::fs::write(&out, text).expect("written");
    assert_eq!(complaints(&out), Vec::<String>::new());
    assert_eq!(gltf::load(&out).expect("loaded").meshes, character.meshes);
}

#[test]
fn a_performance_for_another_file_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, unusual::plain().bytes()).expect("written");
    let mut wrong = performance(&path, &clip());
    wrong.meshes[0].weights[1].pop();
    assert!(gltf::bake(&path, &wrong).is_err());
    let mut wrong = performance(&path, &clip());
    wrong.joints[0].node = 99;
    assert!(gltf::bake(&path, &wrong).is_err());
}

#[test]
fn the_shared_head_is_preserved_and_valid() {
    let Some(path) = node::shared("meshes/ict_head_arkit52_lite.glb") else {
        return;
    };
    let original = Glb::parse(&std::fs::read(&path).expect("read"));
    let bytes = bake(&path);
    assert_eq!(strip(&Glb::parse(&bytes), &original), original);
    node::assert_valid("head.glb", &bytes);
    let character = gltf::load(&path).expect("loaded");
    assert_eq!(character.meshes[0].positions.len(), 11657);
    assert_eq!(character.meshes[0].targets.len(), 52);
    let discovery = RigMap::discover(&character);
    assert_eq!(discovery.undriven_targets, []);
    let joints: Vec<&str> = discovery
        .driven_joints
        .iter()
        .map(|j| j.joint.as_str())
        .collect();
    println!("{joints:?} {:?}", discovery.undriven_channels);
    assert!(joints.contains(&"headJoint"));
    node::assert_valid(
        "new.glb",
        &gltf::write_character(&character, None).expect("written"),
    );
}
