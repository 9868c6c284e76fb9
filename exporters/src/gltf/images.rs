//! Embedded and external images of a glTF file.

use std::path::Path;

use serde_json::Value;

use super::accessor::view_bytes;
use super::file::{GltfFile, number};
use super::load::text;
use crate::character::Image;

/// Reads an image. If it cannot be read, returns it without bytes and a warning, because animations
/// do not need it.
pub(super) fn read(source: &GltfFile, json: &Value) -> (Image, Option<String>) {
    let (bytes, warning) = match (json["uri"].as_str(), number(&json["bufferView"])) {
        (Some(uri), _) => match source.resolve(uri) {
            Ok(bytes) => (bytes, None),
            Err(_) => (Vec::new(), Some(missing_warning(uri))),
        },
        (None, Some(view)) => {
            let bytes = view_bytes(source, view).ok().flatten();
            (bytes.unwrap_or_default().to_vec(), None)
        }
        (None, None) => (Vec::new(), None),
    };
    let declared = text(&json["mimeType"]);
    let image = Image {
        name: text(&json["name"]),
        mime_type: mime_type(&bytes).map_or(declared, str::to_owned),
        bytes,
    };
    (image, warning)
}

fn missing_warning(uri: &str) -> String {
    if uri.starts_with("data:") {
        "an embedded image is damaged; outputs will not show it".to_owned()
    } else {
        format!("the image '{uri}' is missing or cannot be read; outputs will not show it")
    }
}

/// The MIME type of an image, by its first bytes.
pub(super) fn mime_type(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 5] = [
        (b"\x89PNG\r\n\x1A\n", "image/png"),
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"RIFF", "image/webp"),
        (b"\xABKTX 20\xBB", "image/ktx2"),
        (b"DDS ", "image/vnd-ms.dds"),
    ];
    known
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|(_, kind)| *kind)
}

/// The MIME type of an external image: by its bytes, otherwise as declared in the file, otherwise
/// by its ending.
pub(super) fn any_mime_type(bytes: &[u8], json: &Value, uri: &str) -> String {
    let declared = || json["mimeType"].as_str();
    match mime_type(bytes).or_else(declared) {
        Some(kind) => kind.to_owned(),
        None => by_ending(uri),
    }
}

fn by_ending(uri: &str) -> String {
    let ending = Path::new(uri)
        .extension()
        .and_then(|ending| ending.to_str());
    match ending.unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" => "image/jpeg".to_owned(),
        "dds" => "image/vnd-ms.dds".to_owned(),
        other if !other.is_empty() && other.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("image/{other}")
        }
        _ => "application/octet-stream".to_owned(),
    }
}
