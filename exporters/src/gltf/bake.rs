//! An animation put into a user's own file, which otherwise comes back as it was.

use std::path::Path;
use std::slice;

use serde_json::{Map, Value, json};

use super::WriteOptions;
use super::animation;
use super::document::{Container, Document, Target, data_uri, pad};
use super::images::any_mime_type;
use super::load::decomposed;
use super::replace::remove_takes;
use super::source::{Source, floats, number};
use crate::{ExportError, Performance, Result};

/// The GLB of `original` with `performance` as one more animation.
///
/// `performance` is for the character that [`load`](super::load) reads from the same file. What
/// the file has, it keeps: extensions, extras, textures, animations, names, unknown chunks.
/// Buffers and images of whatever kind that lie beside it move into it, so that the result stands
/// alone (an image that is not there stays a name, see [`Character::warnings`](crate::Character::warnings)); a driven
/// joint with a matrix gets the same translation, rotation and scale instead, because glTF
/// animates nothing else. The animation's name is the clip's, with a number if another program's
/// animation has it; one that MetaFace wrote for a clip of this name is replaced.
///
/// # Errors
/// As [`load`](super::load); [`ExportError::Invalid`] when the performance is not for this file.
pub fn bake(original: &Path, performance: &Performance) -> Result<Vec<u8>> {
    bake_as(
        original,
        slice::from_ref(performance),
        WriteOptions::default(),
    )
}

/// As [`bake`], with one animation per performance, in either container and at any precision.
///
/// # Errors
/// As [`bake`].
pub fn bake_as(
    original: &Path,
    performances: &[Performance],
    options: WriteOptions,
) -> Result<Vec<u8>> {
    let mut source = Source::read(original)?;
    for performance in performances {
        check(&source, performance)?;
    }
    let container = options.container;
    let mut document = Document {
        json: std::mem::take(&mut source.json),
        ..Document::default()
    };
    take_in_buffers(&mut document, &mut source);
    let clips = performances.iter().map(|one| one.name.as_str());
    remove_takes(&mut document, &clips.collect());
    take_in_images(&mut document, &source, container);
    for joint in performances.iter().flat_map(|one| &one.joints) {
        free_from_matrix(&mut document.json, joint.node);
    }
    animation::append(&mut document, performances, options.precision);
    document.other_chunks = source.other_chunks;
    document.into_bytes(container, original)
}

fn check(source: &Source, performance: &Performance) -> Result<()> {
    let nodes = source.array("nodes");
    let stranger = |node: usize| {
        let reason = format!(
            "the performance animates nodes[{node}], which does not exist or has other targets"
        );
        ExportError::invalid(
            &source.path,
            "glTF",
            reason,
            "load the character from this same file",
        )
    };
    for track in &performance.meshes {
        let mesh = nodes.get(track.node).and_then(|node| number(&node["mesh"]));
        let mesh = mesh.and_then(|mesh| source.array("meshes").get(mesh));
        let primitives = mesh
            .and_then(|mesh| mesh["primitives"].as_array())
            .into_iter()
            .flatten();
        let counts = primitives.map(|p| p["targets"].as_array().map_or(0, Vec::len));
        let count = counts.max().ok_or_else(|| stranger(track.node))?;
        if track.weights.iter().any(|weights| weights.len() != count) {
            return Err(stranger(track.node));
        }
    }
    match performance
        .joints
        .iter()
        .find(|track| track.node >= nodes.len())
    {
        Some(track) => Err(stranger(track.node)),
        None => Ok(()),
    }
}

/// Makes one binary of the buffers: those that lie beside the file always, and those within a
/// text file, because a GLB should hold no data URIs but those that it had before.
fn take_in_buffers(document: &mut Document, source: &mut Source) {
    let Some(Value::Array(buffers)) = document.json.get_mut("buffers") else {
        return;
    };
    // Per old buffer, its new index and where its bytes begin there.
    let mut moved: Vec<(usize, usize)> = Vec::new();
    let mut kept = vec![json!({})];
    for (index, (json, bytes)) in buffers.iter().zip(&mut source.buffers).enumerate() {
        let within = json["uri"]
            .as_str()
            .is_some_and(|uri| uri.starts_with("data:"));
        let stays = index > 0 && within && source.is_glb;
        match bytes.take().filter(|_| !stays) {
            Some(bytes) => {
                pad(&mut document.binary, 0);
                moved.push((0, document.binary.len()));
                document.binary.extend(bytes);
                if index == 0 {
                    kept[0] = json.clone();
                }
            }
            None => {
                moved.push((kept.len(), 0));
                kept.push(json.clone());
            }
        }
    }
    if let Some(Value::Object(own)) = kept.first_mut() {
        own.shift_remove("uri");
        own.insert("byteLength".into(), json!(document.binary.len()));
    }
    *buffers = kept;
    let views = document
        .json
        .get_mut("bufferViews")
        .and_then(Value::as_array_mut);
    for view in views.into_iter().flatten() {
        redirect(view, &moved);
        // Compressed views name a buffer of their own.
        let extensions = view.get_mut("extensions").and_then(Value::as_object_mut);
        for (_, extension) in extensions.into_iter().flatten() {
            redirect(extension, &moved);
        }
    }
}

fn redirect(view: &mut Value, moved: &[(usize, usize)]) {
    let old = number(&view["buffer"]);
    let Some(&(buffer, base)) = old.and_then(|old| moved.get(old)) else {
        return;
    };
    if old != Some(buffer) {
        view["buffer"] = json!(buffer);
    }
    if base > 0 {
        view["byteOffset"] = json!(number(&view["byteOffset"]).unwrap_or(0) + base);
    }
}

fn take_in_images(document: &mut Document, source: &Source, container: Container) {
    let Some(Value::Array(mut images)) = document.json.get("images").cloned() else {
        return;
    };
    for image in &mut images {
        let stays = |uri: &&str| {
            uri.starts_with("data:") && (source.is_glb || container == Container::Gltf)
        };
        let Some(uri) = image["uri"].as_str().filter(|uri| !stays(uri)) else {
            continue;
        };
        // Loading the character has warned of a picture that is not there.
        let Ok(bytes) = source.resolve(uri) else {
            continue;
        };
        let kind = any_mime_type(&bytes, image, uri);
        if container == Container::Gltf {
            image["uri"] = data_uri(&kind, &bytes);
        } else if let Value::Object(json) = image {
            json.shift_remove("uri");
            json.insert("mimeType".into(), json!(kind));
            json.insert(
                "bufferView".into(),
                json!(document.push_view(&bytes, Target::None)),
            );
        }
    }
    document.json.insert("images".into(), Value::Array(images));
}

fn free_from_matrix(json: &mut Map<String, Value>, node: usize) {
    let node = json.get_mut("nodes").and_then(|nodes| nodes.get_mut(node));
    let Some(Value::Object(node)) = node else {
        return;
    };
    let Some(matrix) = node.get("matrix").and_then(floats::<16>) else {
        return;
    };
    node.shift_remove("matrix");
    let (translation, rotation, scale) = decomposed(&matrix);
    node.insert("translation".into(), json!(translation));
    node.insert("rotation".into(), json!(rotation));
    node.insert("scale".into(), json!(scale));
}
