//! Clips into files of any format.

use std::path::PathBuf;

use metaface_core::clip::Clip;
use metaface_exporters::{ExportError, Format, Performance, clip_file};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::failure::Failure;
use crate::paths;

/// A clip to be written, and the sound that it belongs to if that is known.
pub struct Line {
    /// The clip.
    pub clip: Clip,
    /// The sound's file.
    pub sound: Option<PathBuf>,
}

impl OutputArguments {
    /// The format of every output, in order, each of which can hold so many clips.
    pub fn formats(&self, clips: usize) -> Result<Vec<Format>, Failure> {
        let format = |path: &PathBuf| {
            let format = Format::required(path, self.format)?;
            let holds_several = matches!(format, Format::Glb | Format::Gltf);
            if clips > 1 && !holds_several {
                return Err(ExportError::OneClip(path.clone()).into());
            }
            Ok(format)
        };
        self.output.iter().map(format).collect()
    }
}

/// Writes the clips to every output asked for. Each remembers where its sound is, seen from the
/// output's folder, where there is one.
pub fn write_all(
    mut lines: Vec<Line>,
    outputs: &OutputArguments,
    character: &CharacterArguments,
    report: &ReportArguments,
) -> Result<Vec<String>, Failure> {
    // All endings are checked and the character is loaded before anything is written.
    let formats = outputs.formats(lines.len())?;
    let wants_character = formats.iter().any(|format| format.is_scene());
    if !wants_character && character.character.is_some() {
        report.warn("--character is not used: none of the outputs is glTF or USD");
    }
    let is_gltf = |format: &Format| matches!(format, Format::Glb | Format::Gltf);
    if character.quantise.is_some() && !formats.iter().any(is_gltf) {
        report.warn("--quantise is not used: none of the outputs is glTF");
    }
    let cast = match wants_character {
        true => Some(character.cast(report)?),
        false => None,
    };
    // What is driven depends on the clips' motion alone, which all outputs share.
    let mut performances: Vec<Performance> = (cast.iter())
        .flat_map(|cast| lines.iter().map(move |line| (cast, line)))
        .map(|(cast, line)| character.perform(cast, &line.clip, report))
        .collect();
    let mut written = Vec::new();
    for (path, format) in outputs.output.iter().zip(formats) {
        for (index, line) in lines.iter_mut().enumerate() {
            let Some(sound) = &line.sound else { continue };
            let told = ("sound".to_owned(), paths::relative(sound, path));
            let performance = performances.get_mut(index);
            let performed = performance.map(|performance| &mut performance.metadata);
            for metadata in performed.into_iter().chain([&mut line.clip.metadata]) {
                metadata.extend([told.clone()]);
            }
        }
        match &cast {
            Some(cast) if format.is_scene() => {
                let precision = character.precision();
                written.extend(cast.save(&performances, path, format, precision)?);
            }
            _ => {
                for line in &lines {
                    clip_file::save(&line.clip, path, format)?;
                }
                written.push(path.clone());
            }
        }
    }
    Ok(written
        .iter()
        .map(|path| path.display().to_string())
        .collect())
}
