//! Pictures within and beside a glTF file.

use std::path::Path;

use serde_json::Value;

use super::accessor::view_bytes;
use super::load::text;
use super::source::{Source, number};
use crate::character::Image;

/// An image, and a warning where it cannot be read; it then has no bytes, since no animation
/// needs it.
pub(super) fn read(source: &Source, json: &Value) -> (Image, Option<String>) {
    let (bytes, warning) = match (json["uri"].as_str(), number(&json["bufferView"])) {
        (Some(uri), _) => match source.resolve(uri) {
            Ok(bytes) => (bytes, None),
            Err(_) => (Vec::new(), Some(missing(uri))),
        },
        (None, Some(view)) => {
            let bytes = view_bytes(source, view).ok().flatten();
            (bytes.unwrap_or_default().to_vec(), None)
        }
        (None, None) => (Vec::new(), None),
    };
    let told = text(&json["mimeType"]);
    let image = Image {
        name: text(&json["name"]),
        mime_type: mime_type(&bytes).map_or(told, str::to_owned),
        bytes,
    };
    (image, warning)
}

fn missing(uri: &str) -> String {
    match uri.starts_with("data:") {
        true => "a picture within the file is damaged; what is written will not show it".to_owned(),
        false => format!(
            "the picture '{uri}' is not beside the character, or cannot be read; what is written will not show it"
        ),
    }
}

/// What an image's first bytes say that it is.
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

/// The type of any image that lies beside the file: by its bytes, by what the file says, by its
/// ending.
pub(super) fn any_mime_type(bytes: &[u8], json: &Value, uri: &str) -> String {
    let told = || json["mimeType"].as_str();
    match mime_type(bytes).or_else(told) {
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
        plain if !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("image/{plain}")
        }
        _ => "application/octet-stream".to_owned(),
    }
}
