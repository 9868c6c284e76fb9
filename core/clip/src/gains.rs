//! Per-channel gains and offsets, and their text form.

use std::fmt;
use std::str::FromStr;

use crate::edit::limited;
use crate::{Channel, ChannelGroup, Clip, ClipError, Frame};

/// A list of gains and offsets for channels.
///
/// The text form is a comma-separated list of terms, applied from left to right:
///
/// | term | meaning |
/// |---|---|
/// | `JawOpen=1.2` | JawOpen times 1.2 |
/// | `HeadYaw=-1` | HeadYaw times -1 |
/// | `BrowInnerUp=0.8+0.1` | BrowInnerUp times 0.8, plus 0.1 |
/// | `HeadPitch+=0.05` | HeadPitch plus 0.05 radians |
/// | `MouthPucker-=0.1` | MouthPucker minus 0.1 |
/// | `MouthSmile*=0.5` | both smiles times 0.5: `*` stands for any letters |
/// | `*Left=0.9` | every channel of the left side times 0.9 |
/// | `brows=1.3` | the whole [`ChannelGroup`] times 1.3: mouth, brows, eyes or head |
///
/// Letter case is ignored. Blendshapes that a term changes are clamped to 0..1 afterwards; angles
/// (radians) are not.
///
/// ```
/// use metaface_clip::{Channel, ChannelGains, Clip, FrameRate};
///
/// let mut clip = Clip::neutral("line", FrameRate::whole(30)?, 1);
/// clip.frames[0][Channel::JawOpen] = 0.5;
/// let gains: ChannelGains = "JawOpen=1.2, HeadPitch+=0.05".parse()?;
/// let clip = clip.with_gains(&gains);
/// assert_eq!(clip.frames[0][Channel::JawOpen], 0.6);
/// assert_eq!(clip.frames[0][Channel::HeadPitch], 0.05);
/// # Ok::<(), metaface_clip::ClipError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelGains {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
struct Term {
    pattern: String,
    channels: Vec<Channel>,
    gain: f32,
    offset: f32,
}

impl ChannelGains {
    /// Appends a term for one channel.
    pub fn push(&mut self, channel: Channel, gain: f32, offset: f32) {
        self.terms.push(Term {
            pattern: channel.name().to_owned(),
            channels: vec![channel],
            gain,
            offset,
        });
    }

    /// Whether there are no terms.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// [`Clip::with_gains`] in place.
    pub fn apply(&self, frames: &mut [Frame]) {
        for channel in Channel::ALL {
            let (gain, offset) = self.of(channel);
            if (gain, offset) != (1.0, 0.0) {
                for frame in &mut *frames {
                    frame[channel] = limited(channel, frame[channel] * gain + offset);
                }
            }
        }
    }

    /// The gain and offset of a channel, combined from all terms.
    pub fn of(&self, channel: Channel) -> (f32, f32) {
        let terms = self.terms.iter();
        terms
            .filter(|term| term.channels.contains(&channel))
            .fold((1.0, 0.0), |(gain, offset), term| {
                (gain * term.gain, offset * term.gain + term.offset)
            })
    }
}

impl Clip {
    /// The clip with gains and offsets applied; see [`ChannelGains`].
    pub fn with_gains(&self, gains: &ChannelGains) -> Self {
        let mut clip = self.clone();
        gains.apply(&mut clip.frames);
        clip
    }
}

impl FromStr for ChannelGains {
    type Err = ClipError;

    fn from_str(text: &str) -> Result<Self, ClipError> {
        let terms = text
            .split(',')
            .map(str::trim)
            .filter(|term| !term.is_empty())
            .map(parse_term)
            .collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }
}

fn parse_term(text: &str) -> Result<Term, ClipError> {
    let error = |reason: &str| ClipError::Gain {
        term: text.to_owned(),
        reason: reason.to_owned(),
    };
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| error("there is no '='"))?;
    let number = |text: &str| -> Result<f32, ClipError> {
        let text = text.trim();
        let value: Option<f32> = text.parse().ok();
        value
            .filter(|value| value.is_finite())
            .ok_or_else(|| error(&format!("'{text}' is not a number")))
    };
    let (name, gain, offset) = if let Some(name) = name.strip_suffix('+') {
        (name, 1.0, number(value)?)
    } else if let Some(name) = name.strip_suffix('-') {
        (name, 1.0, -number(value)?)
    } else {
        match sign_between_numbers(value) {
            Some(at) => (name, number(&value[..at])?, number(&value[at..])?),
            None => (name, number(value)?, 0.0),
        }
    };
    let pattern = name.trim();
    let channels: Vec<Channel> = match ChannelGroup::named(pattern) {
        Some(group) => group.channels().collect(),
        None => Channel::ALL
            .into_iter()
            .filter(|channel| matches(pattern.as_bytes(), channel.name().as_bytes()))
            .collect(),
    };
    if channels.is_empty() {
        let groups = ChannelGroup::ALL.map(ChannelGroup::name).join(", ");
        let reason = format!("'{pattern}' is not a channel or group; groups are {groups}");
        return Err(error(&reason));
    }
    Ok(Term {
        pattern: pattern.to_owned(),
        channels,
        gain,
        offset,
    })
}

/// The index of the sign between two numbers, as in `1.2-0.5`. Signs of exponents do not count.
fn sign_between_numbers(text: &str) -> Option<usize> {
    let text = text.as_bytes();
    (1..text.len()).find(|at| {
        matches!(text[*at], b'+' | b'-')
            && text[..*at].iter().any(u8::is_ascii_digit)
            && !matches!(text[at - 1], b'e' | b'E')
    })
}

/// Whether a name matches a pattern in which `*` stands for any letters, case ignored.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*').peekable();
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name
        .get(..first.len())
        .filter(|start| start.eq_ignore_ascii_case(first))
        .map(|start| &name[start.len()..])
    else {
        return false;
    };
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.len() >= part.len()
                && rest[rest.len() - part.len()..].eq_ignore_ascii_case(part);
        }
        let found = (0..=rest.len().saturating_sub(part.len())).find(|at| {
            rest.get(*at..at + part.len())
                .is_some_and(|letters| letters.eq_ignore_ascii_case(part))
        });
        match found {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

impl fmt::Display for ChannelGains {
    /// Writes the text form; [`FromStr`] reads it back as the same gains.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, term) in self.terms.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", term.pattern, term.gain)?;
            if term.offset != 0.0 {
                write!(f, "{:+}", term.offset)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ChannelGains, matches};
    use crate::{Channel, Clip, FrameRate};

    fn gains(text: &str) -> ChannelGains {
        text.parse().expect(text)
    }

    #[test]
    fn terms_multiply_and_add_from_left_to_right() {
        let both =
            gains("jawopen=1.2, MouthSmile*=0.5, JawOpen=2-0.1, HeadYaw=-1, HeadPitch-=5e-2");
        let (gain, offset) = both.of(Channel::JawOpen);
        assert!((gain - 2.4).abs() < 1e-6 && (offset + 0.1).abs() < 1e-6);
        assert_eq!(both.of(Channel::MouthSmileRight), (0.5, 0.0));
        assert_eq!(both.of(Channel::HeadYaw), (-1.0, 0.0));
        assert_eq!(both.of(Channel::HeadPitch), (1.0, -0.05));
        assert_eq!(both.of(Channel::CheekPuff), (1.0, 0.0));
        assert!(gains("").is_empty());
    }

    #[test]
    fn a_gain_of_a_group_applies_to_all_its_channels() {
        let both = gains("brows=1.3, Head=0.5, mouth=1.1, JawOpen=2");
        assert_eq!(both.of(Channel::BrowOuterUpLeft), (1.3, 0.0));
        assert_eq!(both.of(Channel::HeadRoll), (0.5, 0.0));
        assert_eq!(both.of(Channel::MouthClose), (1.1, 0.0));
        assert_eq!(both.of(Channel::JawOpen), (2.2, 0.0));
        assert_eq!(both.of(Channel::EyeBlinkLeft), (1.0, 0.0));
        assert_eq!(gains(&both.to_string()), both);
    }

    #[test]
    fn only_changed_blendshapes_are_clamped() {
        let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), 1);
        clip.frames[0][Channel::EyeWideLeft] = 1.01;
        clip.frames[0][Channel::JawOpen] = 0.9;
        clip.frames[0][Channel::HeadRoll] = -0.9;
        let frame = clip.with_gains(&gains("JawOpen=2,HeadRoll=2")).frames[0];
        assert_eq!(frame[Channel::EyeWideLeft], 1.01);
        assert_eq!(frame[Channel::JawOpen], 1.0);
        assert_eq!(frame[Channel::HeadRoll], -1.8);
        assert_eq!(clip.with_gains(&gains("*=1")), clip);
    }

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, name, expected) in [
            ("*", "JawOpen", true),
            ("Jaw*", "JawOpen", true),
            ("*Left", "MouthSmileLeft", true),
            ("*Left", "LeftEyeYaw", false),
            ("*Left*", "LeftEyeYaw", true),
            ("Mouth*Up*", "MouthUpperUpLeft", true),
            ("Mouth*Up", "MouthUpperUpLeft", false),
            ("Jaw", "JawOpen", false),
            ("JawOpenWide", "JawOpen", false),
            ("JawOpen*n", "JawOpen", false),
            ("", "JawOpen", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{pattern}"
            );
        }
    }

    #[test]
    fn an_error_names_the_invalid_term() {
        for (text, expected) in [
            ("JawOpen", "no '='"),
            ("JawOpen=", "''"),
            ("JawOpen=fast", "'fast'"),
            ("JawOpen=inf", "'inf'"),
            ("JawOpen=1+", "'+'"),
            ("Jaw Open=1", "'Jaw Open'"),
            ("JawOpen=1,Tail*=2", "'Tail*'"),
        ] {
            let error = text.parse::<ChannelGains>().expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn printed_gains_read_back_unchanged(gain in -10.0_f32..10.0, offset in -1.0_f32..1.0, index in 0..Channel::COUNT) {
            let mut printed = ChannelGains::default();
            printed.push(Channel::ALL[index], gain, offset);
            printed.push(Channel::HeadYaw, 1.0, 1e-9);
            assert_eq!(gains(&printed.to_string()), printed);
        }

        #[test]
        fn the_parser_never_panics(text in proptest::collection::vec(proptest::char::any(), 0..40)) {
            let text = String::from_iter(text);
            let _ = text.parse::<ChannelGains>();
        }
    }
}
