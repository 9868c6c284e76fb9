//! Flite: one short process for each line; `-psdur` tells where each phone ends.

use std::path::Path;
use std::process::Command;

use super::{Line, Recording, Said, read_wav, run, spans_from_ends};
use crate::training::corpus::error::CorpusError;

/// A voice, its own mean pitch in Hz (flite sets pitch absolutely), and by how many seconds its
/// sound comes after its labels: found by correlating voicing and sibilance with the labels.
const VOICES: &[(&str, f32, f32)] = &[
    ("slt", 170.0, 0.010),
    ("awb", 130.0, 0.004),
    ("rms", 105.0, 0.004),
    ("kal", 105.0, 0.0),
];

pub(super) fn speak(line: &Line, scratch: &Path) -> Result<Said, CorpusError> {
    let wav = scratch.join("flite.wav");
    let (mean, lag) = VOICES
        .iter()
        .find(|(voice, ..)| *voice == line.voice)
        .map_or((120.0, 0.0), |(_, mean, lag)| (*mean, *lag));
    let printed = run(
        "flite",
        Command::new("flite")
            .args(["-voice", &line.voice, "-psdur"])
            .args(["--setf", &format!("duration_stretch={}", line.stretch)])
            .args([
                "--setf",
                &format!("int_f0_target_mean={}", mean * line.pitch),
            ])
            .args([
                "--setf",
                &format!("int_f0_target_stddev={}", 15.0 * line.intonation),
            ])
            .arg("-t")
            // The space makes even one word a text and not a file name.
            .arg(format!("{} ", line.text))
            .arg("-o")
            .arg(&wav),
        "",
    )?;
    let (rate, samples) = read_wav("flite", &wav)?;
    let ends: Vec<(&str, f32)> = printed
        .split_whitespace()
        .filter_map(|word| word.split_once(':'))
        .filter_map(|(name, end)| Some((name, end.parse().ok()?)))
        .collect();
    if ends.is_empty() {
        return Err(CorpusError::program("flite", "told no phone times"));
    }
    // Where the sound ends before its labels do (`kal`), it was cut short; the labels stay true.
    Ok(
        spans_from_ends(ends.into_iter(), 1.0, lag).map(|phones| Recording {
            rate,
            samples,
            phones,
        }),
    )
}

pub(super) fn missing(voices: &[String]) -> Vec<(String, &'static str)> {
    match run("flite", Command::new("flite").arg("-lv"), "") {
        Ok(listed) => voices
            .iter()
            .filter(|voice| !listed.split_whitespace().any(|known| known == **voice))
            .map(|voice| (format!("flite voice {voice}"), "flite"))
            .collect(),
        Err(_) => vec![("flite".to_owned(), "flite")],
    }
}
