//! Which way angles count.

use metaface_clip::Channel;

/// A channel's value in the other convention: Live Link counts yaw positive to the character's
/// right and pitch positive downwards, [`Channel`] the other way round. The eyes' signs were read
/// off a real take and real packets, where they follow EyeLookIn, Out, Up and Down; the head's
/// are taken to be the same.
pub(crate) fn live_link_sign(channel: Channel, value: f32) -> f32 {
    use Channel as C;
    match channel {
        C::HeadYaw
        | C::HeadPitch
        | C::LeftEyeYaw
        | C::LeftEyePitch
        | C::RightEyeYaw
        | C::RightEyePitch => 0.0 - value,
        _ => value,
    }
}
