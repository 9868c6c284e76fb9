//! Speech synthesisers, run as programs of their own: lines of text in, sound and phones out.
//!
//! Nothing of them is linked. Each engine names its phones in its own way; here they all become
//! [`Phone`](crate::training::Phone)s, and each engine's known timing faults are put right.

mod espeak;
mod festival;
mod flite;

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use crate::training::{Phone, PhoneSpan};

/// A speech synthesiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Carnegie Mellon's small synthesiser; English, statistical and diphone voices.
    Flite,
    /// Edinburgh's synthesiser; English, HTS and diphone voices.
    Festival,
    /// Formant synthesis in some hundred languages.
    Espeak,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flite => "flite",
            Self::Festival => "festival",
            Self::Espeak => "espeak-ng",
        })
    }
}

/// A line to be spoken and how.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The engine's own name of the voice.
    pub(super) voice: String,
    /// The language tag by which phone names are read.
    pub(super) language: String,
    /// Pitch against the voice's own; 1 leaves it.
    pub(super) pitch: f32,
    /// How lively the pitch is against the voice's own; 1 leaves it.
    pub(super) intonation: f32,
    /// Durations against the voice's own; above 1 is slower.
    pub(super) stretch: f32,
}

/// What an engine said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recording {
    /// Samples per second.
    pub(super) rate: u32,
    /// Mono, -1 to 1.
    pub(super) samples: Vec<f32>,
    /// In order; seconds within `samples`.
    pub(super) phones: Vec<PhoneSpan>,
}

/// One line's outcome: a recording, or the phone name that no table knows.
pub(super) type Said = Result<Recording, String>;

impl Engine {
    /// Speaks the lines in order. `scratch` is an existing folder for passing files.
    pub(super) fn speak(self, lines: &[Line], scratch: &Path) -> Result<Vec<Said>, CorpusError> {
        match self {
            Self::Flite => lines
                .iter()
                .map(|line| flite::speak(line, scratch))
                .collect(),
            Self::Festival => festival::speak(lines, scratch),
            Self::Espeak => espeak::speak(lines, scratch),
        }
    }

    /// Which of the voices are not there, each with the Debian package that brings it.
    pub(super) fn missing(self, voices: &[String]) -> Vec<(String, &'static str)> {
        match self {
            Self::Flite => flite::missing(voices),
            Self::Festival => festival::missing(voices),
            Self::Espeak => espeak::missing(voices),
        }
    }
}

/// Runs a program with text on its standard input and gives its standard output.
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
        // Written beside the reading, so that neither side waits on a full pipe. A program that
        // stops reading early shows in its exit status.
        scope.spawn(move || pipe.map(|mut pipe| pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    })
    .map_err(failed)?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty());
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

/// Spans from the phones' end times, each starting where the one before it ends; times are
/// scaled by `scale`, then moved `lag` seconds later.
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
