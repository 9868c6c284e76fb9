//! Finds lip vertices, and measures how far a joint's rotation moves them.

use metaface_clip::{Channel, FrameRate};

use crate::deform::{deform, mesh_nodes};
use crate::{Character, JointTrack, Performance, RigMap};

/// Channels that move the lips and little else.
const LIP_CHANNELS: [Channel; 8] = [
    Channel::MouthClose,
    Channel::MouthFunnel,
    Channel::MouthPucker,
    Channel::MouthRollLower,
    Channel::MouthRollUpper,
    Channel::MouthPressLeft,
    Channel::MouthPressRight,
    Channel::MouthShrugUpper,
];

/// A vertex belongs to the lips if a target of such a channel moves it by more than this share of
/// the target's largest offset.
const MOVED: f32 = 0.5;

/// The rotation by which levers are measured, radians.
const PROBE: f32 = 0.1;

/// The lip vertices of a character.
pub(crate) struct Region {
    /// Per mesh, per vertex.
    lips: Vec<Vec<bool>>,
}

/// Metres that the most moved vertex moves per radian of a joint's rotation, on the lips and
/// elsewhere.
pub(crate) struct Lever {
    pub lips: f32,
    pub elsewhere: f32,
}

impl Region {
    pub fn of(character: &Character, map: &RigMap) -> Self {
        let mut lips: Vec<Vec<bool>> = character
            .meshes
            .iter()
            .map(|mesh| vec![false; mesh.positions.len()])
            .collect();
        for (m, mesh) in character.meshes.iter().enumerate() {
            for (t, target) in mesh.targets.iter().enumerate() {
                let binding = map.binding(character, m, t);
                let moves_lips = binding.is_some_and(|binding| {
                    let mut terms = binding.terms.iter();
                    terms.any(|(channel, gain)| *gain > 0.0 && LIP_CHANNELS.contains(channel))
                });
                if !moves_lips {
                    continue;
                }
                let length = |offset: &[f32; 3]| offset.iter().map(|v| v * v).sum::<f32>().sqrt();
                let largest = target.offsets.iter().map(length).fold(0.0, f32::max);
                for (&vertex, offset) in target.indices.iter().zip(&target.offsets) {
                    if length(offset) > largest * MOVED
                        && let Some(lip) = lips[m].get_mut(vertex as usize)
                    {
                        *lip = true;
                    }
                }
            }
        }
        if !lips.iter().flatten().any(|&lip| lip) {
            // Without known lips, the lip tolerance applies to all vertices.
            lips.iter_mut().flatten().for_each(|lip| *lip = true);
        }
        Self { lips }
    }

    /// The number of lip vertices; zero if the lips are unknown.
    pub fn lip_count(&self) -> usize {
        let all = self.lips.iter().flatten().all(|&lip| lip);
        if all {
            0
        } else {
            self.lips.iter().flatten().filter(|&&lip| lip).count()
        }
    }

    pub fn is_lip(&self, mesh: usize, vertex: usize) -> bool {
        self.lips.get(mesh).and_then(|mesh| mesh.get(vertex)) == Some(&true)
    }

    /// Measures how far a rotation of the joint moves vertices, on the character at rest.
    pub fn lever(&self, character: &Character, joint: usize) -> Lever {
        let mut lever = Lever {
            lips: 0.0,
            elsewhere: 0.0,
        };
        let (Some(node), Ok(rate)) = (character.nodes.get(joint), FrameRate::whole(30)) else {
            return lever;
        };
        let pose = |rotation| {
            let performance = Performance {
                name: String::new(),
                rate,
                start_frame: 0.0,
                frame_count: 1,
                meshes: Vec::new(),
                joints: vec![JointTrack {
                    node: joint,
                    rotations: vec![rotation],
                    keys: None,
                }],
                metadata: Default::default(),
            };
            deform(character, &performance, 0)
        };
        let rest = pose(node.rotation);
        // Of rotations about three perpendicular axes, one moves a vertex by at least sqrt(2/3) of
        // the maximum over all axes.
        let per_radian = (1.5_f32).sqrt() / (2.0 * (PROBE / 2.0).sin());
        for axis in 0..3 {
            let mut probe = [0.0, 0.0, 0.0, (PROBE / 2.0).cos()];
            probe[axis] = (PROBE / 2.0).sin();
            let rotated = pose(crate::rig_map::rotated_by(node.rotation, probe));
            for ((_, node, _), (before, after)) in
                mesh_nodes(character).zip(rest.iter().zip(&rotated))
            {
                let mesh = node.mesh.unwrap_or_default();
                for (vertex, (a, b)) in before.iter().zip(after).enumerate() {
                    let moved = (0..3)
                        .map(|k| (a[k] - b[k]) * (a[k] - b[k]))
                        .sum::<f32>()
                        .sqrt()
                        * per_radian;
                    let reach = if self.is_lip(mesh, vertex) {
                        &mut lever.lips
                    } else {
                        &mut lever.elsewhere
                    };
                    *reach = reach.max(moved);
                }
            }
        }
        lever
    }
}
