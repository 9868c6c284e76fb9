//! A glTF document as raw JSON and one binary chunk, to which parts are appended.
//!
//! It uses raw JSON instead of typed structures, so that all content of a user's file is preserved.

use std::path::Path;

use base64::Engine;
use serde_json::{Map, Value, json};

use crate::{FormatError, Result};

/// The two containers of a glTF document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Container {
    /// `.glb`: JSON and binary data in one file.
    #[default]
    Glb,
    /// `.gltf`: JSON text with the binary data embedded as base64.
    Gltf,
}

impl Container {
    /// The container for a file's ending: `.gltf` in any letter case is [`Container::Gltf`], other
    /// endings are [`Container::Glb`].
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(ending) if ending.eq_ignore_ascii_case("gltf") => Self::Gltf,
            _ => Self::Glb,
        }
    }
}

/// The `target` of a buffer view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ViewTarget {
    /// Animation data, sparse values, inverse bind matrices, images.
    None = 0,
    /// Vertex attributes.
    Vertices = 34962,
    /// Triangle indices.
    Indices = 34963,
}

pub(super) const BYTE: u32 = 5120;
pub(super) const UNSIGNED_BYTE: u32 = 5121;
pub(super) const SHORT: u32 = 5122;
pub(super) const UNSIGNED_SHORT: u32 = 5123;
pub(super) const UNSIGNED_INT: u32 = 5125;
pub(super) const FLOAT: u32 = 5126;

pub(super) const GLB_MAGIC: u32 = 0x4654_6C67;
pub(super) const CHUNK_JSON: u32 = 0x4E4F_534A;
pub(super) const CHUNK_BIN: u32 = 0x004E_4942;

/// The JSON and the bytes of buffer 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    pub json: Map<String, Value>,
    pub binary: Vec<u8>,
    /// Other GLB chunks: type and bytes.
    pub other_chunks: Vec<(u32, Vec<u8>)>,
}

impl Document {
    /// Appends to a top-level array, which is created if missing, and returns the index.
    pub fn push(&mut self, array: &str, value: Value) -> usize {
        let entry = self
            .json
            .entry(array)
            .or_insert_with(|| Value::Array(Vec::new()));
        if !entry.is_array() {
            *entry = Value::Array(Vec::new());
        }
        match entry {
            Value::Array(values) => {
                values.push(value);
                values.len() - 1
            }
            _ => 0,
        }
    }

    /// Appends bytes to buffer 0, aligned to four bytes, and returns the index of their buffer
    /// view.
    pub fn push_view(&mut self, bytes: &[u8], target: ViewTarget) -> usize {
        pad(&mut self.binary, 0);
        let offset = self.binary.len();
        self.binary.extend_from_slice(bytes);
        let mut view = json!({ "buffer": 0, "byteOffset": offset, "byteLength": bytes.len() });
        if target != ViewTarget::None {
            view["target"] = json!(target as u32);
        }
        self.push("bufferViews", view)
    }

    /// Appends a tightly packed float accessor of rows of `N`, with its own buffer view.
    pub fn push_floats<const N: usize>(
        &mut self,
        rows: &[[f32; N]],
        target: ViewTarget,
        bounds: bool,
    ) -> usize {
        let view = self.push_view(&float_bytes(rows), target);
        let mut accessor = json!({
            "bufferView": view,
            "componentType": FLOAT,
            "count": rows.len(),
            "type": element_type(N),
        });
        if bounds {
            let (min, max) = bounds_of(rows);
            accessor["min"] = json!(min.to_vec());
            accessor["max"] = json!(max.to_vec());
        }
        self.push("accessors", accessor)
    }

    /// Appends a tightly packed accessor of rows of `N` normalised integers, with its own buffer
    /// view.
    pub fn push_integers<const N: usize>(
        &mut self,
        bytes: &[u8],
        component: u32,
        count: usize,
    ) -> usize {
        let view = self.push_view(bytes, ViewTarget::None);
        self.push(
            "accessors",
            json!({
                "bufferView": view,
                "componentType": component,
                "normalized": true,
                "count": count,
                "type": element_type(N),
            }),
        )
    }

    /// Encodes the file.
    ///
    /// # Errors
    /// [`FormatError::Invalid`] with `path` if the document exceeds the 4 GiB of a GLB.
    pub fn into_bytes(mut self, container: Container, path: &Path) -> Result<Vec<u8>> {
        if !self.binary.is_empty() {
            pad(&mut self.binary, 0);
            if self
                .json
                .get("buffers")
                .and_then(|buffers| buffers.get(0))
                .is_none()
            {
                self.push("buffers", json!({}));
            }
            if let Some(buffer) = self
                .json
                .get_mut("buffers")
                .and_then(|buffers| buffers.get_mut(0))
            {
                buffer["byteLength"] = json!(self.binary.len());
                if container == Container::Gltf {
                    buffer["uri"] = data_uri("application/octet-stream", &self.binary);
                }
            }
        }
        match container {
            Container::Glb => self.into_glb(path),
            Container::Gltf => to_text(&self.json, path),
        }
    }

    fn into_glb(self, path: &Path) -> Result<Vec<u8>> {
        let mut text = to_text(&self.json, path)?;
        pad(&mut text, b' ');
        let mut chunks = vec![(CHUNK_JSON, text)];
        if !self.binary.is_empty() {
            chunks.push((CHUNK_BIN, self.binary));
        }
        chunks.extend(self.other_chunks);
        let padded = |bytes: &[u8]| bytes.len().next_multiple_of(4);
        let total = 12
            + chunks
                .iter()
                .map(|(_, bytes)| 8 + padded(bytes))
                .sum::<usize>();
        let total_u32 = u32::try_from(total).map_err(|_| {
            FormatError::invalid(
                path,
                "glTF",
                "the animated file would exceed the 4 GiB of a GLB",
                "write .gltf or .usdc instead, or split the clip",
            )
        })?;
        let mut out = Vec::with_capacity(total);
        for word in [GLB_MAGIC, 2, total_u32] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        for (kind, bytes) in chunks {
            out.extend_from_slice(&(padded(&bytes) as u32).to_le_bytes());
            out.extend_from_slice(&kind.to_le_bytes());
            out.extend_from_slice(&bytes);
            pad(&mut out, 0);
        }
        Ok(out)
    }
}

/// Bytes as a data URI.
pub(super) fn data_uri(kind: &str, bytes: &[u8]) -> Value {
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!(format!("data:{kind};base64,{data}"))
}

fn to_text(json: &Map<String, Value>, path: &Path) -> Result<Vec<u8>> {
    serde_json::to_vec(json).map_err(|error| {
        FormatError::invalid(
            path,
            "glTF",
            format!("its JSON cannot be written: {error}"),
            "check the file for values that JSON cannot represent",
        )
    })
}

/// Pads to a multiple of four bytes, as GLB chunks and float accessors require.
pub(super) fn pad(bytes: &mut Vec<u8>, with: u8) {
    bytes.resize(bytes.len().next_multiple_of(4), with);
}

pub(super) fn float_bytes<const N: usize>(rows: &[[f32; N]]) -> Vec<u8> {
    rows.iter()
        .flatten()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// The component type and the bytes of triangle indices, in the narrowest type that can hold them.
/// The type's highest value is excluded, because it means a primitive restart.
pub(super) fn index_bytes(indices: &[u32]) -> (u32, Vec<u8>) {
    if indices.iter().all(|&index| index < u32::from(u16::MAX)) {
        let bytes = indices.iter().flat_map(|&i| (i as u16).to_le_bytes());
        (UNSIGNED_SHORT, bytes.collect())
    } else {
        let bytes = indices.iter().flat_map(|i| i.to_le_bytes());
        (UNSIGNED_INT, bytes.collect())
    }
}

/// The least and the largest values. Never -0: which zero [`f32::max`] returns depends on the compiler.
pub(super) fn bounds_of<const N: usize>(rows: &[[f32; N]]) -> ([f32; N], [f32; N]) {
    let Some((&first, rest)) = rows.split_first() else {
        return ([0.0; N], [0.0; N]);
    };
    let (min, max) = rest.iter().fold((first, first), |(mut min, mut max), row| {
        for axis in 0..N {
            min[axis] = min[axis].min(row[axis]);
            max[axis] = max[axis].max(row[axis]);
        }
        (min, max)
    });
    (min.map(|low| low + 0.0), max.map(|high| high + 0.0))
}

fn element_type(width: usize) -> &'static str {
    match width {
        2 => "VEC2",
        3 => "VEC3",
        4 => "VEC4",
        16 => "MAT4",
        _ => "SCALAR",
    }
}

#[cfg(test)]
mod tests {
    use super::bounds_of;

    #[test]
    fn bounds_have_no_negative_zero_in_any_order() {
        for rows in [[[-0.0], [0.0]], [[0.0], [-0.0]], [[-0.0], [-0.0]]] {
            let (min, max) = bounds_of(&rows);
            assert_eq!([min[0].to_bits(), max[0].to_bits()], [0, 0], "{rows:?}");
        }
    }
}
