//! From articulators and contacts to the 52 blendshapes.

use metaface_clip::lips::aperture_mm;
use metaface_clip::{Channel, Frame};

use super::blend::Posture;
use super::gesture::Contact;
use super::targets::Articulator;
use metaface_core::model::Style;

/// Lip aperture of the sample head per unit of jawOpen or mouthClose, in mm.
pub(super) const JAW_MM: f32 = 33.0;
/// Aperture while the lower lip is at the upper teeth, in mm.
const LABIODENTAL_MM: f32 = 1.7;
/// Aperture of shut lips, in mm; below zero the lips are pressed.
const SHUT_MM: f32 = -0.2;
/// Largest excess of mouthClose over jawOpen; beyond it, the lips pass through each other.
const CLOSE_BEYOND_JAW: f32 = 0.06;
/// The jaw's opening per decibel of loudness, as a logarithm.
const JAW_PER_DB: f32 = 0.04;

/// The prosody of one frame.
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

    let mut face = FaceBuilder::new(style);
    let resting = style.rest_jaw * rest;
    let jaw = resting
        + (at(Articulator::Jaw) - resting).max(0.0) * (loud * speaking + rest)
        + style.breath * emphasis.breath;
    // An exaggerated jaw saturates.
    let jaw = soft_limit(jaw, 0.35, 0.75);
    face.set(Channel::JawOpen, jaw);
    face.set(Channel::JawForward, at(Articulator::Forward));
    let sway = 0.06 * style.asymmetry * jaw;
    face.set(Channel::JawLeft, sway);
    face.set(Channel::JawRight, -sway);
    let shift = 0.12 * style.asymmetry * speaking;
    face.set(Channel::MouthLeft, shift);
    face.set(Channel::MouthRight, -shift);

    let pucker = soft_limit(at(Articulator::Pucker), 0.6, 0.95);
    face.set(Channel::MouthPucker, pucker * (1.0 - 0.25 * shut));
    face.set(
        Channel::MouthFunnel,
        at(Articulator::Funnel) * (1.0 - 0.9 * shut) * (1.0 - 0.6 * teeth),
    );
    let rounded = (pucker / 0.6).min(1.0);
    let smile = at(Articulator::Smile) + style.smile_bias * (1.0 - 0.7 * rounded);
    face.set_sides(Channel::MouthSmileLeft, smile);
    face.set_sides(Channel::MouthFrownLeft, -0.8 * smile);
    face.set_sides(Channel::MouthStretchLeft, at(Articulator::Stretch));
    let upper =
        at(Articulator::Upper) * lips_loud * free + 0.09 * style.upper_raise.min(1.3) * teeth;
    face.set_sides(Channel::MouthUpperUpLeft, upper);
    face.set_sides(
        Channel::MouthLowerDownLeft,
        at(Articulator::Lower) * lips_loud * free,
    );

    face.set_sides(
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
    face.set_sides(Channel::MouthPressLeft, press);
    face.set(
        Channel::MouthRollLower,
        tension + strength * (0.04 * shut + 0.12 * contact.press) + 0.34 * teeth,
    );
    face.set(
        Channel::MouthRollUpper,
        tension + strength * (0.03 * shut + 0.10 * contact.press),
    );
    face.set(
        Channel::MouthShrugLower,
        0.02 * rest + strength * 0.04 * shut + 0.04 * teeth,
    );
    face.set(Channel::MouthShrugUpper, 0.01 * rest + 0.02 * shut);
    face.set_sides(
        Channel::MouthDimpleLeft,
        0.25 * smile.max(0.0) + 0.15 * press,
    );
    let loud_burst = (0.5 + emphasis.loudness / 12.0).clamp(0.0, 1.0);
    face.set(
        Channel::CheekPuff,
        0.10 * strength * contact.pressure * loud_burst,
    );
    face.set(Channel::TongueOut, at(Articulator::Tongue) * free);

    face.close_lips(at(Articulator::Close).max(0.0), shut, teeth);
    upper_face(&mut face, smile, emphasis.accent, speaking);
    face.frame
}

fn upper_face(face: &mut FaceBuilder<'_>, smile: f32, accent: f32, speaking: f32) {
    let style = face.style;
    let raise = accent * style.brow_habit;
    face.set(
        Channel::BrowInnerUp,
        soft_limit(0.02 + 0.11 * raise + 0.8 * style.brow_rest, 0.4, 0.8),
    );
    face.set_sides(
        Channel::BrowOuterUpLeft,
        soft_limit(0.01 + 0.09 * raise + 0.6 * style.brow_rest, 0.4, 0.8),
    );
    face.set_sides(Channel::BrowDownLeft, 0.02 - style.brow_rest - 0.05 * raise);
    face.set_sides(Channel::CheekSquintLeft, 0.02 * speaking + 0.3 * smile);
    face.set_sides(
        Channel::EyeSquintLeft,
        0.04 + 0.03 * speaking + 0.25 * smile.max(0.0) + 0.04 * accent,
    );
    face.set_sides(Channel::EyeWideLeft, 0.05 * raise);
}

/// Identity below `knee`; above it, approaches `limit`.
fn soft_limit(value: f32, knee: f32, limit: f32) -> f32 {
    if value <= knee {
        return value;
    }
    let room = limit - knee;
    knee + room * (1.0 - (-(value - knee) / room).exp())
}

/// A frame under construction.
struct FaceBuilder<'a> {
    frame: Frame,
    style: &'a Style,
}

impl<'a> FaceBuilder<'a> {
    fn new(style: &'a Style) -> Self {
        Self {
            frame: Frame::NEUTRAL,
            style,
        }
    }

    fn set(&mut self, channel: Channel, value: f32) {
        self.frame[channel] = value.clamp(0.0, 1.0);
    }

    /// Sets both sides, given the left channel; asymmetry shifts weight between them.
    fn set_sides(&mut self, left: Channel, value: f32) {
        self.set(left, value * (1.0 + self.style.asymmetry));
        self.set(left.mirrored(), value * (1.0 - self.style.asymmetry));
    }

    /// Sets mouthClose so that the aperture matches the contacts. As in ARKit, lips that touch over
    /// an open jaw have mouthClose near jawOpen.
    fn close_lips(&mut self, close: f32, shut: f32, teeth: f32) {
        let most = self.frame[Channel::JawOpen] + CLOSE_BEYOND_JAW;
        self.set(Channel::MouthClose, close.min(most));
        let open = aperture_mm(&self.frame);
        let at_teeth = open + (LABIODENTAL_MM - open) * teeth;
        let wanted = at_teeth + (SHUT_MM - at_teeth) * shut;
        let close = self.frame[Channel::MouthClose] + (open - wanted) / JAW_MM;
        self.set(Channel::MouthClose, close.min(most));
    }
}
