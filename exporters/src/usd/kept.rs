//! A skeleton's new animation: what the performance drives, and what moved before.

use std::borrow::Cow;

use super::animation::AnimatedJoint;
use super::existing::{Existing, Frame};
use super::load::{Loaded, Origin};
use crate::Performance;

/// Per frame, the weights of a mesh's targets: the performance's where it drives them, or else
/// those that they have already.
pub(super) fn weights<'a>(
    loaded: &Loaded,
    performance: &'a Performance,
    node: usize,
    existing: &Existing,
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

/// The driven joints of a skeleton, and those that its animation moves already.
pub(super) fn joints<'a>(
    loaded: &Loaded,
    performance: &'a Performance,
    skeleton: &str,
    existing: &Existing,
) -> Vec<AnimatedJoint<'a>> {
    let mut joints = Vec::new();
    for (node, origin) in loaded.origins.iter().enumerate() {
        let Origin::Joint {
            skeleton: of,
            token,
        } = origin
        else {
            continue;
        };
        let track = performance.joints.iter().find(|track| track.node == node);
        let moved = existing.joints.iter().position(|joint| joint == token);
        if of != skeleton || (track.is_none() && moved.is_none()) {
            continue;
        }
        let place = &loaded.places[node];
        let vectors = |pick: fn(&Frame) -> &Vec<[f32; 3]>, rest: [f32; 3]| {
            let Some(joint) = moved else {
                return vec![rest];
            };
            let at = |frame| pick(frame).get(joint).copied().unwrap_or(rest);
            existing.frames.iter().map(at).collect()
        };
        let translations = vectors(|frame| &frame.translations, place.translation);
        let scales = vectors(|frame| &frame.scales, place.scale);
        let rotations: Vec<[f32; 4]> = match (track, moved) {
            (Some(track), _) => {
                let turns = track.rotations.iter();
                turns.map(|&q| loaded.units.stage_rotation(q)).collect()
            }
            (None, Some(joint)) => {
                let frames = existing.frames.iter();
                let at = |frame: &Frame| frame.rotations.get(joint).copied();
                frames
                    .map(|frame| at(frame).unwrap_or(place.rotation))
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
