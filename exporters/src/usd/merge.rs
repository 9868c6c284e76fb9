//! Merges a performance with the existing animation of a skeleton.

use std::borrow::Cow;

use super::animation::AnimatedJoint;
use super::existing::{AnimationFrame, ExistingAnimation};
use super::load::{Loaded, Origin};
use crate::Performance;

/// Per frame, the weights of a mesh's targets: those of the performance for targets that it drives,
/// otherwise the existing ones.
pub(super) fn weights<'a>(
    loaded: &Loaded,
    performance: &'a Performance,
    node: usize,
    existing: &ExistingAnimation,
) -> Cow<'a, [Vec<f32>]> {
    let old = existing.weights(&loaded.tokens[&node]);
    let track = performance.meshes.iter().find(|track| track.node == node);
    let Some(track) = track else {
        return old.into();
    };
    if track.undriven.is_empty() || old.is_empty() {
        return (&track.weights[..]).into();
    }
    let merged = track.weights.iter().zip(old).map(|(new, old)| {
        let mut weights = new.clone();
        for &target in &track.undriven {
            if let (Some(weight), Some(&old)) = (weights.get_mut(target), old.get(target)) {
                *weight = old;
            }
        }
        weights
    });
    merged.collect()
}

/// The animated joints of a skeleton: driven joints, and joints with existing animation.
pub(super) fn joints<'a>(
    loaded: &Loaded,
    performance: &'a Performance,
    skeleton: &str,
    existing: &ExistingAnimation,
) -> Vec<AnimatedJoint<'a>> {
    let mut joints = Vec::new();
    for (node, origin) in loaded.origins.iter().enumerate() {
        let Origin::Joint {
            skeleton: joint_skeleton,
            token,
        } = origin
        else {
            continue;
        };
        let track = performance.joints.iter().find(|track| track.node == node);
        let existing_joint = existing.joints.iter().position(|joint| joint == token);
        if joint_skeleton != skeleton || (track.is_none() && existing_joint.is_none()) {
            continue;
        }
        let rest_node = &loaded.stage_nodes[node];
        let vectors = |pick: fn(&AnimationFrame) -> &Vec<[f32; 3]>, rest: [f32; 3]| {
            let Some(joint) = existing_joint else {
                return vec![rest];
            };
            let at = |frame| pick(frame).get(joint).copied().unwrap_or(rest);
            existing.frames.iter().map(at).collect()
        };
        let translations = vectors(|frame| &frame.translations, rest_node.translation);
        let scales = vectors(|frame| &frame.scales, rest_node.scale);
        let rotations: Vec<[f32; 4]> = match (track, existing_joint) {
            (Some(track), _) => {
                let rotations = track.rotations.iter();
                rotations.map(|&q| loaded.units.stage_rotation(q)).collect()
            }
            (None, Some(joint)) => {
                let frames = existing.frames.iter();
                let at = |frame: &AnimationFrame| frame.rotations.get(joint).copied();
                frames
                    .map(|frame| at(frame).unwrap_or(rest_node.rotation))
                    .collect()
            }
            (None, None) => continue,
        };
        joints.push(AnimatedJoint {
            token: token.clone(),
            translations,
            scales,
            rotations: rotations.into(),
        });
    }
    joints
}
