//! Reads clips from files of any format and writes them.

use std::path::{Path, PathBuf};

use metaface_clip::{Clip, FrameRate};

use crate::curves::{Warning, audio2face, csv, mouth_cues};
use crate::{
    Compression, Format, FormatError, Result, RigMap, RiggedCharacter, gltf, paths,
    rigged_character, usd,
};

/// Reads a clip and warnings about repairs made to it. `rate` resamples the clip. `rig_map` maps
/// the shapes of a glTF or USD take to channels; defaults to a map discovered by name.
///
/// # Errors
/// [`FormatError::Read`] and [`FormatError::Invalid`].
pub fn read(
    path: &Path,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
) -> Result<(Clip, Vec<Warning>)> {
    read_selected(path, None, rig_map, rate)
}

/// As [`read`], for the animation with this name in a glTF file. Only glTF can hold several
/// animations.
///
/// # Errors
/// As [`read`]; [`FormatError::Invalid`] for another format or without such an animation.
pub fn read_animation(
    path: &Path,
    name: &str,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
) -> Result<(Clip, Vec<Warning>)> {
    match Format::of(path) {
        Some(Format::Glb | Format::Gltf) => read_selected(path, Some(name), rig_map, rate),
        _ => Err(FormatError::invalid(
            path,
            "glTF",
            "only in glTF can an animation be selected by name",
            "read it without an animation name",
        )),
    }
}

fn read_selected(
    path: &Path,
    animation: Option<&str>,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
) -> Result<(Clip, Vec<Warning>)> {
    let (clip, warnings) = match Format::of(path) {
        Some(Format::Csv) => csv::read(path)?,
        Some(Format::Audio2Face) => audio2face::read(path)?,
        Some(Format::Glb | Format::Gltf) => {
            let map = rig_map.map(RigMap::read).transpose()?;
            let clip = match animation {
                Some(name) => gltf::read_animation(path, name, rate, map.as_ref())?,
                None => gltf::read_clip(path, rate, map.as_ref())?,
            };
            (clip, Vec::new())
        }
        Some(Format::Usd(_)) => {
            let character = rigged_character::load_character(path)?;
            let map = RigMap::choose(&character, rig_map)?.usable(&character)?;
            let curves = usd::read_clip_at(path, rate)?;
            let clip = map.recover(&character, &curves.performance(&character));
            (clip, Vec::new())
        }
        Some(Format::CuesJson | Format::CuesTsv | Format::MohoDat) | None => {
            return Err(FormatError::invalid(
                path,
                "clip",
                format!(
                    "it does not end in {}",
                    Format::endings(|spec| spec.is_read)
                ),
                "give a file that holds facial animation",
            ));
        }
    };
    Ok(match rate {
        Some(rate) => (clip.resampled(rate), warnings),
        None => (clip, warnings),
    })
}

/// Writes a clip as curves or mouth shapes.
///
/// # Errors
/// [`FormatError::Ending`] for a format that needs a character; [`FormatError::Invalid`] for mouth
/// shapes of an additive clip; otherwise as the format's writer.
pub fn save(clip: &Clip, path: &Path, format: Format) -> Result<()> {
    let is_mouth_shapes = matches!(format, Format::CuesJson | Format::CuesTsv | Format::MohoDat);
    if is_mouth_shapes && clip.is_additive() {
        return Err(FormatError::invalid(
            path,
            "mouth shape",
            "an additive clip has no mouth shapes",
            "write .csv, .a2f.json, glTF or USD",
        ));
    }
    match format {
        Format::Csv => csv::save(clip, path),
        Format::Audio2Face => audio2face::save(clip, path),
        Format::CuesJson => mouth_cues::save_json(clip, path),
        Format::CuesTsv => mouth_cues::save_tsv(clip, path),
        Format::MohoDat => mouth_cues::save_dat(clip, path, None, mouth_cues::DatNames::default()),
        Format::Glb | Format::Gltf | Format::Usd(_) => Err(FormatError::Ending {
            path: path.to_owned(),
            remedy: "a scene needs a character; write curves or mouth shapes".to_owned(),
        }),
    }
}

/// An output file of a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// The format to write.
    pub format: Format,
}

/// A clip to write, and the sound that it was made for if known.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcedClip {
    /// The clip.
    pub clip: Clip,
    /// The sound's file.
    pub sound: Option<PathBuf>,
}

/// The files written for clips, and warnings for the user.
#[derive(Debug, Default)]
pub struct Saved {
    /// Every file written.
    pub files: Vec<PathBuf>,
    /// Why key reduction was not possible, if so.
    pub warnings: Vec<String>,
}

/// Writes clips to every output; only glTF can hold several clips. The path of a clip's sound,
/// relative to the output's folder, is stored in the metadata. `character` plays the clips in
/// scenes.
///
/// # Errors
/// As [`save`] and [`RiggedCharacter::save`]; [`FormatError::OneClip`] for several clips in another
/// format.
pub fn save_all(
    mut clips: Vec<SourcedClip>,
    outputs: &[Output],
    character: Option<&RiggedCharacter>,
    compression: Compression,
) -> Result<Saved> {
    let mut saved = Saved::default();
    // The performances depend only on the clips' motion, so all outputs share them.
    let mut performances = Vec::new();
    if let Some(character) = character {
        for SourcedClip { clip, .. } in &clips {
            let (performance, warning) = character.perform(clip, compression.reduce);
            performances.push(performance);
            saved.warnings.extend(warning);
        }
    }
    saved.warnings.dedup();
    for Output { path, format } in outputs {
        for (index, SourcedClip { clip, sound }) in clips.iter_mut().enumerate() {
            let Some(sound) = sound else { continue };
            let entry = ("sound".to_owned(), paths::relative(sound, path));
            let performance = performances.get_mut(index);
            let performance_metadata = performance.map(|performance| &mut performance.metadata);
            for metadata in performance_metadata.into_iter().chain([&mut clip.metadata]) {
                metadata.extend([entry.clone()]);
            }
        }
        match (character, clips.as_slice()) {
            (Some(character), _) if format.is_scene() => {
                let files = character.save(&performances, path, *format, compression.precision)?;
                saved.files.extend(files);
            }
            (_, [SourcedClip { clip, .. }]) => {
                save(clip, path, *format)?;
                saved.files.push(path.clone());
            }
            _ => return Err(FormatError::OneClip(path.clone())),
        }
    }
    Ok(saved)
}
