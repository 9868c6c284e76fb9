//! `metaface adapt`

mod takes;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use metaface_core::Animator;
use metaface_core::speaker::{
    LearnOptions, LearnStep, Method, Reference, Speaker, SpeakerError, learn,
};
use serde::Serialize;

use self::takes::Files;
use super::animator;
use super::inspect::SpeakerReport;
use crate::arguments::AdaptArguments;
use crate::failure::Failure;
use crate::paths;
use crate::speaker_file::{self, is_speaker};

/// What was learned.
#[derive(Serialize)]
struct Report {
    output: String,
    bytes: usize,
    seconds: f64,
    speaker: SpeakerReport,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} ({:.0} KB, in {:.1} s)",
            self.output,
            self.bytes as f64 / 1e3,
            self.seconds
        )?;
        self.speaker.summary(f)
    }
}

/// Runs the command.
pub fn run(arguments: &AdaptArguments) -> Result<(), Failure> {
    let started = Instant::now();
    let output = &arguments.output;
    if !is_speaker(output) {
        return Err(Failure::Usage(format!(
            "a speaker's file ends in .speaker: '{}'",
            output.display()
        )));
    }
    let speakers = arguments.inputs.iter().filter(|path| is_speaker(path));
    let speaker = match speakers.count() {
        0 => learned(arguments)?,
        2 if arguments.inputs.len() == 2 => Some(blended(arguments)?),
        _ => {
            return Err(Failure::Usage(
                "give takes to learn from, or two .speaker files and --blend SHARE".to_owned(),
            ));
        }
    };
    let Some(speaker) = speaker else {
        return Ok(());
    };
    if speaker.about.consent.is_empty() {
        arguments.report.warn(
            "a speaker file is personal data; say with --consent that the performer agreed, and to what",
        );
    }
    let bytes = speaker_file::write(&speaker, output)?;
    // As the file has it, in half precision.
    let speaker = speaker_file::read(output)?;
    let style = animator(&arguments.model)?.style_of(&speaker);
    arguments.report.finish(&Report {
        output: output.display().to_string(),
        bytes,
        seconds: started.elapsed().as_secs_f64(),
        speaker: SpeakerReport::new(&speaker, bytes, style.as_ref()),
    })
}

/// The name given, or else the output's.
fn name(arguments: &AdaptArguments) -> String {
    (arguments.name.clone()).unwrap_or_else(|| paths::stem(&arguments.output))
}

fn must_differ<'a>(
    inputs: impl Iterator<Item = &'a PathBuf>,
    arguments: &'a AdaptArguments,
) -> Result<(), Failure> {
    let named = [&arguments.rig_map, &arguments.model.base_model];
    let inputs = inputs.chain(named.into_iter().flatten());
    let output: &Path = &arguments.output;
    paths::must_differ(inputs.map(PathBuf::as_path), [output])
}

/// None if it was stopped.
fn learned(arguments: &AdaptArguments) -> Result<Option<Speaker>, Failure> {
    if arguments.blend.is_some() {
        return Err(Failure::Usage(
            "--blend is for two .speaker files; leave it out to learn from takes".to_owned(),
        ));
    }
    let files = Files::of(arguments)?;
    must_differ(files.iter().flat_map(Files::both), arguments)?;
    let mut bar = arguments.report.spinner("listening");
    let animator: Animator = animator(&arguments.model)?;
    let takes = files.iter().map(|files| files.read(arguments));
    let reference = Reference::new(takes.collect::<Result<_, _>>()?, &animator)?;
    let options = LearnOptions {
        method: match arguments.instant {
            true => Method::INSTANT,
            false => Method::FITTED,
        },
        name: name(arguments),
        consent: arguments.consent.clone().unwrap_or_default(),
        licence: arguments.licence.clone().unwrap_or_default(),
    };
    let learned = learn(&animator, &reference, &options, &mut |step| {
        if let LearnStep::Fitting { step, steps } = step {
            if bar.length() != Some(steps as u64) {
                bar.finish_and_clear();
                bar = arguments.report.bar(steps as u64).with_message("fitting");
            }
            bar.set_position(step as u64);
        }
        true
    })?;
    bar.finish_and_clear();
    Ok(learned)
}

fn blended(arguments: &AdaptArguments) -> Result<Speaker, Failure> {
    let Some(share) = arguments.blend else {
        return Err(Failure::Usage(
            "two .speaker files are blended with --blend SHARE, such as --blend 0.5".to_owned(),
        ));
    };
    let unused = [
        (arguments.instant, "--instant"),
        (!arguments.curves.is_empty(), "--curves"),
        (!arguments.audio.is_empty(), "--audio"),
    ];
    if let Some((_, option)) = unused.iter().find(|(given, _)| *given) {
        return Err(Failure::Usage(format!(
            "{option} is for learning from takes, not for blending speakers"
        )));
    }
    must_differ(arguments.inputs.iter(), arguments)?;
    let [a, b] = [&arguments.inputs[0], &arguments.inputs[1]];
    let failed = |error: SpeakerError| Failure::Speaker {
        error,
        name: format!("{}, {}", a.display(), b.display()),
    };
    let (first, second) = (speaker_file::read(a)?, speaker_file::read(b)?);
    let mut speaker = Speaker::blend(&first, &second, share).map_err(failed)?;
    speaker.name = name(arguments);
    let texts = [
        (&arguments.consent, &mut speaker.about.consent),
        (&arguments.licence, &mut speaker.about.licence),
    ];
    for (given, text) in texts {
        if let Some(given) = given {
            text.clone_from(given);
        }
    }
    Ok(speaker)
}
