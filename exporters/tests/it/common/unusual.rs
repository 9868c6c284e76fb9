//! Unusual but valid characters, as GLB files.

use metaface_exporters::gltf::write_character;
use serde_json::{Value, json};

use super::characters::hero;
use super::glb::{Glb, push};

/// All unusual characters with their names.
pub fn all() -> Vec<(&'static str, Glb)> {
    vec![
        ("plain", plain()),
        ("no names", no_names()),
        ("quantised", quantised()),
        ("two primitives with separate vertices", two_primitives()),
        ("own animation and extras", busy()),
        ("unknown extensions", foreign_extensions()),
        ("matrix joint", matrix_joint()),
        ("a second buffer within", second_buffer()),
        ("vrm 0", vrm_0()),
        ("vrm 1", vrm_1()),
    ]
}

pub fn plain() -> Glb {
    Glb::parse(&write_character(&hero(), None).expect("written"))
}

/// Only the morph targets of the first mesh have names.
fn no_names() -> Glb {
    let mut glb = plain();
    for array in ["nodes", "meshes", "skins", "materials", "images"] {
        for item in glb.json[array].as_array_mut().expect("an array") {
            item.as_object_mut().expect("an object").remove("name");
        }
    }
    for mesh in glb.json["meshes"]
        .as_array_mut()
        .expect("meshes")
        .iter_mut()
        .skip(1)
    {
        mesh.as_object_mut().expect("a mesh").remove("extras");
    }
    glb
}

/// A face with KHR_mesh_quantization: 16-bit positions with padding, 8-bit normals, 8-bit morph
/// offsets, one of them sparse.
pub fn quantised() -> Glb {
    let mut glb = plain();
    glb.json["extensionsUsed"] = json!(["KHR_mesh_quantization"]);
    glb.json["extensionsRequired"] = json!(["KHR_mesh_quantization"]);
    let position = |x: i16, y: i16| [x.to_le_bytes(), y.to_le_bytes(), [0; 2], [0; 2]].concat();
    let positions = [
        position(0, 0),
        position(32767, 0),
        position(32767, 32767),
        position(0, 32767),
    ]
    .concat();
    let positions = glb.accessor(
        &positions,
        Some(8),
        json!({ "componentType": 5122, "normalized": true, "count": 4, "type": "VEC3",
            "min": [0, 0, 0], "max": [32767, 32767, 0] }),
    );
    let normals = glb.accessor(
        &[0, 0, 127, 0].repeat(4),
        Some(4),
        json!({ "componentType": 5120, "normalized": true, "count": 4, "type": "VEC3" }),
    );
    let dense = glb.accessor(
        &[0, 0x81, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        Some(4),
        json!({ "componentType": 5120, "normalized": true, "count": 4, "type": "VEC3",
            "min": [0, -127, 0], "max": [0, 0, 0] }),
    );
    let (at, values) = (glb.view(&[2, 0], None), glb.view(&[127, 0, 0], None));
    let sparse = push(
        &mut glb.json["accessors"],
        json!({ "componentType": 5120, "normalized": true, "count": 4, "type": "VEC3",
            "min": [0, 0, 0], "max": [127, 0, 0],
            "sparse": { "count": 1, "indices": { "bufferView": at, "componentType": 5123 },
                "values": { "bufferView": values } } }),
    );
    let mesh = json!({
        "name": "Quantised",
        "primitives": [{
            "attributes": { "POSITION": positions, "NORMAL": normals }, "mode": 6,
            "targets": [{ "POSITION": dense }, { "POSITION": sparse }],
        }],
        "extras": { "targetNames": ["jawOpen", "mouthLeft"] },
    });
    let mesh = push(&mut glb.json["meshes"], mesh);
    let node = push(
        &mut glb.json["nodes"],
        json!({ "name": "quantised", "mesh": mesh, "scale": [0.1, 0.1, 0.1] }),
    );
    push(&mut glb.json["scenes"][0]["nodes"], json!(node));
    glb
}

/// The head's second section has separate vertices with the same targets.
fn two_primitives() -> Glb {
    let mut glb = plain();
    let old = glb.json["accessors"][0].clone();
    let view = old["bufferView"].as_u64().expect("a view") as usize;
    let view = &glb.json["bufferViews"][view];
    let (from, length) = (view["byteOffset"].as_u64(), view["byteLength"].as_u64());
    let (from, length) = (
        from.expect("offset") as usize,
        length.expect("length") as usize,
    );
    let bytes = glb.binary[from..from + length].to_vec();
    let positions = glb.accessor(&bytes, None, old);
    glb.json["bufferViews"]
        .as_array_mut()
        .expect("views")
        .last_mut()
        .expect("a view")["target"] = json!(34962);
    glb.json["meshes"][0]["primitives"][1]["attributes"] = json!({ "POSITION": positions });
    for target in glb.json["meshes"][0]["primitives"][1]["targets"]
        .as_array_mut()
        .expect("targets")
    {
        target.as_object_mut().expect("a target").remove("NORMAL");
    }
    glb
}

/// Extras in many places, numbers with many digits, a camera, and an animation with the clip's
/// name.
pub fn busy() -> Glb {
    let mut glb = plain();
    glb.json["asset"]["copyright"] = json!("Ünicode Studio 2026");
    glb.json["extras"] =
        json!({ "å": 0.1428571428571428, "big": 18446744073709551615_u64, "nothing": null });
    glb.json["nodes"][2]["extras"] = json!({ "rig": [1, 2.5e-7, "x"] });
    glb.json["cameras"] = json!([{ "type": "perspective", "perspective": { "yfov": 0.6600000262260437, "znear": 0.1 } }]);
    glb.json["nodes"][0]["camera"] = json!(0);
    let floats = |values: &[f32]| {
        values
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let times =
        json!({ "componentType": 5126, "count": 2, "type": "SCALAR", "min": [0.0], "max": [1.0] });
    let times = glb.accessor(&floats(&[0.0, 1.0]), None, times);
    let turns = json!({ "componentType": 5126, "count": 2, "type": "VEC4" });
    let turns = glb.accessor(
        &floats(&[0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        None,
        turns,
    );
    glb.json["animations"] = json!([{
        "name": "line",
        "samplers": [{ "input": times, "output": turns, "interpolation": "STEP" }],
        "channels": [{ "sampler": 0, "target": { "node": 2, "path": "rotation" } }],
    }]);
    glb
}

/// A texture in a format that needs an extension, a compressed buffer view with its fallback, and
/// an unknown extension.
fn foreign_extensions() -> Glb {
    let mut glb = plain();
    glb.json["extensionsUsed"] = json!([
        "EXT_meshopt_compression",
        "KHR_texture_basisu",
        "STUDIO_secret"
    ]);
    glb.json["extensions"] = json!({ "STUDIO_secret": { "version": 1.10, "list": [[], {}] } });
    let basis = glb.view(b"\xABKTX 20\xBB\r\n\x1A\n not really a texture", None);
    let image = push(
        &mut glb.json["images"],
        json!({ "bufferView": basis, "mimeType": "image/ktx2" }),
    );
    glb.json["textures"][0]["extensions"] = json!({ "KHR_texture_basisu": { "source": image } });
    let stream = glb.view(&[0xA0; 40], None);
    let offset = glb.json["bufferViews"][stream]["byteOffset"].clone();
    let compression = json!({ "buffer": 0, "byteOffset": offset, "byteLength": 40, "byteStride": 4,
        "mode": "ATTRIBUTES", "count": 40 });
    glb.json["bufferViews"][0]["extensions"] = json!({ "EXT_meshopt_compression": compression });
    glb
}

/// The head joint has a matrix: a quarter turn about Z, scale two.
fn matrix_joint() -> Glb {
    let mut glb = plain();
    let node = glb.json["nodes"][2].as_object_mut().expect("a node");
    node.remove("translation");
    node.insert(
        "matrix".into(),
        json!([
            0.0, 2.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.1, 0.0, 1.0
        ]),
    );
    glb
}

fn second_buffer() -> Glb {
    let mut glb = plain();
    push(
        &mut glb.json["buffers"],
        json!({ "byteLength": 6, "uri": "data:application/octet-stream;base64,AAABAAIA" }),
    );
    let view = push(
        &mut glb.json["bufferViews"],
        json!({ "buffer": 1, "byteLength": 6, "target": 34963 }),
    );
    let accessor =
        json!({ "bufferView": view, "componentType": 5123, "count": 3, "type": "SCALAR" });
    let accessor = push(&mut glb.json["accessors"], accessor);
    glb.json["meshes"][0]["primitives"][0]["indices"] = json!(accessor);
    glb
}

fn rename_targets(glb: &mut Glb, owner: fn(&mut Value) -> &mut Value) {
    glb.json["meshes"][0]
        .as_object_mut()
        .expect("a mesh")
        .remove("extras");
    let names = json!(["Fcl_MTH_A", "Fcl_MTH_U", "Fcl_EYE_Close_L", "unknown"]);
    *owner(&mut glb.json["meshes"][0]) = json!({ "targetNames": names });
}

/// Names in a primitive's extras, and a mouth shape that is defined only by a preset.
fn vrm_0() -> Glb {
    let mut glb = plain();
    rename_targets(&mut glb, |mesh| &mut mesh["primitives"][0]["extras"]);
    glb.json["extensionsUsed"] = json!(["VRM"]);
    let bind = |index: usize, weight: f64| json!([{ "mesh": 0, "index": index, "weight": weight }]);
    glb.json["extensions"] = json!({ "VRM": { "blendShapeMaster": { "blendShapeGroups": [
        { "name": "A", "presetName": "a", "binds": bind(0, 100.0) },
        { "name": "Blink_L", "presetName": "blink_l", "binds": bind(2, 50.0) },
        { "name": "O", "presetName": "o", "binds": bind(3, 100.0) },
        { "name": "broken", "presetName": "i", "binds": bind(99, 100.0) },
    ] } } });
    glb
}

fn vrm_1() -> Glb {
    let mut glb = plain();
    rename_targets(&mut glb, |mesh| &mut mesh["extras"]);
    glb.json["extensionsUsed"] = json!(["VRMC_vrm"]);
    let bind = |index: usize| json!({ "morphTargetBinds": [{ "node": 6, "index": index, "weight": 1.0 }] });
    glb.json["extensions"] = json!({ "VRMC_vrm": { "specVersion": "1.0", "expressions": {
        "preset": { "aa": bind(0), "blinkLeft": bind(2), "oh": bind(3) }, "custom": {} } } });
    glb
}
