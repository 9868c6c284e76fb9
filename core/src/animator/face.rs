//! From the network's frames to whole faces: lips, head and eyes.

use std::collections::VecDeque;

use super::Options;
use crate::audio::LOUDNESS_FLOOR_DB;
use crate::clip::{Channel, Frame};
use crate::model::eyes::Eyes;
use crate::model::head_pose::HeadPose;
use crate::model::prosody::Prosody;
use crate::model::{LipRules, Lips, NetworkFrame};

/// Turns network frames into faces, one after the other.
pub(super) struct Face {
    lips: Lips,
    head: Option<HeadPose>,
    eyes: Option<Eyes>,
    loudness: VecDeque<f32>,
    last_loudness: f32,
}

impl Face {
    pub(super) fn new(lips: LipRules, options: &Options) -> Self {
        Self {
            lips: Lips::new(lips),
            head: options
                .head
                .map(|settings| HeadPose::new(options.seed, settings)),
            eyes: options
                .eyes
                .map(|settings| Eyes::new(options.seed, settings)),
            loudness: VecDeque::new(),
            last_loudness: LOUDNESS_FLOOR_DB,
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
        // The meter hears slightly ahead of the network, so a value is always due.
        self.last_loudness = self.loudness.pop_front().unwrap_or(self.last_loudness);
        let prosody = Prosody {
            loudness_db: self.last_loudness,
            speech: 1.0 - network.silence,
            stress: 0.0,
        };
        let pose = self.head.as_mut().map(|head| head.next(&prosody));
        if let Some([yaw, pitch, roll]) = pose {
            frame[Channel::HeadYaw] = yaw;
            frame[Channel::HeadPitch] = pitch;
            frame[Channel::HeadRoll] = roll;
        }
        if let Some(eyes) = &mut self.eyes {
            eyes.next(&prosody)
                .stabilised(pose.unwrap_or_default())
                .apply(&mut frame);
        }
        frame
    }
}
