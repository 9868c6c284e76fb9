//! espeak-ng: one Python process synthesises many lines and reports the library's phoneme events.
//!
//! The library is GPL, so it is never linked: a short script in a separate process calls it.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::{SpeechRequest, SynthesisResult, SynthesisedSpeech, run};
use crate::corpus::error::CorpusError;
use metaface_clip::phones_of_ipa;
use metaface_clip::{Phone, PhoneSpan};

const SCRIPT: &str = include_str!("espeak_events.py");
const NAME: &str = "python3 with espeak-ng";

/// espeak's event for p, t, k (and ch) marks the burst; the closure starts this many seconds earlier.
const BURST_LAG: f32 = 0.037;
/// The sound before a moved closure keeps at least this share of its length.
const KEPT_SHARE: f32 = 0.4;
/// A shorter silence between two sounds is not a pause, in seconds.
const SHORTEST_PAUSE: f32 = 0.05;
/// A quieter sound, as a share of the line's mean loudness, is a closure.
const CLOSURE_LOUDNESS: f32 = 0.01;
/// An event without a name that is at least this loud, as a share of the line's mean loudness, is
/// not a pause...
const TRANSITION_LOUDNESS: f32 = 0.1;
/// ...if it is also shorter than this, in seconds.
const LONGEST_TRANSITION: f32 = 0.09;

#[derive(Serialize)]
struct EspeakRequest<'line> {
    voice: &'line str,
    text: &'line str,
    rate: i32,
    pitch: i32,
    range: i32,
    gap: i32,
    out: String,
}

#[derive(Deserialize)]
struct EspeakResponse {
    rate: u32,
    samples: usize,
    events: Vec<(i64, String)>,
}

fn python() -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT]);
    command
}

pub(super) fn speak(
    lines: &[SpeechRequest],
    scratch: &Path,
) -> Result<Vec<SynthesisResult>, CorpusError> {
    let mut requests = String::new();
    for (index, line) in lines.iter().enumerate() {
        let request = EspeakRequest {
            voice: &line.voice,
            text: &line.text,
            // 175 words per minute and 50 of 99 are the library's defaults.
            rate: (175.0 / line.stretch).round() as i32,
            pitch: (50.0 + 60.0 * line.pitch.log2()).round().clamp(0.0, 99.0) as i32,
            range: (50.0 * line.intonation).round().clamp(0.0, 99.0) as i32,
            gap: 0,
            out: format!("{index}.pcm"),
        };
        requests.push_str(&serde_json::to_string(&request).map_err(|error| {
            CorpusError::program(NAME, format!("cannot write a line as JSON: {error}"))
        })?);
        requests.push('\n');
    }
    let printed = run(NAME, python().current_dir(scratch), &requests)?;
    let mut responses = printed.lines();
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let response: EspeakResponse = responses
                .next()
                .and_then(|response| serde_json::from_str(response).ok())
                .ok_or_else(|| CorpusError::program(NAME, "reported no phoneme events"))?;
            let path = scratch.join(format!("{index}.pcm"));
            let bytes = std::fs::read(&path).map_err(CorpusError::io("read the file", &path))?;
            let samples: Vec<f32> = bytes
                .chunks_exact(2)
                .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
                .collect();
            if response.rate == 0 || response.samples != samples.len() || samples.is_empty() {
                return Err(CorpusError::program(NAME, "wrote no usable sound"));
            }
            Ok(
                spans(&response, &samples, &line.language).map(|phones| SynthesisedSpeech {
                    rate: response.rate,
                    samples,
                    phones,
                }),
            )
        })
        .collect()
}

/// Phones with times, from events that have only start times.
fn spans(
    response: &EspeakResponse,
    samples: &[f32],
    language: &str,
) -> Result<Vec<PhoneSpan>, String> {
    let rate = response.rate as f32;
    // A name in brackets marks a change of language; it has no sound.
    let events: Vec<(usize, &str)> = response
        .events
        .iter()
        .filter(|(_, name)| !name.starts_with('('))
        .map(|(start, name)| {
            (
                (*start).clamp(0, samples.len() as i64) as usize,
                name.as_str(),
            )
        })
        .collect();
    let mean_loudness = loudness(samples);
    let mut spans: Vec<PhoneSpan> = Vec::with_capacity(events.len());
    for (index, (first, name)) in events.iter().enumerate() {
        let after = events.get(index + 1).map_or(samples.len(), |next| next.0);
        if after <= *first {
            continue;
        }
        let (start, end) = (*first as f32 / rate, after as f32 / rate);
        let mut phones = phones_of_ipa(name, language).map_err(|unknown| unknown.0.to_string())?;
        if phones.is_empty() {
            // A pause, or a short transition without a symbol: the vowel-like release of a
            // trill, the glide of a palatal.
            let sounding = loudness(&samples[*first..after]) > TRANSITION_LOUDNESS * mean_loudness;
            if let Some(last) = spans.last_mut()
                && sounding
                && end - start < LONGEST_TRANSITION
            {
                last.end = end;
                continue;
            }
            phones.push(Phone::Sil);
        }
        let step = (end - start) / phones.len() as f32;
        for (position, phone) in phones.into_iter().enumerate() {
            spans.push(PhoneSpan {
                phone,
                start: start + step * position as f32,
                end: start + step * (position + 1) as f32,
            });
        }
    }
    absorb_short_pauses(&mut spans);
    start_closures_earlier(&mut spans, samples, response.rate);
    Ok(spans)
}

/// Root mean square.
fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// Removes the gaps of a few milliseconds before words, in which the lips do not rest. A gap
/// before a voiced stop joins its closure; any other gap joins the sound before it, from which
/// voiceless closures then take their share.
fn absorb_short_pauses(spans: &mut Vec<PhoneSpan>) {
    for index in 1..spans.len().saturating_sub(1) {
        let gap = spans[index];
        if gap.phone != Phone::Sil || gap.end - gap.start > SHORTEST_PAUSE {
            continue;
        }
        if matches!(
            spans[index + 1].phone,
            Phone::B | Phone::D | Phone::G | Phone::Jh
        ) {
            spans[index + 1].start = gap.start;
        } else {
            spans[index - 1].end = gap.end;
        }
        spans[index].end = gap.start;
        spans[index].start = gap.start;
    }
    spans.retain(|span| span.end > span.start);
}

/// Moves the start of p, t, k and ch from the burst to the closure: over the silence before the
/// burst (long in geminates), or by [`BURST_LAG`] if a pause or noise hides the silence.
fn start_closures_earlier(spans: &mut [PhoneSpan], samples: &[f32], rate: u32) {
    let window = (rate / 200) as usize;
    let closure_loudness = CLOSURE_LOUDNESS * loudness(samples);
    for index in 1..spans.len() {
        if !matches!(
            spans[index].phone,
            Phone::P | Phone::T | Phone::K | Phone::Ch
        ) {
            continue;
        }
        let before = spans[index - 1];
        let burst = (spans[index].start * rate as f32) as usize;
        let mut silent_from = burst;
        while before.phone != Phone::Sil
            && silent_from > window
            && loudness(&samples[silent_from - window..silent_from]) < closure_loudness
        {
            silent_from -= window;
        }
        let silent = (burst - silent_from) as f32 / rate as f32;
        let earliest = before.start + KEPT_SHARE * (before.end - before.start);
        let start = (spans[index].start - silent.max(BURST_LAG)).max(earliest);
        spans[index].start = start;
        spans[index - 1].end = start;
    }
}

pub(super) fn missing(_voices: &[String]) -> Vec<(String, &'static str)> {
    if Command::new("python3").arg("--version").output().is_err() {
        return vec![
            ("python3".to_owned(), "python3"),
            ("libespeak-ng".to_owned(), "libespeak-ng1 espeak-ng-data"),
        ];
    }
    match run(NAME, &mut python(), "") {
        Ok(_) => Vec::new(),
        Err(_) => vec![("libespeak-ng".to_owned(), "libespeak-ng1 espeak-ng-data")],
    }
}

#[cfg(test)]
mod tests {
    use super::{EspeakResponse, spans};
    use metaface_clip::Phone;

    fn response(events: &[(i64, &str)]) -> EspeakResponse {
        EspeakResponse {
            rate: 1000,
            samples: 1000,
            events: events
                .iter()
                .map(|(start, name)| (*start, (*name).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_voiceless_stop_starts_before_its_burst_and_a_voiced_one_does_not_move() {
        let response = response(&[(0, "ɑː"), (200, "p"), (260, "ɑː"), (400, "b")]);
        let found = spans(&response, &[0.1; 500], "en").expect("known");
        assert_eq!(found[1].phone, Phone::P);
        assert!((found[1].start - 0.163).abs() < 1e-4 && found[0].end == found[1].start);
        assert!((found[3].start - 0.4).abs() < 1e-4);
        assert!((found[3].end - 0.5).abs() < 1e-4);
    }

    #[test]
    fn a_moved_closure_leaves_the_sound_before_it_its_share() {
        let response = response(&[(0, "s"), (20, "t"), (80, "ɑ")]);
        let found = spans(&response, &[0.1; 200], "en").expect("known");
        assert!((found[0].end - 0.008).abs() < 1e-4);
    }

    #[test]
    fn a_geminate_starts_where_its_long_closure_starts() {
        let mut samples = vec![0.1; 5000];
        samples[2000..3200].fill(0.0);
        let response = EspeakResponse {
            rate: 10_000,
            samples: 5000,
            events: vec![
                (0, "a".to_owned()),
                (3200, "t".to_owned()),
                (3800, "o".to_owned()),
            ],
        };
        let found = spans(&response, &samples, "it").expect("known");
        assert!((found[1].start - 0.2).abs() < 0.006, "{}", found[1].start);
        assert_eq!(found[0].end, found[1].start);
    }

    #[test]
    fn a_gap_of_a_few_milliseconds_is_no_pause() {
        let mut samples = [0.1; 600];
        samples[100..115].fill(0.0);
        samples[300..315].fill(0.0);
        let response = response(&[
            (0, "a"),
            (100, ""),
            (115, "b"),
            (180, "a"),
            (300, ""),
            (315, "s"),
        ]);
        let found = spans(&response, &samples, "es").expect("known");
        let phones: Vec<Phone> = found.iter().map(|span| span.phone).collect();
        assert_eq!(phones, [Phone::A, Phone::B, Phone::A, Phone::S]);
        assert!((found[1].start - 0.1).abs() < 1e-4 && (found[2].end - 0.315).abs() < 1e-4);
    }

    #[test]
    fn a_nameless_event_is_a_pause_when_quiet_and_part_of_the_sound_before_when_not() {
        let mut samples = [0.1; 500];
        samples[300..360].fill(0.0);
        let response = response(&[
            (0, "m"),
            (100, ""),
            (150, "(en)"),
            (160, "ɑ"),
            (300, ""),
            (360, "m"),
        ]);
        let found = spans(&response, &samples, "en").expect("known");
        let phones: Vec<Phone> = found.iter().map(|span| span.phone).collect();
        assert_eq!(phones, [Phone::M, Phone::Aa, Phone::Sil, Phone::M]);
        assert!((found[0].end - 0.16).abs() < 1e-4);
    }

    #[test]
    fn an_unknown_name_is_reported() {
        let found = spans(&response(&[(0, "Ж")]), &[0.1; 200], "en");
        assert_eq!(found, Err("Ж".to_owned()));
    }
}
