//! From articulators and contacts to the 52 blendshapes.

use metaface_clip::lips::aperture_mm;
use metaface_clip::{Channel, Frame};

use super::blend::Posture;
use super::gesture::Contact;
use super::style::Style;
use super::targets::Articulator;

/// Lip aperture of the sample head per unit of jawOpen or mouthClose, in mm.
const JAW_MM: f32 = 33.0;
/// Aperture while the lower lip is at the upper teeth, in mm.
const LABIODENTAL_MM: f32 = 1.7;
/// Aperture of shut lips: below zero the lips are pressed, in mm.
const SHUT_MM: f32 = -0.2;
/// The most that mouthClose exceeds jawOpen: beyond that lips pass through each other.
const CLOSE_BEYOND_JAW: f32 = 0.06;
/// The jaw's opening per decibel of loudness, as a logarithm.
const JAW_PER_DB: f32 = 0.04;

/// What prosody adds to one frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Emphasis {
    /// Relative loudness in dB.
    pub(super) loudness: f32,
    /// 0 to 1.
    pub(super) accent: f32,
    /// 0 to 1.
    pub(super) breath: f32,
}

/// One frame of the face.
pub(super) fn frame(
    posture: &Posture,
    contact: Contact,
    emphasis: Emphasis,
    style: &Style,
) -> Frame {
    let at = |articulator: Articulator| posture[articulator as usize];
    let rest = at(Articulator::Rest).clamp(0.0, 1.0);
    let speaking = 1.0 - rest;
    let loud = (style.loudness_following * JAW_PER_DB * emphasis.loudness).exp();
    let lips_loud = 1.0 + 0.5 * (loud - 1.0);
    let (shut, teeth) = (
        contact.closure,
        contact.labiodental * (1.0 - contact.closure),
    );
    let free = (1.0 - shut) * (1.0 - teeth);

    let mut face = Face::new(style);
    let resting = style.rest_jaw * rest;
    let jaw = resting
        + (at(Articulator::Jaw) - resting).max(0.0) * (loud * speaking + rest)
        + style.breath * emphasis.breath;
    // A theatrical jaw saturates instead of dislocating.
    let jaw = soft_limit(jaw, 0.35, 0.75);
    face.middle(Channel::JawOpen, jaw);
    face.middle(Channel::JawForward, at(Articulator::Forward));
    let sway = 0.06 * style.asymmetry * jaw;
    face.middle(Channel::JawLeft, sway);
    face.middle(Channel::JawRight, -sway);
    let shift = 0.12 * style.asymmetry * speaking;
    face.middle(Channel::MouthLeft, shift);
    face.middle(Channel::MouthRight, -shift);

    let pucker = soft_limit(at(Articulator::Pucker), 0.6, 0.95);
    face.middle(Channel::MouthPucker, pucker * (1.0 - 0.25 * shut));
    face.middle(
        Channel::MouthFunnel,
        at(Articulator::Funnel) * (1.0 - 0.9 * shut) * (1.0 - 0.6 * teeth),
    );
    let rounded = (pucker / 0.6).min(1.0);
    let smile = at(Articulator::Smile) + style.smile_bias * (1.0 - 0.7 * rounded);
    face.sides(Channel::MouthSmileLeft, smile);
    face.sides(Channel::MouthFrownLeft, -0.8 * smile);
    face.sides(Channel::MouthStretchLeft, at(Articulator::Stretch));
    let upper =
        at(Articulator::Upper) * lips_loud * free + 0.09 * style.upper_raise.min(1.3) * teeth;
    face.sides(Channel::MouthUpperUpLeft, upper);
    face.sides(
        Channel::MouthLowerDownLeft,
        at(Articulator::Lower) * lips_loud * free,
    );

    face.sides(
        Channel::NoseSneerLeft,
        0.25 * upper + 0.03 * emphasis.accent,
    );

    let strength = style.closure_strength;
    let tension = style.lip_tension * (1.0 - 0.6 * (1.0 - shut) * speaking);
    let press = soft_limit(
        tension + strength * (0.06 * shut + 0.2 * contact.press),
        0.25,
        0.5,
    );
    face.sides(Channel::MouthPressLeft, press);
    face.middle(
        Channel::MouthRollLower,
        tension + strength * (0.04 * shut + 0.12 * contact.press) + 0.34 * teeth,
    );
    face.middle(
        Channel::MouthRollUpper,
        tension + strength * (0.03 * shut + 0.10 * contact.press),
    );
    face.middle(
        Channel::MouthShrugLower,
        0.02 * rest + strength * 0.04 * shut + 0.04 * teeth,
    );
    face.middle(Channel::MouthShrugUpper, 0.01 * rest + 0.02 * shut);
    face.sides(
        Channel::MouthDimpleLeft,
        0.25 * smile.max(0.0) + 0.15 * press,
    );
    let loud_burst = (0.5 + emphasis.loudness / 12.0).clamp(0.0, 1.0);
    face.middle(
        Channel::CheekPuff,
        0.10 * strength * contact.pressure * loud_burst,
    );
    face.middle(Channel::TongueOut, at(Articulator::Tongue) * free);

    face.close_lips(at(Articulator::Close).max(0.0), shut, teeth);
    upper_face(&mut face, smile, emphasis.accent, speaking);
    face.frame
}

fn upper_face(face: &mut Face<'_>, smile: f32, accent: f32, speaking: f32) {
    let style = face.style;
    let raise = accent * style.brow_habit;
    face.middle(
        Channel::BrowInnerUp,
        soft_limit(0.02 + 0.11 * raise + 0.8 * style.brow_rest, 0.4, 0.8),
    );
    face.sides(
        Channel::BrowOuterUpLeft,
        soft_limit(0.01 + 0.09 * raise + 0.6 * style.brow_rest, 0.4, 0.8),
    );
    face.sides(Channel::BrowDownLeft, 0.02 - style.brow_rest - 0.05 * raise);
    face.sides(Channel::CheekSquintLeft, 0.02 * speaking + 0.3 * smile);
    face.sides(
        Channel::EyeSquintLeft,
        0.04 + 0.03 * speaking + 0.25 * smile.max(0.0) + 0.04 * accent,
    );
    face.sides(Channel::EyeWideLeft, 0.05 * raise);
}

/// Below `knee` as is, above it bending towards `limit`.
fn soft_limit(value: f32, knee: f32, limit: f32) -> f32 {
    if value <= knee {
        return value;
    }
    let room = limit - knee;
    knee + room * (1.0 - (-(value - knee) / room).exp())
}

/// A frame being filled.
struct Face<'a> {
    frame: Frame,
    style: &'a Style,
}

impl<'a> Face<'a> {
    fn new(style: &'a Style) -> Self {
        Self {
            frame: Frame::NEUTRAL,
            style,
        }
    }

    fn middle(&mut self, channel: Channel, value: f32) {
        self.frame[channel] = value.clamp(0.0, 1.0);
    }

    /// Sets both sides, given the left channel; asymmetry shifts weight between them.
    fn sides(&mut self, left: Channel, value: f32) {
        self.middle(left, value * (1.0 + self.style.asymmetry));
        self.middle(left.mirrored(), value * (1.0 - self.style.asymmetry));
    }

    /// Sets mouthClose so that the aperture is what the contacts want. As in ARKit, lips that
    /// meet over an open jaw have mouthClose near jawOpen.
    fn close_lips(&mut self, close: f32, shut: f32, teeth: f32) {
        let most = self.frame[Channel::JawOpen] + CLOSE_BEYOND_JAW;
        self.middle(Channel::MouthClose, close.min(most));
        let open = aperture_mm(&self.frame);
        let wanted = open + (LABIODENTAL_MM - open) * teeth;
        let wanted = wanted + (SHUT_MM - wanted) * shut;
        let close = self.frame[Channel::MouthClose] + (open - wanted) / JAW_MM;
        self.middle(Channel::MouthClose, close.min(most));
    }
}
