//! Speakers from and to files.

use std::path::Path;

use metaface_core::Animator;
use metaface_core::speaker::Speaker;
use metaface_exporters::files;

use crate::arguments::SpeakerArguments;
use crate::failure::Failure;

/// Whether a file's name says that a speaker is in it.
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

/// Writes a speaker, whole or not at all, and returns the file's size in bytes.
pub fn write(speaker: &Speaker, path: &Path) -> Result<usize, Failure> {
    let bytes = speaker.to_bytes().map_err(|error| Failure::Speaker {
        error,
        name: path.display().to_string(),
    })?;
    files::write(path, &bytes)?;
    Ok(bytes.len())
}

/// The animator with the speaker asked for, if one is.
pub fn cast(animator: Animator, arguments: &SpeakerArguments) -> Result<Animator, Failure> {
    let Some(path) = &arguments.speaker else {
        return Ok(animator);
    };
    let speaking = animator.speaking_as(&read(path)?, arguments.style_strength);
    speaking.map_err(|error| Failure::Speaker {
        error,
        name: path.display().to_string(),
    })
}
