//! What the project's files of tensors share: a header whose order follows from its contents.

use std::collections::BTreeMap;

use serde_json::Value;

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
