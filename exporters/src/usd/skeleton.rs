//! One hierarchy of joints for a character, and the bindings of its meshes.
//!
//! UsdSkel places a bound point at `joint * inverse(bind) * geomBind * point`; a glTF skin at
//! `joint * inverseBind * point`. A skin is therefore converted to bind transforms. Skins with
//! different matrices for a joint share a Skeleton if a `geomBind` per mesh can express the
//! difference; otherwise they get separate Skeletons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openusd::gf::Matrix4d;
use openusd::sdf::Value;

use super::joint_tree::{joint_tokens, parents_first};
use super::layer::{Layer, tokens};
use super::names::UniqueNames;
use super::{frames::JointFrame, frames::joint_frames, invalid};
use crate::character::{Character, Mesh, Skin};
use crate::deform::mesh_nodes;
use crate::transform::{self, IDENTITY, Matrix4};
use crate::{Performance, Result};

/// Matrices are equal if their elements differ by less than this.
const MATRIX_TOLERANCE: f64 = 1e-7;

/// The joints of a character and the bindings of its meshes.
pub(super) struct Skeletons {
    /// The nodes of the joints, parents first.
    pub(super) joints: Vec<usize>,
    /// The joints' names in USD: paths such as `root/neck/head`.
    pub(super) tokens: Vec<String>,
    /// The joints' translations and scales in USD.
    pub(super) frames: Vec<JointFrame>,
    /// Per Skeleton prim, the bind transform of each joint.
    binds: Vec<Vec<Matrix4>>,
    /// By mesh node.
    pub(super) bindings: BTreeMap<usize, SkeletonBinding>,
    /// The joints' transforms relative to their parents.
    rests: Vec<Matrix4>,
}

/// The binding of a mesh to a Skeleton.
pub(super) struct SkeletonBinding {
    pub(super) skeleton: usize,
    pub(super) geom_bind: Matrix4,
    pub(super) influences: Influences,
}

/// The joints that move a mesh's points.
pub(super) enum Influences {
    /// All points follow one joint.
    Rigid(usize),
    /// Four joints and weights per point.
    Smooth { joints: Vec<i32>, weights: Vec<f32> },
}

impl Skeletons {
    /// The joints that are needed to animate `character` with `performance` as in glTF.
    pub(super) fn of(
        character: &Character,
        performance: Option<&Performance>,
        output: &Path,
    ) -> Result<Self> {
        let driven: BTreeSet<usize> = performance
            .into_iter()
            .flat_map(|p| p.joints.iter().map(|track| track.node))
            .collect();
        let joints = parents_first(character, &required_joints(character, performance, &driven));
        let frames = joint_frames(character, &joints, &driven);
        let worlds = transform::world(character, |_| None);
        let rest_worlds: Vec<Matrix4> = joints
            .iter()
            .zip(&frames)
            .map(|(&node, frame)| {
                transform::multiply(&worlds[node], &uniform_scale(1.0 / frame.removed_scale))
            })
            .collect();
        let index: BTreeMap<usize, usize> =
            joints.iter().enumerate().map(|(i, &n)| (n, i)).collect();
        let mut binds = BindTransforms {
            rest: &rest_worlds,
            frames: &frames,
            index: &index,
            groups: Vec::new(),
        };
        let mut bindings = BTreeMap::new();
        for (node, _, mesh) in mesh_nodes(character) {
            if let Some(skin) = smooth_skin(character, node, mesh) {
                let (skeleton, geom_bind) = binds.add(skin, output)?;
                let influences = smooth_influences(mesh, skin, &index);
                bindings.insert(
                    node,
                    SkeletonBinding {
                        skeleton,
                        geom_bind,
                        influences,
                    },
                );
            }
        }
        if binds.groups.is_empty() {
            binds.groups.push(vec![None; joints.len()]);
        }
        let binds: Vec<Vec<Matrix4>> = binds.finished();
        for (node, _, _) in mesh_nodes(character) {
            bindings.entry(node).or_insert_with(|| {
                let (joint, geom_bind) =
                    rigid_binding(character, node, &index, &worlds, &rest_worlds, &binds[0]);
                SkeletonBinding {
                    skeleton: 0,
                    geom_bind,
                    influences: Influences::Rigid(joint),
                }
            });
        }
        let rest = |(&node, frame): (&usize, &JointFrame)| {
            transform::compose(
                frame.translation,
                character.nodes[node].rotation,
                frame.scale,
            )
        };
        let rests = joints.iter().zip(&frames).map(rest).collect();
        let tokens = joint_tokens(character, &joints, &index, output)?;
        Ok(Self {
            tokens,
            frames,
            binds,
            bindings,
            rests,
            joints,
        })
    }

    /// The number of Skeleton prims.
    pub(super) fn count(&self) -> usize {
        self.binds.len()
    }

    /// The name of a Skeleton prim.
    pub(super) fn prim_name(skeleton: usize) -> String {
        match skeleton {
            0 => "Skeleton".to_owned(),
            other => format!("Skeleton_{other}"),
        }
    }

    /// Defines the Skeleton prims below `root`, all bound to `animation` if given.
    pub(super) fn define(
        &self,
        layer: &mut Layer,
        root: &str,
        character: &Character,
        animation: Option<&str>,
    ) {
        let mut names = UniqueNames::default();
        let joint_names: Vec<String> = self
            .joints
            .iter()
            .map(|&node| names.take(character.nodes[node].name.clone()))
            .collect();
        for (i, binds) in self.binds.iter().enumerate() {
            let path = format!("{root}/{}", Self::prim_name(i));
            layer.define(&path, "Skeleton", &["SkelBindingAPI"]);
            layer.uniform(&path, "joints", "token[]", tokens(&self.tokens));
            layer.uniform(&path, "jointNames", "token[]", tokens(&joint_names));
            layer.uniform(&path, "bindTransforms", "matrix4d[]", matrices(binds));
            layer.uniform(&path, "restTransforms", "matrix4d[]", matrices(&self.rests));
            if let Some(animation) = animation {
                layer.relationship(&path, "skel:animationSource", &[animation.to_owned()]);
            }
        }
    }
}

/// Row-vector matrices in row-major order are the same numbers as column-vector matrices in
/// column-major order.
pub(super) fn matrix(m: &Matrix4) -> Matrix4d {
    Matrix4d(*m)
}

fn matrices(values: &[Matrix4]) -> Value {
    Value::Matrix4dVec(values.iter().map(matrix).collect())
}

fn uniform_scale(factor: f64) -> Matrix4 {
    let mut m = IDENTITY.map(|v| v * factor);
    m[15] = 1.0;
    m
}

/// The joints of skins and the driven nodes. Without either and without a performance: the nodes
/// without a mesh, or the roots if every node has a mesh.
fn required_joints(
    character: &Character,
    performance: Option<&Performance>,
    driven: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    let nodes = &character.nodes;
    let mut required: BTreeSet<usize> = mesh_nodes(character)
        .filter_map(|(node, _, mesh)| smooth_skin(character, node, mesh))
        .flat_map(|skin| skin.joints.iter().copied())
        .chain(driven.iter().copied())
        .filter(|&node| node < nodes.len())
        .collect();
    if performance.is_none() && required.is_empty() {
        required.extend((0..nodes.len()).filter(|&i| nodes[i].mesh.is_none()));
    }
    if required.is_empty() {
        required.extend((0..nodes.len()).filter(|&i| nodes[i].parent.is_none()));
    }
    required
}

/// The skin of a mesh node, if its mesh has joints and weights.
fn smooth_skin<'a>(character: &'a Character, node: usize, mesh: &Mesh) -> Option<&'a Skin> {
    let points = mesh.positions.len();
    let skin = character.skins.get(character.nodes[node].skin?)?;
    let usable = mesh.joints.len() == points && mesh.weights.len() == points;
    (usable && !skin.joints.is_empty()).then_some(skin)
}

fn smooth_influences(mesh: &Mesh, skin: &Skin, index: &BTreeMap<usize, usize>) -> Influences {
    let at = |joint: u16| {
        let node = skin.joints.get(usize::from(joint))?;
        index.get(node).map(|&i| i as i32)
    };
    let mut joints = Vec::with_capacity(mesh.joints.len() * 4);
    let mut weights = Vec::with_capacity(mesh.joints.len() * 4);
    for (point_joints, point_weights) in mesh.joints.iter().zip(&mesh.weights) {
        for (&joint, &weight) in point_joints.iter().zip(point_weights) {
            let joint = at(joint).filter(|_| weight != 0.0);
            joints.push(joint.unwrap_or(0));
            weights.push(joint.map_or(0.0, |_| weight));
        }
    }
    Influences::Smooth { joints, weights }
}

/// The nearest joint at or above a mesh node, and the mesh's transform in the bind pose. A joint
/// with scale zero at rest cannot be inverted, so its parent is used.
fn rigid_binding(
    character: &Character,
    node: usize,
    index: &BTreeMap<usize, usize>,
    worlds: &[Matrix4],
    rest_worlds: &[Matrix4],
    binds: &[Matrix4],
) -> (usize, Matrix4) {
    let mut next = Some(node);
    for _ in 0..character.nodes.len() {
        let Some(at) = next else { break };
        next = character.nodes[at].parent;
        let Some(&joint) = index.get(&at) else {
            continue;
        };
        if let Some(inverse) = transform::inverse(&rest_worlds[joint]) {
            let in_joint = transform::multiply(&inverse, &worlds[node]);
            return (joint, transform::multiply(&binds[joint], &in_joint));
        }
    }
    (0, worlds[node])
}

/// The bind transforms of all Skeletons, as skins are added.
struct BindTransforms<'a> {
    rest: &'a [Matrix4],
    frames: &'a [JointFrame],
    index: &'a BTreeMap<usize, usize>,
    groups: Vec<Vec<Option<Matrix4>>>,
}

impl BindTransforms<'_> {
    /// Adds a skin to the first Skeleton with compatible bind transforms, or to a new one. Returns
    /// the Skeleton's index and the skin's `geomBind`.
    fn add(&mut self, skin: &Skin, output: &Path) -> Result<(usize, Matrix4)> {
        let mut binds: Vec<(usize, Matrix4, Matrix4)> = Vec::with_capacity(skin.joints.len());
        for (&node, inverse_bind) in skin.joints.iter().zip(&skin.inverse_bind) {
            let Some(&joint) = self.index.get(&node) else {
                continue;
            };
            let removed = uniform_scale(self.frames[joint].removed_scale);
            let inverse_bind = transform::multiply(&removed, &inverse_bind.map(f64::from));
            let bind = transform::inverse(&inverse_bind).ok_or_else(|| {
                let reason = format!(
                    "the inverse bind matrix of joint {node} in skin '{}' cannot be inverted",
                    skin.name
                );
                invalid(
                    output,
                    reason,
                    "bind the skin again in the modelling program",
                )
            })?;
            binds.push((joint, bind, inverse_bind));
        }
        for (i, group) in self.groups.iter_mut().enumerate() {
            let shared = binds
                .iter()
                .find_map(|(j, _, inverse)| Some((group[*j]?, inverse)));
            let geom_bind = shared.map_or(IDENTITY, |(bind, inverse)| {
                transform::multiply(&bind, inverse)
            });
            let is_compatible = binds.iter().all(|(j, _, inverse)| {
                group[*j].is_none_or(|bind| same(&transform::multiply(&bind, inverse), &geom_bind))
            });
            if is_compatible {
                for (joint, bind, _) in &binds {
                    group[*joint].get_or_insert(transform::multiply(&geom_bind, bind));
                }
                return Ok((i, geom_bind));
            }
        }
        let mut group = vec![None; self.rest.len()];
        for (joint, bind, _) in binds {
            group[joint] = Some(bind);
        }
        self.groups.push(group);
        Ok((self.groups.len() - 1, IDENTITY))
    }

    /// The bind transforms of each Skeleton. Joints without a skin are bound at rest.
    fn finished(self) -> Vec<Vec<Matrix4>> {
        let rest = self.rest;
        let filled = |group: Vec<Option<Matrix4>>| {
            group
                .into_iter()
                .zip(rest)
                .map(|(bind, rest)| bind.unwrap_or(*rest))
                .collect()
        };
        self.groups.into_iter().map(filled).collect()
    }
}

fn same(a: &Matrix4, b: &Matrix4) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| (a - b).abs() < MATRIX_TOLERANCE)
}
