//! MetaHuman's control curves as sums of ARKit channels.
//!
//! The gains are those of `PA_MetaHuman_ARKit_Mapping`, the pose asset with which Unreal Engine
//! drives MetaHumans from ARKit captures, as differences from its default pose. They were published
//! by the ARKitRemap project, <https://github.com/Dylanyz/ARKitRemap>, in the version of March 2026
//! (commit 04c4149) under the MIT licence; later versions have another licence. Epic's asset itself
//! is not included. Contributions below 0.1 are omitted as authoring errors: each affects only one
//! side of a symmetric pose.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use metaface_clip::Channel;
use metaface_clip::Channel::*;

use super::{RigMap, TargetBinding};

/// Unreal's prefix of each curve name.
const PREFIX: &str = "CTRL_expressions_";

/// A curve's name without the prefix, its default, and the channels that are added to it. `#` in a
/// name stands for the side, L and R; the channels are those of the left side.
type CurveRow = (&'static str, f32, &'static [(Channel, f32)]);

const ROWS: &[CurveRow] = &[
    ("browDown#", 0.0, &[(BrowDownLeft, 1.0)]),
    ("browLateral#", 0.0, &[(BrowInnerUp, 1.0)]),
    (
        "browRaiseIn#",
        0.0,
        &[(BrowInnerUp, 1.0), (BrowOuterUpLeft, 1.0)],
    ),
    ("browRaiseOuter#", 0.0, &[(BrowOuterUpLeft, 1.0)]),
    ("eyeBlink#", 0.0, &[(EyeBlinkLeft, 1.0)]),
    ("eyeWiden#", 0.0, &[(EyeWideLeft, 1.0)]),
    ("eyeSquintInner#", 0.0, &[(EyeSquintLeft, 1.0)]),
    ("eyeCheekRaise#", 0.0, &[(CheekSquintLeft, 1.0)]),
    ("eyeLookUp#", 0.0, &[(EyeLookUpLeft, 1.0)]),
    ("eyeLookDown#", 0.0, &[(EyeLookDownLeft, 1.0)]),
    // The name has the direction, then the eye. Left is outwards for the left eye and inwards for
    // the right eye.
    ("eyeLookLeftL", 0.0, &[(EyeLookOutLeft, 1.0)]),
    ("eyeLookRightL", 0.0, &[(EyeLookInLeft, 1.0)]),
    ("eyeLookLeftR", 0.0, &[(EyeLookInRight, 1.0)]),
    ("eyeLookRightR", 0.0, &[(EyeLookOutRight, 1.0)]),
    ("noseWrinkle#", 0.0, &[(NoseSneerLeft, 1.0)]),
    // At rest it is one, which enables the rig's wrinkles.
    ("noseWrinkleUpper#", 1.0, &[]),
    ("jawOpen", 0.0, &[(JawOpen, 1.0)]),
    ("jawFwd", 0.0, &[(JawForward, 1.0)]),
    ("jawLeft", 0.0, &[(JawLeft, 1.0)]),
    ("jawRight", 0.0, &[(JawRight, 1.0)]),
    ("jawChinRaiseD#", 0.0, &[(MouthShrugLower, 1.0)]),
    ("jawChinRaiseU#", 0.0, &[(MouthShrugUpper, 1.0)]),
    ("mouthLeft", 0.0, &[(MouthLeft, 1.0)]),
    ("mouthRight", 0.0, &[(MouthRight, 1.0)]),
    ("mouthCornerPull#", 0.0, &[(MouthSmileLeft, 1.0)]),
    ("mouthCornerDepress#", 0.0, &[(MouthFrownLeft, 1.0)]),
    ("mouthDimple#", 0.0, &[(MouthDimpleLeft, 1.0)]),
    ("mouthStretch#", 0.0, &[(MouthStretchLeft, 1.0)]),
    ("mouthUpperLipRaise#", 0.0, &[(MouthUpperUpLeft, 1.0)]),
    ("mouthLowerLipDepress#", 0.0, &[(MouthLowerDownLeft, 1.0)]),
    (
        "mouthUpperLipRollIn#",
        0.0,
        &[(MouthRollUpper, 1.0), (MouthRollLower, 0.499)],
    ),
    ("mouthLowerLipRollIn#", 0.0, &[(MouthRollLower, 1.0)]),
    ("mouthPressU#", 0.0, &[(MouthPressLeft, 1.0)]),
    ("mouthPressD#", 0.0, &[(MouthPressLeft, 1.0)]),
    ("mouthLipsPurseU#", 0.0, &[(MouthPucker, 1.0)]),
    ("mouthLipsPurseD#", 0.0, &[(MouthPucker, 1.0)]),
    ("mouthLipsTowardsU#", 0.0, &[(MouthPucker, 0.412)]),
    ("mouthLipsTowardsD#", 0.0, &[(MouthPucker, 0.412)]),
    (
        "mouthFunnelU#",
        0.0,
        &[(MouthFunnel, 1.0), (MouthPucker, 0.752)],
    ),
    (
        "mouthFunnelD#",
        0.0,
        &[(MouthFunnel, 1.0), (MouthPucker, 0.752)],
    ),
    ("mouthCheekBlow#", 0.0, &[(CheekPuff, 1.0)]),
    ("mouthLipsBlow#", 0.0, &[(CheekPuff, 1.0)]),
    ("tongueOut", 0.0, &[(TongueOut, 0.769)]),
    ("tongueDown", 0.0, &[(TongueOut, 0.826)]),
    ("tongueWide", 0.0, &[(TongueOut, 0.628)]),
    ("tongueRollDown", 0.0, &[(TongueOut, 0.247)]),
];

/// The pose asset has no MouthClose. Unreal's animation blueprint for Live Link divides it by
/// JawOpen and applies the result to the four curves that close the lips.
const LIPS_TOGETHER: [&str; 2] = ["mouthLipsTogetherU#", "mouthLipsTogetherD#"];

impl RigMap {
    /// The control curves of Unreal Engine's MetaHumans, for [`RigMap::curves`]. A channel may
    /// drive several curves, and a curve's rest value may differ from zero. The angles of head and
    /// eyes are not included.
    pub fn metahuman() -> Self {
        let mut targets: Vec<TargetBinding> = ROWS.iter().flat_map(bindings).collect();
        for name in LIPS_TOGETHER {
            for mut target in bindings(&(name, 0.0, &[(MouthClose, 1.0)])) {
                target.over = Some(JawOpen);
                targets.push(target);
            }
        }
        Self {
            targets,
            joints: Vec::new(),
        }
    }
}

/// The left and the right curve of a row, or the single curve of a row without sides.
fn bindings(&(name, default, terms): &CurveRow) -> Vec<TargetBinding> {
    let binding = |name: String, terms: Vec<(Channel, f32)>| TargetBinding {
        target: format!("{PREFIX}{name}"),
        mesh: None,
        terms,
        over: None,
        offset: default,
        range: [0.0, 1.0],
    };
    let Some(base) = name.strip_suffix('#') else {
        return vec![binding(name.to_owned(), terms.to_vec())];
    };
    let mirrored = terms
        .iter()
        .map(|&(channel, gain)| (channel.mirrored(), gain));
    vec![
        binding(format!("{base}L"), terms.to_vec()),
        binding(format!("{base}R"), mirrored.collect()),
    ]
}

/// Channels with gains, and whether they are the mean of both sides.
type Meaning = (Vec<(Channel, f32)>, bool);

/// The channels of a MetaHuman name, given as its concatenated words without the prefix, and
/// whether it is one shape for both sides, driven by their mean.
pub(super) fn reading(name: &str) -> Option<Meaning> {
    static KNOWN: LazyLock<BTreeMap<String, Meaning>> =
        LazyLock::new(|| ROWS.iter().flat_map(readings).collect());
    KNOWN.get(name).cloned()
}

fn readings(row: &CurveRow) -> Vec<(String, Meaning)> {
    let &(name, _, terms) = row;
    if terms.is_empty() {
        return Vec::new();
    }
    let key = |name: &str| super::dialect::words(name).concat();
    let entry = |binding: TargetBinding| {
        let name = binding.target.trim_start_matches(PREFIX);
        (key(name), (binding.terms, false))
    };
    let mut known: Vec<_> = bindings(row).into_iter().map(entry).collect();
    if let Some(base) = name.strip_suffix('#') {
        let both_sides = terms
            .iter()
            .flat_map(|&(channel, gain)| match channel.mirrored() {
                other if other == channel => vec![(channel, gain)],
                other => vec![(channel, gain / 2.0), (other, gain / 2.0)],
            });
        known.push((key(base), (both_sides.collect(), true)));
    }
    known
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Clip, FrameRate};

    use super::*;

    /// The curve's value for these channels.
    fn curve(name: &str, channels: &[(Channel, f32)]) -> f32 {
        let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("rate"), 1);
        for &(channel, value) in channels {
            clip.frames[0][channel] = value;
        }
        let curves = RigMap::metahuman().curves(&clip);
        let named = |curve: &&super::super::Curve| curve.name == format!("{PREFIX}{name}");
        curves.iter().find(named).expect(name).values[0]
    }

    #[test]
    fn every_blendshape_moves_curves_and_every_curve_occurs_once() {
        let map = RigMap::metahuman();
        for channel in Channel::blendshapes() {
            let moves = |target: &TargetBinding| target.terms.iter().any(|(c, _)| c == channel);
            assert!(map.targets.iter().any(moves), "{channel}");
        }
        let mut names: Vec<_> = map.targets.iter().map(|target| &target.target).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), map.targets.len());
    }

    #[test]
    fn one_channel_moves_many_curves_and_one_curve_follows_many() {
        for quarter in ["UL", "UR", "DL", "DR"] {
            let pucker = [(MouthPucker, 0.5)];
            assert_eq!(curve(&format!("mouthLipsPurse{quarter}"), &pucker), 0.5);
            assert_eq!(curve(&format!("mouthLipsTowards{quarter}"), &pucker), 0.206);
            assert_eq!(curve(&format!("mouthFunnel{quarter}"), &pucker), 0.376);
        }
        assert_eq!(
            curve("mouthFunnelUL", &[(MouthFunnel, 0.5), (MouthPucker, 0.5)]),
            0.876
        );
        assert_eq!(
            curve("mouthFunnelUL", &[(MouthFunnel, 1.0), (MouthPucker, 1.0)]),
            1.0
        );
        assert_eq!(curve("browRaiseInR", &[(BrowInnerUp, 0.5)]), 0.5);
    }

    #[test]
    fn eyes_that_look_outward_look_to_their_side() {
        for (curve_name, channel) in [
            ("eyeLookLeftL", EyeLookOutLeft),
            ("eyeLookRightR", EyeLookOutRight),
            ("eyeLookRightL", EyeLookInLeft),
            ("eyeLookLeftR", EyeLookInRight),
        ] {
            assert_eq!(curve(curve_name, &[(channel, 0.5)]), 0.5, "{curve_name}");
        }
    }

    #[test]
    fn a_curve_with_a_rest_value_other_than_zero_keeps_it() {
        assert_eq!(curve("noseWrinkleUpperL", &[]), 1.0);
        assert_eq!(curve("noseWrinkleUpperR", &[(NoseSneerRight, 1.0)]), 1.0);
    }

    #[test]
    fn lips_closed_over_an_open_jaw_are_fully_together_at_any_opening() {
        for open in [0.05, 0.3, 0.9] {
            for quarter in ["UL", "UR", "DL", "DR"] {
                let name = format!("mouthLipsTogether{quarter}");
                assert_eq!(curve(&name, &[(JawOpen, open), (MouthClose, open)]), 1.0);
                assert_eq!(
                    curve(&name, &[(JawOpen, open), (MouthClose, open / 2.0)]),
                    0.5
                );
                assert_eq!(curve(&name, &[(JawOpen, open)]), 0.0);
            }
        }
        let almost_shut = curve("mouthLipsTogetherUL", &[(MouthClose, 1e-4)]);
        assert!(almost_shut < 0.01, "{almost_shut}");
    }

    #[test]
    fn the_sample_file_has_the_same_content() {
        let sample = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../samples/rig-maps/metahuman.rigmap.json"
        );
        let written = std::fs::read_to_string(sample).expect("the sample");
        assert_eq!(written, RigMap::metahuman().to_json());
        let read = RigMap::read(sample.as_ref()).expect("read");
        assert_eq!(read.to_json(), written);
    }
}
