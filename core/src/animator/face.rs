//! From the network's frames to whole faces: lips, brows, head and eyes.

use std::collections::VecDeque;

use super::Options;
use crate::audio::LOUDNESS_FLOOR_DB;
use crate::clip::lips::{CLOSED_LIPS_MM, aperture_mm};
use crate::clip::{Channel, ChannelGroup, Frame};
use crate::model::brows::Brows;
use crate::model::eyes::{Eyes, EyesSettings};
use crate::model::head_pose::{HeadPose, HeadPoseSettings};
use crate::model::pose::{PoseStream, SpeechUnits};
use crate::model::prosody::{LOUDNESS_AHEAD, Moment, Phrasing, Prosody};
use crate::model::{FUTURE_FRAMES, Lips, NetworkFrame};

// The loudness that a frame wants is known by the time that the network can make the frame.
const _: () = assert!(LOUDNESS_AHEAD < FUTURE_FRAMES);

/// What turns the head.
enum Head {
    Average(Box<HeadPose>),
    Learned(Box<PoseStream>, SpeechUnits),
}

impl Head {
    fn next(&mut self, moment: &Moment) -> [f32; 3] {
        match self {
            Self::Average(head) => head.next(moment),
            Self::Learned(stream, units) => stream.next(units.next(moment)),
        }
    }
}

/// Turns network frames into faces, one after the other.
pub(super) struct Face {
    lips: Lips,
    liveliness: f32,
    phrasing: Phrasing,
    brows: Brows,
    head: Option<Head>,
    eyes: Option<Eyes>,
    /// What the user's gains make of the head's angles, which the eyes counter.
    head_gains: [f32; 3],
    loudness: VecDeque<f32>,
}

impl Face {
    /// A face with these lips and the average speaker's head.
    pub(super) fn new(lips: Lips, options: &Options) -> Self {
        let liveliness = options.liveliness();
        let alive = liveliness > 0.0;
        let head = |settings: HeadPoseSettings| HeadPoseSettings {
            amplitude: settings.amplitude * liveliness,
            ..settings
        };
        let eyes = |settings: EyesSettings| EyesSettings {
            gaze: settings.gaze * liveliness,
            ..settings
        };
        Self {
            lips,
            liveliness,
            phrasing: Phrasing::default(),
            brows: Brows::new(options.seed, liveliness),
            head: (options.head.filter(|_| alive)).map(|settings| {
                Head::Average(Box::new(HeadPose::new(options.seed, head(settings))))
            }),
            eyes: (options.eyes.filter(|_| alive))
                .map(|settings| Eyes::new(options.seed, eyes(settings))),
            head_gains: [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll]
                .map(|channel| options.gains.of(channel).0),
            loudness: VecDeque::new(),
        }
    }

    /// The same face with a head, if it moves at all, that moves like this, `strength` times.
    pub(super) fn turning_like(self, head: &PoseStream, seed: u64, strength: f32) -> Self {
        let amplitude = strength * self.liveliness;
        let learned = |_| {
            let stream = head.restarted(seed, amplitude);
            Head::Learned(Box::new(stream), SpeechUnits::default())
        };
        Self {
            head: self.head.map(learned),
            ..self
        }
    }

    /// Takes loudness (dB relative to full scale) at the network's frame rate.
    pub(super) fn hear(&mut self, loudness: impl IntoIterator<Item = f32>) {
        self.loudness.extend(loudness);
    }

    pub(super) fn frames(&mut self, network: &[NetworkFrame]) -> Vec<Frame> {
        network.iter().map(|frame| self.frame(frame)).collect()
    }

    fn frame(&mut self, network: &NetworkFrame) -> Frame {
        let mut frame = self.lips.next(network);
        // Beyond the end of the sound it is quiet.
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
            let seen: [f32; 3] = std::array::from_fn(|axis| pose[axis] * self.head_gains[axis]);
            eyes.next(&moment).stabilised(seen).apply(&mut frame);
        }
        frame
    }
}
