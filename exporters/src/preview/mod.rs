//! Clips as a page: the face, the sound and the curves in one HTML file. Several takes of one line
//! are switched between: one face, one sound.
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
//! use metaface_exporters::preview::{PreviewInput, PreviewTake, is_available, page};
//!
//! # let glb = [&b"glTF"[..], &2u32.to_le_bytes(), &12u32.to_le_bytes()].concat();
//! let clip = Clip::neutral("line", FrameRate::whole(30)?, 60);
//! if is_available() {
//!     let html = page(&PreviewInput {
//!         title: "line",
//!         glb: &glb,
//!         takes: &[PreviewTake { label: "line", clip: &clip }],
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
use serde_json::json;

use crate::{ExportError, Result, html};

/// Bundled by the build script; empty where that was not possible.
const PLAYER: &str = include_str!(concat!(env!("OUT_DIR"), "/player.js"));
const PAGE: &str = include_str!("../../player/page.html");
const STYLE: &str = include_str!("../../player/page.css");

/// Version of the JSON that the page's player reads.
const PAGE_DATA_VERSION: u32 = 2;

/// The most bytes of GLB and sound together that a page carries. Browsers refuse strings of
/// about 512 MiB, and base64 makes four characters of three bytes.
pub const LARGEST_CONTENT: usize = 256 << 20;

/// What a page shows.
#[derive(Debug, Clone, Copy)]
pub struct PreviewInput<'a> {
    /// The heading and the browser tab's text.
    pub title: &'a str,
    /// A character in one piece (buffers and images inside). With one take, its animation is the one
    /// that MetaFace wrote for the clip; failing that, one named like it, or the last of a face. With
    /// several, the animations are the takes' in their order, as [`join`](crate::gltf::join()) leaves
    /// them.
    pub glb: &'a [u8],
    /// What can be chosen from; the first is shown at the start.
    pub takes: &'a [PreviewTake<'a>],
    /// What is heard; without it the page keeps time by itself.
    pub sound: Option<Sound<'a>>,
    /// Further facts to list beside the clips' own metadata.
    pub metadata: &'a BTreeMap<String, String>,
}

/// One clip of a page.
#[derive(Debug, Clone, Copy)]
pub struct PreviewTake<'a> {
    /// What the button says that shows it; a page of one take has no buttons.
    pub label: &'a str,
    /// The curves under the waveform, and the exact frame rate.
    pub clip: &'a Clip,
}

/// An encoded sound that browsers play: WAV, MP3, FLAC, Ogg Vorbis or AAC. Its first sample is at
/// the clips' frame zero.
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
    let (clips, curves) = describe(input);
    let sound = input.sound.map_or(&[][..], |sound| sound.bytes);
    let title = html::escape(input.title);
    let metadata = metadata_rows(input);
    Ok(html::fill(
        PAGE,
        &[
            ("title", &title),
            ("style", STYLE.trim_end()),
            ("metadata", &metadata),
            ("clips", &clips),
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

/// The takes as JSON, and the samples of the channels that move in any of them: little-endian `f32`,
/// take by take and channel by channel in the JSON's order, weights 0 to 1 and angles in radians.
fn describe(input: &PreviewInput<'_>) -> (String, Vec<u8>) {
    let moves =
        |take: &PreviewTake<'_>, channel| take.clip.curve(channel).any(|value| value != 0.0);
    let moving: Vec<Channel> = Channel::ALL
        .into_iter()
        .filter(|&channel| input.takes.iter().any(|take| moves(take, channel)))
        .collect();
    let samples = (input.takes.iter())
        .flat_map(|take| moving.iter().flat_map(|&channel| take.clip.curve(channel)))
        .flat_map(f32::to_le_bytes)
        .collect();
    let names: Vec<String> = moving.iter().map(|channel| channel.camel_name()).collect();
    let takes = input.takes.iter().map(|PreviewTake { label, clip }| {
        let is_finite = clip.start_frame.is_finite();
        json!({
            "label": label,
            "name": clip.name,
            "rate": [clip.rate.numerator(), clip.rate.denominator()],
            "startFrame": if is_finite { clip.start_frame } else { 0.0 },
            "frameCount": clip.frames.len(),
        })
    });
    let description = json!({
        "version": PAGE_DATA_VERSION,
        "soundType": input.sound.map(|sound| sound.mime_type),
        "channels": names,
        "takes": takes.collect::<Vec<_>>(),
    });
    (html::escape_json(&description.to_string()), samples)
}

fn metadata_rows(input: &PreviewInput<'_>) -> String {
    let several = input.takes.len() > 1;
    let takes = input.takes.iter().flat_map(|PreviewTake { label, clip }| {
        let heading = format!("<tr><th colspan=\"2\">{}</th></tr>", html::escape(label));
        let length = format!("{} frames, {:.3} s", clip.frames.len(), clip.duration());
        let rows = [
            row("clip", &clip.name),
            row("rate", &format!("{} frames per second", clip.rate)),
            row("length", &length),
        ];
        let metadata = clip.metadata.iter().map(|(name, value)| row(name, value));
        let heading = several.then_some(heading).into_iter();
        heading.chain(rows).chain(metadata).collect::<Vec<_>>()
    });
    let metadata = input.metadata.iter().map(|(name, value)| row(name, value));
    takes.chain(metadata).collect()
}

fn row(name: &str, value: &str) -> String {
    format!(
        "<tr><th>{}</th><td>{}</td></tr>",
        html::escape(name),
        html::escape(value)
    )
}

#[cfg(test)]
mod tests;
