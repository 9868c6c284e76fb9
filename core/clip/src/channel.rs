//! The 61 animated values of a face.

use std::fmt;
use std::str::FromStr;

/// One animated value of a face, in the order of Live Link's enumeration: 52 ARKit blendshapes
/// (0 to 1), then nine signed angles in radians.
///
/// Left and right are the character's own. Positive yaw turns towards the character's left,
/// positive pitch looks up, positive roll tilts the head towards the character's left shoulder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Channel {
    /// ARKit blendshape `eyeBlinkLeft`, 0 to 1.
    EyeBlinkLeft,
    /// ARKit blendshape `eyeLookDownLeft`, 0 to 1.
    EyeLookDownLeft,
    /// ARKit blendshape `eyeLookInLeft`, 0 to 1.
    EyeLookInLeft,
    /// ARKit blendshape `eyeLookOutLeft`, 0 to 1.
    EyeLookOutLeft,
    /// ARKit blendshape `eyeLookUpLeft`, 0 to 1.
    EyeLookUpLeft,
    /// ARKit blendshape `eyeSquintLeft`, 0 to 1.
    EyeSquintLeft,
    /// ARKit blendshape `eyeWideLeft`, 0 to 1.
    EyeWideLeft,
    /// ARKit blendshape `eyeBlinkRight`, 0 to 1.
    EyeBlinkRight,
    /// ARKit blendshape `eyeLookDownRight`, 0 to 1.
    EyeLookDownRight,
    /// ARKit blendshape `eyeLookInRight`, 0 to 1.
    EyeLookInRight,
    /// ARKit blendshape `eyeLookOutRight`, 0 to 1.
    EyeLookOutRight,
    /// ARKit blendshape `eyeLookUpRight`, 0 to 1.
    EyeLookUpRight,
    /// ARKit blendshape `eyeSquintRight`, 0 to 1.
    EyeSquintRight,
    /// ARKit blendshape `eyeWideRight`, 0 to 1.
    EyeWideRight,
    /// ARKit blendshape `jawForward`, 0 to 1.
    JawForward,
    /// ARKit blendshape `jawLeft`, 0 to 1.
    JawLeft,
    /// ARKit blendshape `jawRight`, 0 to 1.
    JawRight,
    /// ARKit blendshape `jawOpen`, 0 to 1.
    JawOpen,
    /// ARKit blendshape `mouthClose`, 0 to 1.
    MouthClose,
    /// ARKit blendshape `mouthFunnel`, 0 to 1.
    MouthFunnel,
    /// ARKit blendshape `mouthPucker`, 0 to 1.
    MouthPucker,
    /// ARKit blendshape `mouthLeft`, 0 to 1.
    MouthLeft,
    /// ARKit blendshape `mouthRight`, 0 to 1.
    MouthRight,
    /// ARKit blendshape `mouthSmileLeft`, 0 to 1.
    MouthSmileLeft,
    /// ARKit blendshape `mouthSmileRight`, 0 to 1.
    MouthSmileRight,
    /// ARKit blendshape `mouthFrownLeft`, 0 to 1.
    MouthFrownLeft,
    /// ARKit blendshape `mouthFrownRight`, 0 to 1.
    MouthFrownRight,
    /// ARKit blendshape `mouthDimpleLeft`, 0 to 1.
    MouthDimpleLeft,
    /// ARKit blendshape `mouthDimpleRight`, 0 to 1.
    MouthDimpleRight,
    /// ARKit blendshape `mouthStretchLeft`, 0 to 1.
    MouthStretchLeft,
    /// ARKit blendshape `mouthStretchRight`, 0 to 1.
    MouthStretchRight,
    /// ARKit blendshape `mouthRollLower`, 0 to 1.
    MouthRollLower,
    /// ARKit blendshape `mouthRollUpper`, 0 to 1.
    MouthRollUpper,
    /// ARKit blendshape `mouthShrugLower`, 0 to 1.
    MouthShrugLower,
    /// ARKit blendshape `mouthShrugUpper`, 0 to 1.
    MouthShrugUpper,
    /// ARKit blendshape `mouthPressLeft`, 0 to 1.
    MouthPressLeft,
    /// ARKit blendshape `mouthPressRight`, 0 to 1.
    MouthPressRight,
    /// ARKit blendshape `mouthLowerDownLeft`, 0 to 1.
    MouthLowerDownLeft,
    /// ARKit blendshape `mouthLowerDownRight`, 0 to 1.
    MouthLowerDownRight,
    /// ARKit blendshape `mouthUpperUpLeft`, 0 to 1.
    MouthUpperUpLeft,
    /// ARKit blendshape `mouthUpperUpRight`, 0 to 1.
    MouthUpperUpRight,
    /// ARKit blendshape `browDownLeft`, 0 to 1.
    BrowDownLeft,
    /// ARKit blendshape `browDownRight`, 0 to 1.
    BrowDownRight,
    /// ARKit blendshape `browInnerUp`, 0 to 1.
    BrowInnerUp,
    /// ARKit blendshape `browOuterUpLeft`, 0 to 1.
    BrowOuterUpLeft,
    /// ARKit blendshape `browOuterUpRight`, 0 to 1.
    BrowOuterUpRight,
    /// ARKit blendshape `cheekPuff`, 0 to 1.
    CheekPuff,
    /// ARKit blendshape `cheekSquintLeft`, 0 to 1.
    CheekSquintLeft,
    /// ARKit blendshape `cheekSquintRight`, 0 to 1.
    CheekSquintRight,
    /// ARKit blendshape `noseSneerLeft`, 0 to 1.
    NoseSneerLeft,
    /// ARKit blendshape `noseSneerRight`, 0 to 1.
    NoseSneerRight,
    /// ARKit blendshape `tongueOut`, 0 to 1.
    TongueOut,
    /// Angle head yaw, signed, radians.
    HeadYaw,
    /// Angle head pitch, signed, radians.
    HeadPitch,
    /// Angle head roll, signed, radians.
    HeadRoll,
    /// Angle left eye yaw, signed, radians.
    LeftEyeYaw,
    /// Angle left eye pitch, signed, radians.
    LeftEyePitch,
    /// Angle left eye roll, signed, radians.
    LeftEyeRoll,
    /// Angle right eye yaw, signed, radians.
    RightEyeYaw,
    /// Angle right eye pitch, signed, radians.
    RightEyePitch,
    /// Angle right eye roll, signed, radians.
    RightEyeRoll,
}

const NAMES: [&str; Channel::COUNT] = [
    "EyeBlinkLeft",
    "EyeLookDownLeft",
    "EyeLookInLeft",
    "EyeLookOutLeft",
    "EyeLookUpLeft",
    "EyeSquintLeft",
    "EyeWideLeft",
    "EyeBlinkRight",
    "EyeLookDownRight",
    "EyeLookInRight",
    "EyeLookOutRight",
    "EyeLookUpRight",
    "EyeSquintRight",
    "EyeWideRight",
    "JawForward",
    "JawLeft",
    "JawRight",
    "JawOpen",
    "MouthClose",
    "MouthFunnel",
    "MouthPucker",
    "MouthLeft",
    "MouthRight",
    "MouthSmileLeft",
    "MouthSmileRight",
    "MouthFrownLeft",
    "MouthFrownRight",
    "MouthDimpleLeft",
    "MouthDimpleRight",
    "MouthStretchLeft",
    "MouthStretchRight",
    "MouthRollLower",
    "MouthRollUpper",
    "MouthShrugLower",
    "MouthShrugUpper",
    "MouthPressLeft",
    "MouthPressRight",
    "MouthLowerDownLeft",
    "MouthLowerDownRight",
    "MouthUpperUpLeft",
    "MouthUpperUpRight",
    "BrowDownLeft",
    "BrowDownRight",
    "BrowInnerUp",
    "BrowOuterUpLeft",
    "BrowOuterUpRight",
    "CheekPuff",
    "CheekSquintLeft",
    "CheekSquintRight",
    "NoseSneerLeft",
    "NoseSneerRight",
    "TongueOut",
    "HeadYaw",
    "HeadPitch",
    "HeadRoll",
    "LeftEyeYaw",
    "LeftEyePitch",
    "LeftEyeRoll",
    "RightEyeYaw",
    "RightEyePitch",
    "RightEyeRoll",
];

impl Channel {
    /// The number of channels.
    pub const COUNT: usize = 61;

    /// The number of blendshapes; they come first.
    pub const BLENDSHAPE_COUNT: usize = 52;

    /// Every channel in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::EyeBlinkLeft,
        Self::EyeLookDownLeft,
        Self::EyeLookInLeft,
        Self::EyeLookOutLeft,
        Self::EyeLookUpLeft,
        Self::EyeSquintLeft,
        Self::EyeWideLeft,
        Self::EyeBlinkRight,
        Self::EyeLookDownRight,
        Self::EyeLookInRight,
        Self::EyeLookOutRight,
        Self::EyeLookUpRight,
        Self::EyeSquintRight,
        Self::EyeWideRight,
        Self::JawForward,
        Self::JawLeft,
        Self::JawRight,
        Self::JawOpen,
        Self::MouthClose,
        Self::MouthFunnel,
        Self::MouthPucker,
        Self::MouthLeft,
        Self::MouthRight,
        Self::MouthSmileLeft,
        Self::MouthSmileRight,
        Self::MouthFrownLeft,
        Self::MouthFrownRight,
        Self::MouthDimpleLeft,
        Self::MouthDimpleRight,
        Self::MouthStretchLeft,
        Self::MouthStretchRight,
        Self::MouthRollLower,
        Self::MouthRollUpper,
        Self::MouthShrugLower,
        Self::MouthShrugUpper,
        Self::MouthPressLeft,
        Self::MouthPressRight,
        Self::MouthLowerDownLeft,
        Self::MouthLowerDownRight,
        Self::MouthUpperUpLeft,
        Self::MouthUpperUpRight,
        Self::BrowDownLeft,
        Self::BrowDownRight,
        Self::BrowInnerUp,
        Self::BrowOuterUpLeft,
        Self::BrowOuterUpRight,
        Self::CheekPuff,
        Self::CheekSquintLeft,
        Self::CheekSquintRight,
        Self::NoseSneerLeft,
        Self::NoseSneerRight,
        Self::TongueOut,
        Self::HeadYaw,
        Self::HeadPitch,
        Self::HeadRoll,
        Self::LeftEyeYaw,
        Self::LeftEyePitch,
        Self::LeftEyeRoll,
        Self::RightEyeYaw,
        Self::RightEyePitch,
        Self::RightEyeRoll,
    ];

    /// The 52 blendshapes in order.
    pub fn blendshapes() -> &'static [Self] {
        const ALL: [Channel; Channel::COUNT] = Channel::ALL;
        &ALL[..Self::BLENDSHAPE_COUNT]
    }

    /// The nine angles in order.
    pub fn angles() -> &'static [Self] {
        const ALL: [Channel; Channel::COUNT] = Channel::ALL;
        &ALL[Self::BLENDSHAPE_COUNT..]
    }

    /// The position in a frame, 0 to 60.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether this is a signed angle in radians rather than a blendshape weight.
    pub fn is_angle(self) -> bool {
        self.index() >= Self::BLENDSHAPE_COUNT
    }

    /// The name in Unreal's spelling: `JawOpen`.
    pub fn name(self) -> &'static str {
        NAMES[self.index()]
    }

    /// The name in Apple's spelling: `jawOpen`.
    pub fn camel_name(self) -> String {
        let name = self.name();
        name[..1].to_ascii_lowercase() + &name[1..]
    }

    /// The channel of the other side; a central channel is its own mirror.
    pub fn mirrored(self) -> Self {
        let name = self.name();
        let other = if name.contains("Left") {
            name.replacen("Left", "Right", 1)
        } else {
            name.replacen("Right", "Left", 1)
        };
        other.parse().unwrap_or(self)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not a channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a channel; channels are the 52 ARKit blendshapes and 9 angles, such as JawOpen or HeadYaw"
)]
pub struct UnknownChannel(pub String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    /// Reads `JawOpen` or `jawOpen`; letter case is ignored.
    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownChannel(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Channel;

    #[test]
    fn every_name_reads_back_as_its_channel() {
        for (index, channel) in Channel::ALL.into_iter().enumerate() {
            assert_eq!(channel.index(), index);
            assert_eq!(channel.name().parse(), Ok(channel));
            assert_eq!(channel.camel_name().parse(), Ok(channel));
            assert_eq!(channel.mirrored().mirrored(), channel);
        }
        assert_eq!(Channel::EyeLookInLeft.mirrored(), Channel::EyeLookInRight);
        assert_eq!(Channel::LeftEyeYaw.mirrored(), Channel::RightEyeYaw);
    }
}
