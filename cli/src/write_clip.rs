//! Writes clips to files of any format.

use std::path::PathBuf;

use metaface_exporters::clip_file::{self, Output, SourcedClip};
use metaface_exporters::{Format, FormatError};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::failure::Failure;

impl OutputArguments {
    /// The outputs with their formats. An error if a format cannot hold this number of clips.
    pub fn outputs(&self, clips: usize) -> Result<Vec<Output>, Failure> {
        let output = |path: &PathBuf| {
            let output = Output {
                path: path.clone(),
                format: Format::required(path, self.format)?,
            };
            if clips > 1 && !output.format.is_gltf() {
                Err(FormatError::OneClip(output.path).into())
            } else {
                Ok(output)
            }
        };
        self.output.iter().map(output).collect()
    }
}

/// Writes the clips to every output. Their metadata contains the path of their sound, relative to the
/// output's folder.
pub fn write_all(
    clips: Vec<SourcedClip>,
    outputs: &OutputArguments,
    character: &CharacterArguments,
    report: &ReportArguments,
) -> Result<Vec<String>, Failure> {
    // All endings are checked and the character is loaded before anything is written.
    let outputs = outputs.outputs(clips.len())?;
    let wants_character = outputs.iter().any(|output| output.format.is_scene());
    if !wants_character && character.character.is_some() {
        report.warn("--character is ignored: it needs a glTF or USD output");
    }
    if character.quantise.is_some() && !outputs.iter().any(|output| output.format.is_gltf()) {
        report.warn("--quantise is ignored: it needs a glTF output");
    }
    let rigged = if wants_character {
        Some(character.load(report)?)
    } else {
        None
    };
    let saved = clip_file::save_all(clips, &outputs, rigged.as_ref(), character.compression())?;
    for warning in saved.warnings {
        report.warn(warning);
    }
    let written = saved.files.iter().map(|path| path.display().to_string());
    Ok(written.collect())
}
