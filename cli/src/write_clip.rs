//! A clip into files of any format.

use std::path::Path;

use metaface_core::clip::Clip;
use metaface_exporters::Format;
use metaface_exporters::clip_file::{self, Output};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::failure::Failure;

impl OutputArguments {
    /// Every output with its format.
    pub fn outputs(&self) -> Result<Vec<Output>, Failure> {
        let output = |path: &std::path::PathBuf| {
            Ok(Output {
                path: path.clone(),
                format: Format::required(path, self.format)?,
            })
        };
        self.output.iter().map(output).collect()
    }
}

/// Writes the clip to every output asked for. Each remembers where the sound is, seen from its
/// own folder, where there is one.
pub fn write_all(
    clip: Clip,
    sound: Option<&Path>,
    outputs: &OutputArguments,
    character: &CharacterArguments,
    report: &ReportArguments,
) -> Result<Vec<String>, Failure> {
    // All endings are checked and the character is loaded before anything is written.
    let outputs = outputs.outputs()?;
    let wants_character = outputs.iter().any(|output| output.format.is_scene());
    if !wants_character && character.character.is_some() {
        report.warn("--character is not used: none of the outputs is glTF or USD");
    }
    let cast = match wants_character {
        true => Some(character.cast(report)?),
        false => None,
    };
    let saved = clip_file::save_all(clip, sound, &outputs, cast.as_ref(), character.reduce)?;
    if let Some(warning) = saved.warning {
        report.warn(warning);
    }
    let written = saved.files.iter().map(|path| path.display().to_string());
    Ok(written.collect())
}
