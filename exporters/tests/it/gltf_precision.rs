//! Weights and rotations as normalised integers.

use crate::common::characters::{busy_clip, hero};
use crate::common::glb::Glb;
use crate::common::node::assert_valid;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf::{self, Precision, WriteOptions};
use metaface_exporters::{MeshTrack, RigMap};
use serde_json::Value;

fn clip() -> Clip {
    busy_clip("line", FrameRate::whole(30).expect("a rate"), 40)
}

fn written(clip: &Clip, precision: Precision) -> Vec<u8> {
    let character = hero();
    let performance = RigMap::discover(&character).map.drive(&character, clip);
    let options = WriteOptions {
        precision,
        ..WriteOptions::default()
    };
    gltf::write_character_as(&character, &[performance], options).expect("written")
}

fn read(bytes: &[u8]) -> Clip {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("line.glb");
    std::fs::write(&path, bytes).expect("written");
    gltf::read_clip(&path, None, None).expect("read")
}

/// The component types of the animation's outputs: weights, then rotations.
fn components(glb: &Glb) -> [Vec<u64>; 2] {
    let animation = &glb.json["animations"][0];
    let channels = animation["channels"].as_array().expect("channels");
    ["weights", "rotation"].map(|path| {
        let of_path = channels.iter().filter(|c| c["target"]["path"] == path);
        let outputs = of_path.map(|channel| {
            let sampler = channel["sampler"].as_u64().expect("a sampler") as usize;
            let output = animation["samplers"][sampler]["output"].as_u64();
            &glb.json["accessors"][output.expect("an output") as usize]
        });
        let component = |accessor: &Value| {
            let component = accessor["componentType"].as_u64().expect("a type");
            assert_eq!(accessor["normalized"] == true, component != 5126);
            component
        };
        outputs.map(component).collect()
    })
}

#[test]
fn integers_are_valid_and_smaller_and_are_read_back_within_half_a_step() {
    let clip = clip();
    let exact = written(&clip, Precision::Float);
    let expected = read(&exact);
    let mut size = exact.len();
    for (precision, component, step) in [
        (Precision::Short, 5123, 1.0 / 65535.0),
        (Precision::Byte, 5121, 1.0 / 255.0),
    ] {
        let bytes = written(&clip, precision);
        assert_valid("line.glb", &bytes);
        assert!(bytes.len() < size, "{precision}");
        size = bytes.len();
        let [weights, rotations] = components(&Glb::parse(&bytes));
        assert!(weights.iter().all(|actual| *actual == component) && !weights.is_empty());
        assert!(rotations.iter().all(|actual| *actual == 5122) && !rotations.is_empty());
        let back = read(&bytes);
        assert_eq!(back.metadata["quantise"], precision.to_string());
        for (a, b) in back.frames.iter().zip(&expected.frames) {
            for channel in Channel::ALL {
                let allowed = if channel.is_angle() {
                    1e-4
                } else {
                    0.5001 * step
                };
                let error = (a[channel] - b[channel]).abs();
                assert!(error <= allowed, "{precision}, {channel}: {error}");
            }
        }
    }
    assert!(!expected.metadata.contains_key("quantise"));
}

#[test]
fn motion_is_not_clipped_to_the_range_of_integers() {
    let mut delta = clip().additive_to(&busy_clip("base", clip().rate, 7));
    let bytes = written(&delta, Precision::Short);
    assert_valid("delta.glb", &bytes);
    assert_eq!(components(&Glb::parse(&bytes))[0][0], 5122);
    let back = read(&bytes);
    assert!(back.is_additive());
    let errors = back
        .curve(Channel::JawOpen)
        .zip(delta.curve(Channel::JawOpen));
    assert!(
        errors
            .into_iter()
            .all(|(a, b)| (a - b).abs() <= 0.51 / 32767.0)
    );
    // One value outside the range of integers makes the track of its mesh floats.
    delta.frames[3][Channel::JawOpen] = -1.25;
    let bytes = written(&delta, Precision::Byte);
    let types = &components(&Glb::parse(&bytes))[0];
    assert!(types.contains(&5126) && types.contains(&5120), "{types:?}");
    assert_eq!(read(&bytes).frames[3][Channel::JawOpen], -1.25);
}

#[test]
fn a_track_with_values_that_are_not_numbers_is_written_as_floats() {
    let character = hero();
    let mut performance = RigMap::discover(&character).map.drive(&character, &clip());
    let head: &mut MeshTrack = &mut performance.meshes[0];
    head.weights[0][0] = f32::NAN;
    let options = WriteOptions {
        precision: Precision::Byte,
        ..WriteOptions::default()
    };
    let bytes = gltf::write_character_as(&character, &[performance], options).expect("written");
    assert_eq!(components(&Glb::parse(&bytes))[0][0], 5126);
}
