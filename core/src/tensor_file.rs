//! What the project's files of tensors share: a header whose order follows from its contents, half
//! precision, and the hash by which they are known.

use std::collections::BTreeMap;

use burn::tensor::f16;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The same safetensors file with its header in alphabetical order, so that the same tensors are
/// the same bytes: eight bytes of header length, the header as JSON padded by spaces, the tensors.
pub(crate) fn in_order(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?) as usize;
    let tensors = bytes.get(8 + length..)?;
    let header: BTreeMap<String, Value> = serde_json::from_slice(&bytes[8..8 + length]).ok()?;
    let mut lines = Vec::new();
    for (name, value) in header {
        let fields: BTreeMap<String, Value> = serde_json::from_value(value).ok()?;
        lines.push(format!(
            "{}:{}",
            serde_json::to_string(&name).ok()?,
            serde_json::to_string(&fields).ok()?
        ));
    }
    let mut header = format!("{{{}}}", lines.join(","));
    while header.len() % 8 != 0 {
        header.push(' ');
    }
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(tensors);
    Some(out)
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// A digest in hexadecimal.
pub(crate) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Numbers in half precision, as bytes.
pub(crate) fn halves(values: &[f32]) -> Vec<u8> {
    let halves = values.iter().map(|value| f16::from_f32(*value));
    halves.flat_map(f16::to_le_bytes).collect()
}

/// The reverse; a last odd byte is passed over.
pub(crate) fn from_halves(bytes: &[u8]) -> Vec<f32> {
    let halves = bytes.as_chunks::<2>().0.iter();
    halves
        .map(|half| f16::from_le_bytes(*half).to_f32())
        .collect()
}
