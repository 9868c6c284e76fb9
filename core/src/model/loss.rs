//! Common parts of the losses on blendshapes: the robust penalty and the channel weights.

use burn::tensor::{Tensor, backend::Backend};

use crate::clip::Channel;

/// Weight of the upper face relative to the mouth.
const UPPER_FACE_WEIGHT: f32 = 0.25;

/// The Charbonnier penalty (Charbonnier et al. 1994): `sqrt(error^2 + knee^2) - knee`.
pub fn robust<B: Backend>(error: Tensor<B, 3>, knee: f32) -> Tensor<B, 3> {
    (error.square() + knee * knee).sqrt() - knee
}

/// Weight of a blendshape's error.
pub fn channel_importance(channel: Channel) -> f32 {
    let name = channel.name();
    match channel {
        Channel::JawOpen | Channel::MouthClose => 3.0,
        Channel::MouthPucker | Channel::MouthFunnel => 2.0,
        _ if name.starts_with("Mouth") || name.starts_with("Jaw") => 1.0,
        Channel::TongueOut => 1.0,
        _ => UPPER_FACE_WEIGHT,
    }
}
