//! Joint frames that UsdSkel can hold: it animates scales in half precision, so a driven joint
//! with a scale such as 0.01 would shift by fractions of a millimetre. Uniform scales are
//! therefore moved out of the joints into their children's translations and the bind transforms,
//! which leaves every point where it was.

use std::collections::{BTreeMap, BTreeSet};

use openusd::gf::f16;

use crate::character::Character;

/// A joint's translation and scale in USD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct JointFrame {
    pub(super) translation: [f32; 3],
    pub(super) scale: [f32; 3],
    /// The node's frame is this much larger than the joint's.
    pub(super) freed: f64,
}

/// The frames of `joints`, which name each parent before its children.
pub(super) fn joint_frames(
    character: &Character,
    joints: &[usize],
    driven: &BTreeSet<usize>,
) -> Vec<JointFrame> {
    let nodes = &character.nodes;
    let inexact = |node: &usize| {
        nodes[*node]
            .scale
            .iter()
            .any(|&s| f16::from_f32(s).to_f32() != s)
    };
    let uniform = |node: &usize| {
        let [x, y, z] = nodes[*node].scale;
        x.is_normal() && (x - y).abs() <= x.abs() * 1e-6 && (x - z).abs() <= x.abs() * 1e-6
    };
    let free = joints
        .iter()
        .any(|node| driven.contains(node) && inexact(node));
    let free = free && joints.iter().all(uniform);
    let mut freed: BTreeMap<usize, f64> = BTreeMap::new();
    let frame = |&joint: &usize| {
        let node = &nodes[joint];
        if !free {
            let [translation, scale] = [node.translation, node.scale];
            return JointFrame {
                translation,
                scale,
                freed: 1.0,
            };
        }
        let above = node
            .parent
            .and_then(|parent| freed.get(&parent))
            .copied()
            .unwrap_or(1.0);
        let own = above * f64::from(node.scale[0]);
        freed.insert(joint, own);
        JointFrame {
            translation: node.translation.map(|v| (f64::from(v) * above) as f32),
            scale: [1.0; 3],
            freed: own,
        }
    };
    joints.iter().map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::Node;

    #[test]
    fn a_centimetre_armature_hands_its_scale_to_its_children() {
        let armature = Node {
            scale: [0.01; 3],
            translation: [1.0, 2.0, 3.0],
            ..Node::default()
        };
        let head = Node {
            parent: Some(0),
            translation: [0.0, 150.0, 0.0],
            ..Node::default()
        };
        let character = Character {
            nodes: vec![armature, head],
            ..Character::default()
        };
        let kept = joint_frames(&character, &[0, 1], &BTreeSet::from([1]));
        assert_eq!(
            kept[0].scale, [0.01; 3],
            "only a driven joint's scale is animated"
        );
        let freed = joint_frames(&character, &[0, 1], &BTreeSet::from([0]));
        assert_eq!(freed[0].scale, [1.0; 3]);
        assert_eq!(freed[0].translation, [1.0, 2.0, 3.0]);
        assert!((freed[1].translation[1] - 1.5).abs() < 1e-6);
        assert!((freed[1].freed - f64::from(0.01_f32)).abs() < 1e-12);
    }
}
