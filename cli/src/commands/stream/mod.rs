//! `metaface stream`

mod histogram;
mod live;
mod pipe_format;
mod piped;
mod receivers;
mod recording;
mod report;
mod sender;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use metaface_live::{Live, SoundInput};
use metaface_microphone::MicrophoneError;

use self::receivers::Receivers;
use self::report::{MicrophoneList, StreamReport};
use self::sender::Sender;
use super::{animator, interrupt};
use crate::arguments::StreamArguments;
use crate::failure::Failure;
use crate::{paths, speaker_file};

/// Runs the command.
pub fn run(arguments: &StreamArguments) -> Result<(), Failure> {
    if arguments.list_microphones {
        let microphones = metaface_microphone::microphones()?;
        return arguments.report.finish(&MicrophoneList::from(microphones));
    }
    // clap requires the sound unless microphones are listed.
    let sound = arguments.sound.as_deref().unwrap_or(Path::new("-"));
    check(arguments, sound)?;
    let receivers = Receivers::find(&arguments.to)?;
    let stop = interrupt::install("stopping")?;
    if is_live(sound) {
        stream_live(arguments, sound, receivers, stop)
    } else {
        stream_file(arguments, sound, receivers, stop)
    }
}

fn is_pipe(sound: &Path) -> bool {
    sound == Path::new("-")
}

/// A file with this name can be given as `./mic`.
fn is_microphone(sound: &Path) -> bool {
    sound == Path::new("mic")
}

fn is_live(sound: &Path) -> bool {
    is_pipe(sound) || is_microphone(sound)
}

/// Checks combinations of arguments, before anything is loaded.
fn check(arguments: &StreamArguments, sound: &Path) -> Result<(), Failure> {
    let refuse = |message: &str| Err(Failure::Usage(message.to_owned()));
    let live = is_live(sound);
    if arguments.microphone.is_some() && !is_microphone(sound) {
        return refuse("--microphone needs mic: metaface stream mic --microphone NAME");
    }
    let is_raw = arguments.raw_rate.is_some() || arguments.raw_channels.is_some();
    if is_raw && !is_pipe(sound) {
        return refuse(
            "--raw-rate and --raw-channels need sound that is piped in: metaface stream -",
        );
    }
    if let Some(start) = arguments.start {
        start.frame(arguments.fps)?;
    }
    if live && arguments.repeat {
        return refuse("--loop needs a file: a microphone or a pipe cannot be repeated");
    }
    if live && arguments.motion.options(arguments.fps).smoothing.is_some() {
        return refuse("--smoothing needs future frames: use it with a file, or leave it out");
    }
    if !arguments.subject.is_plain() {
        arguments.report.warn(format!(
            "Unreal reads every byte of a subject's name as one character, so it does not show '{}' correctly; use letters without accents and digits",
            arguments.subject
        ));
    }
    Ok(())
}

/// Animates a file, then sends it.
fn stream_file(
    arguments: &StreamArguments,
    sound: &Path,
    receivers: Receivers,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let report = &arguments.report;
    let spinner = report.spinner("animating");
    let animator = speaker_file::apply(animator(&arguments.model)?, &arguments.speaker)?;
    let options = arguments.motion.options(arguments.fps);
    let (clip, audio) = animator.animate_file(&paths::stem(sound), sound, &options)?;
    spinner.finish_and_clear();
    for warning in &audio.warnings {
        report.warn(format!("{warning} ({})", sound.display()));
    }
    print_start(arguments, &sound.display().to_string(), &receivers);
    let mut sender = Sender::new(arguments, receivers, stop)?;
    let rest = !arguments.no_rest;
    let stopped = recording::send(&clip, rest, arguments.repeat, &mut sender);
    report.finish(&StreamReport::of(sound, arguments, sender, stopped, None))
}

/// Animates and sends the sound of a microphone or a pipe.
fn stream_live(
    arguments: &StreamArguments,
    sound: &Path,
    receivers: Receivers,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let mut live = Live::new();
    // Checked before the model is loaded, so that errors come early and the pipe is read meanwhile.
    if is_pipe(sound) {
        open_pipe(arguments, live.input())?;
    } else if !metaface_microphone::IS_BUILT_IN {
        return Err(MicrophoneError::NotBuiltIn.into());
    }
    let animator = speaker_file::apply(animator(&arguments.model)?, &arguments.speaker)?;
    live.start(animator.stream(&arguments.motion.options(arguments.fps)))?;
    // The microphone records until it is dropped, at the end of this function.
    let microphone = if is_microphone(sound) {
        let name = arguments.microphone.as_deref();
        Some(metaface_microphone::open(name, live.input())?)
    } else {
        None
    };
    let name = match &microphone {
        Some(open) => open.microphone.to_string(),
        None => "standard input".to_owned(),
    };
    print_start(arguments, &name, &receivers);
    let mut sender = Sender::new(arguments, receivers, stop)?;
    let outcome = live::send(&live, !arguments.no_rest, &mut sender)?;
    let lost = live.lost_seconds();
    if lost > 0.0 {
        arguments.report.warn(format!(
            "this machine is too slow: {lost:.1} s of sound were dropped; close other programs"
        ));
    }
    let report = StreamReport::of(sound, arguments, sender, outcome.stopped, outcome.latency);
    arguments.report.finish(&report)?;
    let error = microphone.and_then(|microphone| microphone.error());
    error.map_or(Ok(()), |error| Err(error.into()))
}

fn open_pipe(arguments: &StreamArguments, live: SoundInput) -> Result<(), Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Err(Failure::Usage(
            "- reads sound from a pipe, but standard input is a terminal; pipe sound in: arecord -q -t raw -f S16_LE -r 16000 -c 1 | metaface stream -".to_owned(),
        ));
    }
    piped::open(
        input,
        arguments.raw_rate.unwrap_or(16_000),
        arguments.raw_channels.unwrap_or(1),
        live,
    )
}

/// Prints the start of the stream. Users start their audio when this line appears.
fn print_start(arguments: &StreamArguments, sound: &str, receivers: &Receivers) {
    if !arguments.report.quiet {
        eprintln!(
            "streaming {sound} as {} to {} at {} frames per second; press Ctrl-C to stop",
            arguments.subject,
            receivers.names(),
            arguments.fps
        );
    }
}
