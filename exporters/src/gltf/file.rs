//! A glTF file as read from disk: JSON, buffers and other chunks of the container.

use std::path::{Path, PathBuf};

use base64::Engine;
use serde_json::{Map, Value};

use super::document::{CHUNK_BIN, CHUNK_JSON, GLB_MAGIC};
use crate::{FormatError, Result, files};

const REMEDY: &str = "export the character again, or check the file with the Khronos validator";

/// The largest number of floats (1 GiB) that geometry and animation of one file may decode to. A
/// small file can require any amount by referring to the same data repeatedly.
const MAX_FLOATS: u64 = 1 << 28;

/// A glTF file.
#[derive(Debug)]
pub(super) struct GltfFile {
    pub path: PathBuf,
    pub json: Map<String, Value>,
    /// The bytes of each buffer; `None` for a buffer without data, such as the fallback of a
    /// compressed one.
    pub buffers: Vec<Option<Vec<u8>>>,
    /// Whether the container is a GLB.
    pub is_glb: bool,
    /// Chunks of types that glTF does not define: type and bytes.
    pub other_chunks: Vec<(u32, Vec<u8>)>,
    floats_left: std::cell::Cell<u64>,
}

impl GltfFile {
    /// Reads a `.glb` or `.gltf` file and its external buffers. The container is detected by
    /// content.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_bytes(path, files::read(path)?)
    }

    /// As [`GltfFile::read`], from the file's bytes.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let mut file = Self {
            path: path.to_owned(),
            json: Map::new(),
            buffers: Vec::new(),
            is_glb: bytes.starts_with(&GLB_MAGIC.to_le_bytes()),
            other_chunks: Vec::new(),
            floats_left: std::cell::Cell::new(MAX_FLOATS),
        };
        let mut binary = None;
        if file.is_glb {
            binary = file.read_chunks(&bytes)?;
        } else {
            file.parse(&bytes)?;
        }
        let version = file
            .json
            .get("asset")
            .and_then(|asset| asset["version"].as_str());
        if !version.is_some_and(|version| version.starts_with("2.")) {
            return Err(file.invalid("asset.version is not 2.0: other versions are not supported"));
        }
        let count = file.array("buffers").len();
        for index in 0..count {
            let buffer = file.read_buffer(index, &mut binary)?;
            file.buffers.push(buffer);
        }
        Ok(file)
    }

    fn read_chunks(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
        let word = |at: usize| -> Option<u32> {
            let four = bytes.get(at..at.checked_add(4)?)?;
            Some(u32::from_le_bytes(four.try_into().ok()?))
        };
        if word(4) != Some(2) {
            return Err(self.invalid("the version in the GLB header is not 2"));
        }
        let truncated = "the GLB is truncated";
        let end = word(8).ok_or_else(|| self.invalid(truncated))? as usize;
        if end > bytes.len() {
            return Err(self.invalid(truncated));
        }
        let (mut at, mut binary, mut first) = (12, None, true);
        while at + 8 <= end {
            let (Some(length), Some(kind)) = (word(at), word(at + 4)) else {
                return Err(self.invalid(truncated));
            };
            let chunk = at
                .checked_add(8 + length as usize)
                .and_then(|chunk_end| bytes[..end].get(at + 8..chunk_end))
                .ok_or_else(|| self.invalid(truncated))?;
            match kind {
                CHUNK_JSON if first => self.parse(chunk)?,
                CHUNK_BIN if binary.is_none() => binary = Some(chunk.to_vec()),
                _ => self.other_chunks.push((kind, chunk.to_vec())),
            }
            first = false;
            at += 8 + chunk.len().next_multiple_of(4);
        }
        if self.json.is_empty() {
            return Err(self.invalid("the GLB has no JSON"));
        }
        Ok(binary)
    }

    fn parse(&mut self, text: &[u8]) -> Result<()> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        match serde_json::from_slice(text) {
            Ok(Value::Object(json)) => {
                self.json = json;
                Ok(())
            }
            Ok(_) => Err(self.invalid("its JSON is not an object")),
            Err(error) => Err(self.invalid(format!("its JSON is invalid: {error}"))),
        }
    }

    fn read_buffer(
        &mut self,
        index: usize,
        binary: &mut Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>> {
        let buffer = &self.array("buffers")[index];
        let fallback = |name: &str| buffer["extensions"][name]["fallback"] == true;
        let is_fallback =
            fallback("EXT_meshopt_compression") || fallback("KHR_meshopt_compression");
        let length = buffer["byteLength"].as_u64();
        let bytes = match buffer["uri"].as_str() {
            Some(uri) => Some(self.resolve(uri)?),
            None if index == 0 => binary.take(),
            None => None,
        };
        if let Some(bytes) = &bytes
            && !is_fallback
            && length.is_none_or(|length| length > bytes.len() as u64)
        {
            return Err(self.invalid(format!("buffers[{index}] is shorter than its byteLength")));
        }
        Ok(bytes)
    }

    /// The bytes of a data URI or of a relative file.
    pub fn resolve(&self, uri: &str) -> Result<Vec<u8>> {
        if let Some(data) = uri.strip_prefix("data:") {
            let (_, base64) = data
                .split_once(";base64,")
                .ok_or_else(|| self.invalid("a data URI is not base64"))?;
            let engine = base64::engine::GeneralPurpose::new(
                &base64::alphabet::STANDARD,
                base64::engine::GeneralPurposeConfig::new()
                    .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
            );
            return engine
                .decode(base64.trim())
                .map_err(|error| self.invalid(format!("a data URI is invalid: {error}")));
        }
        if uri.contains("://") {
            return Err(self.invalid(format!(
                "it refers to '{uri}', but files are not fetched from the network"
            )));
        }
        let path = self.relative_file(uri);
        if !path.is_file() {
            return Err(FormatError::Read {
                path,
                source: std::io::Error::new(
                    std::io::ErrorKind::NotFound,
                    format!(
                        "{} refers to it, but it does not exist",
                        self.path.display()
                    ),
                ),
            });
        }
        files::read(&path)
    }

    /// The path of a relative `uri`.
    fn relative_file(&self, uri: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let path = folder.join(percent_decoded(uri));
        if path.is_file() {
            path
        } else {
            // Some writers do not percent-encode the name.
            folder.join(uri)
        }
    }

    /// This file and the existing files that it refers to.
    pub fn files(&self) -> Vec<PathBuf> {
        let objects = ["buffers", "images"]
            .into_iter()
            .flat_map(|array| self.array(array));
        let external = objects
            .filter_map(|object| object["uri"].as_str())
            .filter(|uri| !uri.starts_with("data:") && !uri.contains("://"))
            .map(|uri| self.relative_file(uri))
            .filter(|path| path.is_file());
        std::iter::once(self.path.clone()).chain(external).collect()
    }

    /// A top-level array; empty if missing.
    pub fn array(&self, name: &str) -> &[Value] {
        self.json
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Counts `count` decoded floats towards the limit of this file.
    pub fn reserve_floats(&self, count: u64) -> Result<()> {
        match self.floats_left.get().checked_sub(count) {
            Some(left) => {
                self.floats_left.set(left);
                Ok(())
            }
            None => Err(self.invalid("its content would take more than 1 GiB")),
        }
    }

    /// A [`FormatError::Invalid`] for this file.
    pub fn invalid(&self, reason: impl Into<String>) -> FormatError {
        FormatError::invalid(&self.path, "glTF", reason, REMEDY)
    }
}

/// Reads an index or a count.
pub(super) fn number(value: &Value) -> Option<usize> {
    value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
}

/// Reads a list of finite numbers of a fixed length.
pub(super) fn floats<const N: usize>(value: &Value) -> Option<[f32; N]> {
    let list = value.as_array().filter(|list| list.len() == N)?;
    let mut out = [0.0; N];
    for (slot, value) in out.iter_mut().zip(list) {
        *slot = value.as_f64().map(|v| v as f32).filter(|v| v.is_finite())?;
    }
    Some(out)
}

fn percent_decoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = uri
            .get(at + 1..at + 3)
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match hex {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| uri.to_owned())
}
