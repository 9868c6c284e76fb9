//! Speech synthesisers: lines of text in, sound and phones out.
//!
//! They run as separate processes and are never linked. This module maps each engine's phone names
//! to [`Phone`]s and corrects its known timing errors.

mod espeak;
mod festival;
mod flite;

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use metaface_clip::{Phone, PhoneSpan};

/// A speech synthesiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpeechEngine {
    /// Carnegie Mellon's small synthesiser; English, statistical and diphone voices.
    Flite,
    /// Edinburgh's synthesiser; English, HTS and diphone voices.
    Festival,
    /// espeak-ng: formant synthesis in about a hundred languages.
    Espeak,
}

impl fmt::Display for SpeechEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flite => "flite",
            Self::Festival => "festival",
            Self::Espeak => "espeak-ng",
        })
    }
}

/// A line of text, its voice and its prosody.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SpeechRequest {
    pub(super) text: String,
    /// The engine's name of the voice.
    pub(super) voice: String,
    /// The language tag of the phone names.
    pub(super) language: String,
    /// Factor on the voice's pitch.
    pub(super) pitch: f32,
    /// Factor on the voice's pitch range.
    pub(super) intonation: f32,
    /// Factor on the voice's durations; above 1 is slower.
    pub(super) stretch: f32,
}

/// The speech of one line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SynthesisedSpeech {
    /// Samples per second.
    pub(super) rate: u32,
    /// Mono, -1 to 1.
    pub(super) samples: Vec<f32>,
    /// In order; seconds within `samples`.
    pub(super) phones: Vec<PhoneSpan>,
}

/// The result of one line; the error is an unknown phone name.
pub(super) type SynthesisResult = Result<SynthesisedSpeech, String>;

impl SpeechEngine {
    /// Synthesises the lines in order. `scratch` is an existing folder for temporary files.
    pub(super) fn speak(
        self,
        lines: &[SpeechRequest],
        scratch: &Path,
    ) -> Result<Vec<SynthesisResult>, CorpusError> {
        match self {
            Self::Flite => lines
                .iter()
                .map(|line| flite::speak(line, scratch))
                .collect(),
            Self::Festival => festival::speak(lines, scratch),
            Self::Espeak => espeak::speak(lines, scratch),
        }
    }

    /// The voices that are not installed, each with its Debian package.
    pub(super) fn missing(self, voices: &[String]) -> Vec<(String, &'static str)> {
        match self {
            Self::Flite => flite::missing(voices),
            Self::Festival => festival::missing(voices),
            Self::Espeak => espeak::missing(voices),
        }
    }
}

/// Runs a program with text on its standard input and returns its standard output.
fn run(name: &str, command: &mut Command, input: &str) -> Result<String, CorpusError> {
    let failed = |source: std::io::Error| CorpusError::program(name, source.to_string());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let pipe = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // Writes while the output is read, so that neither side waits on a full pipe. The exit
        // status shows if the program stopped reading early.
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    })
    .map_err(failed)?;
    if !output.status.success() {
        let messages = String::from_utf8_lossy(&output.stderr);
        let last = messages.lines().rev().find(|line| !line.trim().is_empty());
        return Err(CorpusError::program(
            name,
            format!("{} ({})", last.unwrap_or("no message"), output.status),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads a 16-bit mono WAV file that an engine wrote.
fn read_wav(program: &str, path: &Path) -> Result<(u32, Vec<f32>), CorpusError> {
    let broken = |source: hound::Error| {
        CorpusError::program(program, format!("wrote no usable sound: {source}"))
    };
    let mut reader = hound::WavReader::open(path).map_err(broken)?;
    let rate = reader.spec().sample_rate;
    let samples = reader
        .samples::<i16>()
        .map(|sample| sample.map(|value| f32::from(value) / 32768.0))
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    Ok((rate, samples))
}

/// Spans from the phones' end times; each span starts where the one before it ends. Times are
/// multiplied by `scale`, then delayed by `lag` seconds.
fn spans_from_ends<'line>(
    ends: impl Iterator<Item = (&'line str, f32)>,
    scale: f32,
    lag: f32,
) -> Result<Vec<PhoneSpan>, String> {
    let mut start = 0.0;
    let mut spans = Vec::new();
    for (name, end) in ends {
        let end = end * scale + lag;
        let phone = Phone::from_label(name).ok_or_else(|| name.to_owned())?;
        spans.push(PhoneSpan { phone, start, end });
        start = end;
    }
    Ok(spans)
}
