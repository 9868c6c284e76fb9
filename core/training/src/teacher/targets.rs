//! The target of each sound, for the average speaker at speech level.
//!
//! Source: tuned manually on the sample head, not measured. Vowels part its lips by 4 to 14 mm with
//! jawOpen between 0.05 and 0.35, as in captured conversational speech. The weights are dominances
//! (Cohen and Massaro 1993; see `blend.rs`). The tests of the teacher check the results.

use metaface_clip::Phone;

/// Independent movements of a speaking face. Lip closure and the labiodental contact are separate
/// gestures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Articulator {
    /// jawOpen.
    Jaw,
    /// mouthClose beyond the closure gestures: lips closer together than the jaw alone puts them.
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
    /// 1 in silence: the share of the rest pose.
    Rest,
}

impl Articulator {
    /// Number of articulators.
    pub(super) const COUNT: usize = 11;
}

/// Articulator values of a sound, with their dominances: a target of weight 1 is reached, one of
/// weight 0.05 follows the neighbouring sounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhoneTarget {
    pub(super) jaw: f32,
    /// Dominance of jaw.
    pub(super) jaw_weight: f32,
    pub(super) pucker: f32,
    pub(super) funnel: f32,
    /// Dominance of pucker and funnel.
    pub(super) round_weight: f32,
    pub(super) close: f32,
    pub(super) smile: f32,
    pub(super) stretch: f32,
    pub(super) upper: f32,
    pub(super) lower: f32,
    /// Dominance of close, smile, stretch, upper and lower.
    pub(super) lip_weight: f32,
    pub(super) tongue: f32,
    pub(super) forward: f32,
}

/// The targets of a sound in order: two for a diphthong, else one.
pub(super) fn targets(phone: Phone) -> (PhoneTarget, Option<PhoneTarget>) {
    let glide = match phone {
        Phone::Ey => Some(Phone::Iy),
        Phone::Ay | Phone::Oy => Some(Phone::Ih),
        Phone::Aw => Some(Phone::Uh),
        Phone::Ow => Some(Phone::Uw),
        _ => None,
    };
    (first_target(phone), glide.map(first_target))
}

/// The only target of a sound, or the first of a diphthong.
fn first_target(phone: Phone) -> PhoneTarget {
    let [
        jaw,
        jaw_weight,
        pucker,
        funnel,
        round_weight,
        close,
        smile,
        stretch,
        upper,
        lower,
        lip_weight,
        tongue,
        forward,
    ] = row(phone);
    PhoneTarget {
        jaw,
        jaw_weight,
        pucker,
        funnel,
        round_weight,
        close,
        smile,
        stretch,
        upper,
        lower,
        lip_weight,
        tongue,
        forward,
    }
}

/// The table of targets. Its columns are the fields of [`PhoneTarget`]; a `weight` belongs to the
/// columns before it.
#[rustfmt::skip]
fn row(phone: Phone) -> [f32; 13] {
    match phone {
        // Silence                              jaw  weight  pucker  funnel  weight  close  smile  stretch  upper  lower  weight  tongue  forward
        Phone::Sil                        => [ 0.00,   1.00,   0.00,   0.00,   1.00,  0.00,  0.00,    0.00,  0.00,  0.00,   1.00,   0.00,    0.00],
        // Lips and teeth
        Phone::P | Phone::B               => [ 0.08,   0.90,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::M                          => [0.085,   0.75,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Beta                       => [ 0.09,   0.50,   0.00,   0.00,   0.04, 0.065,  0.00,    0.00,  0.00,  0.02,   0.80,   0.00,    0.00],
        Phone::F | Phone::V               => [ 0.06,   0.80,   0.00,   0.00,   0.15,  0.02,  0.03,    0.00,  0.05,  0.10,   0.30,   0.00,    0.00],
        Phone::Th | Phone::Dh             => [ 0.10,   0.55,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.06,  0.12,   0.20,   0.35,    0.00],
        Phone::W                          => [ 0.09,   1.80,   0.85,   0.14,   1.80,  0.06,  0.00,    0.00,  0.03,  0.06,   3.00,   0.00,    0.00],
        // Sibilants: teeth together, lips apart
        Phone::S | Phone::Z               => [ 0.05,   1.50,   0.00,   0.00,   0.22, 0.005,  0.07,    0.10,  0.06,  0.14,   0.50,   0.00,    0.03],
        Phone::Sh | Phone::Zh             => [ 0.05,   1.50,   0.28,   0.34,   0.90, 0.005,  0.00,    0.00,  0.06,  0.14,   0.50,   0.00,    0.03],
        Phone::Ch | Phone::Jh             => [ 0.05,   1.50,   0.25,   0.30,   0.80, 0.005,  0.00,    0.00,  0.06,  0.14,   0.50,   0.00,    0.03],
        // Tongue and throat: the lips follow the neighbouring sounds
        Phone::T | Phone::D               => [ 0.10,   0.30,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::N                          => [ 0.11,   0.30,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::L                          => [ 0.13,   0.28,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::R                          => [ 0.10,   0.50,   0.14,   0.16,   0.50,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Rr                         => [ 0.11,   0.30,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Y                          => [ 0.11,   0.40,   0.00,   0.00,   0.04,  0.02,  0.10,    0.08,  0.05,  0.10,   0.35,   0.00,    0.00],
        Phone::Ny                         => [ 0.09,   0.35,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::K | Phone::G               => [ 0.12,   0.25,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Ng                         => [ 0.12,   0.28,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::X                          => [ 0.14,   0.20,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Hh                         => [ 0.14,   0.08,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        Phone::Q                          => [ 0.12,   0.03,   0.00,   0.00,   0.04,  0.02,  0.00,    0.00,  0.05,  0.10,   0.04,   0.00,    0.00],
        // Unrounded vowels
        Phone::Iy                         => [ 0.13,   1.00,   0.00,   0.00,   0.70,  0.01,  0.15,    0.12,  0.08,  0.14,   0.70,   0.00,    0.00],
        Phone::Ih                         => [ 0.19,   1.00,   0.00,   0.00,   0.70,  0.01,  0.08,    0.06,  0.06,  0.12,   0.70,   0.00,    0.00],
        Phone::E                          => [ 0.23,   1.00,   0.00,   0.00,   0.70,  0.01,  0.11,    0.09,  0.08,  0.15,   0.70,   0.00,    0.00],
        Phone::Ey                         => [ 0.27,   1.00,   0.00,   0.00,   0.70,  0.01,  0.09,    0.07,  0.08,  0.15,   0.70,   0.00,    0.00],
        Phone::Eh                         => [ 0.32,   1.00,   0.00,   0.00,   0.70,  0.01,  0.06,    0.05,  0.08,  0.16,   0.70,   0.00,    0.00],
        Phone::Ae                         => [ 0.36,   1.00,   0.00,   0.00,   0.70,  0.01,  0.08,    0.07,  0.10,  0.18,   0.70,   0.00,    0.00],
        Phone::A | Phone::Ay | Phone::Aw  => [ 0.37,   1.00,   0.00,   0.00,   0.70,  0.01,  0.03,    0.02,  0.08,  0.17,   0.70,   0.00,    0.00],
        Phone::Aa                         => [ 0.40,   1.00,   0.00,   0.00,   0.70,  0.01,  0.00,    0.00,  0.07,  0.18,   0.70,   0.00,    0.00],
        Phone::Ah                         => [ 0.31,   1.00,   0.00,   0.00,   0.70,  0.01,  0.02,    0.02,  0.06,  0.14,   0.70,   0.00,    0.00],
        Phone::Ax                         => [ 0.18,   0.60,   0.00,   0.00,   0.25,  0.01,  0.02,    0.02,  0.05,  0.11,   0.35,   0.00,    0.00],
        // Rounded vowels
        Phone::Er                         => [ 0.18,   1.00,   0.18,   0.20,   1.30, 0.015,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Ao                         => [ 0.36,   1.00,   0.20,   0.26,   1.30,  0.02,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::O | Phone::Ow              => [ 0.23,   1.00,   0.46,   0.26,   1.30, 0.035,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Oy                         => [ 0.28,   1.00,   0.32,   0.30,   1.30,  0.02,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Uh                         => [ 0.18,   1.00,   0.34,   0.16,   1.30,  0.03,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Uw                         => [ 0.11,   1.00,   0.72,   0.20,   1.30, 0.045,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Yu                         => [ 0.10,   1.00,   0.74,   0.18,   1.30, 0.045,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
        Phone::Oe                         => [ 0.18,   1.00,   0.40,   0.26,   1.30, 0.025,  0.00,    0.00,  0.03,  0.06,   1.00,   0.00,    0.00],
    }
}

/// Whether the lips protrude for this sound; the gesture then starts early.
pub(super) fn is_rounded(phone: Phone) -> bool {
    let (first, second) = targets(phone);
    let rounded = |target: PhoneTarget| target.pucker + target.funnel > 0.25;
    rounded(first) || second.is_some_and(rounded)
}
