//! Rules for the lips: they shut on a bilabial and rest in silence.
//!
//! Regression averages over uncertainty, and an averaged closure stays ajar. The network therefore
//! also predicts the probability of a closure ([`super::NetworkOutput::closure`]), and the rules
//! apply it.

use serde::{Deserialize, Serialize};

use super::NetworkFrame;
use crate::clip::lips::{LIP_REST_MM, aperture_mm};
use crate::clip::{Channel, Frame};

/// Probability thresholds of the lip rules.
///
/// A network's confidence depends on its training, so the thresholds are stored in the base model's
/// file; training chooses them on recordings outside the training set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LipRules {
    /// Below this probability of a bilabial the lips are unchanged.
    pub open_below: f32,
    /// Above this probability of a bilabial the lips are shut.
    pub shut_above: f32,
    /// Below this probability of any contact the lips are kept apart.
    pub parted_below: f32,
    /// Above this probability of any contact the lips are as the network predicts.
    pub free_above: f32,
}

impl Default for LipRules {
    /// The thresholds of a base model without calibration, and the first candidate of training's
    /// search. Shipped models carry measured values in their file
    /// ([`Calibration::lips`](super::Calibration::lips)).
    fn default() -> Self {
        Self {
            open_below: 0.15,
            shut_above: 0.4,
            parted_below: 0.05,
            free_above: 0.25,
        }
    }
}

/// The blendshapes that only [`super::eyes`] moves; the network's output for them is noise.
const EYE_CHANNELS: [Channel; 10] = [
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

/// The aperture of parted lips in millimetres: visible, and above the threshold of closed lips even
/// for speakers who open wide.
const PARTED_MM: f32 = 2.3;

/// Channels that part the lips without the jaw; a closure reduces them first.
const PARTING_CHANNELS: [Channel; 8] = [
    Channel::MouthFunnel,
    Channel::MouthLowerDownLeft,
    Channel::MouthLowerDownRight,
    Channel::MouthUpperUpLeft,
    Channel::MouthUpperUpRight,
    Channel::NoseSneerLeft,
    Channel::NoseSneerRight,
    Channel::MouthShrugUpper,
];

/// Millimetres by which one unit of MouthClose reduces the aperture.
fn millimetres_per_mouth_close() -> f32 {
    let mut frame = Frame::NEUTRAL;
    let rest = aperture_mm(&frame);
    frame[Channel::MouthClose] = 1.0;
    rest - aperture_mm(&frame)
}

/// Maximum change of the aperture per frame in millimetres: 200 mm/s. The fastest of five captured
/// speakers moved 6.5 mm in the 40 ms between two frames of video.
const MAX_STEP_MM: f32 = 4.0;

/// The same on the way to an unpredicted closure, 400 mm/s: too fast is better than too late.
const MAX_UNPREDICTED_STEP_MM: f32 = 2.0 * MAX_STEP_MM;

/// Maximum MouthClose above JawOpen, in blendshape weight. With MouthClose equal to JawOpen and no
/// other movement the lips are [`LIP_REST_MM`] apart; this excess closes them by 1.65 mm more, so
/// that they touch. The jaw closes what remains.
const MAX_MOUTH_CLOSE_ABOVE_JAW: f32 = 0.05;

/// Probability of silence at which the fade to rest begins.
const REST_BEGINS_AT_SILENCE: f32 = 0.6;
/// Probability of silence at which the lips are fully at rest. Neither is part of the calibration.
const REST_AT_SILENCE: f32 = 0.95;
/// Lips up to this many millimetres apart stay unchanged in silence: 0.3 mm more than
/// [`LIP_REST_MM`].
const REST_MM: f32 = 0.9;
/// Maximum aperture in silence in millimetres, for speakers with a wider rest pose. Below
/// [`CLOSED_LIPS_MM`](crate::clip::lips::CLOSED_LIPS_MM), so that the rest pose of a tracker does
/// not undo an m before a pause.
const MAX_REST_MM: f32 = 1.3;

/// The share of closing (0 to 1) at which the parting of the rest pose is fully removed: early in a
/// closure, because a parted rest pose otherwise costs closures (docs/training.md, Learning
/// speakers).
const REST_REMOVED_AT: f32 = 0.25;

/// The mouth of `FaceAnimator`: turns network frames into blendshapes, one after the other. Applies
/// the lip rules and the emphasis of vowels, limits the speed of the lips, and adds the speaker's
/// rest pose. The result has no blinks, gaze or head motion; its brows are the network's.
#[derive(Debug, Clone)]
pub struct LipAnimator {
    rules: LipRules,
    /// The speaker's rest pose, added to the network's output.
    rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// Factor on the speed of the lips: speakers who open wider move faster.
    pace: f32,
    /// The aperture of the previous frame, in millimetres.
    last_aperture: f32,
}

impl LipAnimator {
    /// The lips of the average speaker, at rest.
    pub fn new(rules: LipRules) -> Self {
        Self::of_speaker(rules, [0.0; Channel::BLENDSHAPE_COUNT], 1.0)
    }

    /// The lips of a speaker with this rest pose (blendshape weights added to every frame), which
    /// move `pace` times as fast as the average speaker's.
    pub fn of_speaker(rules: LipRules, rest: [f32; Channel::BLENDSHAPE_COUNT], pace: f32) -> Self {
        Self {
            rules,
            rest,
            pace,
            last_aperture: aperture_mm(&rest_frame(&rest)),
        }
    }

    /// The blendshapes of the next network frame; those of the eyes are at rest.
    pub fn next(&mut self, network: &NetworkFrame) -> Frame {
        let mut frame = self.rules.face(network, &self.rest);
        let open = aperture_mm(&frame);
        let max_step = self.pace * MAX_STEP_MM;
        let mut goal = open.min(self.last_aperture.max(0.0) + max_step);
        let mut travel = 0.0;
        let parted = rest_parting(&self.rest);
        for probability in network.closure_ahead {
            travel += max_step;
            let closed = self.rules.closed_share(probability);
            goal = goal.min(closing_aperture(open, parted, closed) + travel);
        }
        close_to(&mut frame, goal);
        open_to(
            &mut frame,
            self.last_aperture.max(0.0) - self.pace * MAX_UNPREDICTED_STEP_MM,
        );
        self.last_aperture = aperture_mm(&frame);
        frame
    }
}

impl LipRules {
    /// One frame's face, independent of the frames before and after.
    fn face(&self, network: &NetworkFrame, rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Frame {
        let mut frame = Frame::NEUTRAL;
        let channels = || Channel::blendshapes().iter().zip(rest);
        for ((channel, rest), value) in channels().zip(network.expression) {
            if !EYE_CHANNELS.contains(channel) {
                frame[*channel] = (value + rest).clamp(0.0, 1.0) - rest;
            }
        }
        emphasise_vowels(&mut frame, network.open_vowel);
        emphasise_rounding(&mut frame, network.rounded);
        for (channel, rest) in channels().filter(|(channel, _)| !EYE_CHANNELS.contains(channel)) {
            frame[*channel] = (frame[*channel] + rest).clamp(0.0, 1.0);
        }
        let contact = network.bilabial.max(network.contact).max(network.silence);
        self.keep_parted(&mut frame, contact);
        self.shut(&mut frame, network.bilabial, rest_parting(rest));
        rest_in_silence(&mut frame, network.silence, aperture_mm(&rest_frame(rest)));
        frame
    }

    /// Share of closing, 0 to 1, at this probability of a bilabial.
    fn closed_share(&self, probability: f32) -> f32 {
        let position = ramp(probability, self.open_below, self.shut_above);
        position * position * (3.0 - 2.0 * position)
    }

    /// Closes the lips according to the probability of a bilabial (0 to 1). `parted` is the result
    /// of [`rest_parting`].
    fn shut(&self, frame: &mut Frame, probability: f32, parted: f32) {
        let closed = self.closed_share(probability);
        if closed <= 0.0 || aperture_mm(frame) <= SHUT_MM {
            return;
        }
        let goal = closing_aperture(aperture_mm(frame), parted, closed);
        for channel in PARTING_CHANNELS {
            frame[channel] *= 1.0 - closed;
        }
        close_to(frame, goal);
    }

    /// Parts the lips in speech without lip contact: uncertainty between a closed and an open sound
    /// must not look like a closure. `contact` is the probability (0 to 1) that the lips touch or
    /// nearly touch, silence included.
    fn keep_parted(&self, frame: &mut Frame, contact: f32) {
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

/// Millimetres by which a rest pose parts the lips more than the average speaker's.
fn rest_parting(rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> f32 {
    (aperture_mm(&rest_frame(rest)) - LIP_REST_MM).max(0.0)
}

/// The aperture of lips at `open` millimetres, closed by this share (0 to 1). The parting of the
/// rest pose, `parted` millimetres, is removed first, so that a speaker whose lips are parted at
/// rest also closes them on a b.
fn closing_aperture(open: f32, parted: f32, closed: f32) -> f32 {
    let from = open - parted.min(open.max(0.0)) * (closed / REST_REMOVED_AT).min(1.0);
    SHUT_MM + (from - SHUT_MM) * (1.0 - closed)
}

/// 0 up to `from`, 1 beyond `to`, linear in between.
fn ramp(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from).max(f32::EPSILON)).clamp(0.0, 1.0)
}

/// Raises MouthClose until the aperture is at most `goal` millimetres. MouthClose is limited by the
/// jaw's opening ([`MAX_MOUTH_CLOSE_ABOVE_JAW`]); then the jaw closes.
fn close_to(frame: &mut Frame, goal: f32) {
    let excess = aperture_mm(frame) - goal;
    if excess <= 0.0 {
        return;
    }
    let close = frame[Channel::MouthClose] + excess / millimetres_per_mouth_close();
    let max_close = frame[Channel::JawOpen].max(0.0) + MAX_MOUTH_CLOSE_ABOVE_JAW;
    frame[Channel::MouthClose] = close.min(max_close);
    let remaining = aperture_mm(frame) - goal;
    if remaining > 0.0 {
        frame[Channel::JawOpen] =
            (frame[Channel::JawOpen] - remaining / millimetres_per_mouth_close()).max(0.0);
    }
}

/// Lowers MouthClose, then opens the jaw, until the aperture is at least `goal` millimetres.
fn open_to(frame: &mut Frame, goal: f32) {
    let missing = (goal - aperture_mm(frame)) / millimetres_per_mouth_close();
    if missing > 0.0 {
        let released = frame[Channel::MouthClose].min(missing);
        frame[Channel::MouthClose] -= released;
        frame[Channel::JawOpen] += missing - released;
    }
}

/// Relative increase of the aperture on an open vowel.
pub(super) const OPEN_GAIN: f32 = 0.2;
/// Relative decrease of the aperture on other sounds.
pub(super) const NARROW_GAIN: f32 = 0.3;
/// Relative increase of pucker and funnel on a rounded sound.
pub(super) const ROUNDING_GAIN: f32 = 0.5;

/// Restores the contrast of vowels that regression averages away: the jaw opens the lips by up to
/// `OPEN_GAIN` more on an open vowel and by up to `NARROW_GAIN` less on other sounds.
/// `open_vowel` is a probability, 0 to 1.
fn emphasise_vowels(frame: &mut Frame, open_vowel: f32) {
    let gain = OPEN_GAIN * open_vowel - NARROW_GAIN * (1.0 - open_vowel);
    let wider = aperture_mm(frame).max(0.0) * gain;
    frame[Channel::JawOpen] += wider / millimetres_per_mouth_close();
}

/// Restores the protrusion of rounded sounds that regression averages away: pucker and funnel grow
/// by up to `ROUNDING_GAIN`. `rounded` is a probability, 0 to 1.
fn emphasise_rounding(frame: &mut Frame, rounded: f32) {
    for channel in [Channel::MouthPucker, Channel::MouthFunnel] {
        frame[channel] *= 1.0 + ROUNDING_GAIN * rounded;
    }
}

/// Fades the mouth to rest in silence. `silence` is a probability, 0 to 1.
///
/// Lips at rest may stay parted by the aperture of the speaker's rest pose, `rest_mm` millimetres,
/// between [`REST_MM`] and [`MAX_REST_MM`]; only a larger aperture fades.
fn rest_in_silence(frame: &mut Frame, silence: f32, rest_mm: f32) {
    let rest_mm = rest_mm.clamp(REST_MM, MAX_REST_MM);
    let position = ramp(silence, REST_BEGINS_AT_SILENCE, REST_AT_SILENCE);
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
    fn a_probable_bilabial_shuts_any_mouth_and_an_improbable_one_changes_nothing() {
        let rules = LipRules::default();
        let mut shut = open_vowel();
        rules.shut(&mut shut, 0.95, 0.0);
        assert!(aperture_mm(&shut) <= 0.01, "{}", aperture_mm(&shut));
        assert!(shut[Channel::MouthClose] <= shut[Channel::JawOpen] + MAX_MOUTH_CLOSE_ABOVE_JAW);
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
        let mut nearly_closed = Frame::NEUTRAL;
        nearly_closed[Channel::JawOpen] = 0.08;
        nearly_closed[Channel::MouthClose] = 0.07;
        let mut parted = nearly_closed;
        LipRules::default().keep_parted(&mut parted, 0.05);
        assert!((aperture_mm(&parted) - 2.3).abs() < 1e-3);
        let mut touching = nearly_closed;
        LipRules::default().keep_parted(&mut touching, 0.6);
        assert_eq!(touching, nearly_closed);
    }

    #[test]
    fn an_open_vowel_opens_more_than_another_sound_with_the_same_curves() {
        let (mut open, mut narrow) = (open_vowel(), open_vowel());
        emphasise_vowels(&mut open, 0.9);
        emphasise_vowels(&mut narrow, 0.1);
        assert!(aperture_mm(&open) > 1.3 * aperture_mm(&narrow));
        assert!(aperture_mm(&narrow) > 0.6 * aperture_mm(&open_vowel()));
    }

    /// Network output that predicts a b for three frames, then has it for two, then a wide vowel.
    fn a_b_between_vowels() -> Vec<NetworkFrame> {
        let frame = |bilabial: f32, closure_ahead: [f32; CLOSURES_AHEAD]| {
            let mut expression = [0.0; Channel::BLENDSHAPE_COUNT];
            expression[Channel::JawOpen.index()] = 0.4;
            NetworkFrame {
                expression,
                bilabial,
                closure_ahead,
                silence: 0.0,
                contact: bilabial,
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
    fn lips_move_to_a_closure_and_back_at_human_speed_and_arrive_in_time() {
        let mut lips = LipAnimator::new(LipRules::default());
        let apertures: Vec<f32> = (a_b_between_vowels().iter())
            .map(|frame| aperture_mm(&lips.next(frame)))
            .collect();
        let steps = apertures.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let fastest = steps.fold(0.0, f32::max);
        assert!(fastest <= MAX_STEP_MM + 1e-3, "{fastest}: {apertures:?}");
        assert!(apertures[9] > 8.0, "{apertures:?}");
        assert!(apertures[13] < 0.5 && apertures[14] < 0.5, "{apertures:?}");
    }

    #[test]
    fn a_rounded_sound_protrudes_more_and_others_are_unchanged() {
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
    fn silence_closes_the_lips_and_speech_leaves_them_unchanged() {
        let mut silent = open_vowel();
        rest_in_silence(&mut silent, 1.0, 0.6);
        assert!(aperture_mm(&silent) < 1.0);
        let mut speaking = open_vowel();
        rest_in_silence(&mut speaking, 0.3, 0.6);
        assert_eq!(speaking, open_vowel());
    }
}
