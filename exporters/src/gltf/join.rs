//! Joins the animations of several files of one character.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::accessor::{rows, view_bytes};
use super::choice::default_animation;
use super::document::{Container, Document, ViewTarget};
use super::file::{GltfFile, number};
use crate::{FormatError, Result};

/// One GLB with the character and one animation from each of these GLBs, in order. Each entry is a
/// file name, for errors, and the file's bytes. The animation is the one that
/// [`read_clip`](super::read_clip()) reads.
///
/// # Errors
/// As [`load`](super::load()); [`FormatError::Invalid`] for a file without an animation, or whose
/// character differs from the first file's.
pub fn join(takes: Vec<(PathBuf, Vec<u8>)>) -> Result<Vec<u8>> {
    let read = |(path, bytes): (PathBuf, Vec<u8>)| GltfFile::from_bytes(&path, bytes);
    let takes = takes.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let Some(first) = takes.first() else {
        return Document::default().into_bytes(Container::Glb, &PathBuf::new());
    };
    let mut document = Document {
        json: first.json.clone(),
        binary: first.buffers.first().cloned().flatten().unwrap_or_default(),
        other_chunks: first.other_chunks.clone(),
    };
    document.json.shift_remove("animations");
    if let Some(Value::Array(buffers)) = document.json.get_mut("buffers")
        && let Some(Value::Object(buffer)) = buffers.first_mut()
    {
        buffer.shift_remove("uri");
    }
    for (index, take) in takes.iter().enumerate() {
        if !is_same_character(first, take)? {
            return Err(FormatError::invalid(
                &take.path,
                "preview",
                format!(
                    "its character differs from that of {}: other nodes or meshes",
                    first.path.display()
                ),
                "animate the same character in all files, or create one page per character",
            ));
        }
        let animation =
            default_animation(take).ok_or_else(|| take.invalid("it has no animation"))?;
        let animation = match index {
            0 => animation.clone(),
            _ => copy_animation(&mut document, take, animation)?,
        };
        document.push("animations", animation);
    }
    document.into_bytes(Container::Glb, &first.path)
}

/// Whether two files have the same nodes, meshes, skins, materials and geometry.
fn is_same_character(a: &GltfFile, b: &GltfFile) -> Result<bool> {
    let compared = ["nodes", "meshes", "skins", "materials", "textures"];
    if compared.iter().any(|name| a.array(name) != b.array(name)) {
        return Ok(false);
    }
    for index in geometry_accessors(a) {
        let accessor = a.array("accessors").get(index);
        if accessor != b.array("accessors").get(index) {
            return Ok(false);
        }
        let accessor = accessor.unwrap_or(&Value::Null);
        let sparse = &accessor["sparse"];
        for part in [accessor, &sparse["indices"], &sparse["values"]] {
            if let Some(view) = number(&part["bufferView"])
                && view_bytes(a, view)? != view_bytes(b, view)?
            {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The accessors of vertices, triangles and morph targets.
fn geometry_accessors(source: &GltfFile) -> impl Iterator<Item = usize> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let meshes = source.array("meshes").iter();
    let primitives = meshes.flat_map(move |mesh| list(&mesh["primitives"]));
    primitives.flat_map(move |primitive| {
        let attributes = std::iter::once(primitive["attributes"].clone());
        let maps = attributes.chain(list(&primitive["targets"]));
        let accessors = maps.flat_map(|map| {
            let map = map.as_object().cloned().unwrap_or_default();
            map.into_iter().map(|(_, accessor)| accessor)
        });
        let all = accessors.chain([primitive["indices"].clone()]);
        all.filter_map(|accessor| number(&accessor))
            .collect::<Vec<_>>()
    })
}

/// Copies an animation and its data to `document`.
fn copy_animation(document: &mut Document, source: &GltfFile, animation: &Value) -> Result<Value> {
    let mut copies: BTreeMap<usize, usize> = BTreeMap::new();
    let mut animation = animation.clone();
    let samplers = animation.get_mut("samplers").and_then(Value::as_array_mut);
    for sampler in samplers.into_iter().flatten() {
        for end in ["input", "output"] {
            let old = number(&sampler[end])
                .ok_or_else(|| source.invalid(format!("a sampler has no {end}")))?;
            let new = match copies.get(&old) {
                Some(new) => *new,
                None => copy_accessor(document, source, old)?,
            };
            copies.insert(old, new);
            sampler[end] = json!(new);
        }
    }
    Ok(animation)
}

fn copy_accessor(document: &mut Document, source: &GltfFile, index: usize) -> Result<usize> {
    let kind = &source.array("accessors").get(index).unwrap_or(&Value::Null)["type"];
    match kind.as_str() {
        Some("VEC3") => copy_rows::<3>(document, source, index),
        Some("VEC4") => copy_rows::<4>(document, source, index),
        _ => copy_rows::<1>(document, source, index),
    }
}

fn copy_rows<const N: usize>(
    document: &mut Document,
    source: &GltfFile,
    index: usize,
) -> Result<usize> {
    let rows = rows::<N>(source, index)?
        .ok_or_else(|| source.invalid(format!("accessors[{index}] is compressed")))?;
    Ok(document.push_floats(&rows, ViewTarget::None, true))
}
