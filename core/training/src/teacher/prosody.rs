//! Prosody: loudness relative to speech level, accents and breaths.

use super::FRAME_HZ;
use super::gesture::ease;
use metaface_clip::{Phone, PhoneSpan};

/// Loudness is limited to this range around speech level, in dB.
const RANGE: (f32, f32) = (-14.0, 12.0);
/// Standard deviation of the Gaussian that smooths the loudness, in frames.
const SMOOTHING: f32 = 2.5;
/// Silence at least this long separates phrases, in seconds.
const PHRASE_PAUSE: f32 = 0.25;
/// Smallest distance between accents, in seconds.
const ACCENT_SPACING: f32 = 0.35;

/// The prosody of every frame.
pub(super) struct ProsodyCurves {
    /// Smoothed loudness relative to the utterance's vowels, in dB.
    pub(super) loudness: Vec<f32>,
    /// Accentuation, 0 to 1. It rises before the stressed vowel.
    pub(super) accent: Vec<f32>,
    /// The breath before each phrase, 0 to 1.
    pub(super) breath: Vec<f32>,
}

impl ProsodyCurves {
    /// Analyses loudness (dBFS per frame; missing frames repeat the last) and phones.
    pub(super) fn new(phones: &[PhoneSpan], loudness_db: &[f32], frames: usize) -> Self {
        let absolute: Vec<f32> = (0..frames)
            .map(|i| {
                let db = loudness_db
                    .get(i)
                    .or(loudness_db.last())
                    .copied()
                    .unwrap_or(0.0);
                if db.is_finite() { db } else { -120.0 }
            })
            .collect();
        let level = speech_level(phones, &absolute);
        let relative: Vec<f32> = absolute
            .iter()
            .map(|db| (db - level).clamp(RANGE.0, RANGE.1))
            .collect();
        let loudness = gaussian(&relative, SMOOTHING);
        let accent = accents(phones, &loudness);
        let breath = breaths(phones, frames);
        Self {
            loudness,
            accent,
            breath,
        }
    }
}

fn frames_of(span: &PhoneSpan, frames: usize) -> std::ops::Range<usize> {
    let first = ((span.start * FRAME_HZ).ceil().max(0.0) as usize).min(frames);
    let last = ((span.end * FRAME_HZ).ceil().max(0.0) as usize).min(frames);
    first..last.max(first)
}

/// The mean loudness of the vowels; if there are no vowels, of all sounds; if there are no sounds,
/// of all phones.
fn speech_level(phones: &[PhoneSpan], loudness: &[f32]) -> f32 {
    let mean = |wanted: fn(Phone) -> bool| {
        let mut sum = 0.0;
        let mut count = 0;
        for span in phones.iter().filter(|span| wanted(span.phone)) {
            for &db in &loudness[frames_of(span, loudness.len())] {
                sum += db;
                count += 1;
            }
        }
        (count > 0).then(|| sum / count as f32)
    };
    mean(Phone::is_vowel)
        .or_else(|| mean(|phone| phone != Phone::Sil))
        .or_else(|| mean(|_| true))
        .unwrap_or(0.0)
}

fn gaussian(values: &[f32], sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil() as isize;
    let kernel: Vec<f32> = (-radius..=radius)
        .map(|k| (-0.5 * (k as f32 / sigma).powi(2)).exp())
        .collect();
    let total: f32 = kernel.iter().sum();
    let last = values.len() as isize - 1;
    (0..values.len() as isize)
        .map(|i| {
            let sum: f32 = kernel
                .iter()
                .zip(i - radius..)
                .map(|(weight, j)| weight * values[j.clamp(0, last) as usize])
                .sum();
            sum / total
        })
        .collect()
}

/// Accents: loud and long vowels, and the first vowel of a phrase.
fn accents(phones: &[PhoneSpan], loudness: &[f32]) -> Vec<f32> {
    let mut found: Vec<(f32, f32)> = Vec::new();
    let mut phrase_start = false;
    for span in phones {
        let duration = span.end - span.start;
        if span.phone == Phone::Sil {
            phrase_start |= duration >= PHRASE_PAUSE;
        }
        if !span.phone.is_vowel() {
            continue;
        }
        let peak = loudness[frames_of(span, loudness.len())]
            .iter()
            .copied()
            .fold(f32::MIN, f32::max);
        let mut strength = ((peak - 0.5) / 5.0).clamp(0.0, 1.0) * (duration / 0.09).clamp(0.3, 1.0);
        if std::mem::take(&mut phrase_start) {
            strength = strength.max(0.5);
        }
        if strength <= 0.1 {
            continue;
        }
        let time = span.start + 0.3 * duration;
        match found.last_mut() {
            Some(last) if time - last.0 < ACCENT_SPACING => {
                if strength > last.1 {
                    *last = (time, strength);
                }
            }
            _ => found.push((time, strength)),
        }
    }
    let mut curve = vec![0.0_f32; loudness.len()];
    for (time, strength) in found {
        for (frame, value) in curve.iter_mut().enumerate() {
            let ahead = frame as f32 / FRAME_HZ - time;
            if (-0.2..0.6).contains(&ahead) {
                let bump = ease((ahead + 0.16) / 0.2).min(ease(1.0 - (ahead - 0.08) / 0.4));
                *value = value.max(strength * bump);
            }
        }
    }
    gaussian(&curve, 2.0)
}

/// Breaths: the mouth opens a little just before a phrase.
fn breaths(phones: &[PhoneSpan], frames: usize) -> Vec<f32> {
    let mut curve = vec![0.0_f32; frames];
    for pair in phones.windows(2) {
        let pause = pair[0].end - pair[0].start;
        if pair[0].phone != Phone::Sil || pause < 1.4 * PHRASE_PAUSE {
            continue;
        }
        let range = PhoneSpan {
            start: pair[0].end - 0.24,
            end: pair[0].end,
            ..pair[0]
        };
        for frame in frames_of(&range, frames) {
            let ahead = pair[0].end - frame as f32 / FRAME_HZ;
            curve[frame] = ease((0.22 - ahead) / 0.14).min(ease(ahead / 0.08));
        }
    }
    curve
}
