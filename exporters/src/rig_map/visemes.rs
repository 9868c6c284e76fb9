//! Visemes as sums of channels, for characters that have no ARKit mouth.
//!
//! A viseme rig has complete mouth shapes, while the channels are movements of lips and jaw. The
//! sums below assign each lip movement to the shape that shows it and subtract it from the open
//! vowel, so that shapes do not add up to a mouth opened twice. The gains were chosen by eye for
//! this project.

use metaface_clip::Channel::{self, *};

use super::dialect::{Rank, Reading};

type Terms = &'static [(Channel, f32)];

const OPEN: Terms = &[
    (JawOpen, 1.3),
    (MouthClose, -1.3),
    (MouthFunnel, -0.6),
    (MouthPucker, -0.7),
    (MouthRollLower, -0.3),
];
const CLOSED: Terms = &[
    (MouthClose, 0.8),
    (MouthPressLeft, 0.5),
    (MouthPressRight, 0.5),
    (MouthRollUpper, 0.4),
    (JawOpen, -0.3),
];
const LIP_ON_TEETH: Terms = &[
    (MouthRollLower, 1.0),
    (MouthRollUpper, -0.8),
    (MouthClose, -0.5),
];
const ROUND: Terms = &[(MouthFunnel, 1.0), (MouthPucker, -0.3)];
const TIGHT_ROUND: Terms = &[(MouthPucker, 1.0), (MouthFunnel, -0.2)];
const WIDE: Terms = &[
    (MouthStretchLeft, 0.6),
    (MouthStretchRight, 0.6),
    (MouthSmileLeft, 0.3),
    (MouthSmileRight, 0.3),
    (MouthPucker, -0.5),
];
const TEETH_SHOWN: Terms = &[
    (MouthLowerDownLeft, 0.4),
    (MouthLowerDownRight, 0.4),
    (MouthUpperUpLeft, 0.3),
    (MouthUpperUpRight, 0.3),
    (JawOpen, -0.4),
];
const HUSHED: Terms = &[(MouthFunnel, 0.5), (MouthShrugUpper, 0.4), (JawOpen, -0.5)];

/// Oculus and Ready Player Me, VRM 0 and 1, VRoid, MikuMikuDance, Character Creator.
const VISEMES: &[(&str, Terms)] = &[
    ("aa", OPEN),
    ("pp", CLOSED),
    ("ff", LIP_ON_TEETH),
    ("oh", ROUND),
    ("ou", TIGHT_ROUND),
    ("e", WIDE),
    ("ee", WIDE),
    ("ih", TEETH_SHOWN),
    ("ch", HUSHED),
    ("a", OPEN),
    ("o", ROUND),
    ("u", TIGHT_ROUND),
    ("i", TEETH_SHOWN),
    ("あ", OPEN),
    ("い", TEETH_SHOWN),
    ("う", TIGHT_ROUND),
    ("え", WIDE),
    ("お", ROUND),
    ("vopen", OPEN),
    ("vexplosive", CLOSED),
    ("vdentallip", LIP_ON_TEETH),
    ("vtighto", ROUND),
    ("vtight", TIGHT_ROUND),
    ("vwide", WIDE),
    ("vlipopen", TEETH_SHOWN),
    ("vaffricate", HUSHED),
];

/// Visemes of the tongue or of silence, which the channels cannot express.
const INEXPRESSIBLE: &[&str] = &["sil", "th", "dd", "kk", "ss", "nn", "rr"];

/// Prefixes of viseme names, each split into words.
const PREFIXES: &[&[&str]] = &[
    &["viseme"],
    &["vrc", "v"],
    &["fcl", "mth"],
    &["vrm", "mth"],
    &["mth"],
    &["vis"],
    &["v"],
    &[],
];

/// Reads the words of a viseme's name.
pub(super) fn read(words: &[String]) -> Option<Reading> {
    let (rest, _) = without_prefix(words)?;
    let found = |name: &str| VISEMES.iter().find(|(known, _)| *known == name);
    // Character Creator's `V_Open` is in the table with its prefix; `open` alone is not a viseme.
    let (name, terms) = found(&words.concat()).or_else(|| found(&rest))?;
    Some(Reading {
        terms: terms.to_vec(),
        rank: Rank::Viseme,
        key: format!("viseme {name}"),
    })
}

/// Whether the words name a viseme that no channel expresses.
pub(super) fn is_inexpressible(words: &[String]) -> bool {
    without_prefix(words)
        .is_some_and(|(rest, prefixed)| prefixed && INEXPRESSIBLE.contains(&rest.as_str()))
}

/// The words after a viseme prefix, and whether there was one.
fn without_prefix(words: &[String]) -> Option<(String, bool)> {
    PREFIXES.iter().find_map(|prefix| {
        let matches = words.len() > prefix.len() && words.iter().zip(*prefix).all(|(a, b)| a == b);
        let prefixed = !prefix.is_empty();
        matches.then(|| (words[prefix.len()..].concat(), prefixed))
    })
}

#[cfg(test)]
mod tests {
    use super::super::dialect;
    use super::*;

    #[test]
    fn visemes_of_five_systems_are_read_and_ordinary_words_are_not() {
        for (name, terms) in [
            ("viseme_aa", OPEN),
            ("viseme_PP", CLOSED),
            ("viseme_U", TIGHT_ROUND),
            ("vrc.v_oh", ROUND),
            ("aa", OPEN),
            ("Fcl_MTH_A", OPEN),
            ("え", WIDE),
            ("V_Open", OPEN),
            ("V_Tight_O", ROUND),
        ] {
            let read = dialect::read(name).map(|reading| reading.terms);
            assert_eq!(read.as_deref(), Some(terms), "{name}");
        }
        for name in ["open", "wide", "viseme_sil", "viseme_DD", "Fcl_ALL_Joy"] {
            assert_eq!(dialect::read(name), None, "{name}");
        }
        assert!(is_inexpressible(&dialect::words("viseme_DD")));
    }

    #[test]
    fn a_closed_mouth_with_a_low_jaw_closes_and_does_not_open() {
        let mut frame = metaface_clip::Frame::NEUTRAL;
        (frame[JawOpen], frame[MouthClose]) = (0.4, 0.4);
        let sum = |terms: Terms| -> f32 { terms.iter().map(|&(c, gain)| gain * frame[c]).sum() };
        assert!(sum(OPEN) <= 0.0 && sum(CLOSED) > 0.15);
    }
}
