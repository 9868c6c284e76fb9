//! A clip into files of any format.

use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::curves::{audio2face, csv, mouth_cues};
use metaface_exporters::gltf::Container;
use metaface_exporters::{Performance, files, gltf, usd};

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
    // What is driven depends on the clip's motion alone, which all outputs share.
    let mut performance = cast.as_ref().map(|cast| cast.perform(&clip, report));
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
                written.extend(write_scene(path, format, cast, performance)?);
            }
            _ => {
                write_curves(&clip, path, format)?;
                written.push(path.clone());
            }
        }
    }
    Ok(written
        .iter()
        .map(|path| path.display().to_string())
        .collect())
}

fn write_curves(clip: &Clip, path: &Path, format: Format) -> Result<(), Failure> {
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

/// Writes one scene and returns every file that it consists of.
fn write_scene(
    path: &Path,
    format: Format,
    cast: &Cast,
    performance: &Performance,
) -> Result<Vec<PathBuf>, Failure> {
    let original = cast.file.as_deref();
    let original_format = original.and_then(Format::of);
    if let Format::Usd(_) = format {
        let layered = original.filter(|_| matches!(original_format, Some(Format::Usd(_))));
        if let Some(original) = layered {
            let layer = usd::animate_layer(original, path, &cast.character, performance)?;
            files::write(path, &layer)?;
            return Ok(vec![path.to_owned()]);
        }
        let scene = usd::write_character(path, &cast.character, Some(performance))?;
        scene.write(path)?;
        return Ok(scene.paths(path));
    }
    let container = match format {
        Format::Gltf => Container::Gltf,
        _ => Container::Glb,
    };
    let bytes = match (original, original_format) {
        (Some(original), Some(Format::Glb | Format::Gltf)) => {
            gltf::bake_as(original, performance, container)?
        }
        _ => gltf::write_character_as(&cast.character, Some(performance), container)?,
    };
    files::write(path, &bytes)?;
    Ok(vec![path.to_owned()])
}
