//! A clip as a page: the face, the sound and the curves in one HTML file.
//!
//! The page carries the GLB, the sound and its own player (three.js bundled from `player/`), asks
//! the network for nothing and opens from a disk. The sound's output is its clock.
//!
//! Building the player needs Node.js; the cargo feature `preview` turns that on. Without the
//! feature, or where Node.js was missing, [`page`] says so.
//!
//! ```
//! # use std::collections::BTreeMap;
//! use metaface_clip::{Clip, FrameRate};
//! use metaface_exporters::preview::{PreviewInput, is_available, page};
//!
//! # let glb = [&b"glTF"[..], &2u32.to_le_bytes(), &12u32.to_le_bytes()].concat();
//! let clip = Clip::neutral("line", FrameRate::whole(30)?, 60);
//! if is_available() {
//!     let html = page(&PreviewInput {
//!         title: "line",
//!         glb: &glb,
//!         clip: &clip,
//!         sound: None,
//!         metadata: &BTreeMap::new(),
//!     })?;
//!     assert!(html.starts_with("<!doctype html>"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use metaface_clip::{Channel, Clip};

use crate::{ExportError, Result, html};

/// Bundled by the build script; empty where that was not possible.
const PLAYER: &str = include_str!(concat!(env!("OUT_DIR"), "/player.js"));
const PAGE: &str = include_str!("../../player/page.html");
const STYLE: &str = include_str!("../../player/page.css");

/// Version of the JSON that the page's player reads.
const PAGE_DATA_VERSION: u32 = 1;

/// The most bytes of GLB and sound together that a page carries. Browsers refuse strings of
/// about 512 MiB, and base64 makes four characters of three bytes.
pub const LARGEST_CONTENT: usize = 256 << 20;

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct PreviewInput<'a> {
    /// The heading and the browser tab's text.
    pub title: &'a str,
    /// A character in one piece (buffers and images inside) with an animation: the one that
    /// MetaFace wrote for this clip; failing that, one named like it, or the last of a face.
    pub glb: &'a [u8],
    /// The curves under the waveform, and the exact frame rate.
    pub clip: &'a Clip,
    /// What is heard; without it the page keeps time by itself.
    pub sound: Option<Sound<'a>>,
    /// Further facts to list beside the clip's own metadata.
    pub metadata: &'a BTreeMap<String, String>,
}

/// An encoded sound that browsers play: WAV, MP3, FLAC, Ogg Vorbis or AAC. Its first sample is at
/// the clip's frame zero.
#[derive(Debug, Clone, Copy)]
pub struct Sound<'a> {
    /// Such as `audio/wav`.
    pub mime_type: &'a str,
    /// The file's bytes.
    pub bytes: &'a [u8],
}

/// Whether this build has the player that a page needs.
pub fn is_available() -> bool {
    !PLAYER.is_empty()
}

/// The whole page.
///
/// # Errors
/// [`ExportError::NoPagePlayer`] if this build has no player; [`ExportError::Invalid`] if `glb` is
/// no binary glTF 2.0, or GLB and sound are together larger than [`LARGEST_CONTENT`].
pub fn page(input: &PreviewInput<'_>) -> Result<String> {
    if !is_available() {
        return Err(ExportError::NoPagePlayer);
    }
    check(input)?;
    let (clip, curves) = describe(input);
    let sound = input.sound.map_or(&[][..], |sound| sound.bytes);
    let title = html::escape(input.title);
    let metadata = metadata_rows(input);
    Ok(html::fill(
        PAGE,
        &[
            ("title", &title),
            ("style", STYLE.trim_end()),
            ("metadata", &metadata),
            ("clip", &clip),
            ("curves", &STANDARD.encode(curves)),
            ("glb", &STANDARD.encode(input.glb)),
            ("sound", &STANDARD.encode(sound)),
            ("player", PLAYER.trim_end()),
        ],
    ))
}

fn check(input: &PreviewInput<'_>) -> Result<()> {
    let size = input.glb.len() + input.sound.map_or(0, |sound| sound.bytes.len());
    if size > LARGEST_CONTENT {
        return Err(ExportError::invalid(
            Path::new(input.title),
            "preview",
            format!(
                "character and sound have {} MiB, a page carries at most {}",
                size >> 20,
                LARGEST_CONTENT >> 20
            ),
            "shrink the character's textures or trim the clip",
        ));
    }
    let version = input.glb.get(4..8);
    if !input.glb.starts_with(b"glTF") || version != Some(&2u32.to_le_bytes()[..]) {
        return Err(ExportError::invalid(
            Path::new(input.title),
            "GLB",
            "it does not begin like a binary glTF 2.0",
            "give a .glb written by metaface, Blender or another glTF 2.0 exporter",
        ));
    }
    Ok(())
}

/// The clip as JSON, and the samples of the channels that move: little-endian `f32`, channel by
/// channel in the JSON's order, weights 0 to 1 and angles in radians.
fn describe(input: &PreviewInput<'_>) -> (String, Vec<u8>) {
    let clip = input.clip;
    let moving: Vec<Channel> = Channel::ALL
        .into_iter()
        .filter(|&channel| clip.curve(channel).any(|value| value != 0.0))
        .collect();
    let samples = moving
        .iter()
        .flat_map(|&channel| clip.curve(channel))
        .flat_map(f32::to_le_bytes)
        .collect();
    let names: Vec<String> = moving.iter().map(|channel| channel.camel_name()).collect();
    let start_frame = if clip.start_frame.is_finite() {
        clip.start_frame
    } else {
        0.0
    };
    let description = serde_json::json!({
        "version": PAGE_DATA_VERSION,
        "name": clip.name,
        "rate": [clip.rate.numerator(), clip.rate.denominator()],
        "startFrame": start_frame,
        "frameCount": clip.frames.len(),
        "soundType": input.sound.map(|sound| sound.mime_type),
        "channels": names,
    });
    (html::escape_json(&description.to_string()), samples)
}

fn metadata_rows(input: &PreviewInput<'_>) -> String {
    let rate = format!("{} frames per second", input.clip.rate);
    let length = format!(
        "{} frames, {:.3} s",
        input.clip.frames.len(),
        input.clip.duration()
    );
    [
        ("clip", &input.clip.name),
        ("rate", &rate),
        ("length", &length),
    ]
    .into_iter()
    .chain(
        (input.clip.metadata.iter().chain(input.metadata))
            .map(|(name, value)| (name.as_str(), value)),
    )
    .map(|(name, value)| {
        format!(
            "<tr><th>{}</th><td>{}</td></tr>",
            html::escape(name),
            html::escape(value)
        )
    })
    .collect()
}

#[cfg(test)]
mod tests;
