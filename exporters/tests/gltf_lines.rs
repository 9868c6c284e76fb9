//! Several clips as the animations of one file.

mod common;

use std::path::PathBuf;

use common::characters::{busy_clip, hero};
use common::glb::Glb;
use common::node::assert_valid;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf::{self, Container, Precision};
use metaface_exporters::{Cast, ExportError, Format, Performance};
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

fn performances(cast: &Cast) -> Vec<Performance> {
    clips()
        .iter()
        .map(|clip| cast.perform(clip, None).0)
        .collect()
}

fn written(folder: &tempfile::TempDir) -> (PathBuf, Vec<u8>) {
    let cast = Cast::of(hero(), None).expect("a cast");
    let bytes = cast.to_gltf(&performances(&cast), Container::Glb.into());
    let bytes = bytes.expect("written");
    let path = folder.path().join("lines.glb");
    std::fs::write(&path, &bytes).expect("written");
    (path, bytes)
}

const NAMES: [&str; 4] = ["greeting", "scream", "greeting 2", "bye ü"];

#[test]
fn every_line_is_an_animation_of_its_own_and_reads_back_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, bytes) = written(&folder);
    assert_valid("lines.glb", &bytes);
    let found = gltf::animations(&path).expect("listed");
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, NAMES);
    for (clip, animation) in clips().iter().zip(&found) {
        let own = animation.clip.as_ref().expect("ours");
        assert_eq!(own.name, clip.name);
        assert_eq!(
            (&own.fps, own.frames),
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
    let error = gltf::read_animation(&path, "whisper", None, None).expect_err("no such line");
    let told = error.to_string();
    assert!(
        told.contains("whisper") && told.contains("greeting 2"),
        "{told}"
    );
}

#[test]
fn lines_of_equal_times_share_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, bytes) = written(&folder);
    let json = Glb::parse(&bytes).json;
    let input = |line: usize| -> &Value { &json["animations"][line]["samplers"][0]["input"] };
    assert_eq!(input(0), input(2));
    assert!(input(0) != input(1) && input(1) != input(3));
}

#[test]
fn a_line_made_again_replaces_itself_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, bytes) = written(&folder);
    let cast = Cast::open(&path, None).expect("a cast");
    let mut all = performances(&cast);
    let again = cast.to_gltf(&all, Container::Glb.into()).expect("written");
    assert_eq!(
        Glb::parse(&again).json["animations"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    assert_eq!(again.len(), bytes.len());
    assert_valid("again.glb", &again);
    // Of the last line alone, the data lies at the end; the other lines stay.
    let bye = cast
        .to_gltf(&all.split_off(3), Container::Glb.into())
        .expect("written");
    assert_eq!(bye.len(), bytes.len());
    std::fs::write(&path, &bye).expect("written");
    let names = gltf::animations(&path).expect("listed");
    let names: Vec<String> = names.into_iter().map(|one| one.name).collect();
    assert_eq!(names, NAMES);
    // Of one in the middle, the others keep their data.
    let middle = cast.to_gltf(&all.split_off(1)[..1], Container::Glb.into());
    std::fs::write(&path, middle.expect("written")).expect("written");
    for (name, clip) in [("bye ü", 3), ("scream", 1), ("greeting", 0)] {
        let back = gltf::read_animation(&path, name, None, None).expect("read");
        let meant = &clips()[clip];
        assert!(
            back.curve(Channel::JawOpen)
                .eq(meant.curve(Channel::JawOpen)),
            "{name}"
        );
    }
}

#[test]
fn usd_holds_one_line_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let cast = Cast::of(hero(), None).expect("a cast");
    let path = folder.path().join("lines.usdc");
    let lines = performances(&cast);
    let error = cast.save(&lines, &path, Format::Usd(".usdc"), Precision::Float);
    let error = error.expect_err("several");
    assert!(matches!(error, ExportError::OneClip(_)));
    let told = error.to_string();
    assert!(
        told.contains(".glb") && told.contains("lines.usdc"),
        "{told}"
    );
    assert!(!path.exists());
}
