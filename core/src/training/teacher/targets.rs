//! Where each sound wants the face to be, for the average speaker at speech level.
//!
//! Jaw and lip openings were set so that vowels part the sample head's lips by 4 to 14 mm, with
//! jawOpen between 0.05 and 0.35 as captured faces have it in conversational speech.

use crate::training::Phone;

/// What moves independently when a face speaks; lip closure and the labiodental contact are
/// gestures of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Articulator {
    /// jawOpen.
    Jaw,
    /// mouthClose beyond what a gesture asks for: lips nearer than the jaw would have them.
    Close,
    /// mouthPucker: protrusion with a narrow opening.
    Pucker,
    /// mouthFunnel: protrusion with an open tube.
    Funnel,
    /// mouthSmile.
    Smile,
    /// mouthStretch.
    Stretch,
    /// mouthUpperUp.
    Upper,
    /// mouthLowerDown.
    Lower,
    /// tongueOut.
    Tongue,
    /// jawForward.
    Forward,
    /// 1 in silence: how much of the rest pose is reached.
    Rest,
}

impl Articulator {
    /// How many articulators there are.
    pub(super) const COUNT: usize = 11;
}

/// One target of a sound. `weight` is its dominance: 1 insists, 0.05 follows the neighbours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) jaw: f32,
    pub(super) jaw_weight: f32,
    pub(super) close: f32,
    pub(super) pucker: f32,
    pub(super) funnel: f32,
    /// Dominance of pucker and funnel.
    pub(super) round_weight: f32,
    pub(super) smile: f32,
    pub(super) stretch: f32,
    pub(super) upper: f32,
    pub(super) lower: f32,
    /// Dominance of smile, stretch, close, upper and lower.
    pub(super) lip_weight: f32,
    pub(super) tongue: f32,
    pub(super) forward: f32,
}

const NOTHING: Shape = Shape {
    jaw: 0.1,
    jaw_weight: 0.03,
    close: 0.02,
    pucker: 0.0,
    funnel: 0.0,
    round_weight: 0.04,
    smile: 0.0,
    stretch: 0.0,
    upper: 0.05,
    lower: 0.10,
    lip_weight: 0.04,
    tongue: 0.0,
    forward: 0.0,
};

/// An unrounded vowel.
const fn spread(jaw: f32, smile: f32, stretch: f32, upper: f32, lower: f32) -> Shape {
    Shape {
        jaw,
        jaw_weight: 1.0,
        close: 0.01,
        smile,
        stretch,
        upper,
        lower,
        round_weight: 0.7,
        lip_weight: 0.7,
        ..NOTHING
    }
}

/// A rounded vowel.
const fn round(jaw: f32, close: f32, pucker: f32, funnel: f32) -> Shape {
    Shape {
        jaw,
        jaw_weight: 1.0,
        close,
        pucker,
        funnel,
        upper: 0.03,
        lower: 0.06,
        round_weight: 1.3,
        lip_weight: 1.0,
        ..NOTHING
    }
}

/// A consonant of the tongue: the lips follow their neighbours.
const fn tongue_only(jaw: f32, jaw_weight: f32) -> Shape {
    Shape {
        jaw,
        jaw_weight,
        ..NOTHING
    }
}

/// A sibilant: teeth together, lips apart.
const fn sibilant(pucker: f32, funnel: f32, round_weight: f32, smile: f32, stretch: f32) -> Shape {
    Shape {
        jaw: 0.05,
        jaw_weight: 1.5,
        close: 0.005,
        pucker,
        funnel,
        round_weight,
        smile,
        stretch,
        upper: 0.06,
        lower: 0.14,
        lip_weight: 0.5,
        forward: 0.03,
        ..NOTHING
    }
}

/// The targets of a sound in order: two for a diphthong, else one.
pub(super) fn shapes(phone: Phone) -> (Shape, Option<Shape>) {
    let iy = spread(0.13, 0.15, 0.12, 0.08, 0.14);
    let ih = spread(0.19, 0.08, 0.06, 0.06, 0.12);
    let uw = round(0.11, 0.045, 0.72, 0.20);
    let uh = round(0.18, 0.03, 0.34, 0.16);
    let a = spread(0.37, 0.03, 0.02, 0.08, 0.17);
    let o = round(0.23, 0.035, 0.46, 0.26);
    let single = match phone {
        Phone::Sil => Shape {
            jaw: 0.0,
            jaw_weight: 1.0,
            close: 0.0,
            upper: 0.0,
            lower: 0.0,
            round_weight: 1.0,
            lip_weight: 1.0,
            ..NOTHING
        },
        Phone::P | Phone::B => Shape {
            jaw: 0.08,
            jaw_weight: 0.9,
            ..NOTHING
        },
        Phone::M => Shape {
            jaw: 0.085,
            jaw_weight: 0.75,
            ..NOTHING
        },
        Phone::Beta => Shape {
            jaw: 0.09,
            jaw_weight: 0.5,
            close: 0.065,
            upper: 0.0,
            lower: 0.02,
            lip_weight: 0.8,
            ..NOTHING
        },
        Phone::F | Phone::V => Shape {
            jaw: 0.06,
            jaw_weight: 0.8,
            smile: 0.03,
            round_weight: 0.15,
            lip_weight: 0.3,
            ..NOTHING
        },
        Phone::Th | Phone::Dh => Shape {
            jaw: 0.10,
            jaw_weight: 0.55,
            tongue: 0.35,
            upper: 0.06,
            lower: 0.12,
            lip_weight: 0.2,
            ..NOTHING
        },
        Phone::T | Phone::D => tongue_only(0.10, 0.30),
        Phone::N => tongue_only(0.11, 0.30),
        Phone::L => tongue_only(0.13, 0.28),
        Phone::Rr => tongue_only(0.11, 0.3),
        Phone::S | Phone::Z => sibilant(0.0, 0.0, 0.22, 0.07, 0.10),
        Phone::Sh | Phone::Zh => sibilant(0.28, 0.34, 0.9, 0.0, 0.0),
        Phone::Ch | Phone::Jh => sibilant(0.25, 0.30, 0.8, 0.0, 0.0),
        Phone::R => Shape {
            pucker: 0.14,
            funnel: 0.16,
            round_weight: 0.5,
            ..tongue_only(0.10, 0.5)
        },
        Phone::Y => Shape {
            smile: 0.10,
            stretch: 0.08,
            lip_weight: 0.35,
            ..tongue_only(0.11, 0.4)
        },
        Phone::Ny => tongue_only(0.09, 0.35),
        Phone::K | Phone::G => tongue_only(0.12, 0.25),
        Phone::Ng => tongue_only(0.12, 0.28),
        Phone::X => tongue_only(0.14, 0.2),
        Phone::Hh => tongue_only(0.14, 0.08),
        Phone::Q => tongue_only(0.12, 0.03),
        Phone::W => Shape {
            jaw_weight: 1.8,
            round_weight: 1.8,
            lip_weight: 3.0,
            ..round(0.09, 0.06, 0.85, 0.14)
        },
        Phone::Iy => iy,
        Phone::Ih => ih,
        Phone::E => spread(0.23, 0.11, 0.09, 0.08, 0.15),
        Phone::Eh => spread(0.32, 0.06, 0.05, 0.08, 0.16),
        Phone::Ae => spread(0.36, 0.08, 0.07, 0.10, 0.18),
        Phone::A => a,
        Phone::Aa => spread(0.40, 0.0, 0.0, 0.07, 0.18),
        Phone::Ah => spread(0.31, 0.02, 0.02, 0.06, 0.14),
        Phone::Ax => Shape {
            jaw_weight: 0.6,
            round_weight: 0.25,
            lip_weight: 0.35,
            ..spread(0.18, 0.02, 0.02, 0.05, 0.11)
        },
        Phone::Er => Shape {
            smile: 0.0,
            ..round(0.18, 0.015, 0.18, 0.20)
        },
        Phone::Ao => round(0.36, 0.02, 0.20, 0.26),
        Phone::O => o,
        Phone::Uh => uh,
        Phone::Uw => uw,
        Phone::Yu => round(0.10, 0.045, 0.74, 0.18),
        Phone::Oe => round(0.18, 0.025, 0.40, 0.26),
        Phone::Ey => return (spread(0.27, 0.09, 0.07, 0.08, 0.15), Some(iy)),
        Phone::Ay => return (a, Some(ih)),
        Phone::Oy => return (round(0.28, 0.02, 0.32, 0.30), Some(ih)),
        Phone::Aw => return (a, Some(uh)),
        Phone::Ow => return (o, Some(uw)),
    };
    (single, None)
}

/// Whether the lips protrude for this sound; such a gesture starts early.
pub(super) fn is_rounded(phone: Phone) -> bool {
    let (first, second) = shapes(phone);
    let rounded = |shape: Shape| shape.pucker + shape.funnel > 0.25;
    rounded(first) || second.is_some_and(rounded)
}
