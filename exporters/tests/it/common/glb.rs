//! Parses and assembles GLB files without the code under test.

use serde_json::{Value, json};

/// The JSON and the binary chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct Glb {
    pub json: Value,
    pub binary: Vec<u8>,
}

impl Glb {
    pub fn parse(bytes: &[u8]) -> Self {
        let word =
            |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
        assert_eq!(&bytes[..4], b"glTF");
        assert_eq!(word(8), bytes.len());
        let json_end = 20 + word(12);
        let json = serde_json::from_slice(&bytes[20..json_end]).expect("JSON");
        let binary = if json_end == bytes.len() {
            Vec::new()
        } else {
            bytes[json_end + 8..json_end + 8 + word(json_end)].to_vec()
        };
        Self { json, binary }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec(&self.json).expect("JSON");
        text.resize(text.len().next_multiple_of(4), b' ');
        let mut binary = self.binary.clone();
        binary.resize(binary.len().next_multiple_of(4), 0);
        let mut out = b"glTF\x02\0\0\0".to_vec();
        let total = 12
            + 8
            + text.len()
            + if binary.is_empty() {
                0
            } else {
                8 + binary.len()
            };
        out.extend((total as u32).to_le_bytes());
        for (kind, chunk) in [(b"JSON", text), (b"BIN\0", binary)] {
            if !chunk.is_empty() {
                out.extend((chunk.len() as u32).to_le_bytes());
                out.extend(kind);
                out.extend(chunk);
            }
        }
        out
    }

    /// Appends bytes with a buffer view and an accessor of the given JSON.
    pub fn accessor(&mut self, bytes: &[u8], stride: Option<usize>, mut accessor: Value) -> usize {
        accessor["bufferView"] = json!(self.view(bytes, stride));
        push(&mut self.json["accessors"], accessor)
    }

    pub fn view(&mut self, bytes: &[u8], stride: Option<usize>) -> usize {
        self.binary.resize(self.binary.len().next_multiple_of(4), 0);
        let mut view =
            json!({ "buffer": 0, "byteOffset": self.binary.len(), "byteLength": bytes.len() });
        if let Some(stride) = stride {
            view["byteStride"] = json!(stride);
            view["target"] = json!(34962);
        }
        self.binary.extend(bytes);
        self.json["buffers"][0]["byteLength"] = json!(self.binary.len());
        push(&mut self.json["bufferViews"], view)
    }
}

/// Appends to an array, which is created if missing, and returns the index.
pub fn push(array: &mut Value, value: Value) -> usize {
    if array.is_null() {
        *array = json!([]);
    }
    let array = array.as_array_mut().expect("an array");
    array.push(value);
    array.len() - 1
}
