//! Joint frames without scales that UsdSkel cannot represent. UsdSkel animates scales in half
//! precision, so a driven joint with a scale such as 0.01 would shift by fractions of a millimetre.
//! Uniform scales are therefore moved from joints to the translations of their children and to the
//! bind transforms, which does not change the position of any point.

use std::collections::{BTreeMap, BTreeSet};

use openusd::gf::f16;

use crate::character::Character;

/// A joint's translation and scale in USD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct JointFrame {
    pub(super) translation: [f32; 3],
    pub(super) scale: [f32; 3],
    /// The scale that was removed from the node's frame, including that of its ancestors.
    pub(super) removed_scale: f64,
}

/// The frames of `joints`, which must be ordered parents first.
pub(super) fn joint_frames(
    character: &Character,
    joints: &[usize],
    driven: &BTreeSet<usize>,
) -> Vec<JointFrame> {
    let nodes = &character.nodes;
    let is_inexact = |node: &usize| {
        nodes[*node]
            .scale
            .iter()
            .any(|&s| f16::from_f32(s).to_f32() != s)
    };
    let is_uniform = |node: &usize| {
        let [x, y, z] = nodes[*node].scale;
        x.is_normal() && (x - y).abs() <= x.abs() * 1e-6 && (x - z).abs() <= x.abs() * 1e-6
    };
    let needs_removal = joints
        .iter()
        .any(|node| driven.contains(node) && is_inexact(node));
    let removes_scales = needs_removal && joints.iter().all(is_uniform);
    let mut removed: BTreeMap<usize, f64> = BTreeMap::new();
    let frame = |&joint: &usize| {
        let node = &nodes[joint];
        if !removes_scales {
            let [translation, scale] = [node.translation, node.scale];
            return JointFrame {
                translation,
                scale,
                removed_scale: 1.0,
            };
        }
        let parent_scale = node
            .parent
            .and_then(|parent| removed.get(&parent))
            .copied()
            .unwrap_or(1.0);
        let removed_scale = parent_scale * f64::from(node.scale[0]);
        removed.insert(joint, removed_scale);
        JointFrame {
            translation: node
                .translation
                .map(|v| (f64::from(v) * parent_scale) as f32),
            scale: [1.0; 3],
            removed_scale,
        }
    };
    joints.iter().map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::Node;

    #[test]
    fn the_scale_of_a_centimetre_armature_is_moved_to_its_children() {
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
        let moved = joint_frames(&character, &[0, 1], &BTreeSet::from([0]));
        assert_eq!(moved[0].scale, [1.0; 3]);
        assert_eq!(moved[0].translation, [1.0, 2.0, 3.0]);
        assert!((moved[1].translation[1] - 1.5).abs() < 1e-6);
        assert!((moved[1].removed_scale - f64::from(0.01_f32)).abs() < 1e-12);
    }
}
