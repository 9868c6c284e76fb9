//! Clips as curves and mouth cues: Live Link Face CSV, Audio2Face JSON, Rhubarb and Moho.
//!
//! | module | files | read | written |
//! |---|---|---|---|
//! | [`csv`] | Live Link Face takes, and plain tables with a time column | yes | Live Link Face |
//! | [`audio2face`] | Audio2Face blendshape JSON (`.a2f.json`) | yes | yes |
//! | [`mouth_cues`] | Rhubarb JSON (`.cues.json`) and TSV, Moho switch data (`.dat`) | no | yes |
//!
//! Each module has `write`, which returns the file's text, and `save`, which writes it to disk.
//! Those that can be read also have `read`, which returns [`Warning`]s about repairs and about data
//! that was skipped.

pub mod audio2face;
pub mod csv;
pub mod mouth_cues;

use std::fmt;
use std::path::Path;

use metaface_clip::Clip;

use crate::{FormatError, Result, files};

/// A problem of a file that could be read nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning(pub String);

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The largest number of frames that is read (over 18 hours at 60 frames per second); a file with
/// more is damaged.
pub const MAX_FRAMES: usize = 4_000_000;

/// Validates a clip and writes it as text.
fn save(
    clip: &Clip,
    path: &Path,
    format: &'static str,
    text: impl FnOnce(&Clip) -> String,
) -> Result<()> {
    clip.validate().map_err(|error| {
        FormatError::invalid(path, format, error.to_string(), "the clip was not written")
    })?;
    files::write(path, text(clip).as_bytes())
}

/// A file's bytes as text, without a byte order mark.
fn as_text<'a>(path: &Path, format: &'static str, bytes: &'a [u8]) -> Result<&'a str> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        FormatError::invalid(
            path,
            format,
            format!("it is not UTF-8 text (byte {})", error.valid_up_to()),
            "save it again as UTF-8",
        )
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The file's name without its folder and endings: the name of its clip.
fn stem(path: &Path, endings: &[&str]) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_ascii_lowercase();
    endings
        .iter()
        .find(|ending| lower.ends_with(*ending) && lower.len() > ending.len())
        .and_then(|ending| name.get(..name.len() - ending.len()))
        .unwrap_or(&name)
        .to_owned()
}
