//! Demanding meshes: many joints per vertex, compression, deep trees.

use std::path::{Path, PathBuf};

use crate::common::characters::busy_clip;
use crate::common::glb::Glb;
use crate::common::{node, unusual};
use metaface_clip::FrameRate;
use metaface_exporters::deform::deform;
use metaface_exporters::gltf::{self, load};
use metaface_exporters::reduce::reduce;
use metaface_exporters::{Character, FormatError, Performance, RigMap, usd};
use serde_json::{Value, json};

fn saved(folder: &tempfile::TempDir, glb: &Glb) -> PathBuf {
    let path = folder.path().join("hero.glb");
    std::fs::write(&path, glb.bytes()).expect("written");
    path
}

fn driven(character: &Character) -> (RigMap, Performance) {
    let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 9);
    let map = RigMap::discover(character).map;
    let performance = map.drive(character, &clip);
    (map, performance)
}

/// The body's vertices follow joint 0 in the first set and joint 1, with larger weights, in the
/// second.
fn two_sets() -> Glb {
    let mut glb = unusual::plain();
    let joints = |joint: u8| [joint; 4].repeat(4);
    let weights = |weights: [f32; 4]| {
        let bytes: Vec<u8> = weights.into_iter().flat_map(f32::to_le_bytes).collect();
        bytes.repeat(4)
    };
    let four = |component: u32| json!({ "componentType": component, "count": 4, "type": "VEC4" });
    for (set, (joint, weight)) in [(0, [0.1, 0.05, 0.0, 0.0]), (1, [0.4, 0.3, 0.1, 0.05])]
        .into_iter()
        .enumerate()
    {
        let joint = glb.accessor(&joints(joint), None, four(5121));
        let weight = glb.accessor(&weights(weight), None, four(5126));
        let attributes = &mut glb.json["meshes"][3]["primitives"];
        for primitive in attributes.as_array_mut().expect("primitives") {
            primitive["attributes"][format!("JOINTS_{set}")] = json!(joint);
            primitive["attributes"][format!("WEIGHTS_{set}")] = json!(weight);
        }
    }
    glb
}

#[test]
fn all_sets_of_joints_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let character = load(&saved(&folder, &two_sets())).expect("loaded");
    let body = &character.meshes[3];
    assert_eq!(body.joints, [[0, 1, 0, 0]; 4]);
    for weights in &body.weights {
        assert!((weights[0] - 0.15).abs() < 1e-6, "{weights:?}");
        assert!(
            (weights.iter().sum::<f32>() - 1.0).abs() < 1e-6,
            "{weights:?}"
        );
    }
    let (_, performance) = driven(&character);
    let width = body.positions[1][0] - body.positions[0][0];
    let moved = &deform(&character, &performance, 0)[3];
    let distance: f32 = (0..3)
        .map(|k| (moved[1][k] - moved[0][k]).powi(2))
        .sum::<f32>()
        .sqrt();
    assert!(
        (distance - width).abs() < 0.2 * width,
        "the body keeps its size: {distance}"
    );
}

/// Eight joints of different weights on every vertex: the strongest four, scaled to one.
#[test]
fn the_strongest_four_of_more_joints_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = two_sets();
    glb.json["skins"][0]["joints"] = json!([1, 2, 3, 4, 5, 0, 6, 7]);
    let matrices = glb.json["skins"].as_array_mut().expect("skins");
    matrices[0]
        .as_object_mut()
        .expect("a skin")
        .remove("inverseBindMatrices");
    for (set, joints) in [[0_u8, 1, 2, 3], [4, 5, 6, 7]].into_iter().enumerate() {
        let four = json!({ "componentType": 5121, "count": 4, "type": "VEC4" });
        let accessor = glb.accessor(&joints.repeat(4), None, four);
        for primitive in glb.json["meshes"][3]["primitives"]
            .as_array_mut()
            .expect("primitives")
        {
            primitive["attributes"][format!("JOINTS_{set}")] = json!(accessor);
        }
    }
    let body = load(&saved(&folder, &glb))
        .expect("loaded")
        .meshes
        .remove(3);
    assert_eq!(body.joints[0], [4, 5, 0, 6]);
    for (weight, wanted) in body.weights[0].iter().zip([4.0, 3.0, 1.0, 1.0]) {
        assert!(
            (weight - wanted / 9.0).abs() < 1e-6,
            "{:?}",
            body.weights[0]
        );
    }
}

#[test]
fn compressed_geometry_is_rejected_if_it_would_be_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = unusual::plain();
    for primitive in glb.json["meshes"][0]["primitives"]
        .as_array_mut()
        .expect("primitives")
    {
        primitive["extensions"] =
            json!({ "KHR_draco_mesh_compression": { "bufferView": 0, "attributes": {} } });
    }
    let path = saved(&folder, &glb);
    let character = load(&path).expect("loaded");
    let (map, mut performance) = driven(&character);
    let written = [
        gltf::write_character(&character, Some(&performance)).map(|_| ()),
        usd::write_character(
            &folder.path().join("a.usdc"),
            &character,
            Some(&performance),
        )
        .map(|_| ()),
    ];
    for result in written {
        let error = result.expect_err("the face would be empty");
        assert!(
            matches!(&error, FormatError::Undecoded { mesh, .. } if mesh == "Head"),
            "{error}"
        );
        let text = error.to_string();
        assert!(
            text.contains("hero.glb") && text.contains("without compression"),
            "{text}"
        );
    }
    let reduction = reduce(&character, &map, &mut performance, 1.0);
    assert!(reduction.unmeasured.expect("a warning").contains("'Head'"));
    assert_eq!(reduction.keys_before, reduction.keys_after);
    assert!(performance.meshes.iter().all(|track| track.keys.is_none()));
    gltf::bake(&path, &performance).expect("the file itself can be animated");
}

#[test]
fn a_deep_or_wide_tree_is_read_and_written_in_linear_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = unusual::plain();
    let nodes = glb.json["nodes"].as_array_mut().expect("nodes");
    let (first, count) = (nodes.len(), 100_000);
    nodes.extend((first..first + count).map(|node| json!({ "children": [node + 1] })));
    nodes.push(json!({}));
    nodes.extend((0..count).map(|_| json!({})));
    glb.json["skins"][0]["joints"][1] = json!(first + count);
    let start = std::time::Instant::now();
    let character = load(&saved(&folder, &glb)).expect("loaded");
    gltf::write_character(&character, None).expect("written");
    let deep = usd::write_character(Path::new("a.usdc"), &character, None);
    let deep = deep.map(|_| ()).expect_err("deep").to_string();
    assert!(deep.contains("joints are nested"), "{deep}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    glb.json["nodes"][first + count]["children"] = json!([first]);
    let error = load(&saved(&folder, &glb))
        .expect_err("a cycle")
        .to_string();
    assert!(error.contains("its own ancestor"), "{error}");
}

#[test]
fn images_of_any_type_are_embedded_and_missing_ones_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = unusual::plain();
    std::fs::create_dir(folder.path().join("tex")).expect("made");
    std::fs::write(folder.path().join("tex/sky.avif"), b"not one").expect("written");
    std::fs::write(folder.path().join("tex/skin.dds"), b"nor one").expect("written");
    let images: Vec<Value> = ["tex/sky.avif", "tex/skin.dds", "tex/gone.png"]
        .map(|uri| json!({ "uri": uri }))
        .to_vec();
    glb.json["images"] = json!(images);
    let path = saved(&folder, &glb);
    let character = load(&path).expect("loaded");
    assert_eq!(character.warnings.len(), 1);
    assert!(
        character.warnings[0].contains("tex/gone.png"),
        "{:?}",
        character.warnings
    );
    let (_, performance) = driven(&character);
    let baked = Glb::parse(&gltf::bake(&path, &performance).expect("baked"));
    let images = baked.json["images"].as_array().expect("images");
    assert_eq!(images[0]["mimeType"], "image/avif");
    assert_eq!(images[1]["mimeType"], "image/vnd-ms.dds");
    assert!(
        images[..2]
            .iter()
            .all(|image| image["uri"].is_null() && image["bufferView"].is_u64())
    );
    assert_eq!(images[2]["uri"], "tex/gone.png");
    let text = gltf::bake_as(&path, &[performance], gltf::Container::Gltf.into()).expect("baked");
    let json: Value = serde_json::from_slice(&text).expect("JSON");
    let uri = json["images"][0]["uri"].as_str().expect("a uri");
    assert!(uri.starts_with("data:image/avif;base64,"), "{uri}");
    if let Some(shared) = node::shared("meshes/ict_head_arkit52_lite.glb") {
        assert_eq!(
            load(&shared).expect("loaded").warnings,
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_hundred_thousand_nodes_with_one_name_are_written_as_usd() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut glb = unusual::plain();
    let nodes = glb.json["nodes"].as_array_mut().expect("nodes");
    nodes.extend((0..100_000).map(|_| json!({})));
    // All nodes become joints only for a character without skins and driven joints.
    for node in nodes.iter_mut() {
        node.as_object_mut().expect("a node").remove("skin");
    }
    let character = load(&saved(&folder, &glb)).expect("loaded");
    let start = std::time::Instant::now();
    usd::write_character(Path::new("a.usdc"), &character, None).expect("encoded");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
