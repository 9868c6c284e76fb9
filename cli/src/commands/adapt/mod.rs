//! `metaface adapt`

mod takes;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::ProgressBar;
use metaface_core::Animator;
use metaface_core::speaker::{LearnOptions, LearnProgress, Method, Speaker, SpeakerError};
use serde::Serialize;

use self::takes::TakeFiles;
use super::animator;
use super::inspect::SpeakerReport;
use crate::arguments::AdaptArguments;
use crate::failure::Failure;
use crate::paths;
use crate::speaker_file::{self, is_speaker};

/// The report of the command.
#[derive(Serialize)]
struct AdaptReport {
    output: String,
    bytes: usize,
    seconds: f64,
    speaker: SpeakerReport,
}

impl fmt::Display for AdaptReport {
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
            "a speaker file must end in .speaker: '{}'",
            output.display()
        )));
    }
    let speakers = arguments.inputs.iter().filter(|path| is_speaker(path));
    let animator = || animator(&arguments.model);
    let (animator, speaker) = match speakers.count() {
        0 => {
            if arguments.blend.is_some() {
                return Err(Failure::Usage(
                    "--blend is for two .speaker files; leave it out to learn from takes"
                        .to_owned(),
                ));
            }
            let files = TakeFiles::of(arguments)?;
            must_differ(files.iter().flat_map(TakeFiles::both), arguments)?;
            let bar = arguments.report.spinner("reading the takes");
            let animator = animator()?;
            let speaker = learn(&animator, &files, bar, arguments)?;
            (animator, speaker)
        }
        2 if arguments.inputs.len() == 2 => {
            let speaker = blend(arguments)?;
            (animator()?, Some(speaker))
        }
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
            "a speaker file is personal data; record with --consent what the performer agreed to",
        );
    }
    let (speaker, bytes) = speaker_file::write(&speaker, output)?;
    let style = animator.style_of(&speaker);
    arguments.report.finish(&AdaptReport {
        output: output.display().to_string(),
        bytes,
        seconds: started.elapsed().as_secs_f64(),
        speaker: SpeakerReport::new(&speaker, bytes, style.as_ref()),
    })
}

/// The speaker's name. Defaults to the name of the output.
fn name(arguments: &AdaptArguments) -> String {
    (arguments.name.clone()).unwrap_or_else(|| paths::stem(&arguments.output))
}

fn must_differ<'a>(
    inputs: impl Iterator<Item = &'a PathBuf>,
    arguments: &'a AdaptArguments,
) -> Result<(), Failure> {
    let optional_inputs = [&arguments.rig_map, &arguments.model.base_model];
    let all_inputs = inputs.chain(optional_inputs.into_iter().flatten());
    let output: &Path = &arguments.output;
    paths::must_differ(all_inputs.map(PathBuf::as_path), [output])
}

/// Learns a speaker; `None` if it was stopped.
fn learn(
    animator: &Animator,
    files: &[TakeFiles],
    mut bar: ProgressBar,
    arguments: &AdaptArguments,
) -> Result<Option<Speaker>, Failure> {
    let takes = files.iter().map(|files| files.read(arguments));
    let reference = animator.reference(takes.collect::<Result<_, _>>()?)?;
    let options = LearnOptions {
        method: if arguments.instant {
            Method::INSTANT
        } else {
            Method::FITTED
        },
        name: name(arguments),
        consent: arguments.consent.clone().unwrap_or_default(),
        licence: arguments.licence.clone().unwrap_or_default(),
    };
    let speaker = animator.learn(&reference, &options, &mut |progress| {
        if let LearnProgress::Fitting { step, steps } = progress {
            if bar.length() != Some(steps as u64) {
                bar.finish_and_clear();
                bar = arguments.report.bar(steps as u64).with_message("fitting");
            }
            bar.set_position(step as u64);
        }
        true
    })?;
    bar.finish_and_clear();
    Ok(speaker)
}

fn blend(arguments: &AdaptArguments) -> Result<Speaker, Failure> {
    let Some(share) = arguments.blend else {
        return Err(Failure::Usage(
            "two .speaker files need --blend SHARE, such as --blend 0.5".to_owned(),
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
