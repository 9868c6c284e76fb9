//! One character with the animations of several files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::accessor::{rows, view_bytes};
use super::choice::choose;
use super::document::{Container, Document, Target};
use super::source::{Source, number};
use crate::{ExportError, Result};

/// One GLB with an animation of each of these GLBs, in their order, and nothing else twice. Each
/// is a file's name, for errors, and its bytes; of each the animation is taken that
/// [`read_clip`](super::read_clip()) reads.
///
/// # Errors
/// As [`load`](super::load()); [`ExportError::Invalid`] for a file whose character is not the
/// first's, or that has no animation.
pub fn join(takes: Vec<(PathBuf, Vec<u8>)>) -> Result<Vec<u8>> {
    let read = |(path, bytes): (PathBuf, Vec<u8>)| Source::from_bytes(&path, bytes);
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
        && let Some(Value::Object(own)) = buffers.first_mut()
    {
        own.shift_remove("uri");
    }
    for (index, take) in takes.iter().enumerate() {
        if !is_same_character(first, take)? {
            return Err(ExportError::invalid(
                &take.path,
                "preview",
                format!(
                    "its character is not that of {}: nodes or meshes differ",
                    first.path.display()
                ),
                "animate one character with all of them, or make a page of each",
            ));
        }
        let animation = choose(take).ok_or_else(|| take.fault("it has no animation"))?;
        let animation = match index {
            0 => animation.clone(),
            _ => copied(&mut document, take, animation)?,
        };
        document.push("animations", animation);
    }
    document.into_bytes(Container::Glb, &first.path)
}

/// Whether all that is drawn is alike: the tree, and the shape of what hangs in it.
fn is_same_character(a: &Source, b: &Source) -> Result<bool> {
    let described = ["nodes", "meshes", "skins", "materials", "textures"];
    if described.iter().any(|name| a.array(name) != b.array(name)) {
        return Ok(false);
    }
    for index in geometry(a) {
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
fn geometry(source: &Source) -> impl Iterator<Item = usize> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let meshes = source.array("meshes").iter();
    let primitives = meshes.flat_map(move |mesh| list(&mesh["primitives"]));
    primitives.flat_map(move |primitive| {
        let attributes = std::iter::once(primitive["attributes"].clone());
        let named = attributes.chain(list(&primitive["targets"]));
        let named = named.flat_map(|map| {
            let map = map.as_object().cloned().unwrap_or_default();
            map.into_iter().map(|(_, accessor)| accessor)
        });
        let all = named.chain([primitive["indices"].clone()]);
        all.filter_map(|accessor| number(&accessor))
            .collect::<Vec<_>>()
    })
}

/// An animation whose data now lies in `document`.
fn copied(document: &mut Document, source: &Source, animation: &Value) -> Result<Value> {
    let mut made: BTreeMap<usize, usize> = BTreeMap::new();
    let mut animation = animation.clone();
    let samplers = animation.get_mut("samplers").and_then(Value::as_array_mut);
    for sampler in samplers.into_iter().flatten() {
        for end in ["input", "output"] {
            let old = number(&sampler[end])
                .ok_or_else(|| source.fault(format!("a sampler has no {end}")))?;
            let new = match made.get(&old) {
                Some(new) => *new,
                None => copied_floats(document, source, old)?,
            };
            made.insert(old, new);
            sampler[end] = json!(new);
        }
    }
    Ok(animation)
}

fn copied_floats(document: &mut Document, source: &Source, index: usize) -> Result<usize> {
    let kind = &source.array("accessors").get(index).unwrap_or(&Value::Null)["type"];
    match kind.as_str() {
        Some("VEC3") => copied_rows::<3>(document, source, index),
        Some("VEC4") => copied_rows::<4>(document, source, index),
        _ => copied_rows::<1>(document, source, index),
    }
}

fn copied_rows<const N: usize>(
    document: &mut Document,
    source: &Source,
    index: usize,
) -> Result<usize> {
    let rows = rows::<N>(source, index)?;
    let rows = rows.ok_or_else(|| source.fault(format!("accessors[{index}] is compressed")))?;
    Ok(document.push_floats(&rows, Target::None, true))
}
