//! Several clips as the animations of one file.

use std::path::PathBuf;

use crate::common::characters::{busy_clip, hero};
use crate::common::glb::Glb;
use crate::common::node::assert_valid;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf::{self, Container, Precision};
use metaface_exporters::{Format, FormatError, Performance, RiggedCharacter};
use serde_json::Value;

fn clips() -> Vec<Clip> {
    let clip = |name: &str, fps: &str, frames: usize, start: f64| {
        let mut clip = busy_clip(name, fps.parse::<FrameRate>().expect("a rate"), frames);
        clip.start_frame = start;
        clip.metadata.insert("line".to_owned(), name.to_uppercase());
        clip
    };
    vec![
        clip("greeting", "30", 40, 0.0),
        clip("scream", "60", 75, 90.25),
        clip("greeting", "30", 40, 12.0),
        clip("bye ü", "23.976", 30, 0.0),
    ]
}

fn performances(character: &RiggedCharacter) -> Vec<Performance> {
    clips()
        .iter()
        .map(|clip| character.perform(clip, None).0)
        .collect()
}

fn written(folder: &tempfile::TempDir) -> (PathBuf, Vec<u8>) {
    let character = RiggedCharacter::of(hero(), None).expect("a rigged character");
    let bytes = character.to_gltf(&performances(&character), Container::Glb.into());
    let bytes = bytes.expect("written");
    let path = folder.path().join("lines.glb");
    std::fs::write(&path, &bytes).expect("written");
    (path, bytes)
}

const NAMES: [&str; 4] = ["greeting", "scream", "greeting 2", "bye ü"];

#[test]
fn every_clip_is_a_separate_animation_and_is_read_back_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, bytes) = written(&folder);
    assert_valid("lines.glb", &bytes);
    let found = gltf::animations(&path).expect("listed");
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, NAMES);
    for (clip, animation) in clips().iter().zip(&found) {
        let summary = animation.clip.as_ref().expect("a clip");
        assert_eq!(summary.name, clip.name);
        assert_eq!(
            (&summary.fps, summary.frames),
            (&clip.rate.to_string(), clip.frames.len() as u64)
        );
        let back = gltf::read_animation(&path, &animation.name, None, None).expect("read");
        assert_eq!(
            (&back.name, back.rate, back.start_frame, &back.metadata),
            (&clip.name, clip.rate, clip.start_frame, &clip.metadata)
        );
        assert!(
            back.curve(Channel::JawOpen)
                .eq(clip.curve(Channel::JawOpen))
        );
    }
    let error = gltf::read_animation(&path, "whisper", None, None).expect_err("no such animation");
    let message = error.to_string();
    assert!(
        message.contains("whisper") && message.contains("greeting 2"),
        "{message}"
    );
}

#[test]
fn clips_with_equal_key_times_share_an_accessor() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, bytes) = written(&folder);
    let json = Glb::parse(&bytes).json;
    let input = |index: usize| -> &Value { &json["animations"][index]["samplers"][0]["input"] };
    assert_eq!(input(0), input(2));
    assert!(input(0) != input(1) && input(1) != input(3));
}

#[test]
fn writing_a_clip_again_replaces_its_animation_and_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, bytes) = written(&folder);
    let character = RiggedCharacter::open(&path, None).expect("a rigged character");
    let mut all = performances(&character);
    let again = character
        .to_gltf(&all, Container::Glb.into())
        .expect("written");
    assert_eq!(
        Glb::parse(&again).json["animations"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    assert_eq!(again.len(), bytes.len());
    assert_valid("again.glb", &again);
    // The data of the last clip is at the end of the file; the other clips stay.
    let bye = character
        .to_gltf(&all.split_off(3), Container::Glb.into())
        .expect("written");
    assert_eq!(bye.len(), bytes.len());
    std::fs::write(&path, &bye).expect("written");
    let names = gltf::animations(&path).expect("listed");
    let names: Vec<String> = names.into_iter().map(|one| one.name).collect();
    assert_eq!(names, NAMES);
    // If a clip in the middle is replaced, the others keep their data.
    let middle = character.to_gltf(&all.split_off(1)[..1], Container::Glb.into());
    std::fs::write(&path, middle.expect("written")).expect("written");
    for (name, clip) in [("bye ü", 3), ("scream", 1), ("greeting", 0)] {
        let back = gltf::read_animation(&path, name, None, None).expect("read");
        let expected = &clips()[clip];
        assert!(
            back.curve(Channel::JawOpen)
                .eq(expected.curve(Channel::JawOpen)),
            "{name}"
        );
    }
}

#[test]
fn several_clips_for_usd_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let character = RiggedCharacter::of(hero(), None).expect("a rigged character");
    let path = folder.path().join("lines.usdc");
    let several = performances(&character);
    let error = character.save(&several, &path, Format::Usd(".usdc"), Precision::Float);
    let error = error.expect_err("several");
    assert!(matches!(error, FormatError::OneClip(_)));
    let message = error.to_string();
    assert!(
        message.contains(".glb") && message.contains("lines.usdc"),
        "{message}"
    );
    assert!(!path.exists());
}
