//! A glTF file as it lies on disk: JSON, buffers and what else is in the container.

use std::path::{Path, PathBuf};

use base64::Engine;
use serde_json::{Map, Value};

use super::document::{CHUNK_BIN, CHUNK_JSON, GLB_MAGIC};
use crate::{ExportError, Result, files};

const REMEDY: &str = "export the character again, or check the file with the Khronos validator";

/// The most floats that one file's geometry and animation may decode to (1 GiB); a small file can ask for
/// any amount by naming the same data again and again.
const MOST_FLOATS: u64 = 1 << 28;

/// What was read.
#[derive(Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    pub json: Map<String, Value>,
    /// The bytes of each buffer; none for a buffer that has no data of its own, such as the
    /// fallback of a compressed one.
    pub buffers: Vec<Option<Vec<u8>>>,
    /// Whether the container is a GLB.
    pub is_glb: bool,
    /// Chunks of kinds that glTF does not define: kind and bytes.
    pub other_chunks: Vec<(u32, Vec<u8>)>,
    floats_left: std::cell::Cell<u64>,
}

impl Source {
    /// Reads a `.glb` or `.gltf` and its external buffers. The content decides which it is.
    pub fn read(path: &Path) -> Result<Self> {
        Self::from_bytes(path, files::read(path)?)
    }

    /// As [`Source::read`], from the file's bytes.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let mut source = Self {
            path: path.to_owned(),
            json: Map::new(),
            buffers: Vec::new(),
            is_glb: bytes.starts_with(&GLB_MAGIC.to_le_bytes()),
            other_chunks: Vec::new(),
            floats_left: std::cell::Cell::new(MOST_FLOATS),
        };
        let mut binary = None;
        if source.is_glb {
            binary = source.read_chunks(&bytes)?;
        } else {
            source.parse(&bytes)?;
        }
        let version = source
            .json
            .get("asset")
            .and_then(|asset| asset["version"].as_str());
        if !version.is_some_and(|version| version.starts_with("2.")) {
            return Err(source.fault(
                "asset.version is not 2.0: only glTF 2 has morph targets and joints as needed here",
            ));
        }
        let count = source.array("buffers").len();
        for index in 0..count {
            let buffer = source.read_buffer(index, &mut binary)?;
            source.buffers.push(buffer);
        }
        Ok(source)
    }

    fn read_chunks(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>> {
        let word = |at: usize| -> Option<u32> {
            let four = bytes.get(at..at.checked_add(4)?)?;
            Some(u32::from_le_bytes(four.try_into().ok()?))
        };
        if word(4) != Some(2) {
            return Err(self.fault("the GLB header is not of version 2"));
        }
        let cut = "the GLB ends in the middle of its data";
        let end = word(8).ok_or_else(|| self.fault(cut))? as usize;
        if end > bytes.len() {
            return Err(self.fault(cut));
        }
        let (mut at, mut binary, mut first) = (12, None, true);
        while at + 8 <= end {
            let (Some(length), Some(kind)) = (word(at), word(at + 4)) else {
                return Err(self.fault(cut));
            };
            let chunk = at
                .checked_add(8 + length as usize)
                .and_then(|chunk_end| bytes[..end].get(at + 8..chunk_end))
                .ok_or_else(|| self.fault(cut))?;
            match kind {
                CHUNK_JSON if first => self.parse(chunk)?,
                CHUNK_BIN if binary.is_none() => binary = Some(chunk.to_vec()),
                _ => self.other_chunks.push((kind, chunk.to_vec())),
            }
            first = false;
            at += 8 + chunk.len().next_multiple_of(4);
        }
        if self.json.is_empty() {
            return Err(self.fault("the GLB has no JSON"));
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
            Ok(_) => Err(self.fault("its JSON is not an object")),
            Err(error) => Err(self.fault(format!("its JSON is broken: {error}"))),
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
            return Err(self.fault(format!("buffers[{index}] is shorter than its byteLength")));
        }
        Ok(bytes)
    }

    /// The bytes that a `uri` means: a data URI, or a file beside this one.
    pub fn resolve(&self, uri: &str) -> Result<Vec<u8>> {
        if let Some(data) = uri.strip_prefix("data:") {
            let (_, base64) = data
                .split_once(";base64,")
                .ok_or_else(|| self.fault("a data URI is not base64"))?;
            let engine = base64::engine::GeneralPurpose::new(
                &base64::alphabet::STANDARD,
                base64::engine::GeneralPurposeConfig::new()
                    .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
            );
            return engine
                .decode(base64.trim())
                .map_err(|error| self.fault(format!("a data URI is broken: {error}")));
        }
        if uri.contains("://") {
            return Err(self.fault(format!(
                "it refers to '{uri}', and nothing is fetched from a network"
            )));
        }
        let path = self.beside(uri);
        if !path.is_file() {
            return Err(ExportError::Read {
                path,
                source: std::io::Error::new(
                    std::io::ErrorKind::NotFound,
                    format!("{} refers to it, but it is not there", self.path.display()),
                ),
            });
        }
        files::read(&path)
    }

    /// The file that a relative `uri` means.
    fn beside(&self, uri: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let path = folder.join(percent_decoded(uri));
        // Otherwise the name as it stands: some writers forget to escape it.
        match path.is_file() {
            true => path,
            false => folder.join(uri),
        }
    }

    /// This file and those beside it that it names and that are there.
    pub fn files(&self) -> Vec<PathBuf> {
        let named = ["buffers", "images"]
            .into_iter()
            .flat_map(|kind| self.array(kind));
        let uris = named.filter_map(|named| named["uri"].as_str());
        let uris = uris.filter(|uri| !uri.starts_with("data:") && !uri.contains("://"));
        let beside = uris
            .map(|uri| self.beside(uri))
            .filter(|path| path.is_file());
        std::iter::once(self.path.clone()).chain(beside).collect()
    }

    /// A top-level array, empty when missing.
    pub fn array(&self, name: &str) -> &[Value] {
        self.json
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Takes `count` floats off what this file may decode to.
    pub fn spend(&self, count: u64) -> Result<()> {
        match self.floats_left.get().checked_sub(count) {
            Some(left) => {
                self.floats_left.set(left);
                Ok(())
            }
            None => Err(self.fault("what it describes would take more than 1 GiB")),
        }
    }

    pub fn fault(&self, reason: impl Into<String>) -> ExportError {
        ExportError::invalid(&self.path, "glTF", reason, REMEDY)
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
