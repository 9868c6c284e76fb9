//! What must be exact about lips: they shut on a bilabial and rest in silence.
//!
//! Regression averages over doubt, and an averaged closure stays ajar. The network therefore
//! also says how likely the lips are shut ([`super::NetworkOutput::closure`]), and that decides.

use crate::clip::lips::aperture_mm;
use crate::clip::{Channel, Frame};

/// Shuts the lips where the network is confident of a bilabial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosureGate {
    /// Below this probability nothing happens.
    pub open_below: f32,
    /// Above this probability the lips are shut.
    pub shut_above: f32,
}

impl Default for ClosureGate {
    fn default() -> Self {
        Self {
            open_below: 0.15,
            shut_above: 0.4,
        }
    }
}

/// The aperture of shut lips in millimetres: touching, lightly pressed.
const SHUT_MM: f32 = 0.0;

/// Channels that part the lips without the jaw; they give way first when lips shut.
const PARTING: [Channel; 8] = [
    Channel::MouthFunnel,
    Channel::MouthLowerDownLeft,
    Channel::MouthLowerDownRight,
    Channel::MouthUpperUpLeft,
    Channel::MouthUpperUpRight,
    Channel::NoseSneerLeft,
    Channel::NoseSneerRight,
    Channel::MouthShrugUpper,
];

/// Millimetres that one unit of MouthClose brings the lips together.
fn millimetres_per_mouth_close() -> f32 {
    let mut frame = Frame::NEUTRAL;
    let rest = aperture_mm(&frame);
    frame[Channel::MouthClose] = 1.0;
    rest - aperture_mm(&frame)
}

impl ClosureGate {
    /// Brings the lips together as far as `probability` (0 to 1) asks.
    pub fn apply(&self, frame: &mut Frame, probability: f32) {
        let position = (probability - self.open_below) / (self.shut_above - self.open_below);
        let position = position.clamp(0.0, 1.0);
        let shut = position * position * (3.0 - 2.0 * position);
        if shut <= 0.0 || aperture_mm(frame) <= SHUT_MM {
            return;
        }
        let goal = SHUT_MM + (aperture_mm(frame) - SHUT_MM) * (1.0 - shut);
        for channel in PARTING {
            frame[channel] *= 1.0 - shut;
        }
        close_to(frame, goal);
    }
}

/// Raises MouthClose until the aperture is at most `goal` millimetres; as far as the jaw is open,
/// then the jaw itself closes.
fn close_to(frame: &mut Frame, goal: f32) {
    let excess = aperture_mm(frame) - goal;
    if excess <= 0.0 {
        return;
    }
    let close = frame[Channel::MouthClose] + excess / millimetres_per_mouth_close();
    frame[Channel::MouthClose] = close.min(frame[Channel::JawOpen].max(0.0) + 0.05);
    let left = aperture_mm(frame) - goal;
    if left > 0.0 {
        frame[Channel::JawOpen] =
            (frame[Channel::JawOpen] - left / millimetres_per_mouth_close()).max(0.0);
    }
}

/// Parts the lips where no sound brings them together and somebody speaks: doubt between a closed
/// and an open sound must not look like a closure. `contact` is the probability (0 to 1) that the
/// lips are together or near for any reason, silence included.
pub fn keep_parted(frame: &mut Frame, contact: f32) {
    /// Just visible, and above what counts as closed.
    const PARTED_MM: f32 = 1.9;
    let position = ((CONTACT_SURE - contact) / (CONTACT_SURE - CONTACT_UNLIKELY)).clamp(0.0, 1.0);
    let missing = (PARTED_MM - aperture_mm(frame)) * position;
    if missing > 0.0 {
        let unit = millimetres_per_mouth_close();
        let released = frame[Channel::MouthClose].min(missing / unit);
        frame[Channel::MouthClose] -= released;
        frame[Channel::JawOpen] += missing / unit - released;
    }
}

/// Below this probability of contact the lips are surely apart; above the other, they are left
/// as the network has them.
const CONTACT_UNLIKELY: f32 = 0.05;
const CONTACT_SURE: f32 = 0.25;

/// Gives vowels back the contrast that regression averages away: the jaw opens by up to
/// `OPEN_GAIN` more on an open vowel and by up to `NARROW_GAIN` less on any other sound.
/// `open_vowel` is a probability, 0 to 1.
pub fn emphasise_vowels(frame: &mut Frame, open_vowel: f32) {
    const OPEN_GAIN: f32 = 0.3;
    const NARROW_GAIN: f32 = 0.4;
    let gain = 1.0 + OPEN_GAIN * open_vowel - NARROW_GAIN * (1.0 - open_vowel);
    let aperture = aperture_mm(frame);
    if aperture > 0.0 {
        let jaw = frame[Channel::JawOpen];
        let change = (aperture * (gain - 1.0) / millimetres_per_mouth_close()).max(-jaw);
        frame[Channel::JawOpen] = (jaw + change).min(1.0);
    }
}

/// Fades the mouth to rest as far as nobody speaks: `silence` 0 to 1.
///
/// A face at rest may hold its lips a little apart, as the network has it; what fades is motion
/// beyond `REST_MM`.
pub fn rest_in_silence(frame: &mut Frame, silence: f32) {
    const REST_MM: f32 = 0.9;
    let position = ((silence - 0.6) / 0.35).clamp(0.0, 1.0);
    let aperture = aperture_mm(frame);
    if position > 0.0 && aperture > REST_MM {
        close_to(frame, aperture + (REST_MM - aperture) * position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_vowel() -> Frame {
        let mut frame = Frame::NEUTRAL;
        frame[Channel::JawOpen] = 0.4;
        frame[Channel::MouthLowerDownLeft] = 0.3;
        frame[Channel::MouthLowerDownRight] = 0.3;
        frame[Channel::MouthFunnel] = 0.1;
        frame
    }

    #[test]
    fn a_sure_bilabial_shuts_any_mouth_and_an_unlikely_one_changes_nothing() {
        let gate = ClosureGate::default();
        let mut shut = open_vowel();
        gate.apply(&mut shut, 0.95);
        assert!(aperture_mm(&shut) <= 0.01, "{}", aperture_mm(&shut));
        assert!(shut[Channel::MouthClose] <= shut[Channel::JawOpen] + 0.05);
        let mut open = open_vowel();
        gate.apply(&mut open, 0.1);
        assert_eq!(open, open_vowel());
    }

    #[test]
    fn lips_close_steadily_as_the_probability_rises() {
        let gate = ClosureGate::default();
        let apertures: Vec<f32> = (0..=20)
            .map(|i| {
                let mut frame = open_vowel();
                gate.apply(&mut frame, i as f32 / 20.0);
                aperture_mm(&frame)
            })
            .collect();
        assert!(
            apertures.windows(2).all(|pair| pair[1] <= pair[0] + 1e-4),
            "{apertures:?}"
        );
    }

    #[test]
    fn lips_stay_parted_in_speech_without_contact_and_may_meet_with_it() {
        let mut nearly = Frame::NEUTRAL;
        nearly[Channel::JawOpen] = 0.08;
        nearly[Channel::MouthClose] = 0.07;
        let near = nearly;
        keep_parted(&mut nearly, 0.05);
        assert!((aperture_mm(&nearly) - 1.9).abs() < 1e-3);
        let mut touching = near;
        keep_parted(&mut touching, 0.6);
        assert_eq!(touching, near);
    }

    #[test]
    fn an_open_vowel_opens_more_than_another_sound_of_the_same_curves() {
        let (mut open, mut narrow) = (open_vowel(), open_vowel());
        emphasise_vowels(&mut open, 0.9);
        emphasise_vowels(&mut narrow, 0.1);
        assert!(aperture_mm(&open) > 1.3 * aperture_mm(&narrow));
        assert!(aperture_mm(&narrow) > 0.6 * aperture_mm(&open_vowel()));
    }

    #[test]
    fn silence_closes_the_lips_and_speech_leaves_them() {
        let mut silent = open_vowel();
        rest_in_silence(&mut silent, 1.0);
        assert!(aperture_mm(&silent) < 1.0);
        let mut speaking = open_vowel();
        rest_in_silence(&mut speaking, 0.3);
        assert_eq!(speaking, open_vowel());
    }
}
