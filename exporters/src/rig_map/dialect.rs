//! Recognises the blendshape names of common character systems as channels.
//!
//! A name is split into words (`head.eyeBlink_L` is head, eye, blink, left), so that letter case,
//! separators and the position of the side do not matter. Leading words that only name the mesh or
//! rig are ignored.

use metaface_clip::Channel;

/// A recognised name of a morph target.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// Channels with gains.
    pub terms: Vec<(Channel, f32)>,
    /// A smaller rank is a more certain reading.
    pub rank: Rank,
    /// The normalised name: words in lower case, without prefix and separators.
    pub key: String,
}

/// The certainty of a reading: of two targets for one channel in one mesh, the one with the smaller
/// rank is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// An ARKit name.
    Exact,
    /// An ARKit name after a prefix.
    Prefixed,
    /// A viseme, driven by several channels.
    Viseme,
    /// Another system's name for an ARKit shape.
    Alias,
    /// One shape for both sides.
    BothSides,
}

/// Names of other systems without sides, and the ARKit shapes that they stand for, with gains.
/// Character Creator, Ready Player Me, VRoid, MMD. MetaHuman names are in [`super::metahuman`].
const ALIASES: &[(&str, &[(&str, f32)])] = &[
    // Character Creator.
    ("browraiseinner", &[("browinnerup", 1.0)]),
    ("browraiseouter", &[("browouterup", 1.0)]),
    ("browdrop", &[("browdown", 1.0)]),
    ("cheekraise", &[("cheeksquint", 1.0)]),
    ("mouthupupper", &[("mouthupperup", 1.0)]),
    ("mouthdownlower", &[("mouthlowerdown", 1.0)]),
    ("mouthrollinupper", &[("mouthrollupper", 1.0)]),
    ("mouthrollinlower", &[("mouthrolllower", 1.0)]),
    ("mouthfunnelup", &[("mouthfunnel", 1.0)]),
    ("mouthfunneldown", &[("mouthfunnel", 1.0)]),
    ("mouthpuckerup", &[("mouthpucker", 1.0)]),
    ("mouthpuckerdown", &[("mouthpucker", 1.0)]),
    // Ready Player Me and everyday names.
    ("mouthopen", &[("jawopen", 1.0)]),
    ("eyesclosed", &[("eyeblink", 1.0)]),
    ("eyeclosed", &[("eyeblink", 1.0)]),
    ("eyeclose", &[("eyeblink", 1.0)]),
    ("eyesblink", &[("eyeblink", 1.0)]),
    ("blink", &[("eyeblink", 1.0)]),
    ("wink", &[("eyeblink", 1.0)]),
    ("eyeslookup", &[("eyelookup", 1.0)]),
    ("eyeslookdown", &[("eyelookdown", 1.0)]),
    ("lookup", &[("eyelookup", 1.0)]),
    ("lookdown", &[("eyelookdown", 1.0)]),
    ("smile", &[("mouthsmile", 1.0)]),
    ("frown", &[("mouthfrown", 1.0)]),
    // MikuMikuDance.
    ("まばたき", &[("eyeblink", 1.0)]),
];

/// Names with two sides: the eye and the direction.
const GAZE: &[(&str, Channel)] = &[
    // Character Creator: the eye, then the direction.
    ("eyeleftlookleft", Channel::EyeLookOutLeft),
    ("eyeleftlookright", Channel::EyeLookInLeft),
    ("eyerightlookleft", Channel::EyeLookInRight),
    ("eyerightlookright", Channel::EyeLookOutRight),
];

/// Words that change the meaning of the shape after them, so a prefix with one is not ignored.
const MODIFIERS: &[&str] = &[
    "left",
    "right",
    "upper",
    "lower",
    "up",
    "down",
    "in",
    "out",
    "inner",
    "outer",
    "u",
    "d",
    "corrective",
    "corr",
    "combo",
    "fix",
    "not",
    "no",
    "inv",
    "half",
    "pre",
    "post",
    "reset",
];

/// Reads a morph target's name; `None` if it is in no known dialect.
pub(super) fn read(name: &str) -> Option<Reading> {
    let words = words(name);
    if let Some(viseme) = super::visemes::read(&words) {
        return Some(viseme);
    }
    for start in 0..words.len() {
        let (prefix, rest) = words.split_at(start);
        if prefix.iter().any(|word| MODIFIERS.contains(&word.as_str())) || contains_shape(prefix) {
            return None;
        }
        if let Some((terms, mut rank)) = read_exactly(rest) {
            if start > 0 && rank == Rank::Exact {
                rank = Rank::Prefixed;
            }
            let key = rest.concat();
            return Some(Reading { terms, rank, key });
        }
    }
    None
}

/// Whether some of the words name a shape, as in correctives of two shapes.
fn contains_shape(words: &[String]) -> bool {
    (0..words.len())
        .any(|from| (from + 1..=words.len()).any(|to| read_exactly(&words[from..to]).is_some()))
}

fn read_exactly(words: &[String]) -> Option<(Vec<(Channel, f32)>, Rank)> {
    let joined = words.concat();
    if let Some(&(_, channel)) = GAZE.iter().find(|(name, _)| *name == joined) {
        return Some((vec![(channel, 1.0)], Rank::Alias));
    }
    let is_side = |word: &&String| *word == "left" || *word == "right";
    let sides: Vec<&String> = words.iter().filter(is_side).collect();
    let base: String = words
        .iter()
        .filter(|word| !is_side(word))
        .cloned()
        .collect();
    // MetaHuman's gaze names have two sides: the direction, then the eye.
    let side = match sides[..] {
        [] => Some(""),
        [side] => Some(side.as_str()),
        _ => None,
    };
    if let Some((terms, both)) = side.and_then(|side| shape(&base, side)) {
        return Some((terms, if both { Rank::BothSides } else { Rank::Exact }));
    }
    if let Some((terms, both)) = super::metahuman::reading(&joined) {
        return Some((terms, if both { Rank::BothSides } else { Rank::Alias }));
    }
    let side = side?;
    let &(_, shapes) = ALIASES.iter().find(|(name, _)| *name == base)?;
    let mut rank = Rank::Alias;
    let mut terms = Vec::new();
    for &(base, gain) in shapes {
        let (channels, both) = shape(base, side)?;
        if both {
            rank = Rank::BothSides;
        }
        terms.extend(
            channels
                .into_iter()
                .map(|(channel, part)| (channel, part * gain)),
        );
    }
    Some((terms, rank))
}

/// The channels of an ARKit shape name without its side, and of that side. A central shape may be
/// split by side. The flag is true for one shape of both sides, which is driven by their mean.
fn shape(base: &str, side: &str) -> Option<(Vec<(Channel, f32)>, bool)> {
    let find = |name: &str| {
        let channel: Channel = name.parse().ok()?;
        (!channel.is_angle()).then_some(channel)
    };
    if let Some(channel) = find(&format!("{base}{side}")) {
        return Some((vec![(channel, 1.0)], false));
    }
    if !side.is_empty() {
        return find(base).map(|channel| (vec![(channel, 1.0)], false));
    }
    if base == "jaw" || base == "mouth" {
        return None;
    }
    let left = find(&format!("{base}left"))?;
    Some((vec![(left, 0.5), (left.mirrored(), 0.5)], true))
}

/// The words of a name in lower case, with sides spelled out.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    let letters: Vec<char> = name.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        if letter.is_alphanumeric() {
            let next_is_lower = letters.get(index + 1).is_some_and(|n| n.is_lowercase());
            let starts_with_capital = letter.is_uppercase()
                && (!previous.is_uppercase() || next_is_lower && previous.is_alphabetic());
            let number_boundary = letter.is_numeric() != previous.is_numeric();
            if starts_with_capital || number_boundary || !previous.is_alphanumeric() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        previous = letter;
    }
    let spell_out = |word: String| -> Vec<String> {
        let parts: &[&str] = match word.as_str() {
            "l" => &["left"],
            "r" => &["right"],
            "ul" => &["u", "left"],
            "ur" => &["u", "right"],
            "dl" => &["d", "left"],
            "dr" => &["d", "right"],
            _ => return vec![word],
        };
        parts.iter().map(|&part| part.to_owned()).collect()
    };
    words.into_iter().flat_map(spell_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(name: &str) -> Vec<(Channel, f32)> {
        read(name).map(|reading| reading.terms).unwrap_or_default()
    }

    #[test]
    fn every_arkit_name_is_read_in_every_spelling_and_after_prefixes() {
        for &channel in Channel::blendshapes() {
            let short = channel
                .camel_name()
                .replace("Left", "_L")
                .replace("Right", "_R");
            let dotted = channel
                .camel_name()
                .replace("Left", ".L")
                .replace("Right", ".R");
            for name in [
                channel.camel_name(),
                channel.name().to_owned(),
                channel.name().to_lowercase(),
                format!("blendShape1.{}", channel.camel_name()),
                format!("head.{}", short),
                format!("ns:Face_BS|{}", channel.name()),
                words(channel.name()).join("_"),
                words(channel.name()).join(" ").to_uppercase(),
                dotted,
                short,
            ] {
                assert_eq!(channels(&name), [(channel, 1.0)], "{name}");
            }
        }
    }

    #[test]
    fn names_of_other_systems_are_read_as_arkit_shapes() {
        use Channel::*;
        for (name, expected) in [
            (
                "CTRL_expressions_mouthCornerPullL",
                vec![(MouthSmileLeft, 1.0)],
            ),
            ("CTRL_expressions_eyeLookRightL", vec![(EyeLookInLeft, 1.0)]),
            (
                "CTRL_expressions_jawChinRaiseDR",
                vec![(MouthShrugLower, 1.0)],
            ),
            (
                "CTRL_expressions_mouthFunnelUL",
                vec![(MouthFunnel, 1.0), (MouthPucker, 0.752)],
            ),
            (
                "CTRL_expressions_browRaiseInL",
                vec![(BrowInnerUp, 1.0), (BrowOuterUpLeft, 1.0)],
            ),
            (
                "noseWrinkle",
                vec![(NoseSneerLeft, 0.5), (NoseSneerRight, 0.5)],
            ),
            ("Eye_R_Look_L", vec![(EyeLookInRight, 1.0)]),
            ("Eye_L_Look_Up", vec![(EyeLookUpLeft, 1.0)]),
            ("Brow_Raise_Inner_L", vec![(BrowInnerUp, 1.0)]),
            ("Mouth_Down_Lower_R", vec![(MouthLowerDownRight, 1.0)]),
            ("mouthOpen", vec![(JawOpen, 1.0)]),
            ("browInnerUp_R", vec![(BrowInnerUp, 1.0)]),
            (
                "eyesClosed",
                vec![(EyeBlinkLeft, 0.5), (EyeBlinkRight, 0.5)],
            ),
            ("blink_l", vec![(EyeBlinkLeft, 1.0)]),
        ] {
            assert_eq!(channels(name), expected, "{name}");
        }
    }

    #[test]
    fn correctives_and_unknown_names_are_not_read() {
        for name in [
            "corrective_jawOpen_mouthFunnel",
            "jawOpen_mouthPucker",
            "lower_mouth_left",
            "muscles",
            "jaw",
            "",
            "#",
            "jawOpenFix",
            "HeadYaw",
            "mouth",
            "left",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
