//! Audio2Face blendshape JSON (`.a2f.json`), read and written.
//!
//! ```text
//! { "exportFps": 30, "trackPath": "line.wav", "numPoses": 52, "numFrames": 90,
//!   "facsNames": ["eyeBlinkLeft", ...],          numPoses names in Apple's spelling
//!   "weightMat": [[0.1, ...], ...],              numFrames rows of numPoses weights
//!   "joints": [], "rotations": [], "translations": [],
//!   "metaface": { "version": 1, "name": "line", "rate": "30", "startFrame": 0.0,
//!                 "metadata": {...}, "angleNames": ["headYaw", ...], "angleMat": [[0.1, ...], ...] } }
//! ```
//!
//! The format itself has no angles, exact rate, start or metadata. The `metaface` object stores
//! them for this reader (angles in radians; `angleNames` and `angleMat` only if an angle is not
//! zero); other readers ignore it. With it, writing and reading a clip is lossless. Some readers
//! require `joints`, so it is written empty.

use std::collections::BTreeMap;
use std::path::Path;

use metaface_clip::{Channel, Clip, Frame, FrameRate};
use serde::{Deserialize, Serialize};

use super::{MAX_FRAMES, Warning, as_text, stem};
use crate::{FormatError, Result, files};

const FORMAT: &str = "Audio2Face JSON";

/// The version of the `metaface` object that is written, and the newest that is read.
const VERSION: u32 = 1;

/// The frame rate of files without one: Audio2Face's default.
const DEFAULT_FPS: f64 = 30.0;

/// The fields of a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Audio2FaceFile {
    export_fps: Option<f64>,
    track_path: Option<String>,
    num_frames: Option<usize>,
    facs_names: Vec<String>,
    weight_mat: Vec<Vec<f32>>,
    metaface: Option<serde_json::Value>,
}

/// The `metaface` object.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
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
    let extension = Extension {
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
    // One frame per line, so that frames can be found and diffs show them.
    format!(
        "{{\n\"exportFps\": {fps},\n\"trackPath\": {},\n\"numPoses\": {},\n\"numFrames\": {},\n\
         \"facsNames\": {},\n\"weightMat\": [\n{}\n],\n\
         \"joints\": [],\n\"rotations\": [],\n\"translations\": [],\n\"metaface\": {}\n}}\n",
        json(&track.map_or("", String::as_str)),
        Channel::BLENDSHAPE_COUNT,
        clip.frames.len(),
        json(&names(Channel::blendshapes())),
        rows.join(",\n"),
        json(&extension),
    )
}

/// Serialises strings, finite numbers, lists and string maps, which cannot fail.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Writes [`write()`]'s text to a file, atomically.
///
/// # Errors
/// [`FormatError::Invalid`] for a value that is not finite, [`FormatError::Write`].
pub fn save(clip: &Clip, path: &Path) -> Result<()> {
    super::save(clip, path, FORMAT, write)
}

/// Reads an Audio2Face JSON file of any program.
///
/// # Errors
/// [`FormatError::Read`]; [`FormatError::Invalid`] with the line, or the frame and column, of the
/// problem.
pub fn read(path: &Path) -> Result<(Clip, Vec<Warning>)> {
    let bytes = files::read(path)?;
    parse(path, as_text(path, FORMAT, &bytes)?)
}

fn invalid(path: &Path, reason: impl Into<String>) -> FormatError {
    FormatError::invalid(path, FORMAT, reason, "export the blendshape weights again")
}

fn parse(path: &Path, text: &str) -> Result<(Clip, Vec<Warning>)> {
    let mut warnings = Vec::new();
    let document: Audio2FaceFile =
        serde_json::from_str(text).map_err(|error| invalid(path, error.to_string()))?;
    let count = document.weight_mat.len();
    if count > MAX_FRAMES {
        return Err(invalid(
            path,
            format!("it has more than {MAX_FRAMES} frames"),
        ));
    }
    if let Some(stated) = document.num_frames.filter(|stated| *stated != count) {
        warnings.push(Warning(format!(
            "numFrames is {stated}, but weightMat has {count} frames"
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
            "poses that are not channels: {}",
            unknown.join(", ")
        )));
    }
    let extension = document
        .metaface
        .and_then(|value| read_extension(value, &mut warnings));
    let fps = document.export_fps.unwrap_or_else(|| {
        warnings.push(Warning(format!(
            "no exportFps; {DEFAULT_FPS} frames per second assumed"
        )));
        DEFAULT_FPS
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
    match extension {
        Some(extension) => {
            fill(
                path,
                &mut frames,
                "angleMat",
                &extension.angle_names,
                &extension.angle_mat,
            )?;
            // An edited exportFps takes precedence over the exact rate.
            if let Ok(exact) = extension.rate.parse::<FrameRate>()
                && (exact.as_f64() - fps).abs() < 1e-6
            {
                rate = exact;
            }
            clip = Clip {
                name: extension.name,
                rate,
                start_frame: extension.start_frame,
                metadata: extension.metadata,
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

fn read_extension(value: serde_json::Value, warnings: &mut Vec<Warning>) -> Option<Extension> {
    let version = value.get("version").and_then(serde_json::Value::as_u64);
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        warnings.push(Warning(
            "the metaface object has a newer version than this program reads; angles and metadata were skipped"
                .to_owned(),
        ));
        return None;
    }
    serde_json::from_value(value)
        .map_err(|error| {
            warnings.push(Warning(format!(
                "the metaface object is damaged ({error}); angles and metadata were skipped"
            )));
        })
        .ok()
}

/// The longest name from a file that a message quotes, characters.
const QUOTED_NAME: usize = 40;

/// Copies a matrix into the frames; returns the names that are not channels.
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
        .map(|(name, _)| name.chars().take(QUOTED_NAME).collect())
        .collect())
}

#[cfg(test)]
mod tests;
