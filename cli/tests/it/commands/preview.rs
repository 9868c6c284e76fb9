//! Preview pages of one take and of several takes.

use serde_json::Value;

use super::{LINE, fails, metaface, succeeds};

/// A character with one triangle, which is different from the sample head.
const JAW: &str = r#"{"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
"meshes":[{"extras":{"targetNames":["jawOpen"]},"primitives":[{"attributes":{"POSITION":0},"targets":[{"POSITION":1}]}]}],
"accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]},
{"bufferView":1,"componentType":5126,"count":3,"type":"VEC3","min":[0,-0.1,0],"max":[0,0,0]}],
"bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":36}],
"buffers":[{"byteLength":72,"uri":"data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAAAAAAAM3MzL0AAAAAAAAAAM3MzL0AAAAAAAAAAAAAAAAAAAAA"}]}"#;

#[test]
fn a_preview_finds_the_sound_that_the_clip_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(LINE, folder.path().join("line.wav")).unwrap();
    succeeds(
        folder.path(),
        &["animate", "line.wav", "-o", "line.glb", "-q"],
    );
    let output = metaface(
        folder.path(),
        &["preview", "line.glb", "-o", "line.html", "--json"],
    );
    let message = String::from_utf8_lossy(&output.stderr);
    if message.contains("page player") {
        println!("skipped: this build has no page player");
        return;
    }
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["sound"].as_str().unwrap().ends_with("line.wav"));
}

#[test]
fn a_preview_of_several_takes_needs_one_character_and_one_sound() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["line.wav", "other.wav"] {
        std::fs::copy(LINE, at(name)).unwrap();
    }
    let animate = |sound: &str, more: &[&str]| {
        let arguments = [&["animate", sound, "-q"], more].concat();
        succeeds(folder.path(), &arguments);
    };
    animate("line.wav", &["-o", "one.glb", "-o", "one.csv"]);
    animate("line.wav", &["-o", "two.glb", "--strength", "0.5"]);
    animate("other.wav", &["-o", "other.glb"]);
    fn preview<'a>(takes: &[&'a str]) -> Vec<&'a str> {
        [&["preview", "-o", "page.html", "--json"], takes].concat()
    }
    let message = fails(folder.path(), &preview(&["one.glb", "other.glb"]), 2);
    assert!(
        message.contains("line.wav") && message.contains("other.wav"),
        "{message}"
    );
    std::fs::write(at("jaw.gltf"), JAW).unwrap();
    animate("line.wav", &["-o", "jaw.glb", "--character", "jaw.gltf"]);
    let output = metaface(folder.path(), &preview(&["one.glb", "two.glb", "one.csv"]));
    let message = String::from_utf8_lossy(&output.stderr);
    if message.contains("page player") {
        println!("skipped: this build has no page player");
        return;
    }
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["takes"], serde_json::json!(["one", "two", "one"]));
    let message = fails(folder.path(), &preview(&["one.glb", "jaw.glb"]), 3);
    assert!(
        message.contains("one.glb") && message.contains("jaw.glb"),
        "{message}"
    );
}
