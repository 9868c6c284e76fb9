//! A clip into files of any format.

use std::path::Path;

use metaface_core::clip::Clip;
use metaface_exporters::curves::{audio2face, csv, mouth_cues};
use metaface_exporters::gltf::Container;
use metaface_exporters::{files, gltf, usd};

use crate::arguments::{CharacterArguments, OutputArguments, ReportArguments};
use crate::character::Cast;
use crate::failure::Failure;
use crate::format::Format;
use crate::paths;

impl OutputArguments {
    /// The format of every output, in order.
    pub fn formats(&self) -> Result<Vec<Format>, Failure> {
        let paths = self.output.iter();
        paths
            .map(|path| Format::required(path, self.format))
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
        Some(Cast::new(character, report)?)
    } else {
        None
    };
    for (path, format) in outputs.output.iter().zip(formats) {
        if let Some(sound) = sound {
            let sound = paths::relative(sound, path);
            clip.metadata.insert("sound".to_owned(), sound);
        }
        write(&clip, path, format, cast.as_ref())?;
    }
    Ok(outputs
        .output
        .iter()
        .map(|path| path.display().to_string())
        .collect())
}

fn write(clip: &Clip, path: &Path, format: Format, cast: Option<&Cast>) -> Result<(), Failure> {
    if let (true, Some(cast)) = (format.is_scene(), cast) {
        return write_scene(clip, path, format, cast);
    }
    match format {
        Format::Csv => csv::save(clip, path)?,
        Format::Audio2Face => audio2face::save(clip, path)?,
        Format::CuesJson => mouth_cues::save_json(clip, path)?,
        Format::CuesTsv => mouth_cues::save_tsv(clip, path)?,
        Format::MohoDat => {
            mouth_cues::save_dat(clip, path, None, mouth_cues::DatNames::default())?;
        }
        Format::Glb | Format::Gltf | Format::Usd(_) => {}
    }
    Ok(())
}

fn write_scene(clip: &Clip, path: &Path, format: Format, cast: &Cast) -> Result<(), Failure> {
    let performance = cast.perform(clip);
    let original = cast.file.as_deref();
    let original_format = original.and_then(Format::of);
    if let Format::Usd(_) = format {
        let layered = original.filter(|_| matches!(original_format, Some(Format::Usd(_))));
        return Ok(match layered {
            Some(original) => files::write(
                path,
                &usd::animate_layer(original, path, &cast.character, &performance)?,
            ),
            None => usd::write_character(path, &cast.character, Some(&performance))?.write(path),
        }?);
    }
    let container = match format {
        Format::Gltf => Container::Gltf,
        _ => Container::Glb,
    };
    let bytes = match (original, original_format) {
        (Some(original), Some(Format::Glb | Format::Gltf)) => {
            gltf::bake_as(original, &performance, container)?
        }
        _ => gltf::write_character_as(&cast.character, Some(&performance), container)?,
    };
    Ok(files::write(path, &bytes)?)
}
