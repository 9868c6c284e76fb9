//! Co-articulation: the targets of neighbouring sounds, blended by dominance.
//!
//! Cohen and Massaro (1993): each sound has a dominance over each articulator that rises before
//! it and falls after it. The face is the dominance-weighted mean of the targets,
//! F(t) = sum D_i(t) T_i / sum D_i(t). Here D is flat over a sound's core and Gaussian outside, so
//! that steps between targets are sigmoid, without the kink of the original's exponential.

use super::FRAME_HZ;
use super::face::JAW_MM;
use super::targets::{Articulator, PhoneTarget, is_rounded, targets};
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::model::Style;

/// Articulator values of one frame.
pub(super) type Posture = [f32; Articulator::COUNT];

/// Dominance falls to 1/e this many seconds outside a sound's core.
const REACH: f32 = 0.06;
/// The same before the core of a rounded sound: protrusion shows about 150 ms ahead.
const ROUNDING_REACH: f32 = 0.10;
/// The same after a rounded sound: rounding lingers.
const ROUNDING_LINGER: f32 = 0.075;
/// The reach of lip targets other than rounding, in seconds.
const LIP_REACH: f32 = 0.06;
/// The reach of the tongue, whose tip is fast, in seconds.
const TONGUE_REACH: f32 = 0.04;
/// The core of a silence starts this long after speech and ends this long before it, in seconds.
const REST_DELAY: f32 = 0.09;
/// An obstruent or nasal shorter than this moves the jaw less, in seconds.
const JAW_TIME: f32 = 0.1;
/// Time constant of undershoot, in seconds.
const UNDERSHOOT_TIME: f32 = 0.09;
/// A sound has no influence beyond this many reaches.
const CUTOFF: f32 = 3.5;

/// A sound's target for one articulator, and its dominance over time.
#[derive(Debug, Clone, Copy, Default)]
struct DominanceCurve {
    target: f32,
    /// Dominance in the core.
    weight: f32,
    /// Reach before the core, in seconds.
    before: f32,
    /// Reach after the core, in seconds.
    after: f32,
}

/// A sound or half of a diphthong.
struct SoundSegment {
    /// Start and end of the core, in seconds.
    core: (f32, f32),
    curves: [DominanceCurve; Articulator::COUNT],
}

/// The posture of every frame, with the jaw at speech level. `face.rs` applies the loudness.
///
/// `phones` are in order and without gaps.
pub(super) fn postures(phones: &[PhoneSpan], frames: usize, style: &Style) -> Vec<Posture> {
    let segments: Vec<SoundSegment> = phones
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

fn blend<'a>(near: impl Iterator<Item = &'a SoundSegment>, time: f32) -> Posture {
    let mut sums = [(0.0_f32, 1e-12_f32); Articulator::COUNT];
    for segment in near {
        let before = segment.core.0 - time;
        let after = time - segment.core.1;
        for (sum, curve) in sums.iter_mut().zip(&segment.curves) {
            let distance = if before > 0.0 {
                before / curve.before
            } else if after > 0.0 {
                after / curve.after
            } else {
                0.0
            };
            if distance < CUTOFF {
                let dominance = curve.weight * (-distance * distance).exp();
                sum.0 += dominance * curve.target;
                sum.1 += dominance;
            }
        }
    }
    sums.map(|(value, weight)| value / weight)
}

/// Smooths the corners of the blending with a binomial kernel, without delay.
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

fn segments(span: PhoneSpan, style: &Style) -> impl Iterator<Item = SoundSegment> {
    let (first, second) = targets(span.phone);
    let (start, end) = (span.start - style.lead, span.end - style.lead);
    let duration = end - start;
    let parts = match second {
        // The first target holds for about half; the glide ends before the sound.
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
        .map(move |(target, core)| SoundSegment {
            core,
            curves: curves(span.phone, &target, duration, &style),
        })
}

/// The core of a sound: the time in which its dominance is highest.
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

fn curves(
    phone: Phone,
    target: &PhoneTarget,
    duration: f32,
    style: &Style,
) -> [DominanceCurve; Articulator::COUNT] {
    let silent = phone == Phone::Sil;
    let width = style.coarticulation;
    let reached = if silent {
        1.0
    } else {
        1.0 - style.undershoot * (-duration / UNDERSHOOT_TIME).exp()
    };
    // In a short pause the face relaxes, but does not reach the rest pose.
    let dominance = if silent {
        (duration / 0.25).clamp(0.15, 1.0)
    } else {
        1.0
    };
    let jaw_dominance = if silent || phone.is_vowel() {
        dominance
    } else {
        (duration / JAW_TIME).clamp(least_jaw_dominance(phone), 1.0)
    };
    let rounded = is_rounded(phone);
    let (jaw, close) = if silent {
        (
            style.rest_jaw,
            (style.rest_jaw - style.rest_parting / JAW_MM).max(0.0),
        )
    } else {
        (target.jaw * style.jaw_gain, target.close)
    };
    // Only opening undershoots: a short sibilant still brings the teeth together.
    let jaw_reached = if phone.is_vowel() { reached } else { 1.0 };
    let round_gain = style.protrusion * reached;
    let lip_gain = style.lip_gain * reached;
    let plain = |value, weight, reach| DominanceCurve {
        target: value,
        weight,
        before: reach * width,
        after: reach * width,
    };
    let round = |value: f32| DominanceCurve {
        target: value * round_gain,
        weight: target.round_weight * dominance,
        before: width * if rounded { ROUNDING_REACH } else { LIP_REACH },
        after: width * if rounded { ROUNDING_LINGER } else { LIP_REACH },
    };
    let lip = |value| plain(value, target.lip_weight * dominance, LIP_REACH);

    let mut curves = [DominanceCurve::default(); Articulator::COUNT];
    let mut set = |articulator: Articulator, curve| curves[articulator as usize] = curve;
    set(
        Articulator::Jaw,
        plain(jaw * jaw_reached, target.jaw_weight * jaw_dominance, REACH),
    );
    set(Articulator::Close, lip(close));
    set(Articulator::Pucker, round(target.pucker));
    set(Articulator::Funnel, round(target.funnel));
    set(Articulator::Smile, lip(target.smile * lip_gain));
    set(Articulator::Stretch, lip(target.stretch * lip_gain));
    set(
        Articulator::Upper,
        lip(target.upper * lip_gain * style.upper_raise),
    );
    set(
        Articulator::Lower,
        lip(target.lower * lip_gain * style.lower_drop),
    );
    set(Articulator::Tongue, plain(target.tongue, 1.0, TONGUE_REACH));
    set(Articulator::Forward, plain(target.forward, 0.5, REACH));
    set(
        Articulator::Rest,
        plain(f32::from(u8::from(silent)), dominance, REACH),
    );
    curves
}

/// The jaw takes part in lip and labiodental contacts, however short the sound is.
fn least_jaw_dominance(phone: Phone) -> f32 {
    if phone.is_bilabial() || phone.is_labiodental() {
        0.7
    } else {
        0.3
    }
}
