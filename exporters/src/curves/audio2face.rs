//! Audio2Face blendshape JSON (`.a2f.json`), read and written.
//!
//! ```text
//! { "exportFps": 30, "trackPath": "line.wav", "numPoses": 52, "numFrames": 90,
//!   "facsNames": ["eyeBlinkLeft", ...],          numPoses names, as Apple writes them
//!   "weightMat": [[0.1, ...], ...],              numFrames rows of numPoses weights
//!   "joints": [], "rotations": [], "translations": [],
//!   "metaface": { "version": 1, "name": "line", "rate": "30", "startFrame": 0.0,
//!                 "metadata": {...}, "angleNames": ["headYaw", ...], "angleMat": [[0.1, ...], ...] } }
//! ```
//!
//! The format itself has no angles, no exact rate, no start and no metadata: `metaface` keeps
//! them for our own reader (angles in radians; `angleNames` and `angleMat` only where an angle is
//! not zero), and other readers pass over it. With it a clip survives writing and reading exactly, to
//! the last bit of every value. `joints` is what some readers insist on; it names no joint.

use std::collections::BTreeMap;
use std::path::Path;

use metaface_clip::{Channel, Clip, Frame, FrameRate};
use serde::{Deserialize, Serialize};

use super::{MAX_FRAMES, Warning, as_text, stem};
use crate::{ExportError, Result, files};

const FORMAT: &str = "Audio2Face JSON";

/// The version of the `metaface` part that is written, and the newest that is understood.
const VERSION: u32 = 1;

/// What is assumed where a file does not say: Audio2Face's own default.
const USUAL_FPS: f64 = 30.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    export_fps: Option<f64>,
    track_path: Option<String>,
    num_frames: Option<usize>,
    facs_names: Vec<String>,
    weight_mat: Vec<Vec<f32>>,
    metaface: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    version: u32,
    name: String,
    rate: String,
    start_frame: f64,
    metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    angle_names: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    angle_mat: Vec<Vec<f32>>,
}

/// The text of an Audio2Face JSON. Values that are not finite are written as zero; [`save`]
/// refuses them.
pub fn write(clip: &Clip) -> String {
    let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
    let row = |frame: &Frame, channels: &[Channel]| -> Vec<f32> {
        channels
            .iter()
            .map(|channel| finite(frame[*channel]))
            .collect()
    };
    let names = |channels: &[Channel]| -> Vec<String> {
        channels
            .iter()
            .map(|channel| channel.camel_name())
            .collect()
    };
    let has_angles = (clip.frames.iter()).any(|frame| {
        row(frame, Channel::angles())
            .iter()
            .any(|angle| angle.to_bits() != 0)
    });
    let (angle_names, angle_mat) = if has_angles {
        let rows = clip
            .frames
            .iter()
            .map(|frame| row(frame, Channel::angles()));
        (names(Channel::angles()), rows.collect())
    } else {
        (Vec::new(), Vec::new())
    };
    let own = Own {
        version: VERSION,
        name: clip.name.clone(),
        rate: clip.rate.to_string(),
        start_frame: if clip.start_frame.is_finite() {
            clip.start_frame
        } else {
            0.0
        },
        metadata: clip.metadata.clone(),
        angle_names,
        angle_mat,
    };
    let fps = match clip.rate.denominator() {
        1 => clip.rate.numerator().to_string(),
        _ => clip.rate.as_f64().to_string(),
    };
    let track = clip
        .metadata
        .get("trackPath")
        .or_else(|| clip.metadata.get("sound"));
    let rows: Vec<String> = (clip.frames.iter())
        .map(|frame| json(&row(frame, Channel::blendshapes())))
        .collect();
    // One frame a line: a person can find a frame, and a difference shows where it is.
    format!(
        "{{\n\"exportFps\": {fps},\n\"trackPath\": {},\n\"numPoses\": {},\n\"numFrames\": {},\n\
         \"facsNames\": {},\n\"weightMat\": [\n{}\n],\n\
         \"joints\": [],\n\"rotations\": [],\n\"translations\": [],\n\"metaface\": {}\n}}\n",
        json(&track.map_or("", String::as_str)),
        Channel::BLENDSHAPE_COUNT,
        clip.frames.len(),
        json(&names(Channel::blendshapes())),
        rows.join(",\n"),
        json(&own),
    )
}

/// Strings, finite numbers, lists and maps of strings: nothing that JSON cannot hold.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// [`write()`] to a file, whole or not at all.
///
/// # Errors
/// [`ExportError::Invalid`] for a value that is not finite, [`ExportError::Write`].
pub fn save(clip: &Clip, path: &Path) -> Result<()> {
    super::save(clip, path, FORMAT, write)
}

/// Reads an Audio2Face JSON, ours or another program's.
///
/// # Errors
/// [`ExportError::Read`]; [`ExportError::Invalid`] with the line, or the frame and column, where
/// it is wrong.
pub fn read(path: &Path) -> Result<(Clip, Vec<Warning>)> {
    let bytes = files::read(path)?;
    parse(path, as_text(path, FORMAT, &bytes)?)
}

fn invalid(path: &Path, reason: impl Into<String>) -> ExportError {
    ExportError::invalid(path, FORMAT, reason, "export the blendshape weights again")
}

fn parse(path: &Path, text: &str) -> Result<(Clip, Vec<Warning>)> {
    let mut warnings = Vec::new();
    let document: Document =
        serde_json::from_str(text).map_err(|error| invalid(path, error.to_string()))?;
    let count = document.weight_mat.len();
    if count > MAX_FRAMES {
        return Err(invalid(
            path,
            format!("it has more than {MAX_FRAMES} frames"),
        ));
    }
    if let Some(told) = document.num_frames.filter(|told| *told != count) {
        warnings.push(Warning(format!(
            "numFrames says {told}, but weightMat has {count} frames"
        )));
    }
    let mut frames = vec![Frame::NEUTRAL; count];
    let unknown = fill(
        path,
        &mut frames,
        "weightMat",
        &document.facs_names,
        &document.weight_mat,
    )?;
    if unknown.len() == document.facs_names.len() {
        return Err(invalid(
            path,
            "no name in facsNames is a channel such as jawOpen",
        ));
    }
    if !unknown.is_empty() {
        warnings.push(Warning(format!(
            "poses that are no channel: {}",
            unknown.join(", ")
        )));
    }
    let own = document
        .metaface
        .and_then(|part| own_part(part, &mut warnings));
    let fps = document.export_fps.unwrap_or_else(|| {
        warnings.push(Warning(format!(
            "no exportFps; taken as {USUAL_FPS} frames per second"
        )));
        USUAL_FPS
    });
    let mut rate =
        FrameRate::nearest(fps).map_err(|error| invalid(path, format!("exportFps: {error}")))?;
    let mut clip = Clip {
        name: stem(path, &[".a2f.json", ".json"]),
        rate,
        start_frame: 0.0,
        frames: Vec::new(),
        metadata: BTreeMap::new(),
    };
    match own {
        Some(own) => {
            fill(
                path,
                &mut frames,
                "angleMat",
                &own.angle_names,
                &own.angle_mat,
            )?;
            // Whoever changed exportFps meant it.
            if let Ok(exact) = own.rate.parse::<FrameRate>()
                && (exact.as_f64() - fps).abs() < 1e-6
            {
                rate = exact;
            }
            clip = Clip {
                name: own.name,
                rate,
                start_frame: own.start_frame,
                metadata: own.metadata,
                ..clip
            };
        }
        None => {
            let track = document.track_path.filter(|track| !track.is_empty());
            clip.metadata
                .extend(track.map(|track| ("trackPath".to_owned(), track)));
        }
    }
    clip.frames = frames;
    clip.validate()
        .map_err(|error| invalid(path, error.to_string()))?;
    Ok((clip, warnings))
}

fn own_part(part: serde_json::Value, warnings: &mut Vec<Warning>) -> Option<Own> {
    let version = part.get("version").and_then(serde_json::Value::as_u64);
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        warnings.push(Warning(
            "the metaface part was written by a newer program; angles and metadata were left out"
                .to_owned(),
        ));
        return None;
    }
    serde_json::from_value(part)
        .map_err(|error| {
            warnings.push(Warning(format!(
                "the metaface part is damaged ({error}); angles and metadata were left out"
            )));
        })
        .ok()
}

/// Puts a matrix into the frames; answers the names that are no channel.
fn fill(
    path: &Path,
    frames: &mut [Frame],
    matrix: &str,
    names: &[String],
    rows: &[Vec<f32>],
) -> Result<Vec<String>> {
    if rows.len() > frames.len() {
        return Err(invalid(
            path,
            format!(
                "{matrix} has {} frames, weightMat {}",
                rows.len(),
                frames.len()
            ),
        ));
    }
    let channels: Vec<Option<Channel>> = names.iter().map(|name| name.parse().ok()).collect();
    for (index, (frame, row)) in frames.iter_mut().zip(rows).enumerate() {
        if row.len() != names.len() {
            let reason = format!(
                "{matrix} has {} values at frame {index}, but there are {} names",
                row.len(),
                names.len()
            );
            return Err(invalid(path, reason));
        }
        for (channel, value) in channels.iter().zip(row) {
            if let Some(channel) = channel {
                frame[*channel] = *value;
            }
        }
    }
    let unknown = names
        .iter()
        .zip(&channels)
        .filter(|(_, channel)| channel.is_none());
    Ok(unknown
        .map(|(name, _)| name.chars().take(40).collect())
        .collect())
}

#[cfg(test)]
mod tests;
