//! Preview pages: the face, the sound and the curves of clips in one HTML file. A page can switch
//! between several takes of one line.
//!
//! The page contains the GLB, the sound and the player (three.js, bundled from `player/`). It makes
//! no network requests and can be opened from disk. Playback is synchronised to the audio output.
//!
//! Building the player needs Node.js and the cargo feature `preview`. Without them, [`page`]
//! returns an error.
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

use crate::{FormatError, Result, html};

/// Bundled by the build script; empty if that was not possible.
const PLAYER: &str = include_str!(concat!(env!("OUT_DIR"), "/player.js"));
const PAGE: &str = include_str!("../../player/page.html");
const STYLE: &str = include_str!("../../player/page.css");

/// Version of the JSON that the page's player reads.
const PAGE_DATA_VERSION: u32 = 2;

/// The largest size of GLB and sound together, bytes. Browsers reject strings of about 512 MiB, and
/// base64 needs four characters for three bytes.
pub const LARGEST_CONTENT: usize = 256 << 20;

/// The content of a page.
#[derive(Debug, Clone, Copy)]
pub struct PreviewInput<'a> {
    /// The heading and the title of the browser tab.
    pub title: &'a str,
    /// A GLB with embedded buffers and images. With one take, the player uses the animation that
    /// MetaFace wrote for the clip, otherwise one with the clip's name, otherwise the last one of a
    /// face. With several takes, the animations are in the order of the takes, as
    /// [`join`](crate::gltf::join()) writes them.
    pub glb: &'a [u8],
    /// The takes; the first is shown at the start.
    pub takes: &'a [PreviewTake<'a>],
    /// The audio. Without it, playback follows the browser's clock.
    pub sound: Option<Sound<'a>>,
    /// Further metadata to list after that of the clips.
    pub metadata: &'a BTreeMap<String, String>,
}

/// One clip of a page.
#[derive(Debug, Clone, Copy)]
pub struct PreviewTake<'a> {
    /// The label of its button. A page with one take has no buttons.
    pub label: &'a str,
    /// The clip, for the curves and the frame rate.
    pub clip: &'a Clip,
}

/// Encoded audio that browsers can play: WAV, MP3, FLAC, Ogg Vorbis or AAC. Its first sample is at
/// frame zero of the clips.
#[derive(Debug, Clone, Copy)]
pub struct Sound<'a> {
    /// The MIME type, such as `audio/wav`.
    pub mime_type: &'a str,
    /// The file's bytes.
    pub bytes: &'a [u8],
}

/// Whether this build contains the player.
pub fn is_available() -> bool {
    !PLAYER.is_empty()
}

/// Creates the page.
///
/// # Errors
/// [`FormatError::NoPagePlayer`] if this build has no player; [`FormatError::Invalid`] if `glb` is
/// not binary glTF 2.0, or if GLB and sound together exceed [`LARGEST_CONTENT`].
pub fn page(input: &PreviewInput<'_>) -> Result<String> {
    if !is_available() {
        return Err(FormatError::NoPagePlayer);
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
        return Err(FormatError::invalid(
            Path::new(input.title),
            "preview",
            format!(
                "character and sound have {} MiB, but a page holds at most {}",
                size >> 20,
                LARGEST_CONTENT >> 20
            ),
            "shrink the character's textures or trim the clip",
        ));
    }
    let version = input.glb.get(4..8);
    if !input.glb.starts_with(b"glTF") || version != Some(&2u32.to_le_bytes()[..]) {
        return Err(FormatError::invalid(
            Path::new(input.title),
            "GLB",
            "it is not a binary glTF 2.0 file",
            "give a .glb written by metaface, Blender or another glTF 2.0 exporter",
        ));
    }
    Ok(())
}

/// The takes as JSON, and the samples of the channels that move in any of them, as little-endian
/// `f32`, by take and channel in the JSON's order: weights 0 to 1, angles in radians.
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
