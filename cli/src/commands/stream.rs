//! `metaface stream`

mod histogram;
mod live;
mod pace;
mod pipe_format;
mod piped;
mod receivers;
mod recording;
mod report;
mod sender;
mod sound_clock;
mod track;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use metaface_microphone::{Listening, MicrophoneError};

use self::live::Source;
use self::receivers::Receivers;
use self::report::{Microphones, Report};
use self::sender::Sender;
use super::{animator, interrupt};
use crate::arguments::StreamArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file};

/// Runs the command.
pub fn run(arguments: &StreamArguments) -> Result<(), Failure> {
    if arguments.list_microphones {
        let microphones = metaface_microphone::microphones()?;
        return arguments.report.finish(&Microphones::from(microphones));
    }
    // Present unless microphones are listed.
    let sound = arguments.sound.as_deref().unwrap_or(Path::new("-"));
    check(arguments, sound)?;
    let receivers = Receivers::find(&arguments.to)?;
    let stop = interrupt::stop("stopping")?;
    match is_live(sound) {
        true => hear(arguments, sound, receivers, stop),
        false => recite(arguments, sound, receivers, stop),
    }
}

fn is_pipe(sound: &Path) -> bool {
    sound == Path::new("-")
}

/// A file of that name is `./mic`.
fn is_microphone(sound: &Path) -> bool {
    sound == Path::new("mic")
}

fn is_live(sound: &Path) -> bool {
    is_pipe(sound) || is_microphone(sound)
}

/// Refuses what cannot be together, before anything is loaded.
fn check(arguments: &StreamArguments, sound: &Path) -> Result<(), Failure> {
    let refuse = |reason: &str| Err(Failure::Usage(reason.to_owned()));
    let live = is_live(sound);
    if arguments.microphone.is_some() && !is_microphone(sound) {
        return refuse("--microphone needs mic: metaface stream mic --microphone NAME");
    }
    let is_raw = arguments.raw_rate.is_some() || arguments.raw_channels.is_some();
    if is_raw && !is_pipe(sound) {
        return refuse(
            "--raw-rate and --raw-channels are of sound that is piped in: metaface stream -",
        );
    }
    if let Some(start) = arguments.start {
        start.frame(arguments.fps)?;
    }
    if live && arguments.repeat {
        return refuse("--loop needs a file: a microphone or a pipe cannot be heard again");
    }
    if live && arguments.hand.smooth.cutoff().is_some() {
        return refuse(
            "--smooth needs frames that are still to come: give it with a file, or leave it out",
        );
    }
    if !arguments.subject.is_plain() {
        arguments.report.warn(format!(
            "Unreal takes every byte of a subject's name for a character and will show '{}' otherwise; letters and digits without accents are safe",
            arguments.subject
        ));
    }
    Ok(())
}

/// Animates a file, then sends it.
fn recite(
    arguments: &StreamArguments,
    sound: &Path,
    receivers: Receivers,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let report = &arguments.report;
    let spinner = report.spinner("animating");
    let animator = speaker_file::cast(animator(&arguments.model)?, &arguments.speaker)?;
    let options = arguments.hand.options(arguments.fps);
    let (clip, heard) = animator.animate_file(&paths::stem(sound), sound, &options)?;
    spinner.finish_and_clear();
    for warning in &heard.warnings {
        report.warn(format!("{warning} ({})", sound.display()));
    }
    begin(arguments, &sound.display().to_string(), &receivers);
    let mut sender = Sender::new(arguments, receivers, stop)?;
    let rest = !arguments.no_rest;
    let stopped = recording::send(&clip, rest, arguments.repeat, &mut sender);
    report.finish(&Report::of(sound, arguments, sender, stopped, None))
}

/// Sends what a microphone or a pipe makes of a face.
fn hear(
    arguments: &StreamArguments,
    sound: &Path,
    receivers: Receivers,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    // Before the model is loaded: a missing microphone is told at once, and a pipe is being read.
    let piped = match is_pipe(sound) {
        true => Some(pipe(arguments)?),
        false if !metaface_microphone::IS_BUILT_IN => {
            return Err(MicrophoneError::NotBuiltIn.into());
        }
        false => None,
    };
    let animator = speaker_file::cast(animator(&arguments.model)?, &arguments.speaker)?;
    let stream = animator.stream(&arguments.hand.options(arguments.fps));
    // Dropped at the end: it listens until then.
    let (source, listening) = match piped {
        Some(source) => (source, None),
        None => {
            let (source, listening) = microphone(arguments)?;
            (source, Some(listening))
        }
    };
    let name = match &listening {
        Some(listening) => listening.microphone.to_string(),
        None => "standard input".to_owned(),
    };
    begin(arguments, &name, &receivers);
    let mut sender = Sender::new(arguments, receivers, stop)?;
    let ended = live::send(source, stream, !arguments.no_rest, &mut sender)?;
    let report = Report::of(sound, arguments, sender, ended.stopped, ended.latency);
    arguments.report.finish(&report)?;
    ended.trouble.map_or(Ok(()), |trouble| Err(trouble.into()))
}

fn pipe(arguments: &StreamArguments) -> Result<Source, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Err(Failure::Usage(
            "- hears what is piped in, and nothing is: arecord -q -t raw -f S16_LE -r 16000 -c 1 | metaface stream -".to_owned(),
        ));
    }
    piped::listen(
        input,
        arguments.raw_rate.unwrap_or(16_000),
        arguments.raw_channels.unwrap_or(1),
    )
}

fn microphone(arguments: &StreamArguments) -> Result<(Source, Listening), Failure> {
    let (listening, heard) = metaface_microphone::listen(arguments.microphone.as_deref())?;
    let sample_rate = listening.sample_rate;
    Ok((Source { heard, sample_rate }, listening))
}

/// Says that it begins: at this moment, for whoever starts the sound.
fn begin(arguments: &StreamArguments, sound: &str, receivers: &Receivers) {
    if !arguments.report.quiet {
        eprintln!(
            "{} says {sound} to {} at {} frames per second; Ctrl-C ends it",
            arguments.subject,
            receivers.names(),
            arguments.fps
        );
    }
}
