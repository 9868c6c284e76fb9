//! Conflicts between joints and morph targets that make the same movement.

use super::joints::descendants;
use crate::Character;
use crate::character::Mesh;

/// A vertex follows a joint if the joint has more than this share of its skin weight.
const FOLLOWS: f32 = 0.05;

/// A target moves a vertex if the offset is longer than this share of the target's longest offset.
const MOVES: f32 = 0.02;

/// The name of a target, among those that `is_candidate` selects by mesh and target index, that
/// moves a vertex which follows `joint`. Driving both would move that vertex twice.
pub(super) fn conflicting_target(
    character: &Character,
    joint: usize,
    is_candidate: impl Fn(usize, usize) -> bool,
) -> Option<String> {
    let mut nodes_below = descendants(character, joint);
    nodes_below.push(joint);
    for (index, node) in character.nodes.iter().enumerate() {
        let Some((mesh_index, mesh)) = node.mesh.and_then(|m| Some((m, character.meshes.get(m)?)))
        else {
            continue;
        };
        let skin = node.skin.and_then(|skin| character.skins.get(skin));
        let follows = |vertex: usize| match skin {
            Some(skin) => follows_skin(mesh, &skin.joints, &nodes_below, vertex),
            None => nodes_below.contains(&index),
        };
        for (target_index, target) in mesh.targets.iter().enumerate() {
            if !is_candidate(mesh_index, target_index) {
                continue;
            }
            let lengths = target
                .offsets
                .iter()
                .map(|o| o.iter().map(|v| v * v).sum::<f32>().sqrt());
            let threshold = lengths.clone().fold(0.0, f32::max) * MOVES;
            let mut moved = target.indices.iter().zip(lengths);
            if moved.any(|(&vertex, length)| length > threshold && follows(vertex as usize)) {
                return Some(target.name.clone());
            }
        }
    }
    None
}

fn follows_skin(mesh: &Mesh, joints: &[usize], nodes_below: &[usize], vertex: usize) -> bool {
    let (Some(influences), Some(weights)) = (mesh.joints.get(vertex), mesh.weights.get(vertex))
    else {
        return false;
    };
    let is_below = |slot: u16| {
        let node = joints.get(usize::from(slot));
        node.is_some_and(|node| nodes_below.contains(node))
    };
    let following = influences
        .iter()
        .zip(weights)
        .filter(|(slot, _)| is_below(**slot));
    following.map(|(_, weight)| weight).sum::<f32>() > FOLLOWS
}
