//! Common parts of the tensor files (base model, speaker): a sorted header, half precision, and the
//! hash that identifies a file.

use std::collections::BTreeMap;

use burn::tensor::f16;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Sorts the header of a safetensors file alphabetically, so that equal contents give equal bytes:
/// eight bytes of header length, the header as JSON padded with spaces, the tensors. `None` if the
/// file is invalid.
pub fn with_sorted_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?) as usize;
    let tensors = bytes.get(8 + length..)?;
    let header: BTreeMap<String, Value> = serde_json::from_slice(&bytes[8..8 + length]).ok()?;
    let mut entries = Vec::new();
    for (name, value) in header {
        let fields: BTreeMap<String, Value> = serde_json::from_value(value).ok()?;
        entries.push(format!(
            "{}:{}",
            serde_json::to_string(&name).ok()?,
            serde_json::to_string(&fields).ok()?
        ));
    }
    let mut json = format!("{{{}}}", entries.join(","));
    while json.len() % 8 != 0 {
        json.push(' ');
    }
    let mut out = (json.len() as u64).to_le_bytes().to_vec();
    out.extend_from_slice(json.as_bytes());
    out.extend_from_slice(tensors);
    Some(out)
}

/// The SHA-256 of `bytes` in hexadecimal.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// A digest in hexadecimal.
pub fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Converts numbers to half precision, as little-endian bytes.
pub fn to_f16_bytes(values: &[f32]) -> Vec<u8> {
    let halves = values.iter().map(|value| f16::from_f32(*value));
    halves.flat_map(f16::to_le_bytes).collect()
}

/// The inverse of [`to_f16_bytes`]; a trailing odd byte is ignored.
pub fn from_f16_bytes(bytes: &[u8]) -> Vec<f32> {
    let halves = bytes.as_chunks::<2>().0.iter();
    halves
        .map(|half| f16::from_le_bytes(*half).to_f32())
        .collect()
}
