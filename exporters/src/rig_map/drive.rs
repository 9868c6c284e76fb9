//! Applies a rig map to a clip.

use metaface_clip::{Clip, Frame};

use super::{JointBinding, RigMap, TargetBinding, refers_to};
use crate::character::{Mesh, Node};
use crate::{Character, JointTrack, MeshTrack, Performance};

impl RigMap {
    /// Maps a clip to the character: one track per mesh node with a driven target, one per driven
    /// joint. Bindings that match nothing in this character have no effect (see
    /// [`RigMap::unmatched`]).
    ///
    /// The values of an [additive](Clip::is_additive) clip may be negative, and the animation that
    /// it is added to already includes the offsets. For such clips, ranges and offsets are not
    /// applied, and bindings with a [divisor](TargetBinding::over) have no effect.
    pub fn drive(&self, character: &Character, clip: &Clip) -> Performance {
        if clip.is_additive() {
            self.additive().drive_all(character, clip)
        } else {
            self.drive_all(character, clip)
        }
    }

    /// The map for additive clips.
    pub(super) fn additive(&self) -> Self {
        let mut map = self.clone();
        map.targets.retain(|target| target.over.is_none());
        for target in &mut map.targets {
            target.offset = 0.0;
            target.range = [f32::NEG_INFINITY, f32::INFINITY];
        }
        map
    }

    fn drive_all(&self, character: &Character, clip: &Clip) -> Performance {
        let nodes = character.nodes.iter().enumerate();
        let meshes =
            nodes.filter_map(|(index, node)| self.mesh_track(character, index, node, clip));
        let joints =
            (0..character.nodes.len()).filter_map(|node| self.joint_track(character, node, clip));
        Performance {
            name: clip.name.clone(),
            rate: clip.rate,
            start_frame: clip.start_frame,
            frame_count: clip.frames.len(),
            meshes: meshes.collect(),
            joints: joints.collect(),
            metadata: clip.metadata.clone(),
        }
    }

    /// The names of targets and joints in this map that the character does not have.
    pub fn unmatched(&self, character: &Character) -> Vec<String> {
        let has_target = |binding: &&TargetBinding| {
            let mut meshes = character.meshes.iter().enumerate();
            meshes.any(|(m, mesh)| (0..mesh.targets.len()).any(|t| binding.drives(character, m, t)))
        };
        let has_joint = |binding: &&JointBinding| {
            (0..character.nodes.len()).any(|n| binding.drives(character, n))
        };
        let targets = self
            .targets
            .iter()
            .filter(|b| !has_target(b))
            .map(|b| b.target.clone());
        let joints = self
            .joints
            .iter()
            .filter(|b| !has_joint(b))
            .map(|b| b.joint.clone());
        targets.chain(joints).collect()
    }

    /// The binding of a morph target: one restricted to its mesh takes precedence over one for
    /// every mesh.
    pub(crate) fn binding(
        &self,
        character: &Character,
        mesh: usize,
        target: usize,
    ) -> Option<&TargetBinding> {
        let matches = |binding: &&TargetBinding| binding.drives(character, mesh, target);
        let mut restricted = self.targets.iter().filter(|b| b.mesh.is_some());
        restricted
            .find(matches)
            .or_else(|| self.targets.iter().find(matches))
    }

    fn mesh_track(
        &self,
        character: &Character,
        index: usize,
        node: &Node,
        clip: &Clip,
    ) -> Option<MeshTrack> {
        let mesh_index = node.mesh?;
        let mesh: &Mesh = character.meshes.get(mesh_index)?;
        let bound: Vec<_> = (0..mesh.targets.len())
            .filter_map(|target| Some((target, self.binding(character, mesh_index, target)?)))
            .collect();
        if bound.is_empty() {
            return None;
        }
        let mut rest = mesh.rest_weights.clone();
        rest.resize(mesh.targets.len(), 0.0);
        let weights = clip.frames.iter().map(|frame| {
            let mut weights = rest.clone();
            for &(target, binding) in &bound {
                weights[target] = binding.value(frame).unwrap_or(weights[target]);
            }
            weights
        });
        let is_driven = |target: &usize| bound.binary_search_by_key(target, |(t, _)| *t).is_ok();
        Some(MeshTrack {
            node: index,
            weights: weights.collect(),
            undriven: (0..mesh.targets.len()).filter(|t| !is_driven(t)).collect(),
            keys: None,
        })
    }

    fn joint_track(&self, character: &Character, node: usize, clip: &Clip) -> Option<JointTrack> {
        let binding = self.joints.iter().find(|b| b.drives(character, node))?;
        let rest = character.nodes[node].rotation.map(f64::from);
        let parent = parent_rotation(character, node);
        let rotations = clip.frames.iter().map(|frame| {
            let rotated = product(binding.rotation(frame), product(parent, rest));
            unit(product(conjugate(parent), rotated)).map(|part| part as f32)
        });
        Some(JointTrack {
            node,
            rotations: rotations.collect(),
            keys: None,
        })
    }
}

impl TargetBinding {
    pub(super) fn drives(&self, character: &Character, mesh: usize, target: usize) -> bool {
        let Some(Mesh { name, targets, .. }) = character.meshes.get(mesh) else {
            return false;
        };
        let in_mesh = self.mesh.as_ref().is_none_or(|reference| {
            let names = character.meshes.iter().map(|mesh| mesh.name.clone());
            refers_to(reference, mesh, name, names)
        });
        let names = targets.iter().map(|target| target.name.clone());
        in_mesh && refers_to(&self.target, target, &targets[target].name, names)
    }

    /// The target's weight; `None` if a value of the frame is not finite.
    pub(super) fn value(&self, frame: &Frame) -> Option<f32> {
        let terms = self.terms.iter();
        let sum: f32 = terms.map(|&(channel, gain)| gain * frame[channel]).sum();
        let divisor = self
            .over
            .map_or(1.0, |channel| frame[channel].max(Self::LEAST_DIVISOR));
        let value = self.offset + sum / divisor;
        let limited = value.max(self.range[0]).min(self.range[1]);
        value.is_finite().then_some(limited)
    }
}

impl JointBinding {
    pub(super) fn drives(&self, character: &Character, node: usize) -> bool {
        let names = character.nodes.iter().map(|node| node.name.clone());
        refers_to(&self.joint, node, &character.nodes[node].name, names)
    }

    /// The rotation in the character's space, as a quaternion.
    fn rotation(&self, frame: &Frame) -> [f64; 4] {
        let mut rotation = [0.0, 0.0, 0.0, 1.0];
        for term in &self.terms {
            let angle = f64::from(term.gain) * f64::from(frame[term.channel]);
            if angle.is_finite() {
                let (sine, cosine) = (angle / 2.0).sin_cos();
                let [x, y, z] = term.axis.map(|part| f64::from(part) * sine);
                rotation = product([x, y, z, cosine], rotation);
            }
        }
        rotation
    }
}

/// The world rotation of a node's parent at rest.
pub(super) fn parent_rotation(character: &Character, node: usize) -> [f64; 4] {
    let mut rotation = [0.0, 0.0, 0.0, 1.0];
    let mut at = character.nodes[node].parent;
    for _ in 0..character.nodes.len() {
        let Some(parent) = at.and_then(|parent| character.nodes.get(parent)) else {
            break;
        };
        rotation = product(parent.rotation.map(f64::from), rotation);
        at = parent.parent;
    }
    unit(rotation)
}

/// A local rotation followed by another about the joint's local axes.
pub(crate) fn rotated_by(rotation: [f32; 4], additional: [f32; 4]) -> [f32; 4] {
    product(rotation.map(f64::from), additional.map(f64::from)).map(|part| part as f32)
}

/// The quaternion that rotates by `b`, then by `a`.
pub(super) fn product(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    let ([ax, ay, az, aw], [bx, by, bz, bw]) = (a, b);
    [
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    ]
}

pub(super) fn conjugate([x, y, z, w]: [f64; 4]) -> [f64; 4] {
    [-x, -y, -z, w]
}

fn unit(rotation: [f64; 4]) -> [f64; 4] {
    let length = rotation.iter().map(|part| part * part).sum::<f64>().sqrt();
    if length > 1e-12 {
        rotation.map(|part| part / length)
    } else {
        [0.0, 0.0, 0.0, 1.0]
    }
}
