//! Reads and writes speaker files.

use std::path::Path;

use metaface_core::Animator;
use metaface_core::speaker::Speaker;
use metaface_exporters::files;

use crate::arguments::SpeakerArguments;
use crate::failure::Failure;

/// Whether a file's name has the ending of a speaker file.
pub fn is_speaker(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_lowercase().ends_with(".speaker")
}

/// Reads a speaker.
pub fn read(path: &Path) -> Result<Speaker, Failure> {
    Speaker::read(path).map_err(|error| Failure::Speaker {
        error,
        name: path.display().to_string(),
    })
}

/// Writes a speaker atomically. Returns the speaker as stored, in half precision, and the file's size
/// in bytes.
pub fn write(speaker: &Speaker, path: &Path) -> Result<(Speaker, usize), Failure> {
    let failed = |error| Failure::Speaker {
        error,
        name: path.display().to_string(),
    };
    let bytes = speaker.to_bytes().map_err(failed)?;
    files::write(path, &bytes)?;
    let written = Speaker::from_bytes(&bytes).map_err(failed)?;
    Ok((written, bytes.len()))
}

/// The animator with the speaker of the arguments; unchanged without one.
pub fn apply(animator: Animator, arguments: &SpeakerArguments) -> Result<Animator, Failure> {
    let Some(path) = &arguments.speaker else {
        return Ok(animator);
    };
    let conditioned = animator.with_speaker(&read(path)?, arguments.style_strength);
    conditioned.map_err(|error| Failure::Speaker {
        error,
        name: path.display().to_string(),
    })
}
