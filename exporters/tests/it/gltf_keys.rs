//! Animations that were keyed by animators or by other programs.

use std::path::PathBuf;

use crate::common::glb::Glb;
use crate::common::unusual;
use metaface_clip::{Channel, FrameRate};
use metaface_exporters::gltf::read_clip;
use serde_json::{Value, json};

/// A character whose jaw opens by the given keys of time and weight.
fn keyed(keys: &[(f32, f32)]) -> Glb {
    let mut glb = unusual::plain();
    let bytes = |values: Vec<f32>| {
        values
            .into_iter()
            .flat_map(f32::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let times: Vec<f32> = keys.iter().map(|key| key.0).collect();
    let weights = keys.iter().flat_map(|key| [key.1, 0.0, 0.0, 0.0]);
    let (first, last) = (times[0], times[times.len() - 1]);
    let input = glb.accessor(
        &bytes(times),
        None,
        json!({ "componentType": 5126, "count": keys.len(), "type": "SCALAR", "min": [first], "max": [last] }),
    );
    let output = glb.accessor(
        &bytes(weights.collect()),
        None,
        json!({ "componentType": 5126, "count": keys.len() * 4, "type": "SCALAR" }),
    );
    glb.json["animations"] = json!([{
        "samplers": [{ "input": input, "output": output }],
        "channels": [{ "sampler": 0, "target": { "node": 6, "path": "weights" } }],
    }]);
    glb
}

fn saved(folder: &tempfile::TempDir, glb: &Glb) -> PathBuf {
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, glb.bytes()).expect("written");
    path
}

#[test]
fn sparse_keys_are_read_without_loss_of_motion() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = [
        (0.0, 0.0),
        (1.0, 0.0),
        (2.0, 0.0),
        (3.0, 0.0),
        (3.2, 1.0),
        (3.3, 0.0),
        (3.4, 0.8),
        (3.6, 0.0),
        (4.6, 0.0),
    ];
    let path = saved(&folder, &keyed(&keys));
    let clip = read_clip(&path, None, None).expect("read");
    assert_eq!(clip.rate, FrameRate::whole(30).expect("a rate"));
    let jaw: Vec<f32> = clip.curve(Channel::JawOpen).collect();
    assert_eq!(jaw.len(), 139);
    assert!(
        (jaw[96] - 1.0).abs() < 1e-4 && (jaw[102] - 0.8).abs() < 1e-4,
        "{jaw:?}"
    );
    let requested = FrameRate::whole(10).expect("a rate");
    assert_eq!(
        read_clip(&path, Some(requested), None)
            .expect("read")
            .frames
            .len(),
        47
    );
}

#[test]
fn the_rate_is_detected_from_keys_on_frames() {
    let folder = tempfile::tempdir().expect("a folder");
    // On twos and on ones at 24 frames per second; irregular keys.
    for (frames, per_second, expected) in [
        (&[0.0, 2.0, 4.0, 6.0, 7.0, 9.0, 11.0, 12.0][..], 24.0, 24),
        (&[0.0, 2.0, 4.0, 6.0, 8.0], 24.0, 12),
        (&[0.0, 1.0, 2.0, 3.0, 4.5, 5.2, 6.1, 7.7], 24.0, 30),
    ] {
        let keys: Vec<(f32, f32)> = frames
            .iter()
            .map(|&frame| (frame / per_second, 0.1))
            .collect();
        let path = saved(&folder, &keyed(&keys));
        let clip = read_clip(&path, None, None).expect("read");
        assert_eq!(
            clip.rate,
            FrameRate::whole(expected).expect("a rate"),
            "{frames:?}"
        );
    }
}

#[test]
fn two_channels_for_one_property_are_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = keyed(&[(0.0, 0.0), (1.0, 1.0)]);
    let channels = glb.json["animations"][0]["channels"]
        .as_array_mut()
        .expect("channels");
    channels.push(channels[0].clone());
    let error = read_clip(&saved(&folder, &glb), None, None)
        .expect_err("duplicate")
        .to_string();
    assert!(
        error.contains("two channels") && error.contains("nodes[6]"),
        "{error}"
    );
}

#[test]
fn a_small_file_cannot_exhaust_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = keyed(&[(0.0, 0.0), (33_000.0, 1.0)]);
    let nodes = glb.json["nodes"].as_array_mut().expect("nodes");
    let first = nodes.len();
    nodes.extend((0..300).map(|_| json!({ "mesh": 0 })));
    let channels: Vec<Value> = (first..first + 300)
        .map(|node| json!({ "sampler": 0, "target": { "node": node, "path": "weights" } }))
        .collect();
    glb.json["animations"][0]["channels"] = json!(channels);
    let error = read_clip(&saved(&folder, &glb), None, None)
        .expect_err("too much")
        .to_string();
    assert!(error.contains("1 GiB"), "{error}");
}
