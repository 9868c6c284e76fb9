//! Flite: one short process per line; `-psdur` gives the end of each phone.

use std::path::Path;
use std::process::Command;

use super::{SpeechRequest, SynthesisResult, SynthesisedSpeech, read_wav, run, spans_from_ends};
use crate::corpus::error::CorpusError;

/// Voices, each with its mean pitch in Hz (flite sets pitch absolutely) and the delay of its sound
/// against its labels in seconds, measured by correlating voicing and sibilance with the labels.
const VOICES: &[(&str, f32, f32)] = &[
    ("slt", 170.0, 0.010),
    ("awb", 130.0, 0.004),
    ("rms", 105.0, 0.004),
    ("kal", 105.0, 0.0),
];

pub(super) fn speak(line: &SpeechRequest, scratch: &Path) -> Result<SynthesisResult, CorpusError> {
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
            // With the space, flite takes even a single word as text, not as a file name.
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
        return Err(CorpusError::program("flite", "reported no phone times"));
    }
    // If the sound ends before its labels (`kal`), flite cut it short; the labels are still right.
    Ok(
        spans_from_ends(ends.into_iter(), 1.0, lag).map(|phones| SynthesisedSpeech {
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
