//! The articulation teacher: phones and loudness in, the 52 blendshapes of a speaking face out.
//!
//! ```text
//! phones -> blend     (co-articulated jaw and lip shapes) \
//!        -> gesture   (closures and teeth contacts)        -> face -> frames
//! loudness -> prosody (jaw opening, accents, breaths)     /
//! ```
//!
//! The base model is trained on the teacher's curves. [`Style`] spans the differences between
//! people. The same phones in the same style always give the same frames. Other modules generate
//! blinks, gaze and head motion.

mod blend;
mod face;
mod gesture;
mod prosody;
mod targets;
#[cfg(test)]
mod tests;

use metaface_clip::{Frame, Phone, PhoneSpan};
use metaface_core::model::Style;

use self::prosody::ProsodyCurves;

/// Frames per second of [`articulate`] and of its loudness.
pub const FRAME_HZ: f32 = 50.0;

/// Animates speech.
///
/// `loudness_db` is the sound's level per frame in dBFS. Only differences within the utterance
/// matter; missing frames repeat the last. Frame `i` of the result is the face at `i / 50` s; its
/// head and eye angles, blinks and looks are 0. Phones may overlap or leave gaps (silence). Phones
/// without duration or with non-finite times are skipped.
pub fn articulate(
    phones: &[PhoneSpan],
    loudness_db: &[f32],
    frames: usize,
    style: &Style,
) -> Vec<Frame> {
    let phones = continuous(phones, frames as f32 / FRAME_HZ);
    let prosody = ProsodyCurves::new(&phones, loudness_db, frames);
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

/// The phones in order, without overlaps; gaps and both ends are filled with silence, and
/// neighbouring silences are joined.
fn continuous(phones: &[PhoneSpan], duration: f32) -> Vec<PhoneSpan> {
    /// Silence before and after the sound, in seconds: longer than the reach of any sound.
    const MARGIN: f32 = 1.0;
    let mut spans: Vec<PhoneSpan> = phones
        .iter()
        .copied()
        .filter(|span| span.start.is_finite() && span.end.is_finite() && span.end > span.start)
        .collect();
    spans.sort_by(|a, b| a.start.total_cmp(&b.start));
    let first = spans.first().map_or(0.0, |span| span.start.min(0.0));
    let mut timeline = vec![PhoneSpan {
        phone: Phone::Sil,
        start: first - MARGIN,
        end: first,
    }];
    let mut push = |mut span: PhoneSpan| {
        let Some(last) = timeline.last_mut() else {
            return;
        };
        span.start = span.start.max(last.end);
        if span.end - span.start < 1e-3 {
            return;
        }
        // A gap is silence, unless it is a rounding error.
        let gap = span.start - last.end;
        if last.phone == Phone::Sil || gap < 0.005 {
            last.end = span.start;
        } else {
            let silence = PhoneSpan {
                phone: Phone::Sil,
                start: last.end,
                end: span.start,
            };
            timeline.push(silence);
        }
        match timeline.last_mut() {
            Some(last) if last.phone == Phone::Sil && span.phone == Phone::Sil => {
                last.end = span.end;
            }
            _ => timeline.push(span),
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
    timeline
}
