//! Co-articulation: the targets of neighbouring sounds, blended by dominance.
//!
//! Cohen and Massaro (1993): each sound has a dominance over each articulator that rises before
//! it and falls after it, and the face is the dominance-weighted mean of the targets,
//! F(t) = sum D_i(t) T_i / sum D_i(t). Here D is flat over a sound's core and Gaussian outside,
//! which makes steps between targets sigmoid, without the kink of the original's exponential.

use super::FRAME_HZ;
use super::style::Style;
use super::targets::{Articulator, Shape, is_rounded, shapes};
use crate::training::{Phone, PhoneSpan};

/// Articulator values of one frame.
pub(super) type Posture = [f32; Articulator::COUNT];

/// Dominance falls to 1/e this many seconds outside of a sound's core.
const REACH: f32 = 0.06;
/// The same before the core of a rounded sound: protrusion shows about 150 ms ahead.
const ROUNDING_REACH: f32 = 0.10;
/// The same after a rounded sound: rounding lingers.
const ROUNDING_LINGER: f32 = 0.075;
/// Lip shapes other than rounding reach a little further than the jaw.
const LIP_REACH: f32 = 0.06;
/// The tongue's tip is quick.
const TONGUE_REACH: f32 = 0.04;
/// Silence insists only this long after speech and until this long before it, in seconds.
const REST_DELAY: f32 = 0.09;
/// An obstruent or nasal shorter than this leaves the jaw where it is, in seconds.
const JAW_TIME: f32 = 0.1;
/// Time constant of undershoot, in seconds.
const UNDERSHOOT_TIME: f32 = 0.09;
/// Beyond this many reaches a sound no longer counts.
const CUTOFF: f32 = 3.5;

#[derive(Debug, Clone, Copy, Default)]
struct Pull {
    target: f32,
    weight: f32,
    before: f32,
    after: f32,
}

/// A sound or half of a diphthong, ready to be blended.
struct Segment {
    core: (f32, f32),
    pulls: [Pull; Articulator::COUNT],
}

/// The posture of every frame, jaw at speech level (loudness comes later).
///
/// `phones` are in order and without gaps.
pub(super) fn postures(phones: &[PhoneSpan], frames: usize, style: &Style) -> Vec<Posture> {
    let segments: Vec<Segment> = phones
        .iter()
        .flat_map(|&span| segments(span, style))
        .collect();
    let widest = CUTOFF * ROUNDING_REACH * style.coarticulation;
    let mut first = 0;
    let raw: Vec<Posture> = (0..frames)
        .map(|frame| {
            let time = frame as f32 / FRAME_HZ;
            while first + 1 < segments.len() && segments[first].core.1 + widest < time {
                first += 1;
            }
            let near = segments[first..]
                .iter()
                .take_while(|segment| segment.core.0 - widest <= time);
            blend(near, time)
        })
        .collect();
    smooth(&smooth(&raw))
}

fn blend<'a>(near: impl Iterator<Item = &'a Segment>, time: f32) -> Posture {
    let mut sums = [(0.0_f32, 1e-12_f32); Articulator::COUNT];
    for segment in near {
        let before = segment.core.0 - time;
        let after = time - segment.core.1;
        for (sum, pull) in sums.iter_mut().zip(&segment.pulls) {
            let distance = if before > 0.0 {
                before / pull.before
            } else if after > 0.0 {
                after / pull.after
            } else {
                0.0
            };
            if distance < CUTOFF {
                let dominance = pull.weight * (-distance * distance).exp();
                sum.0 += dominance * pull.target;
                sum.1 += dominance;
            }
        }
    }
    sums.map(|(value, weight)| value / weight)
}

/// A binomial kernel: rounds what corners the blending leaves without shifting anything.
fn smooth(postures: &[Posture]) -> Vec<Posture> {
    let last = postures.len().saturating_sub(1);
    (0..postures.len())
        .map(|i| {
            let (a, b, c) = (
                &postures[i.saturating_sub(1)],
                &postures[i],
                &postures[(i + 1).min(last)],
            );
            std::array::from_fn(|k| 0.25 * a[k] + 0.5 * b[k] + 0.25 * c[k])
        })
        .collect()
}

fn segments(span: PhoneSpan, style: &Style) -> impl Iterator<Item = Segment> {
    let (first, second) = shapes(span.phone);
    let (start, end) = (span.start - style.lead, span.end - style.lead);
    let duration = end - start;
    let parts = match second {
        // The first target holds a little longer than half; the glide ends before the sound does.
        Some(second) => {
            let turn = start + 0.5 * duration;
            let edge = (0.2 * duration).min(0.04);
            [
                Some((first, (start + edge, turn - 0.05 * duration))),
                Some((second, (turn + 0.25 * duration, end))),
            ]
        }
        None => [Some((first, core(span.phone, start, end))), None],
    };
    let style = style.clone();
    parts
        .into_iter()
        .flatten()
        .map(move |(shape, core)| Segment {
            core,
            pulls: pulls(span.phone, &shape, duration, &style),
        })
}

/// Where a sound's own target rules.
fn core(phone: Phone, start: f32, end: f32) -> (f32, f32) {
    let duration = end - start;
    if phone == Phone::Sil {
        let edge = REST_DELAY.min(0.4 * duration);
        (start + edge, end - edge)
    } else if is_rounded(phone) {
        (start, end - (0.25 * duration).min(0.04))
    } else {
        let edge = (0.25 * duration).min(0.04);
        (start + edge, end - edge)
    }
}

fn pulls(phone: Phone, shape: &Shape, duration: f32, style: &Style) -> [Pull; Articulator::COUNT] {
    let silent = phone == Phone::Sil;
    let width = style.coarticulation;
    let reached = if silent {
        1.0
    } else {
        1.0 - style.undershoot * (-duration / UNDERSHOOT_TIME).exp()
    };
    // A pause too short to come to rest in only relaxes the face.
    let insistence = if silent {
        (duration / 0.25).clamp(0.15, 1.0)
    } else {
        1.0
    };
    let jaw_insistence = if silent || phone.is_vowel() {
        insistence
    } else {
        (duration / JAW_TIME).clamp(least_jaw_insistence(phone), 1.0)
    };
    let rounded = is_rounded(phone);
    let (jaw, close) = if silent {
        (
            style.rest_jaw,
            (style.rest_jaw - style.rest_parting / 33.0).max(0.0),
        )
    } else {
        (shape.jaw * style.jaw_gain, shape.close)
    };
    // Only opening is undershot: a short sibilant still brings the teeth together.
    let jaw_reached = if phone.is_vowel() { reached } else { 1.0 };
    let round_gain = style.protrusion * reached;
    let lip_gain = style.lip_gain * reached;
    let plain = |target, weight, reach| Pull {
        target,
        weight,
        before: reach * width,
        after: reach * width,
    };
    let round = |target: f32| Pull {
        target: target * round_gain,
        weight: shape.round_weight * insistence,
        before: width * if rounded { ROUNDING_REACH } else { LIP_REACH },
        after: width * if rounded { ROUNDING_LINGER } else { LIP_REACH },
    };
    let lip = |target| plain(target, shape.lip_weight * insistence, LIP_REACH);

    let mut pulls = [Pull::default(); Articulator::COUNT];
    let mut set = |articulator: Articulator, pull| pulls[articulator as usize] = pull;
    set(
        Articulator::Jaw,
        plain(jaw * jaw_reached, shape.jaw_weight * jaw_insistence, REACH),
    );
    set(Articulator::Close, lip(close));
    set(Articulator::Pucker, round(shape.pucker));
    set(Articulator::Funnel, round(shape.funnel));
    set(Articulator::Smile, lip(shape.smile * lip_gain));
    set(Articulator::Stretch, lip(shape.stretch * lip_gain));
    set(
        Articulator::Upper,
        lip(shape.upper * lip_gain * style.upper_raise),
    );
    set(
        Articulator::Lower,
        lip(shape.lower * lip_gain * style.lower_drop),
    );
    set(Articulator::Tongue, plain(shape.tongue, 1.0, TONGUE_REACH));
    set(Articulator::Forward, plain(shape.forward, 0.5, REACH));
    set(
        Articulator::Rest,
        plain(f32::from(u8::from(silent)), insistence, REACH),
    );
    pulls
}

/// The jaw has part in shutting the lips and the teeth, however short the sound.
fn least_jaw_insistence(phone: Phone) -> f32 {
    if phone.is_bilabial() || phone.is_labiodental() {
        0.7
    } else {
        0.3
    }
}
