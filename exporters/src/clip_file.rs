//! Clips from files of any format, and into the formats that hold curves.

use std::path::{Path, PathBuf};

use metaface_clip::{Clip, FrameRate};

use crate::curves::{Warning, audio2face, csv, mouth_cues};
use crate::{Cast, Compression, ExportError, Format, Result, RigMap, cast, gltf, places, usd};

/// Reads a clip, at `rate` if given, and what was mended in it. `rig_map` says how the shapes of
/// a glTF or USD take are read; without it, they are known by name.
///
/// # Errors
/// [`ExportError::Read`] and [`ExportError::Invalid`].
pub fn read(
    path: &Path,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
) -> Result<(Clip, Vec<Warning>)> {
    read_chosen(path, None, rig_map, rate)
}

/// As [`read`], of the animation of this name in a glTF file, the one kind that has several.
///
/// # Errors
/// As [`read`]; [`ExportError::Invalid`] for another kind of file or without such an animation.
pub fn read_animation(
    path: &Path,
    name: &str,
    rig_map: Option<&Path>,
    rate: Option<FrameRate>,
) -> Result<(Clip, Vec<Warning>)> {
    match Format::of(path) {
        Some(Format::Glb | Format::Gltf) => read_chosen(path, Some(name), rig_map, rate),
        _ => Err(ExportError::invalid(
            path,
            "glTF",
            "only glTF has animations to choose by name",
            "read it without a name",
        )),
    }
}

fn read_chosen(
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
            let character = cast::load_character(path)?;
            let map = RigMap::choose(&character, rig_map)?.usable(&character)?;
            let curves = usd::read_clip_at(path, rate)?;
            let clip = map.recover(&character, &curves.performance(&character));
            (clip, Vec::new())
        }
        _ => {
            return Err(ExportError::invalid(
                path,
                "clip",
                "its ending is none of .csv .a2f.json .glb .gltf .vrm .usd .usda .usdc .usdz",
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
/// [`ExportError::Ending`] for a format that needs a character; [`ExportError::Invalid`] for mouth
/// shapes of an additive clip; otherwise as the format's writer.
pub fn save(clip: &Clip, path: &Path, format: Format) -> Result<()> {
    let shapes = matches!(format, Format::CuesJson | Format::CuesTsv | Format::MohoDat);
    if shapes && clip.is_additive() {
        return Err(ExportError::invalid(
            path,
            "mouth shape",
            "what is added to another clip has no mouth of its own",
            "write .csv, .a2f.json, glTF or USD",
        ));
    }
    match format {
        Format::Csv => csv::save(clip, path),
        Format::Audio2Face => audio2face::save(clip, path),
        Format::CuesJson => mouth_cues::save_json(clip, path),
        Format::CuesTsv => mouth_cues::save_tsv(clip, path),
        Format::MohoDat => mouth_cues::save_dat(clip, path, None, mouth_cues::DatNames::default()),
        Format::Glb | Format::Gltf | Format::Usd(_) => Err(ExportError::Ending {
            path: path.to_owned(),
            remedy: "a scene needs a character to play the clip".to_owned(),
        }),
    }
}

/// Where a clip goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// What is written into it.
    pub format: Format,
}

/// A clip to be written, and the sound that it belongs to if that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The clip.
    pub clip: Clip,
    /// The sound's file.
    pub sound: Option<PathBuf>,
}

/// The files that clips became, and what their user should know.
#[derive(Debug, Default)]
pub struct Saved {
    /// Every file written.
    pub files: Vec<PathBuf>,
    /// Why keys were not left out, if so.
    pub warnings: Vec<String>,
}

/// Writes clips to every output; several of them fit glTF alone. Each remembers where its sound is,
/// seen from the output's folder, where there is one. Scenes are played by `cast`.
///
/// # Errors
/// As [`save`] and [`Cast::save`]; [`ExportError::OneClip`] for several clips in another format.
pub fn save_all(
    mut lines: Vec<Line>,
    outputs: &[Output],
    cast: Option<&Cast>,
    compression: Compression,
) -> Result<Saved> {
    let mut saved = Saved::default();
    // What is driven depends on the clips' motion alone, which all outputs share.
    let mut performances = Vec::new();
    for (cast, line) in cast
        .iter()
        .flat_map(|cast| lines.iter().map(move |l| (cast, l)))
    {
        let (performance, warning) = cast.perform(&line.clip, compression.reduce);
        performances.push(performance);
        saved.warnings.extend(warning);
    }
    saved.warnings.dedup();
    for Output { path, format } in outputs {
        for (index, line) in lines.iter_mut().enumerate() {
            let Some(sound) = &line.sound else { continue };
            let told = ("sound".to_owned(), places::relative(sound, path));
            let performance = performances.get_mut(index);
            let performed = performance.map(|performance| &mut performance.metadata);
            for metadata in performed.into_iter().chain([&mut line.clip.metadata]) {
                metadata.extend([told.clone()]);
            }
        }
        match (cast, lines.as_slice()) {
            (Some(cast), _) if format.is_scene() => {
                let files = cast.save(&performances, path, *format, compression.precision)?;
                saved.files.extend(files);
            }
            (_, [line]) => {
                save(&line.clip, path, *format)?;
                saved.files.push(path.clone());
            }
            _ => return Err(ExportError::OneClip(path.clone())),
        }
    }
    Ok(saved)
}
