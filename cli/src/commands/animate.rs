//! `metaface animate`

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use metaface_core::Options;
use metaface_core::audio::Sound;
use metaface_core::clip::{Smoothing, Timecode};
use serde::Serialize;

use super::animator;
use crate::arguments::AnimateArguments;
use crate::failure::Failure;
use crate::format::Format;
use crate::{paths, write_clip};

/// What was made.
#[derive(Serialize)]
struct Report {
    sound: PathBuf,
    sound_seconds: f64,
    frames: usize,
    fps: String,
    device: &'static str,
    base_model: String,
    outputs: Vec<PathBuf>,
    seconds: f64,
    times_real_time: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            writeln!(f, "{}", output.display())?;
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
    if !(0.0..=2.0).contains(&arguments.strength) {
        return Err(Failure::Usage(
            "--strength is a factor from 0 to 2".to_owned(),
        ));
    }
    // A misspelt ending should not cost an animation.
    for path in &arguments.output.output {
        Format::required(path, arguments.output.format)?;
    }
    let sound = Sound::open(&arguments.sound)?;
    for warning in &sound.warnings {
        report.warn(format!("{warning} ({})", arguments.sound.display()));
    }
    let defaults = Options::default();
    let options = Options {
        rate: arguments.fps,
        seed: arguments.seed,
        strength: arguments.strength,
        gains: arguments.gain.clone(),
        smoothing: (arguments.smooth > 0.0)
            .then(|| Smoothing::amount(arguments.smooth))
            .transpose()?,
        head: defaults.head.filter(|_| !arguments.no_head),
        eyes: defaults.eyes.filter(|_| !arguments.no_eyes),
    };
    let spinner = report.spinner("animating");
    let animator = animator(&arguments.model)?;
    let mut clip = animator.animate(&paths::stem(&arguments.sound), &sound, &options)?;
    if let Some(start) = &arguments.start {
        clip.start_frame = start.parse::<Timecode>()?.frame(clip.rate)?;
    }
    if let Some(output) = arguments.output.output.first() {
        let sound = paths::relative(&arguments.sound, output);
        clip.metadata.insert("sound".to_owned(), sound);
    }
    if let Some(millimetres) = arguments.character.reduce {
        let reduce = format!("{millimetres} mm");
        clip.metadata.insert("reduce".to_owned(), reduce);
    }
    let outputs = write_clip::write_all(&clip, &arguments.output, &arguments.character, report)?;
    spinner.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    report.finish(&Report {
        sound: arguments.sound.clone(),
        sound_seconds: sound.duration(),
        frames: clip.frames.len(),
        fps: clip.rate.to_string(),
        device: animator.device(),
        base_model: animator.base_hash().to_owned(),
        outputs,
        seconds,
        times_real_time: sound.duration() / seconds,
    });
    Ok(())
}
