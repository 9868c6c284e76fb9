//! A clip into files of any format.

use std::path::Path;

use metaface_core::clip::Clip;
use metaface_exporters::{Format, clip_file};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::failure::Failure;
use crate::paths;

impl OutputArguments {
    /// The format of every output, in order.
    pub fn formats(&self) -> Result<Vec<Format>, Failure> {
        let paths = self.output.iter();
        paths
            .map(|path| Ok(Format::required(path, self.format)?))
            .collect()
    }
}

/// Writes the clip to every output asked for. Each remembers where the sound is, seen from its
/// own folder, where there is one.
pub fn write_all(
    mut clip: Clip,
    sound: Option<&Path>,
    outputs: &OutputArguments,
    character: &CharacterArguments,
    report: &ReportArguments,
) -> Result<Vec<String>, Failure> {
    // All endings are checked and the character is loaded before anything is written.
    let formats = outputs.formats()?;
    let wants_character = formats.iter().any(|format| format.is_scene());
    if !wants_character && character.character.is_some() {
        report.warn("--character is not used: none of the outputs is glTF or USD");
    }
    let cast = if wants_character {
        Some(character.cast(report)?)
    } else {
        None
    };
    // What is driven depends on the clip's motion alone, which all outputs share.
    let mut performance = (cast.as_ref()).map(|cast| character.perform(cast, &clip, report));
    let mut written = Vec::new();
    for (path, format) in outputs.output.iter().zip(formats) {
        if let Some(sound) = sound {
            let sound = paths::relative(sound, path);
            if let Some(performance) = &mut performance {
                performance
                    .metadata
                    .insert("sound".to_owned(), sound.clone());
            }
            clip.metadata.insert("sound".to_owned(), sound);
        }
        match (&cast, &performance) {
            (Some(cast), Some(performance)) if format.is_scene() => {
                written.extend(cast.save(performance, path, format)?);
            }
            _ => {
                clip_file::save(&clip, path, format)?;
                written.push(path.clone());
            }
        }
    }
    Ok(written
        .iter()
        .map(|path| path.display().to_string())
        .collect())
}
