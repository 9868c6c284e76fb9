//! Reads characters and clips from valid and from damaged glTF files.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::common::characters::{busy_clip, hero};
use crate::common::glb::Glb;
use crate::common::unusual;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf::{self, load, read_clip, write_character};
use metaface_exporters::{FormatError, RigMap};
use proptest::prelude::*;
use serde_json::{Value, json};

fn saved(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, bytes).expect("written");
    path
}

fn unusual(name: &str) -> Glb {
    let found = unusual::all().into_iter().find(|(other, _)| *other == name);
    found.expect(name).1
}

#[test]
fn a_written_character_is_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut expected = hero();
    let path = saved(&folder, &write_character(&expected, None).expect("written"));
    // glTF's requirements for a skinned mesh.
    expected.nodes[9].parent = None;
    expected.meshes[3].joints = vec![[0, 1, 0, 0], [1, 0, 0, 0], [0; 4], [1, 0, 0, 0]];
    expected.meshes[3].weights[1] = [1.0, 0.0, 0.0, 0.0];
    expected.meshes[3].weights[3] = [1.0, 0.0, 0.0, 0.0];
    expected.source = Some(path.clone());
    assert_eq!(load(&path).expect("loaded"), expected);
}

#[test]
fn quantised_attributes_and_sparse_integer_targets_are_converted_to_metres() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = saved(&folder, &unusual::quantised().bytes());
    let character = load(&path).expect("loaded");
    let mesh = character
        .meshes
        .iter()
        .find(|mesh| mesh.name == "Quantised")
        .expect("a mesh");
    assert_eq!(
        mesh.positions,
        [
            [0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
            [1.0, 1.0, 0.0],
            [0.0, 1.0, 0.0]
        ]
    );
    assert_eq!(mesh.normals, [[0.0, 0.0, 1.0]; 4]);
    assert_eq!(mesh.sections[0].indices, [0, 1, 2, 0, 2, 3]);
    assert_eq!(
        (&mesh.targets[0].indices[..], &mesh.targets[0].offsets[..]),
        (&[0, 1][..], &[[0.0, -1.0, 0.0]; 2][..])
    );
    assert_eq!(
        (&mesh.targets[1].indices[..], &mesh.targets[1].offsets[..]),
        (&[2][..], &[[1.0, 0.0, 0.0]][..])
    );
}

#[test]
fn primitives_with_separate_vertices_are_joined_and_shared_vertices_are_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = saved(
        &folder,
        &unusual("two primitives with separate vertices").bytes(),
    );
    let head = load(&path).expect("loaded").meshes.remove(0);
    assert_eq!(head.positions.len(), 8);
    assert_eq!(head.sections[1].indices, [4, 6, 7]);
    assert_eq!(head.targets[0].indices, [1, 3, 5, 7]);
    assert_eq!(head.targets[0].normal_offsets.len(), 4);
    assert_eq!(head.normals.len(), 8);
    let path = saved(&folder, &unusual::plain().bytes());
    assert_eq!(load(&path).expect("loaded").meshes[0].positions.len(), 4);
}

#[test]
fn vrm_files_of_both_versions_are_driven_by_names_and_presets() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in ["vrm 0", "vrm 1"] {
        let path = saved(&folder, &unusual(version).bytes());
        let character = load(&path).expect("loaded");
        assert_eq!(
            character.meshes[0].targets[0].name, "Fcl_MTH_A",
            "{version}"
        );
        assert_eq!(character.expressions.len(), 3, "{version}");
        let mut clip = Clip::neutral("o", FrameRate::whole(30).expect("a rate"), 1);
        clip.frames[0][Channel::MouthFunnel] = 1.0;
        clip.frames[0][Channel::EyeBlinkLeft] = 1.0;
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        let weights = &performance.meshes[0].weights[0];
        assert!(
            weights[3] > 0.9 && weights[0] == 0.0 && weights[2] > 0.49,
            "{version}: {weights:?}"
        );
    }
}

#[test]
fn compressed_geometry_leaves_names_and_hierarchy_readable_and_can_be_animated() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut draco = unusual::plain();
    draco.json["extensionsUsed"] = json!(["KHR_draco_mesh_compression"]);
    for primitive in draco.json["meshes"][0]["primitives"]
        .as_array_mut()
        .expect("primitives")
    {
        primitive["extensions"] =
            json!({ "KHR_draco_mesh_compression": { "bufferView": 0, "attributes": {} } });
    }
    let mut meshopt = unusual::plain();
    let length = meshopt.json["buffers"][0]["byteLength"].clone();
    let fallback = json!({ "byteLength": length, "extensions": { "EXT_meshopt_compression": { "fallback": true } } });
    meshopt.json["buffers"]
        .as_array_mut()
        .expect("buffers")
        .push(fallback);
    for view in meshopt.json["bufferViews"].as_array_mut().expect("views") {
        let stream = json!({ "buffer": 0, "byteOffset": 0, "byteLength": 8, "byteStride": 4, "mode": "ATTRIBUTES", "count": 4 });
        view["buffer"] = json!(1);
        view["extensions"] = json!({ "EXT_meshopt_compression": stream });
    }
    for glb in [draco, meshopt] {
        let path = saved(&folder, &glb.bytes());
        let character = load(&path).expect("loaded");
        assert!(character.meshes[0].undecoded.is_some());
        assert!(character.meshes[0].positions.is_empty());
        assert_eq!(character.meshes[0].targets[2].name, "eyeBlink_L");
        assert_eq!(character.nodes[5].name, "Jaw");
        let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 3);
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        let baked = Glb::parse(&gltf::bake(&path, &performance).expect("baked"));
        assert_eq!(baked.binary[..glb.binary.len()], glb.binary);
        for (index, view) in glb.json["bufferViews"]
            .as_array()
            .expect("views")
            .iter()
            .enumerate()
        {
            assert_eq!(baked.json["bufferViews"][index], *view);
        }
    }
}

fn assert_same(read: &Clip, expected: &Clip, tolerance: f32) {
    assert_eq!(
        (read.rate, read.frames.len()),
        (expected.rate, expected.frames.len())
    );
    for channel in Channel::ALL {
        let recovered = read.curve(channel).zip(expected.curve(channel));
        let moves = read.curve(channel).any(|value| value != 0.0);
        for (read, expected) in recovered.filter(|_| moves) {
            assert!(
                (read - expected).abs() <= tolerance,
                "{channel}: {read} for {expected}"
            );
        }
    }
}

#[test]
fn an_animation_that_metaface_wrote_is_read_back_as_its_clip() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut clip = busy_clip("Zeile 1", FrameRate::new(60000, 1001).expect("a rate"), 40);
    clip.start_frame = 1234.5;
    let character = hero();
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let path = saved(
        &folder,
        &write_character(&character, Some(&performance)).expect("written"),
    );
    let read = read_clip(&path, None, None).expect("read");
    assert_eq!(
        (&read.name, read.start_frame, &read.metadata),
        (&clip.name, clip.start_frame, &clip.metadata)
    );
    assert_same(&read, &clip, 2e-6);
    for channel in [Channel::JawOpen, Channel::EyeBlinkRight] {
        assert!(
            read.curve(channel).eq(clip.curve(channel)),
            "{channel} exactly"
        );
    }
    for channel in [
        Channel::HeadYaw,
        Channel::HeadPitch,
        Channel::HeadRoll,
        Channel::RightEyePitch,
    ] {
        assert!(
            read.curve(channel).any(|value| value.abs() > 0.1),
            "{channel} is recovered"
        );
    }
}

#[test]
fn an_animation_of_another_program_is_read_at_the_rate_of_its_keys_or_the_given_rate() {
    let folder = tempfile::tempdir().expect("a folder");
    let clip = busy_clip("line", FrameRate::new(24000, 1001).expect("a rate"), 24);
    let character = hero();
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    let mut glb = Glb::parse(&write_character(&character, Some(&performance)).expect("written"));
    glb.json["animations"][0]
        .as_object_mut()
        .expect("ours")
        .remove("extras");
    let path = saved(&folder, &glb.bytes());
    assert_same(&read_clip(&path, None, None).expect("read"), &clip, 2e-6);
    let double = FrameRate::new(48000, 1001).expect("a rate");
    let read = read_clip(&path, Some(double), None).expect("read");
    assert_eq!(read.frames.len(), 47);
    let between = (clip.frames[3][Channel::JawOpen] + clip.frames[4][Channel::JawOpen]) / 2.0;
    assert!((read.frames[7][Channel::JawOpen] - between).abs() < 1e-5);
    let still = saved(&folder, &unusual::plain().bytes());
    assert!(
        read_clip(&still, None, None)
            .expect_err("none")
            .to_string()
            .contains("no animation")
    );
}

#[test]
fn errors_in_damaged_files_are_reported_with_the_file_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let valid = unusual::plain();
    let damaged = |damage: fn(&mut Value)| {
        let mut glb = valid.clone();
        damage(&mut glb.json);
        glb.bytes()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("JSON is invalid", b"not a model".to_vec()),
        ("truncated", valid.bytes()[..400].to_vec()),
        (
            "asset.version",
            damaged(|json| json["asset"]["version"] = json!("1.0")),
        ),
        (
            "its own ancestor",
            damaged(|json| json["nodes"][5]["children"] = json!([0])),
        ),
        (
            "does not exist",
            damaged(|json| json["nodes"][6]["mesh"] = json!(77)),
        ),
        (
            "does not exist",
            damaged(|json| json["nodes"][0]["children"] = json!([99])),
        ),
        (
            "beyond",
            damaged(|json| json["bufferViews"][1]["byteOffset"] = json!(u64::MAX)),
        ),
        (
            "beyond",
            damaged(|json| json["accessors"][0]["count"] = json!(1_u64 << 60)),
        ),
        (
            "more rows",
            damaged(|json| {
                let accessor = &mut json["accessors"][0];
                accessor["count"] = json!(1_u64 << 40);
                accessor
                    .as_object_mut()
                    .expect("an accessor")
                    .remove("bufferView");
            }),
        ),
        (
            "row per vertex",
            damaged(|json| json["accessors"][0]["count"] = json!(3)),
        ),
        (
            "corner",
            damaged(|json| {
                let primitive = &mut json["meshes"][0]["primitives"][0];
                primitive["attributes"] = json!({ "POSITION": 0 });
                primitive["targets"] = json!([]);
                json["accessors"][0]["count"] = json!(2);
            }),
        ),
        (
            "shorter",
            damaged(|json| json["buffers"][0]["byteLength"] = json!(1 << 30)),
        ),
        (
            "network",
            damaged(|json| json["buffers"][0]["uri"] = json!("https://example.com/a.bin")),
        ),
    ];
    for (reason, bytes) in cases {
        let path = saved(&folder, &bytes);
        let error = load(&path).expect_err(reason).to_string();
        assert!(error.contains("hero.glb"), "{error}");
        assert!(error.contains(reason), "{reason}: {error}");
    }
    let missing = folder.path().join("gone.glb");
    assert!(matches!(load(&missing), Err(FormatError::Read { .. })));
}

static UNUSUAL: LazyLock<Vec<(&str, Glb)>> = LazyLock::new(unusual::all);

/// Uses a possibly damaged file in every way.
fn exercise(path: &Path) {
    if let Ok(character) = load(path) {
        let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 2);
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        let _ = gltf::bake(path, &performance);
        let _ = write_character(&character, Some(&performance));
    }
    let _ = read_clip(path, None, None);
}

/// Replaces the value at an index, counted in depth-first order.
fn replace(value: &mut Value, index: &mut usize, with: &Value) {
    if *index == 0 {
        *value = with.clone();
    }
    *index = index.wrapping_sub(1);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, index, with)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, index, with)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damaged_file_makes_a_reader_panic(
        which in 0..10_usize,
        replacements in proptest::collection::vec((0..600_usize, 0..9_usize), 1..4),
        length in 0..100_000_usize,
        flips in proptest::collection::vec((0..20_000_usize, any::<u8>()), 0..3),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut glb = UNUSUAL[which].1.clone();
        let values = [
            json!(null), json!(-1), json!(0), json!(7), json!(4_294_967_295_u64), json!(u64::MAX),
            json!(1e308), json!("x"), json!([[]]),
        ];
        for (mut index, value) in replacements {
            replace(&mut glb.json, &mut index, &values[value]);
        }
        let mut bytes = glb.bytes();
        for (at, byte) in flips {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if length < bytes.len() {
            bytes.truncate(length);
        }
        exercise(&saved(&folder, &bytes));
    }
}
