//! `metaface convert`

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::arguments::ConvertArguments;
use crate::failure::Failure;
use crate::{paths, write_clip};

#[derive(Serialize)]
struct Report {
    frames: usize,
    fps: String,
    outputs: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            writeln!(f, "{}", output)?;
        }
        write!(f, "{} frames at {} fps", self.frames, self.fps)
    }
}

/// Runs the command.
pub fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let inputs = [&arguments.character.character, &arguments.character.rig_map];
    let inputs = inputs.into_iter().flatten().chain([&arguments.input]);
    let outputs = arguments.output.output.iter();
    paths::must_differ(inputs.map(PathBuf::as_path), outputs.map(PathBuf::as_path))?;
    let character = arguments.character.or_own(&arguments.input);
    let rig_map = character.rig_map.as_deref();
    let clip = report.read_clip(&arguments.input, rig_map, arguments.fps)?;
    let (frames, fps) = (clip.frames.len(), clip.rate.to_string());
    let sound = paths::remembered_sound(&clip, &arguments.input);
    let sound = sound.as_deref();
    let outputs = write_clip::write_all(clip, sound, &arguments.output, &character, report)?;
    report.finish(&Report {
        frames,
        fps,
        outputs,
    })
}
