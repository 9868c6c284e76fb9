//! Characters and clips out of glTF files, whole and broken.

mod common;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use common::characters::{busy_clip, hero};
use common::glb::Glb;
use common::odd;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf::{self, load, read_clip, write_character};
use metaface_exporters::{ExportError, RigMap};
use proptest::prelude::*;
use serde_json::{Value, json};

fn saved(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, bytes).expect("written");
    path
}

fn odd(name: &str) -> Glb {
    let found = odd::all().into_iter().find(|(other, _)| *other == name);
    found.expect(name).1
}

#[test]
fn a_character_written_is_the_character_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut wanted = hero();
    let path = saved(&folder, &write_character(&wanted, None).expect("written"));
    // What glTF demands of a skinned mesh.
    wanted.nodes[9].parent = None;
    wanted.meshes[3].joints = vec![[0, 1, 0, 0], [1, 0, 0, 0], [0; 4], [1, 0, 0, 0]];
    wanted.meshes[3].weights[1] = [1.0, 0.0, 0.0, 0.0];
    wanted.meshes[3].weights[3] = [1.0, 0.0, 0.0, 0.0];
    wanted.source = Some(path.clone());
    assert_eq!(load(&path).expect("loaded"), wanted);
}

#[test]
fn quantised_attributes_and_sparse_integer_targets_are_metres() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = saved(&folder, &odd::quantised().bytes());
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
fn primitives_of_their_own_vertices_are_joined_and_shared_ones_are_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = saved(
        &folder,
        &odd("two primitives of their own vertices").bytes(),
    );
    let head = load(&path).expect("loaded").meshes.remove(0);
    assert_eq!(head.positions.len(), 8);
    assert_eq!(head.sections[1].indices, [4, 6, 7]);
    assert_eq!(head.targets[0].indices, [1, 3, 5, 7]);
    assert_eq!(head.targets[0].normal_offsets.len(), 4);
    assert_eq!(head.normals.len(), 8);
    let path = saved(&folder, &odd::plain().bytes());
    assert_eq!(load(&path).expect("loaded").meshes[0].positions.len(), 4);
}

#[test]
fn vrm_files_of_both_versions_are_driven_by_names_and_presets() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in ["vrm 0", "vrm 1"] {
        let path = saved(&folder, &odd(version).bytes());
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
    let mut draco = odd::plain();
    draco.json["extensionsUsed"] = json!(["KHR_draco_mesh_compression"]);
    for primitive in draco.json["meshes"][0]["primitives"]
        .as_array_mut()
        .expect("primitives")
    {
        primitive["extensions"] =
            json!({ "KHR_draco_mesh_compression": { "bufferView": 0, "attributes": {} } });
    }
    let mut meshopt = odd::plain();
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

fn assert_same(read: &Clip, meant: &Clip, tolerance: f32) {
    assert_eq!(
        (read.rate, read.frames.len()),
        (meant.rate, meant.frames.len())
    );
    for channel in Channel::ALL {
        let recovered = read.curve(channel).zip(meant.curve(channel));
        let moves = read.curve(channel).any(|value| value != 0.0);
        for (read, meant) in recovered.filter(|_| moves) {
            assert!(
                (read - meant).abs() <= tolerance,
                "{channel}: {read} for {meant}"
            );
        }
    }
}

#[test]
fn our_own_animation_is_read_back_as_the_clip_it_was_made_from() {
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
            "{channel} is there"
        );
    }
}

#[test]
fn anybodys_animation_is_read_at_the_rate_of_its_keys_or_the_rate_asked_for() {
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
    let still = saved(&folder, &odd::plain().bytes());
    assert!(
        read_clip(&still, None, None)
            .expect_err("none")
            .to_string()
            .contains("no animation")
    );
}

#[test]
fn what_is_broken_is_said_with_the_files_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = odd::plain();
    let spoiled = |spoil: fn(&mut Value)| {
        let mut glb = whole.clone();
        spoil(&mut glb.json);
        glb.bytes()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("broken", b"not a model".to_vec()),
        ("ends in the middle", whole.bytes()[..400].to_vec()),
        (
            "asset.version",
            spoiled(|json| json["asset"]["version"] = json!("1.0")),
        ),
        (
            "below itself",
            spoiled(|json| json["nodes"][5]["children"] = json!([0])),
        ),
        (
            "does not exist",
            spoiled(|json| json["nodes"][6]["mesh"] = json!(77)),
        ),
        (
            "does not exist",
            spoiled(|json| json["nodes"][0]["children"] = json!([99])),
        ),
        (
            "beyond",
            spoiled(|json| json["bufferViews"][1]["byteOffset"] = json!(u64::MAX)),
        ),
        (
            "beyond",
            spoiled(|json| json["accessors"][0]["count"] = json!(1_u64 << 60)),
        ),
        (
            "more rows",
            spoiled(|json| {
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
            spoiled(|json| json["accessors"][0]["count"] = json!(3)),
        ),
        (
            "corner",
            spoiled(|json| {
                let primitive = &mut json["meshes"][0]["primitives"][0];
                primitive["attributes"] = json!({ "POSITION": 0 });
                primitive["targets"] = json!([]);
                json["accessors"][0]["count"] = json!(2);
            }),
        ),
        (
            "shorter",
            spoiled(|json| json["buffers"][0]["byteLength"] = json!(1 << 30)),
        ),
        (
            "network",
            spoiled(|json| json["buffers"][0]["uri"] = json!("https://example.com/a.bin")),
        ),
    ];
    for (reason, bytes) in cases {
        let path = saved(&folder, &bytes);
        let error = load(&path).expect_err(reason).to_string();
        assert!(error.contains("hero.glb"), "{error}");
        assert!(error.contains(reason), "{reason}: {error}");
    }
    let missing = folder.path().join("gone.glb");
    assert!(matches!(load(&missing), Err(ExportError::Read { .. })));
}

static ODD: LazyLock<Vec<(&str, Glb)>> = LazyLock::new(odd::all);

/// Every way of using a file that may be broken.
fn use_it(path: &Path) {
    if let Ok(character) = load(path) {
        let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 2);
        let performance = RigMap::discover(&character).map.drive(&character, &clip);
        let _ = gltf::bake(path, &performance);
        let _ = write_character(&character, Some(&performance));
    }
    let _ = read_clip(path, None, None);
}

/// Replaces the value at a place counted through the whole tree.
fn replace(value: &mut Value, place: &mut usize, with: &Value) {
    if *place == 0 {
        *value = with.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, place, with)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, place, with)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_broken_file_brings_the_program_down(
        which in 0..10_usize,
        places in proptest::collection::vec((0..600_usize, 0..9_usize), 1..4),
        cut in 0..100_000_usize,
        flips in proptest::collection::vec((0..20_000_usize, any::<u8>()), 0..3),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut glb = ODD[which].1.clone();
        let values = [
            json!(null), json!(-1), json!(0), json!(7), json!(4_294_967_295_u64), json!(u64::MAX),
            json!(1e308), json!("x"), json!([[]]),
        ];
        for (mut place, value) in places {
            replace(&mut glb.json, &mut place, &values[value]);
        }
        let mut bytes = glb.bytes();
        for (at, byte) in flips {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if cut < bytes.len() {
            bytes.truncate(cut);
        }
        use_it(&saved(&folder, &bytes));
    }
}
