//! Groups of channels that share a gain.

use std::fmt;

use crate::Channel;

/// A part of the face; every channel belongs to exactly one.
///
/// | group | channels |
/// |---|---|
/// | `mouth` | jaw, lips, tongue, cheeks and nose |
/// | `brows` | BrowDown, BrowInnerUp, BrowOuterUp |
/// | `eyes` | lids (blink, squint, wide), gaze shapes and eye angles |
/// | `head` | HeadYaw, HeadPitch, HeadRoll |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelGroup {
    /// Jaw, lips, tongue, cheeks and nose.
    Mouth,
    /// The brows.
    Brows,
    /// Lids, gaze shapes and eye angles.
    Eyes,
    /// The head angles.
    Head,
}

impl ChannelGroup {
    /// Every group.
    pub const ALL: [Self; 4] = [Self::Mouth, Self::Brows, Self::Eyes, Self::Head];

    /// The group's name in options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mouth => "mouth",
            Self::Brows => "brows",
            Self::Eyes => "eyes",
            Self::Head => "head",
        }
    }

    /// The group with this name; letter case is ignored.
    pub fn named(name: &str) -> Option<Self> {
        let mut groups = Self::ALL.into_iter();
        groups.find(|group| group.name().eq_ignore_ascii_case(name))
    }

    /// The group that a channel belongs to.
    pub fn of(channel: Channel) -> Self {
        use Channel as C;
        let within = |first, last| (first..=last).contains(&channel);
        if within(C::EyeBlinkLeft, C::EyeWideRight) || within(C::LeftEyeYaw, C::RightEyeRoll) {
            Self::Eyes
        } else if within(C::BrowDownLeft, C::BrowOuterUpRight) {
            Self::Brows
        } else if within(C::HeadYaw, C::HeadRoll) {
            Self::Head
        } else {
            Self::Mouth
        }
    }

    /// The group's channels in order.
    pub fn channels(self) -> impl Iterator<Item = Channel> {
        let all = Channel::ALL.into_iter();
        all.filter(move |channel| Self::of(*channel) == self)
    }
}

impl fmt::Display for ChannelGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::ChannelGroup;
    use crate::Channel;

    #[test]
    fn groups_contain_the_channels_of_their_name() {
        let counts = ChannelGroup::ALL.map(|group| group.channels().count());
        assert_eq!(counts, [33, 5, 20, 3]);
        for channel in Channel::ALL {
            let name = channel.name();
            let expected = if name.starts_with("Head") {
                ChannelGroup::Head
            } else if name.starts_with("Brow") {
                ChannelGroup::Brows
            } else if name.contains("Eye") {
                ChannelGroup::Eyes
            } else {
                ChannelGroup::Mouth
            };
            assert_eq!(ChannelGroup::of(channel), expected, "{channel}");
        }
        assert_eq!(ChannelGroup::named("Brows"), Some(ChannelGroup::Brows));
        assert_eq!(ChannelGroup::named("brow"), None);
    }
}
