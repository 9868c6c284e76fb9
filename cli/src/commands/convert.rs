//! `metaface convert`

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::arguments::ConvertArguments;
use crate::failure::Failure;
use crate::{read_clip, write_clip};

#[derive(Serialize)]
struct Report {
    frames: usize,
    fps: String,
    outputs: Vec<PathBuf>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            writeln!(f, "{}", output.display())?;
        }
        write!(f, "{} frames at {} fps", self.frames, self.fps)
    }
}

/// Runs the command.
pub fn run(arguments: &ConvertArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let mut clip = read_clip::read(&arguments.input, None, report)?;
    if let Some(rate) = arguments.fps {
        clip = clip.resampled(rate);
    }
    let outputs = write_clip::write_all(&clip, &arguments.output, &arguments.character, report)?;
    report.finish(&Report {
        frames: clip.frames.len(),
        fps: clip.rate.to_string(),
        outputs,
    });
    Ok(())
}
