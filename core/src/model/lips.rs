//! What must be exact about lips: they shut on a bilabial and rest in silence.
//!
//! Regression averages over doubt, and an averaged closure stays ajar. The network therefore
//! also says how likely the lips are shut ([`super::NetworkOutput::closure`]), and that decides.

use serde::{Deserialize, Serialize};

use super::NetworkFrame;
use crate::clip::lips::{LIP_REST_MM, aperture_mm};
use crate::clip::{Channel, Frame};

/// When the lips obey which probability of the network.
///
/// How sure a network is depends on its training, so the thresholds belong to the base model's
/// file; [`crate::training`] chooses them on recordings that the network did not learn from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LipRules {
    /// Below this probability of a bilabial nothing happens.
    pub open_below: f32,
    /// Above this probability of a bilabial the lips are shut.
    pub shut_above: f32,
    /// Below this probability of any contact the lips are kept apart.
    pub parted_below: f32,
    /// Above this probability of any contact the lips may meet as the network has them.
    pub free_above: f32,
}

impl Default for LipRules {
    fn default() -> Self {
        Self {
            open_below: 0.15,
            shut_above: 0.4,
            parted_below: 0.05,
            free_above: 0.25,
        }
    }
}

/// The blendshapes that only [`super::eyes`] moves; what the network says of them is noise.
const GAZE: [Channel; 10] = [
    Channel::EyeBlinkLeft,
    Channel::EyeBlinkRight,
    Channel::EyeLookDownLeft,
    Channel::EyeLookDownRight,
    Channel::EyeLookInLeft,
    Channel::EyeLookInRight,
    Channel::EyeLookOutLeft,
    Channel::EyeLookOutRight,
    Channel::EyeLookUpLeft,
    Channel::EyeLookUpRight,
];

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

/// Millimetres per frame that lips travel at most: 200 mm/s. The fastest of five captured speakers
/// moved 6.5 mm in the 40 ms between two frames of video.
const FASTEST_MM: f32 = 4.0;

/// The same on the way to a closure that was not foreseen: better hurried than late.
const FASTEST_UNFORESEEN_MM: f32 = 8.0;

/// Turns network frames into faces, one after the other.
#[derive(Debug, Clone)]
pub struct Lips {
    rules: LipRules,
    /// The speaker's rest pose, added to what the network says.
    rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// Factor on how fast the lips travel: those who open wider move faster.
    pace: f32,
    /// The aperture of the frame before, in millimetres.
    last: f32,
}

impl Lips {
    /// The average speaker's lips at rest.
    pub fn new(rules: LipRules) -> Self {
        Self::of_speaker(rules, [0.0; Channel::BLENDSHAPE_COUNT], 1.0)
    }

    /// Lips that rest in this pose (blendshape weights to be added at all times) and travel `pace`
    /// times as fast as the average speaker's.
    pub fn of_speaker(rules: LipRules, rest: [f32; Channel::BLENDSHAPE_COUNT], pace: f32) -> Self {
        Self {
            rules,
            rest,
            pace,
            last: aperture_mm(&rest_frame(&rest)),
        }
    }

    /// The face that the next network frame means, with blinks and gaze left at rest.
    pub fn next(&mut self, network: &NetworkFrame) -> Frame {
        let mut frame = self.rules.face(network, &self.rest);
        let open = aperture_mm(&frame);
        let fastest = self.pace * FASTEST_MM;
        let mut goal = open.min(self.last.max(0.0) + fastest);
        let mut travel = 0.0;
        let parted = rest_parting(&self.rest);
        for probability in network.closure_ahead {
            travel += fastest;
            let shut = self.rules.shutness(probability);
            goal = goal.min(shutting(open, parted, shut) + travel);
        }
        close_to(&mut frame, goal);
        open_to(
            &mut frame,
            self.last.max(0.0) - self.pace * FASTEST_UNFORESEEN_MM,
        );
        self.last = aperture_mm(&frame);
        frame
    }
}

impl LipRules {
    /// One frame's face, without regard to where the lips come from and go to.
    fn face(&self, network: &NetworkFrame, rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Frame {
        let mut frame = Frame::NEUTRAL;
        let channels = || Channel::blendshapes().iter().zip(rest);
        for ((channel, rest), value) in channels().zip(network.expression) {
            if !GAZE.contains(channel) {
                frame[*channel] = (value + rest).clamp(0.0, 1.0) - rest;
            }
        }
        emphasise_vowels(&mut frame, network.open_vowel);
        emphasise_rounding(&mut frame, network.rounded);
        for (channel, rest) in channels().filter(|(channel, _)| !GAZE.contains(channel)) {
            frame[*channel] = (frame[*channel] + rest).clamp(0.0, 1.0);
        }
        let contact = network.closure.max(network.contact).max(network.silence);
        self.keep_parted(&mut frame, contact);
        self.shut(&mut frame, network.closure, rest_parting(rest));
        rest_in_silence(&mut frame, network.silence, aperture_mm(&rest_frame(rest)));
        frame
    }

    /// How far the lips are shut, 0 to 1, at this probability of a bilabial.
    fn shutness(&self, probability: f32) -> f32 {
        let position = ramp(probability, self.open_below, self.shut_above);
        position * position * (3.0 - 2.0 * position)
    }

    /// Brings the lips together as far as the probability of a bilabial (0 to 1) asks.
    /// `parted` is how far the rest pose parts them.
    fn shut(&self, frame: &mut Frame, probability: f32, parted: f32) {
        let shut = self.shutness(probability);
        if shut <= 0.0 || aperture_mm(frame) <= SHUT_MM {
            return;
        }
        let goal = shutting(aperture_mm(frame), parted, shut);
        for channel in PARTING {
            frame[channel] *= 1.0 - shut;
        }
        close_to(frame, goal);
    }

    /// Parts the lips where no sound brings them together and somebody speaks: doubt between a
    /// closed and an open sound must not look like a closure. `contact` is the probability (0 to
    /// 1) that the lips are together or near for any reason, silence included.
    fn keep_parted(&self, frame: &mut Frame, contact: f32) {
        /// Visible, and above what counts as closed even for those who open wide.
        const PARTED_MM: f32 = 2.3;
        let apart = 1.0 - ramp(contact, self.parted_below, self.free_above);
        let aperture = aperture_mm(frame);
        open_to(frame, aperture + (PARTED_MM - aperture) * apart);
    }
}

/// The face of a rest pose.
fn rest_frame(rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Frame {
    let mut frame = Frame::NEUTRAL;
    for (channel, rest) in Channel::blendshapes().iter().zip(rest) {
        frame[*channel] = rest.max(0.0);
    }
    frame
}

/// How many millimetres a rest pose parts the lips beyond the average speaker's.
fn rest_parting(rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> f32 {
    (aperture_mm(&rest_frame(rest)) - LIP_REST_MM).max(0.0)
}

/// The aperture of lips that would be `open` millimetres apart and are shut by this share. What the
/// rest pose parts them by gives way first: a mouth that is never quite shut shuts on a b as
/// surely as any.
fn shutting(open: f32, parted: f32, shut: f32) -> f32 {
    /// The share at which the rest pose has given way.
    const GIVEN_WAY: f32 = 0.25;
    let open = open - parted.min(open.max(0.0)) * (shut / GIVEN_WAY).min(1.0);
    SHUT_MM + (open - SHUT_MM) * (1.0 - shut)
}

/// 0 up to `from`, 1 beyond `to`, a straight line in between.
fn ramp(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from).max(f32::EPSILON)).clamp(0.0, 1.0)
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

/// Lowers MouthClose, then the jaw, until the aperture is at least `goal` millimetres.
fn open_to(frame: &mut Frame, goal: f32) {
    let missing = (goal - aperture_mm(frame)) / millimetres_per_mouth_close();
    if missing > 0.0 {
        let released = frame[Channel::MouthClose].min(missing);
        frame[Channel::MouthClose] -= released;
        frame[Channel::JawOpen] += missing - released;
    }
}

/// How much wider an open vowel is made.
pub(super) const OPEN_GAIN: f32 = 0.2;
/// How much narrower everything else is made.
pub(super) const NARROW_GAIN: f32 = 0.3;
/// How much rounder a rounded sound is made.
pub(super) const ROUNDING_GAIN: f32 = 0.5;

/// Gives vowels back the contrast that regression averages away: the jaw opens the lips by up to
/// `OPEN_GAIN` more on an open vowel and by up to `NARROW_GAIN` less on any other sound.
/// `open_vowel` is a probability, 0 to 1.
fn emphasise_vowels(frame: &mut Frame, open_vowel: f32) {
    let gain = OPEN_GAIN * open_vowel - NARROW_GAIN * (1.0 - open_vowel);
    let wider = aperture_mm(frame).max(0.0) * gain;
    frame[Channel::JawOpen] += wider / millimetres_per_mouth_close();
}

/// Gives rounded sounds back the protrusion that regression averages away: pucker and funnel grow
/// by up to `ROUNDING_GAIN`. `rounded` is a probability, 0 to 1.
fn emphasise_rounding(frame: &mut Frame, rounded: f32) {
    for channel in [Channel::MouthPucker, Channel::MouthFunnel] {
        frame[channel] *= 1.0 + ROUNDING_GAIN * rounded;
    }
}

/// Fades the mouth to rest as far as nobody speaks: `silence` 0 to 1.
///
/// A face at rest may hold its lips a little apart, as the network or the speaker's rest pose has
/// it, `rest_mm` millimetres; what fades is motion beyond that and `REST_MM`.
fn rest_in_silence(frame: &mut Frame, silence: f32, rest_mm: f32) {
    const REST_MM: f32 = 0.9;
    /// A tracker's rest pose is not to undo an m before a pause.
    const MOST_REST_MM: f32 = 1.3;
    let rest_mm = rest_mm.clamp(REST_MM, MOST_REST_MM);
    let position = ramp(silence, 0.6, 0.95);
    let aperture = aperture_mm(frame);
    if position > 0.0 && aperture > rest_mm {
        close_to(frame, aperture + (rest_mm - aperture) * position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CLOSURES_AHEAD;

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
        let rules = LipRules::default();
        let mut shut = open_vowel();
        rules.shut(&mut shut, 0.95, 0.0);
        assert!(aperture_mm(&shut) <= 0.01, "{}", aperture_mm(&shut));
        assert!(shut[Channel::MouthClose] <= shut[Channel::JawOpen] + 0.05);
        let mut open = open_vowel();
        rules.shut(&mut open, 0.1, 0.0);
        assert_eq!(open, open_vowel());
    }

    #[test]
    fn lips_close_steadily_as_the_probability_rises() {
        let rules = LipRules::default();
        let apertures: Vec<f32> = (0..=20)
            .map(|i| {
                let mut frame = open_vowel();
                rules.shut(&mut frame, i as f32 / 20.0, 0.0);
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
        LipRules::default().keep_parted(&mut nearly, 0.05);
        assert!((aperture_mm(&nearly) - 2.3).abs() < 1e-3);
        let mut touching = near;
        LipRules::default().keep_parted(&mut touching, 0.6);
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

    /// A network that sees a b coming for three frames, hears it for two and then a wide vowel.
    fn a_b_between_vowels() -> Vec<NetworkFrame> {
        let frame = |closure: f32, closure_ahead: [f32; CLOSURES_AHEAD]| {
            let mut expression = [0.0; Channel::BLENDSHAPE_COUNT];
            expression[Channel::JawOpen.index()] = 0.4;
            NetworkFrame {
                expression,
                closure,
                closure_ahead,
                silence: 0.0,
                contact: closure,
                open_vowel: 0.0,
                rounded: 0.0,
            }
        };
        let mut frames = vec![frame(0.0, [0.0; 3]); 10];
        frames.push(frame(0.0, [0.0, 0.0, 0.9]));
        frames.push(frame(0.0, [0.0, 0.9, 0.9]));
        frames.push(frame(0.0, [0.9, 0.9, 0.0]));
        frames.push(frame(0.9, [0.9, 0.0, 0.0]));
        frames.push(frame(0.9, [0.0, 0.0, 0.0]));
        frames.extend(vec![frame(0.0, [0.0; 3]); 10]);
        frames
    }

    #[test]
    fn lips_travel_to_a_closure_and_back_as_fast_as_people_and_arrive_in_time() {
        let mut lips = Lips::new(LipRules::default());
        let apertures: Vec<f32> = (a_b_between_vowels().iter())
            .map(|frame| aperture_mm(&lips.next(frame)))
            .collect();
        let steps = apertures.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let fastest = steps.fold(0.0, f32::max);
        assert!(fastest <= FASTEST_MM + 1e-3, "{fastest}: {apertures:?}");
        assert!(apertures[9] > 8.0, "{apertures:?}");
        assert!(apertures[13] < 0.5 && apertures[14] < 0.5, "{apertures:?}");
    }

    #[test]
    fn a_rounded_sound_protrudes_more_and_others_stay() {
        let mut round = open_vowel();
        round[Channel::MouthPucker] = 0.4;
        let plain = round;
        emphasise_rounding(&mut round, 1.0);
        assert!(round[Channel::MouthPucker] > 0.5);
        let mut other = plain;
        emphasise_rounding(&mut other, 0.0);
        assert_eq!(other, plain);
    }

    #[test]
    fn silence_closes_the_lips_and_speech_leaves_them() {
        let mut silent = open_vowel();
        rest_in_silence(&mut silent, 1.0, 0.6);
        assert!(aperture_mm(&silent) < 1.0);
        let mut speaking = open_vowel();
        rest_in_silence(&mut speaking, 0.3, 0.6);
        assert_eq!(speaking, open_vowel());
    }
}
