//! `metaface convert`

use std::fmt;
use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::clip_file::Line;
use metaface_exporters::{Format, gltf};
use serde::Serialize;

use crate::arguments::ConvertArguments;
use crate::failure::Failure;
use crate::paths;
use crate::write_clip;

#[derive(Serialize)]
struct Report {
    clips: Vec<Converted>,
    outputs: Vec<String>,
}

#[derive(Serialize)]
struct Converted {
    name: String,
    frames: usize,
    fps: String,
    /// The time code of the first frame.
    start: String,
    /// What it adds to, where it does.
    additive: Option<String>,
}

impl Converted {
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clips = self.clips.iter().map(|clip| {
            let Converted {
                name,
                frames,
                fps,
                start,
                ..
            } = clip;
            let additive = clip.additive.as_ref();
            let additive = additive.map_or(String::new(), |base| format!(", added to {base}"));
            format!("{name}: {frames} frames at {fps} fps from {start}{additive}")
        });
        let lines: Vec<String> = self.outputs.iter().cloned().chain(clips).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// Runs the command.
pub fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    // What is wrong with the outputs should not cost a conversion.
    arguments.output.outputs(arguments.inputs.len())?;
    let inputs = [
        &arguments.character.character,
        &arguments.character.rig_map,
        &arguments.additive,
    ];
    let inputs = inputs.into_iter().flatten().chain(&arguments.inputs);
    let outputs = arguments.output.output.iter();
    paths::must_differ(inputs.map(PathBuf::as_path), outputs.map(PathBuf::as_path))?;
    let base = match &arguments.additive {
        Some(path) => Some(read(arguments, path, None)?),
        None => None,
    };
    let mut lines = Vec::new();
    for input in &arguments.inputs {
        lines.push(line(arguments, input, base.as_ref())?);
    }
    let clips = lines.iter().map(|line| Converted::of(&line.clip));
    let clips = clips.collect::<Result<_, _>>()?;
    let character = match arguments.inputs.first() {
        Some(first) => arguments.character.or_own(first),
        None => return Err(Failure::Usage("give a clip to convert".to_owned())),
    };
    let report = &arguments.report;
    let outputs = write_clip::write_all(lines, &arguments.output, &character, report)?;
    report.finish(&Report { clips, outputs })
}

/// One input as it is to be written.
fn line(arguments: &ConvertArguments, input: &Path, base: Option<&Clip>) -> Result<Line, Failure> {
    let mut clip = read(arguments, input, arguments.animation.as_deref())?;
    let sound = paths::remembered_sound(&clip, input);
    if let Some(start) = arguments.start {
        clip.start_at(start)?;
    }
    if let Some(base) = base {
        clip = clip.additive_to(base);
    }
    Ok(Line { clip, sound })
}

/// Reads a clip; of a file of several, the one that was asked for.
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
                must_be_one(path)?;
            }
            report.read_clip(path, rig_map, arguments.fps)
        }
    }
}

/// Refuses a file of several lines of which none was asked for.
fn must_be_one(path: &Path) -> Result<(), Failure> {
    let animations = gltf::animations(path)?;
    let ours = animations
        .iter()
        .filter(|animation| animation.clip.is_some());
    let names: Vec<&str> = ours.map(|animation| animation.name.as_str()).collect();
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
