//! Turns the network's frames into complete faces: lips, brows, head and eyes.

use std::collections::VecDeque;

use super::average_head::{AverageHead, HeadSettings};
use super::brows::Brows;
use super::eyes::{Eyes, EyesSettings};
use super::pose::{LearnedHead, SpeechUnits};
use super::prosody::{LOUDNESS_AHEAD, Phrasing, Prosody, SpeechMoment};
use super::{FUTURE_FRAMES, LipAnimator, NetworkFrame};
use crate::audio::LOUDNESS_FLOOR_DB;
use crate::clip::lips::{CLOSED_LIPS_MM, aperture_mm};
use crate::clip::{Channel, ChannelGroup, Frame};

// The loudness for a frame is known when the network completes the frame.
const _: () = assert!(LOUDNESS_AHEAD < FUTURE_FRAMES);

/// Settings of the movement besides the mouth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FaceSettings {
    /// Seed of brows, head and eyes.
    pub(crate) seed: u64,
    /// Factor on the movement of brows, head and gaze, 0 to 2; 0 also stops blinks.
    pub(crate) liveliness: f32,
    /// `None` keeps the head still.
    pub(crate) head: Option<HeadSettings>,
    /// `None` keeps the eyes still.
    pub(crate) eyes: Option<EyesSettings>,
    /// The user's gains on the head's yaw, pitch and roll; the eyes counter-rotate accordingly.
    pub(crate) head_gains: [f32; 3],
}

/// The default seed.
pub(crate) const DEFAULT_SEED: u64 = 7;

impl Default for FaceSettings {
    fn default() -> Self {
        Self {
            seed: DEFAULT_SEED,
            liveliness: 1.0,
            head: Some(HeadSettings::default()),
            eyes: Some(EyesSettings::default()),
            head_gains: [1.0; 3],
        }
    }
}

/// The source of the head's angles.
enum HeadAnimator {
    /// The average speaker's head, procedural.
    Average(Box<AverageHead>),
    /// A learned speaker's head, and the units of speech that drive it.
    Learned(Box<LearnedHead>, SpeechUnits),
}

impl HeadAnimator {
    fn next(&mut self, moment: &SpeechMoment) -> [f32; 3] {
        match self {
            Self::Average(head) => head.next(moment),
            Self::Learned(head, units) => head.next(units.next(moment)),
        }
    }
}

/// Turns network frames into complete faces, one after the other: the frames of a [`LipAnimator`]
/// with brows, head, blinks and gaze.
pub(crate) struct FaceAnimator {
    lips: LipAnimator,
    liveliness: f32,
    phrasing: Phrasing,
    brows: Brows,
    head: Option<HeadAnimator>,
    eyes: Option<Eyes>,
    /// See [`FaceSettings::head_gains`].
    head_gains: [f32; 3],
    loudness: VecDeque<f32>,
}

impl FaceAnimator {
    /// A face with these lips and the average speaker's head.
    pub(crate) fn new(lips: LipAnimator, settings: &FaceSettings) -> Self {
        let FaceSettings {
            seed,
            liveliness,
            head_gains,
            ..
        } = *settings;
        let is_lively = liveliness > 0.0;
        let scaled_head = |settings: HeadSettings| HeadSettings {
            amplitude: settings.amplitude * liveliness,
            ..settings
        };
        let scaled_eyes = |settings: EyesSettings| EyesSettings {
            gaze: settings.gaze * liveliness,
            ..settings
        };
        Self {
            lips,
            liveliness,
            phrasing: Phrasing::default(),
            brows: Brows::new(seed, liveliness),
            head: (settings.head.filter(|_| is_lively)).map(|settings| {
                HeadAnimator::Average(Box::new(AverageHead::new(seed, scaled_head(settings))))
            }),
            eyes: (settings.eyes.filter(|_| is_lively))
                .map(|settings| Eyes::new(seed, scaled_eyes(settings))),
            head_gains,
            loudness: VecDeque::new(),
        }
    }

    /// The same face with a learned head style at this strength; a still head stays still.
    pub(crate) fn with_head_style(self, head: &LearnedHead, seed: u64, strength: f32) -> Self {
        let amplitude = strength * self.liveliness;
        let learned = |_| {
            let learned_head = head.restarted(seed, amplitude);
            HeadAnimator::Learned(Box::new(learned_head), SpeechUnits::default())
        };
        Self {
            head: self.head.map(learned),
            ..self
        }
    }

    /// Takes loudness (dB relative to full scale) at the network's frame rate.
    pub(crate) fn push_loudness(&mut self, loudness: impl IntoIterator<Item = f32>) {
        self.loudness.extend(loudness);
    }

    pub(crate) fn frames(&mut self, network: &[NetworkFrame]) -> Vec<Frame> {
        network.iter().map(|frame| self.frame(frame)).collect()
    }

    fn frame(&mut self, network: &NetworkFrame) -> Frame {
        let mut frame = self.lips.next(network);
        // Beyond the end of the sound there is silence.
        let ahead = self.loudness.get(LOUDNESS_AHEAD);
        let prosody = Prosody {
            loudness_ahead_db: ahead.copied().unwrap_or(LOUDNESS_FLOOR_DB),
            speech: 1.0 - network.silence,
            lips_shut: aperture_mm(&frame) < CLOSED_LIPS_MM,
        };
        self.loudness.pop_front();
        let moment = self.phrasing.next(&prosody);
        for channel in ChannelGroup::Eyes.channels() {
            frame[channel] *= self.liveliness.min(1.0);
        }
        self.brows.next(&moment, &mut frame);
        let mut pose = [0.0; 3];
        if let Some(head) = &mut self.head {
            pose = head.next(&moment);
            frame[Channel::HeadYaw] = pose[0];
            frame[Channel::HeadPitch] = pose[1];
            frame[Channel::HeadRoll] = pose[2];
        }
        if let Some(eyes) = &mut self.eyes {
            let scaled_pose: [f32; 3] =
                std::array::from_fn(|axis| pose[axis] * self.head_gains[axis]);
            eyes.next(&moment).stabilised(scaled_pose).apply(&mut frame);
        }
        frame
    }
}
