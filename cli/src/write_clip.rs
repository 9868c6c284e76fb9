//! Clips into files of any format.

use std::path::PathBuf;

use metaface_exporters::clip_file::{self, Line, Output};
use metaface_exporters::{ExportError, Format};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::failure::Failure;

impl OutputArguments {
    /// Every output with its format, each of which can hold so many clips.
    pub fn outputs(&self, clips: usize) -> Result<Vec<Output>, Failure> {
        let output = |path: &PathBuf| {
            let output = Output {
                path: path.clone(),
                format: Format::required(path, self.format)?,
            };
            match clips > 1 && !output.format.is_gltf() {
                true => Err(ExportError::OneClip(output.path).into()),
                false => Ok(output),
            }
        };
        self.output.iter().map(output).collect()
    }
}

/// Writes the clips to every output asked for. Each remembers where its sound is, seen from the
/// output's folder, where there is one.
pub fn write_all(
    lines: Vec<Line>,
    outputs: &OutputArguments,
    character: &CharacterArguments,
    report: &ReportArguments,
) -> Result<Vec<String>, Failure> {
    // All endings are checked and the character is loaded before anything is written.
    let outputs = outputs.outputs(lines.len())?;
    let wants_character = outputs.iter().any(|output| output.format.is_scene());
    if !wants_character && character.character.is_some() {
        report.warn("--character is not used: none of the outputs is glTF or USD");
    }
    if character.quantise.is_some() && !outputs.iter().any(|output| output.format.is_gltf()) {
        report.warn("--quantise is not used: none of the outputs is glTF");
    }
    let cast = match wants_character {
        true => Some(character.cast(report)?),
        false => None,
    };
    let saved = clip_file::save_all(lines, &outputs, cast.as_ref(), character.compression())?;
    for warning in saved.warnings {
        report.warn(warning);
    }
    let written = saved.files.iter().map(|path| path.display().to_string());
    Ok(written.collect())
}
