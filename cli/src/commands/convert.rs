//! `metaface convert`

use std::fmt;
use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::clip_file::SourcedClip;
use metaface_exporters::{Format, gltf};
use serde::Serialize;

use crate::arguments::ConvertArguments;
use crate::failure::Failure;
use crate::paths;
use crate::write_clip;

/// The report of the command.
#[derive(Serialize)]
struct ConvertReport {
    clips: Vec<ConvertedClip>,
    outputs: Vec<String>,
}

#[derive(Serialize)]
struct ConvertedClip {
    name: String,
    frames: usize,
    fps: String,
    /// The time code of the first frame.
    start: String,
    /// The base clip of an additive clip.
    additive: Option<String>,
}

impl ConvertedClip {
    fn of(clip: &Clip) -> Result<Self, Failure> {
        Ok(Self {
            name: clip.name.clone(),
            frames: clip.frames.len(),
            fps: clip.rate.to_string(),
            start: clip.start()?.to_string(),
            additive: clip.metadata.get("additive").cloned(),
        })
    }
}

impl fmt::Display for ConvertReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clips = self.clips.iter().map(|clip| {
            let ConvertedClip {
                name,
                frames,
                fps,
                start,
                ..
            } = clip;
            let additive = (clip.additive.as_ref())
                .map_or(String::new(), |base| format!(", additive to {base}"));
            format!("{name}: {frames} frames at {fps} fps from {start}{additive}")
        });
        let lines: Vec<String> = self.outputs.iter().cloned().chain(clips).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Runs the command.
pub fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    // The outputs are checked before the conversion.
    arguments.output.outputs(arguments.inputs.len())?;
    let optional_inputs = [
        &arguments.character.character,
        &arguments.character.rig_map,
        &arguments.additive,
    ];
    let inputs = (optional_inputs.into_iter().flatten()).chain(&arguments.inputs);
    let outputs = arguments.output.output.iter();
    paths::must_differ(inputs.map(PathBuf::as_path), outputs.map(PathBuf::as_path))?;
    let base = match &arguments.additive {
        Some(path) => Some(read(arguments, path, None)?),
        None => None,
    };
    let mut sourced_clips = Vec::new();
    for input in &arguments.inputs {
        sourced_clips.push(sourced_clip(arguments, input, base.as_ref())?);
    }
    let summaries = sourced_clips
        .iter()
        .map(|sourced| ConvertedClip::of(&sourced.clip));
    let clips = summaries.collect::<Result<_, _>>()?;
    let character = match arguments.inputs.first() {
        Some(first) => arguments.character.or_character_of(first),
        None => return Err(Failure::Usage("give a clip to convert".to_owned())),
    };
    let report = &arguments.report;
    let outputs = write_clip::write_all(sourced_clips, &arguments.output, &character, report)?;
    report.finish(&ConvertReport { clips, outputs })
}

/// Reads one input and applies the options.
fn sourced_clip(
    arguments: &ConvertArguments,
    input: &Path,
    base: Option<&Clip>,
) -> Result<SourcedClip, Failure> {
    let mut clip = read(arguments, input, arguments.animation.as_deref())?;
    let sound = paths::sound_of(&clip, input);
    if let Some(start) = arguments.start {
        clip.start_at(start)?;
    }
    if let Some(base) = base {
        clip = clip.additive_to(base);
    }
    Ok(SourcedClip { clip, sound })
}

/// Reads a clip, or the chosen animation of a glTF file.
fn read(
    arguments: &ConvertArguments,
    path: &Path,
    animation: Option<&str>,
) -> Result<Clip, Failure> {
    let (rig_map, report) = (arguments.character.rig_map.as_deref(), &arguments.report);
    let is_gltf = Format::of(path).is_some_and(Format::is_gltf);
    match animation {
        Some(name) => report.read_animation(path, name, rig_map, arguments.fps),
        None => {
            if is_gltf {
                require_single_animation(path)?;
            }
            report.read_clip(path, rig_map, arguments.fps)
        }
    }
}

/// Returns an error if a glTF file has several animations.
fn require_single_animation(path: &Path) -> Result<(), Failure> {
    let animations = gltf::animations(path)?;
    let readable = animations
        .iter()
        .filter(|animation| animation.clip.is_some());
    let names: Vec<&str> = (readable.map(|animation| animation.name.as_str())).collect();
    match names.as_slice() {
        [] | [_] => Ok(()),
        _ => Err(Failure::Usage(format!(
            "'{}' has {} animations; choose one with --animation: {}",
            path.display(),
            names.len(),
            names.join(", ")
        ))),
    }
}
