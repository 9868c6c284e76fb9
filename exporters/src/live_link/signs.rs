//! Sign conventions of angles.

use metaface_clip::Channel;

/// Converts a channel's value between the two conventions. In Live Link, yaw is positive to the
/// character's right and pitch positive downwards; in [`Channel`], both are the opposite. The signs
/// of the eyes were verified on a recorded take and on recorded packets, where they agree with
/// EyeLookIn, Out, Up and Down. Those of the head are assumed to be the same.
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
