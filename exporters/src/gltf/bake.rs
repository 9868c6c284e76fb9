//! Adds animations to a user's file and preserves its other content.

use std::path::Path;
use std::slice;

use serde_json::{Map, Value, json};

use super::WriteOptions;
use super::animation;
use super::document::{Container, Document, ViewTarget, data_uri, pad};
use super::file::{GltfFile, floats, number};
use super::images::any_mime_type;
use super::load::decomposed;
use super::replace::remove_takes;
use crate::{FormatError, Performance, Result};

/// Adds `performance` to `original` as an animation and returns the GLB.
///
/// `performance` must be for the character that [`load`](super::load) reads from the same file. All
/// content of the file is preserved: extensions, extras, textures, animations, names, unknown
/// chunks. External buffers and images are embedded (a missing image remains a reference, see
/// [`Character::warnings`](crate::Character::warnings)). The matrix of a driven joint is replaced
/// by translation, rotation and scale, because glTF cannot animate matrices. The animation has the
/// clip's name, with a number if an animation of another program has that name. An animation that
/// MetaFace wrote for a clip with this name is replaced.
///
/// # Errors
/// As [`load`](super::load); [`FormatError::Invalid`] if the performance is not for this file.
pub fn bake(original: &Path, performance: &Performance) -> Result<Vec<u8>> {
    bake_as(
        original,
        slice::from_ref(performance),
        WriteOptions::default(),
    )
}

/// As [`bake`], with one animation per performance, and with a choice of container and precision.
///
/// # Errors
/// As [`bake`].
pub fn bake_as(
    original: &Path,
    performances: &[Performance],
    options: WriteOptions,
) -> Result<Vec<u8>> {
    let mut source = GltfFile::read(original)?;
    for performance in performances {
        check(&source, performance)?;
    }
    let container = options.container;
    let mut document = Document {
        json: std::mem::take(&mut source.json),
        ..Document::default()
    };
    embed_buffers(&mut document, &mut source);
    let clips = performances.iter().map(|one| one.name.as_str());
    remove_takes(&mut document, &clips.collect());
    embed_images(&mut document, &source, container);
    for joint in performances.iter().flat_map(|one| &one.joints) {
        replace_matrix(&mut document.json, joint.node);
    }
    animation::append(&mut document, performances, options.precision);
    document.other_chunks = source.other_chunks;
    document.into_bytes(container, original)
}

fn check(source: &GltfFile, performance: &Performance) -> Result<()> {
    let nodes = source.array("nodes");
    let mismatch = |node: usize| {
        let reason = format!(
            "the performance animates nodes[{node}], which does not exist or has different targets"
        );
        FormatError::invalid(
            &source.path,
            "glTF",
            reason,
            "load the character from the same file",
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
        let count = counts.max().ok_or_else(|| mismatch(track.node))?;
        if track.weights.iter().any(|weights| weights.len() != count) {
            return Err(mismatch(track.node));
        }
    }
    match performance
        .joints
        .iter()
        .find(|track| track.node >= nodes.len())
    {
        Some(track) => Err(mismatch(track.node)),
        None => Ok(()),
    }
}

/// Merges buffers into the binary chunk: external ones, and data URIs of a text file. Data URIs of
/// a GLB are kept.
fn embed_buffers(document: &mut Document, source: &mut GltfFile) {
    let Some(Value::Array(buffers)) = document.json.get_mut("buffers") else {
        return;
    };
    // Per old buffer, its new index and the offset of its bytes there.
    let mut moved: Vec<(usize, usize)> = Vec::new();
    let mut kept = vec![json!({})];
    for (index, (json, bytes)) in buffers.iter().zip(&mut source.buffers).enumerate() {
        let is_data_uri = json["uri"]
            .as_str()
            .is_some_and(|uri| uri.starts_with("data:"));
        let is_kept = index > 0 && is_data_uri && source.is_glb;
        match bytes.take().filter(|_| !is_kept) {
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
    if let Some(Value::Object(merged)) = kept.first_mut() {
        merged.shift_remove("uri");
        merged.insert("byteLength".into(), json!(document.binary.len()));
    }
    *buffers = kept;
    let views = document
        .json
        .get_mut("bufferViews")
        .and_then(Value::as_array_mut);
    for view in views.into_iter().flatten() {
        redirect(view, &moved);
        // The extension of a compressed view refers to another buffer.
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

fn embed_images(document: &mut Document, source: &GltfFile, container: Container) {
    let Some(Value::Array(mut images)) = document.json.get("images").cloned() else {
        return;
    };
    for image in &mut images {
        let is_kept = |uri: &&str| {
            uri.starts_with("data:") && (source.is_glb || container == Container::Gltf)
        };
        let Some(uri) = image["uri"].as_str().filter(|uri| !is_kept(uri)) else {
            continue;
        };
        // Loading the character has already warned about a missing image.
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
                json!(document.push_view(&bytes, ViewTarget::None)),
            );
        }
    }
    document.json.insert("images".into(), Value::Array(images));
}

fn replace_matrix(json: &mut Map<String, Value>, node: usize) {
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
