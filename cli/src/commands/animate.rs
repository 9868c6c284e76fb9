//! `metaface animate`

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use metaface_exporters::clip_file::SourcedClip;
use serde::Serialize;

use super::animator;
use crate::arguments::AnimateArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file, write_clip};

/// The report of the command.
#[derive(Serialize)]
struct AnimateReport {
    sound: String,
    sound_seconds: f64,
    frames: usize,
    fps: String,
    device: &'static str,
    base_model: String,
    speaker: Option<String>,
    outputs: Vec<String>,
    seconds: f64,
    times_real_time: f64,
}

impl fmt::Display for AnimateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            writeln!(f, "{}", output)?;
        }
        write!(
            f,
            "{:.2} s of sound, {} frames at {} fps, in {:.2} s on the {} ({:.0}x real time)",
            self.sound_seconds,
            self.frames,
            self.fps,
            self.seconds,
            self.device,
            self.times_real_time
        )
    }
}

/// Runs the command.
pub fn run(arguments: &AnimateArguments) -> Result<(), Failure> {
    let started = Instant::now();
    let report = &arguments.report;
    // All options are checked before the animation.
    arguments.output.outputs(1)?;
    let character = &arguments.character;
    let optional_inputs = [
        &character.character,
        &character.rig_map,
        &arguments.model.base_model,
        &arguments.speaker.speaker,
    ];
    let inputs = (optional_inputs.into_iter().flatten()).chain([&arguments.sound]);
    let outputs = &arguments.output.output;
    paths::must_differ(
        inputs.map(PathBuf::as_path),
        outputs.iter().map(PathBuf::as_path),
    )?;
    if let Some(start) = arguments.start {
        start.frame(arguments.motion.options.fps)?;
    }
    let options = arguments.motion.options.clone();
    let spinner = report.spinner("animating");
    let animator = speaker_file::apply(animator(&arguments.model)?, &arguments.speaker)?;
    let name = paths::stem(&arguments.sound);
    let (mut clip, audio) = animator.animate_file(&name, &arguments.sound, &options)?;
    spinner.suspend(|| {
        for warning in &audio.warnings {
            report.warn(format!("{warning} ({})", arguments.sound.display()));
        }
    });
    if let Some(start) = arguments.start {
        clip.start_at(start)?;
    }
    let (frames, fps) = (clip.frames.len(), clip.rate.to_string());
    let sound_file = Some(arguments.sound.clone());
    let sourced_clip = SourcedClip {
        clip,
        sound: sound_file,
    };
    let outputs = write_clip::write_all(vec![sourced_clip], &arguments.output, character, report)?;
    spinner.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    report.finish(&AnimateReport {
        sound: arguments.sound.display().to_string(),
        sound_seconds: audio.seconds,
        frames,
        fps,
        device: animator.device(),
        base_model: animator.base_hash().to_owned(),
        speaker: (arguments.speaker.speaker.as_ref()).map(|path| path.display().to_string()),
        outputs,
        seconds,
        times_real_time: audio.seconds / seconds,
    })
}
