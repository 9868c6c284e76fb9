//! The articulation teacher: phones and loudness in, the 52 curves of a speaking face out.
//!
//! ```text
//! phones -> blend    (co-articulated jaw and lip shapes)    \
//!        -> gesture  (closures and teeth contacts that hold)  -> face -> frames
//! loudness -> prosody (jaw size, accents, breaths)          /
//! ```
//!
//! The base model learns from its curves. [`Style`] spans how people differ; the same words in
//! the same style always give the same frames. Blinks, gaze and head are not the teacher's.

mod blend;
mod face;
mod gesture;
mod prosody;
mod style;
mod targets;
#[cfg(test)]
mod tests;

use metaface_clip::Frame;

pub use style::{Style, StyleParameter};

use self::prosody::Prosody;
use super::{Phone, PhoneSpan};

/// Frames per second of [`articulate`] and of the loudness it takes.
pub const FRAME_HZ: f32 = 50.0;

/// Animates speech.
///
/// `loudness_db` is the sound's level per frame in dBFS; only differences within the utterance
/// count, missing frames repeat the last. Frame `i` of the result is the face at `i / 50` s; its
/// head and eye angles, blinks and looks are zero. Phones may overlap or leave gaps (silence);
/// those without duration or with times that are not numbers are skipped.
pub fn articulate(
    phones: &[PhoneSpan],
    loudness_db: &[f32],
    frames: usize,
    style: &Style,
) -> Vec<Frame> {
    let phones = continuous(phones, frames as f32 / FRAME_HZ);
    let prosody = Prosody::new(&phones, loudness_db, frames);
    let postures = blend::postures(&phones, frames, style);
    let contacts = gesture::contacts(&phones, frames, style);
    postures
        .iter()
        .zip(contacts)
        .enumerate()
        .map(|(i, (posture, contact))| {
            let emphasis = face::Emphasis {
                loudness: prosody.loudness[i],
                accent: prosody.accent[i],
                breath: prosody.breath[i],
            };
            face::frame(posture, contact, emphasis, style)
        })
        .collect()
}

/// The phones in order, overlaps trimmed, gaps and both ends filled with silence, neighbouring
/// silences joined.
fn continuous(phones: &[PhoneSpan], duration: f32) -> Vec<PhoneSpan> {
    /// Silence before and after the sound, in seconds: longer than any articulation reaches.
    const MARGIN: f32 = 1.0;
    let mut spans: Vec<PhoneSpan> = phones
        .iter()
        .copied()
        .filter(|span| span.start.is_finite() && span.end.is_finite() && span.end > span.start)
        .collect();
    spans.sort_by(|a, b| a.start.total_cmp(&b.start));
    let first = spans.first().map_or(0.0, |span| span.start.min(0.0));
    let mut line = vec![PhoneSpan {
        phone: Phone::Sil,
        start: first - MARGIN,
        end: first,
    }];
    let mut push = |mut span: PhoneSpan| {
        let Some(last) = line.last_mut() else { return };
        span.start = span.start.max(last.end);
        if span.end - span.start < 1e-3 {
            return;
        }
        // A gap: silence, unless it is only rounding.
        let gap = span.start - last.end;
        if last.phone == Phone::Sil || gap < 0.005 {
            last.end = span.start;
        } else {
            let silence = PhoneSpan {
                phone: Phone::Sil,
                start: last.end,
                end: span.start,
            };
            line.push(silence);
        }
        match line.last_mut() {
            Some(last) if last.phone == Phone::Sil && span.phone == Phone::Sil => {
                last.end = span.end;
            }
            _ => line.push(span),
        }
    };
    for span in spans {
        push(span);
    }
    push(PhoneSpan {
        phone: Phone::Sil,
        start: f32::NEG_INFINITY,
        end: duration.max(0.0) + MARGIN,
    });
    line
}
