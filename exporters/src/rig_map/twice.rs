//! Whether a joint would repeat a movement that morph targets make already.

use super::joints::descendants;
use crate::Character;
use crate::character::Mesh;

/// A vertex follows a joint when at least this share of its skin weight does.
const FOLLOWS: f32 = 0.05;

/// A target moves a vertex when it does so by at least this share of its longest offset.
const MOVES: f32 = 0.02;

/// The name of a target among those that `asked` picks (mesh and target index) which moves a
/// vertex that `joint` carries, if there is one: driving both would move that vertex twice.
pub(super) fn already_moved(
    character: &Character,
    joint: usize,
    asked: impl Fn(usize, usize) -> bool,
) -> Option<String> {
    let mut carrying = descendants(character, joint);
    carrying.push(joint);
    for (index, node) in character.nodes.iter().enumerate() {
        let Some((mesh_index, mesh)) = node.mesh.and_then(|m| Some((m, character.meshes.get(m)?)))
        else {
            continue;
        };
        let skin = node.skin.and_then(|skin| character.skins.get(skin));
        let follows = |vertex: usize| match skin {
            Some(skin) => follows_skin(mesh, &skin.joints, &carrying, vertex),
            None => carrying.contains(&index),
        };
        for (target_index, target) in mesh.targets.iter().enumerate() {
            if !asked(mesh_index, target_index) {
                continue;
            }
            let lengths = target
                .offsets
                .iter()
                .map(|o| o.iter().map(|v| v * v).sum::<f32>().sqrt());
            let enough = lengths.clone().fold(0.0, f32::max) * MOVES;
            let mut moved = target.indices.iter().zip(lengths);
            if moved.any(|(&vertex, length)| length > enough && follows(vertex as usize)) {
                return Some(target.name.clone());
            }
        }
    }
    None
}

fn follows_skin(mesh: &Mesh, joints: &[usize], carrying: &[usize], vertex: usize) -> bool {
    let (Some(influences), Some(weights)) = (mesh.joints.get(vertex), mesh.weights.get(vertex))
    else {
        return false;
    };
    let carried = |slot: u16| {
        let node = joints.get(usize::from(slot));
        node.is_some_and(|node| carrying.contains(node))
    };
    let share = influences
        .iter()
        .zip(weights)
        .filter(|(slot, _)| carried(**slot));
    share.map(|(_, weight)| weight).sum::<f32>() > FOLLOWS
}
