//! Vertex positions of a character at one frame of a performance: morph targets first, then
//! linear-blend skinning or the node's transform, as glTF and UsdSkel define them.

use crate::Performance;
use crate::character::{Character, Mesh, Node};
use crate::transform::{self, Matrix4};

/// World-space points (metres, Y up) of every mesh node, in the order of
/// [`Character::nodes`]; nodes without a mesh have no entry (see [`mesh_nodes`]).
///
/// `frame` counts from the start of the performance; past the end, the last frame is used. Nodes
/// and targets without a track stay at rest. As in glTF, a skinned mesh ignores the transform of
/// its node. Indices out of range are ignored.
///
/// ```
/// use metaface_clip::FrameRate;
/// use metaface_exporters::character::{Character, Mesh, MorphTarget, Node};
/// use metaface_exporters::{MeshTrack, Performance, deform::deform};
///
/// let jaw_open = MorphTarget { indices: vec![0], offsets: vec![[0.0, -0.02, 0.0]], ..Default::default() };
/// let mesh = Mesh { positions: vec![[0.0; 3]], targets: vec![jaw_open], rest_weights: vec![0.0], ..Default::default() };
/// let node = Node { mesh: Some(0), translation: [0.0, 1.5, 0.0], ..Default::default() };
/// let character = Character { nodes: vec![node], meshes: vec![mesh], ..Default::default() };
/// let performance = Performance {
///     name: "line".into(),
///     rate: FrameRate::whole(30)?,
///     start_frame: 0.0,
///     frame_count: 2,
///     meshes: vec![MeshTrack { node: 0, weights: vec![vec![0.0], vec![1.0]], undriven: Vec::new(), keys: None }],
///     joints: vec![],
///     metadata: Default::default(),
/// };
/// assert!((deform(&character, &performance, 1)[0][0][1] - 1.48).abs() < 1e-6);
/// # Ok::<(), metaface_clip::ClipError>(())
/// ```
pub fn deform(
    character: &Character,
    performance: &Performance,
    frame: usize,
) -> Vec<Vec<[f32; 3]>> {
    let rotation = |node: usize| {
        let track = performance.joints.iter().find(|track| track.node == node)?;
        at_frame(&track.rotations, frame).copied()
    };
    let worlds = transform::world(character, rotation);
    mesh_nodes(character)
        .map(|(index, node, mesh)| {
            let track = performance.meshes.iter().find(|track| track.node == index);
            let weights = track
                .and_then(|track| at_frame(&track.weights, frame))
                .unwrap_or(&mesh.rest_weights);
            let morphed = morph(mesh, weights);
            let moved = match skin_matrices(character, node, mesh, &worlds) {
                Some(matrices) => skin(mesh, &morphed, &matrices),
                None => {
                    let world = &worlds[index];
                    morphed
                        .iter()
                        .map(|&p| transform::point(world, p))
                        .collect()
                }
            };
            moved
                .into_iter()
                .map(|p: [f64; 3]| p.map(|v| v as f32))
                .collect()
        })
        .collect()
}

/// The nodes that draw a mesh: index, node and mesh, in the order of [`Character::nodes`].
pub fn mesh_nodes(character: &Character) -> impl Iterator<Item = (usize, &Node, &Mesh)> {
    character
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(index, node)| {
            let mesh = character.meshes.get(node.mesh?)?;
            Some((index, node, mesh))
        })
}

fn at_frame<T>(values: &[T], frame: usize) -> Option<&T> {
    values.get(frame).or(values.last())
}

fn morph(mesh: &Mesh, weights: &[f32]) -> Vec<[f64; 3]> {
    let mut points: Vec<[f64; 3]> = mesh.positions.iter().map(|p| p.map(f64::from)).collect();
    for (target, &weight) in mesh.targets.iter().zip(weights) {
        if weight == 0.0 {
            continue;
        }
        for (&vertex, offset) in target.indices.iter().zip(&target.offsets) {
            if let Some(point) = points.get_mut(vertex as usize) {
                for axis in 0..3 {
                    point[axis] += f64::from(weight) * f64::from(offset[axis]);
                }
            }
        }
    }
    points
}

/// One matrix per joint, from mesh space at rest to world space in the pose. `None` if the mesh is
/// not skinned.
fn skin_matrices(
    character: &Character,
    node: &Node,
    mesh: &Mesh,
    worlds: &[Matrix4],
) -> Option<Vec<Matrix4>> {
    let skin = character.skins.get(node.skin?)?;
    let vertices = mesh.positions.len();
    if mesh.joints.len() != vertices || mesh.weights.len() != vertices {
        return None;
    }
    let matrices = skin
        .joints
        .iter()
        .zip(&skin.inverse_bind)
        .map(|(&joint, bind)| {
            let world = worlds.get(joint).unwrap_or(&transform::IDENTITY);
            transform::multiply(world, &bind.map(f64::from))
        });
    Some(matrices.collect())
}

fn skin(mesh: &Mesh, points: &[[f64; 3]], matrices: &[Matrix4]) -> Vec<[f64; 3]> {
    let influences = mesh.joints.iter().zip(&mesh.weights);
    points
        .iter()
        .zip(influences)
        .map(|(&p, (joints, weights))| {
            let mut moved = [0.0; 3];
            for (&joint, &weight) in joints.iter().zip(weights) {
                if weight == 0.0 {
                    continue;
                }
                if let Some(matrix) = matrices.get(usize::from(joint)) {
                    let q = transform::point(matrix, p);
                    for axis in 0..3 {
                        moved[axis] += f64::from(weight) * q[axis];
                    }
                }
            }
            moved
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::{MorphTarget, Skin};
    use crate::{JointTrack, MeshTrack};
    use metaface_clip::FrameRate;

    #[test]
    fn a_morphed_vertex_between_two_joints_moves_half_with_each() {
        let target = MorphTarget {
            indices: vec![0],
            offsets: vec![[0.0, 0.0, 1.0]],
            ..MorphTarget::default()
        };
        let mesh = Mesh {
            positions: vec![[2.0, 0.0, 0.0]],
            joints: vec![[0, 1, 0, 0]],
            weights: vec![[0.5, 0.5, 0.0, 0.0]],
            targets: vec![target],
            rest_weights: vec![0.0],
            ..Mesh::default()
        };
        let identity = transform::IDENTITY.map(|v| v as f32);
        let character = Character {
            nodes: vec![
                Node::default(),
                Node {
                    parent: Some(0),
                    ..Node::default()
                },
                // A skinned mesh ignores the transform of its node.
                Node {
                    mesh: Some(0),
                    skin: Some(0),
                    translation: [9.0; 3],
                    ..Node::default()
                },
            ],
            meshes: vec![mesh],
            skins: vec![Skin {
                joints: vec![0, 1],
                inverse_bind: vec![identity; 2],
                ..Skin::default()
            }],
            ..Character::default()
        };
        let performance = Performance {
            name: String::new(),
            rate: FrameRate::whole(24).expect("a rate"),
            start_frame: 0.0,
            frame_count: 1,
            meshes: vec![MeshTrack {
                node: 2,
                weights: vec![vec![0.25]],
                undriven: Vec::new(),
                keys: None,
            }],
            // Half a turn about Z for the second joint only.
            joints: vec![JointTrack {
                node: 1,
                rotations: vec![[0.0, 0.0, 1.0, 0.0]],
                keys: None,
            }],
            metadata: Default::default(),
        };
        let points = deform(&character, &performance, 7);
        let p = points[0][0];
        assert!(
            p[0].abs() < 1e-6 && p[1].abs() < 1e-6 && (p[2] - 0.25).abs() < 1e-6,
            "{p:?}"
        );
    }
}
