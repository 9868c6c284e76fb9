//! Loads Skeleton prims and the bindings of meshes to them.

use std::collections::BTreeMap;

use super::scene::{Scene, inherited, last};
use super::values::{floats, ints, matrices, texts};
use crate::Result;
use crate::character::Skin;
use crate::influences::strongest;
use crate::transform::{self, IDENTITY, Matrix4};

/// A Skeleton prim.
pub(super) struct Skeleton {
    pub(super) joints: Vec<SkeletonJoint>,
}

/// A joint of a Skeleton.
pub(super) struct SkeletonJoint {
    pub(super) token: String,
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    /// The rest transform, relative to the parent.
    pub(super) rest: Matrix4,
    /// The bind transform, relative to the skeleton.
    bind: Matrix4,
}

/// The binding of a mesh to a Skeleton's joints.
pub(super) struct SkinBinding {
    pub(super) skin: Skin,
    pub(super) joints: Vec<[u16; 4]>,
    pub(super) weights: Vec<[f32; 4]>,
}

/// Reads a Skeleton prim.
pub(super) fn read(scene: &Scene<'_>, prim: &str) -> Result<Skeleton> {
    let tokens = texts(scene.value(prim, "joints")?);
    let names = texts(scene.value(prim, "jointNames")?);
    let binds = matrices(scene.value(prim, "bindTransforms")?);
    let rests = matrices(scene.value(prim, "restTransforms")?);
    for (what, count) in [
        ("bindTransforms", binds.len()),
        ("restTransforms", rests.len()),
    ] {
        if count != 0 && count != tokens.len() {
            let reason = format!("{count} {what} for {} joints", tokens.len());
            return Err(scene.broken(prim, &reason));
        }
    }
    let index: BTreeMap<&str, usize> = tokens
        .iter()
        .enumerate()
        .map(|(i, t)| (t.as_str(), i))
        .collect();
    let mut joints: Vec<SkeletonJoint> = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        let mut path = token.as_str();
        let parent = loop {
            let Some((parent_path, _)) = path.rsplit_once('/') else {
                break None;
            };
            path = parent_path;
            // A joint before its parent could form a cycle; UsdSkel rejects it too.
            if let Some(&parent) = index.get(path) {
                if parent >= i {
                    return Err(scene.broken(prim, "a joint is listed before its parent"));
                }
                break Some(parent);
            }
        };
        let bind = binds.get(i).copied().unwrap_or(IDENTITY);
        let relative = || {
            let parent: &SkeletonJoint = joints.get(parent?)?;
            Some(transform::multiply(
                &transform::inverse(&parent.bind)?,
                &bind,
            ))
        };
        let rest = rests
            .get(i)
            .copied()
            .unwrap_or_else(|| relative().unwrap_or(bind));
        let given_name = names
            .get(i)
            .filter(|name| names.len() == tokens.len() && !name.is_empty());
        joints.push(SkeletonJoint {
            token: token.clone(),
            name: given_name.map_or(last(token), String::as_str).to_owned(),
            parent,
            rest,
            bind,
        });
    }
    Ok(Skeleton { joints })
}

/// The path of the Skeleton prim that a mesh, or a prim above it, is bound to.
pub(super) fn bound_to(scene: &Scene<'_>, prim: &str) -> Result<Option<String>> {
    inherited(prim, |at| {
        Ok(scene.targets(at, "skel:skeleton")?.into_iter().next())
    })
}

/// Reads the binding of a mesh. `vertices` holds the file's point of each vertex; `first` is the
/// node of the skeleton's first joint.
pub(super) fn binding(
    scene: &Scene<'_>,
    prim: &str,
    skeleton: &Skeleton,
    first: usize,
    vertices: &[u32],
) -> Result<Option<SkinBinding>> {
    let [indices_name, weights_name] = ["primvars:skel:jointIndices", "primvars:skel:jointWeights"];
    let authored = inherited(prim, |at| {
        Ok(scene
            .value(at, indices_name)?
            .map(|value| (at.to_owned(), value)))
    })?;
    let Some((at, indices)) = authored else {
        return Ok(None);
    };
    let indices = ints(Some(indices));
    let weights = floats(scene.value(&at, weights_name)?);
    let size = scene
        .int_field(&at, indices_name, "elementSize")?
        .unwrap_or(1)
        .max(1) as usize;
    let constant = scene
        .token_field(&at, indices_name, "interpolation")?
        .as_deref()
        != Some("vertex");
    let points = vertices.iter().map(|&v| v as usize + 1).max().unwrap_or(0);
    let required = if constant {
        size
    } else {
        size.saturating_mul(points)
    };
    if indices.len() != weights.len() || indices.len() < required || indices.is_empty() {
        return Err(scene.broken(prim, "joint indices and weights do not match the points"));
    }
    let skin = skin(scene, prim, skeleton, first)?;
    let count = skin.joints.len();
    let influences = |vertex: u32| {
        let start = if constant { 0 } else { vertex as usize * size };
        let pairs = indices[start..start + size]
            .iter()
            .zip(&weights[start..start + size])
            .filter(|(_, weight)| **weight > 0.0);
        let checked = |joint: i32| {
            u16::try_from(joint)
                .ok()
                .filter(|&j| usize::from(j) < count)
        };
        let checked_pairs: Option<Vec<_>> = pairs.map(|(&j, &w)| Some((checked(j)?, w))).collect();
        Some(strongest(checked_pairs?.into_iter()))
    };
    let influences = vertices
        .iter()
        .map(|&v| influences(v))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| scene.broken(prim, "a point names a joint that does not exist"))?;
    let (joints, weights) = influences.into_iter().unzip();
    Ok(Some(SkinBinding {
        skin,
        joints,
        weights,
    }))
}

fn skin(scene: &Scene<'_>, prim: &str, skeleton: &Skeleton, first: usize) -> Result<Skin> {
    let order = inherited(prim, |at| scene.value(at, "skel:joints"))?;
    let joints: Vec<usize> = match texts(order) {
        tokens if tokens.is_empty() => (0..skeleton.joints.len()).collect(),
        tokens => tokens
            .iter()
            .map(|token| {
                skeleton
                    .joints
                    .iter()
                    .position(|joint| joint.token == *token)
            })
            .collect::<Option<_>>()
            .ok_or_else(|| scene.broken(prim, "skel:joints names a joint that does not exist"))?,
    };
    let geom_bind = inherited(prim, |at| {
        scene.value(at, "primvars:skel:geomBindTransform")
    })?;
    let geom_bind = matrices(geom_bind).first().copied().unwrap_or(IDENTITY);
    let inverse_bind_of = |&joint: &usize| {
        let inverse = transform::inverse(&skeleton.joints[joint].bind)?;
        Some(transform::multiply(&inverse, &geom_bind).map(|v| v as f32))
    };
    let inverse_bind = joints
        .iter()
        .map(inverse_bind_of)
        .collect::<Option<Vec<[f32; 16]>>>()
        .ok_or_else(|| scene.broken(prim, "a bind transform of its skeleton cannot be inverted"))?;
    let joints = joints.into_iter().map(|joint| first + joint).collect();
    Ok(Skin {
        name: String::new(),
        joints,
        inverse_bind,
    })
}
