//! Writes meshes: one primitive per section, which share vertex attributes and sparse morph
//! targets.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::document::{Document, FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT, ViewTarget, bounds_of};
use super::document::{float_bytes, index_bytes};
use super::write::{CharacterChecker, named};
use crate::character::{Mesh, MorphTarget};
use crate::{Character, Performance, Result};

/// The meshes that are written, their indices, and the nodes that are skinned.
pub(super) struct MeshUsage {
    /// Per mesh, its index in the file; `None` for a mesh without triangles, which is not written.
    written: Vec<Option<usize>>,
    /// Per node, its mesh.
    meshes: Vec<Option<usize>>,
    /// Per node, whether its mesh is skinned.
    skinned: Vec<bool>,
    /// Per mesh, whether its joints and weights are written.
    rigged: Vec<bool>,
}

impl MeshUsage {
    pub fn of(character: &Character, checker: &CharacterChecker) -> Result<Self> {
        let mut count = 0;
        let mut number = |mesh: &Mesh| {
            let has_triangles = mesh.sections.iter().any(|s| !s.indices.is_empty());
            count += usize::from(has_triangles);
            has_triangles.then(|| count - 1)
        };
        let written: Vec<_> = character.meshes.iter().map(&mut number).collect();
        // A mesh with joints needs a skin at every node that uses it.
        let mut rigged: Vec<bool> = character
            .meshes
            .iter()
            .map(|mesh| !mesh.joints.is_empty() && !mesh.weights.is_empty())
            .collect();
        for node in &character.nodes {
            if let Some(mesh) = node.mesh {
                checker.check_index(mesh, character.meshes.len(), "mesh")?;
                match node.skin {
                    Some(skin) => checker.check_index(skin, character.skins.len(), "skin")?,
                    None => rigged[mesh] = false,
                }
            }
        }
        let nodes = character.nodes.iter();
        let skinned =
            nodes.map(|node| node.mesh.is_some_and(|m| rigged[m] && written[m].is_some()));
        Ok(Self {
            skinned: skinned.collect(),
            meshes: character.nodes.iter().map(|node| node.mesh).collect(),
            written,
            rigged,
        })
    }

    pub fn is_skinned(&self, node: usize) -> bool {
        self.skinned[node]
    }

    pub fn written_mesh(&self, node: usize) -> Option<usize> {
        self.written[self.meshes[node]?]
    }

    /// The performance without the tracks of meshes that are not written.
    pub fn playable<'a>(&self, performance: &'a Performance) -> Cow<'a, Performance> {
        let is_written =
            |node: usize| self.meshes.get(node).is_some() && self.written_mesh(node).is_some();
        if performance
            .meshes
            .iter()
            .all(|track| is_written(track.node))
        {
            return Cow::Borrowed(performance);
        }
        let mut performance = performance.clone();
        performance.meshes.retain(|track| is_written(track.node));
        Cow::Owned(performance)
    }
}

/// Appends a mesh, unless it has no triangles.
pub(super) fn push(
    document: &mut Document,
    character: &Character,
    index: usize,
    mesh: &Mesh,
    usage: &MeshUsage,
    checker: &CharacterChecker,
) -> Result<()> {
    if usage.written[index].is_none() {
        return Ok(());
    }
    check(mesh, checker)?;
    let attributes = push_attributes(document, character, index, mesh, usage, checker)?;
    let targets: Vec<Value> = mesh
        .targets
        .iter()
        .map(|target| push_target(document, mesh, target))
        .collect();
    let mut primitives = Vec::new();
    for section in mesh.sections.iter().filter(|s| !s.indices.is_empty()) {
        let (component, bytes) = index_bytes(&section.indices);
        let view = document.push_view(&bytes, ViewTarget::Indices);
        let indices = document.push(
            "accessors",
            json!({
                "bufferView": view,
                "componentType": component,
                "count": section.indices.len(),
                "type": "SCALAR",
            }),
        );
        let mut primitive = json!({ "attributes": attributes, "indices": indices });
        if let Some(material) = section.material {
            checker.check_index(material, character.materials.len(), "material")?;
            primitive["material"] = json!(material);
        }
        if !targets.is_empty() {
            primitive["targets"] = json!(targets);
        }
        primitives.push(primitive);
    }
    let mut out = named(&mesh.name);
    out.insert("primitives".into(), json!(primitives));
    if !mesh.targets.is_empty() {
        let mut weights = mesh.rest_weights.clone();
        weights.resize(mesh.targets.len(), 0.0);
        let names: Vec<&str> = mesh.targets.iter().map(|t| t.name.as_str()).collect();
        out.insert("weights".into(), json!(weights));
        out.insert("extras".into(), json!({ "targetNames": names }));
    }
    document.push("meshes", Value::Object(out));
    Ok(())
}

fn check(mesh: &Mesh, checker: &CharacterChecker) -> Result<()> {
    let count = mesh.positions.len();
    let what = format!("mesh '{}'", mesh.name);
    for (list, length) in [
        ("normals", mesh.normals.len()),
        ("texture coordinates", mesh.uvs.len()),
        ("joints", mesh.joints.len()),
        ("weights", mesh.weights.len()),
    ] {
        if length != 0 && length != count {
            let reason = format!("{what}: {length} {list} for {count} positions");
            return Err(checker.error(reason));
        }
    }
    for section in &mesh.sections {
        if section.indices.len() % 3 != 0 {
            return Err(checker.error(format!("{what}: a triangle with fewer than three corners")));
        }
        for &index in &section.indices {
            checker.check_index(index as usize, count, "vertex")?;
        }
    }
    checker.check_finite(mesh.positions.iter().flatten(), &what)?;
    checker.check_finite(mesh.uvs.iter().flatten(), &what)?;
    checker.check_finite(mesh.rest_weights.iter(), &what)?;
    for target in &mesh.targets {
        let what = format!("morph target '{}' of {what}", target.name);
        let moved = target.indices.len();
        let normals = target.normal_offsets.len();
        if target.offsets.len() != moved || (normals != 0 && normals != moved) {
            return Err(checker.error(format!("{what}: lists of unequal length")));
        }
        if !target.indices.is_sorted_by(|a, b| a < b) {
            return Err(checker.error(format!("{what}: vertices out of order")));
        }
        if let Some(&last) = target.indices.last() {
            checker.check_index(last as usize, count, "vertex")?;
        }
        checker.check_finite(target.offsets.iter().flatten(), &what)?;
        checker.check_finite(target.normal_offsets.iter().flatten(), &what)?;
    }
    Ok(())
}

fn push_attributes(
    document: &mut Document,
    character: &Character,
    index: usize,
    mesh: &Mesh,
    usage: &MeshUsage,
    checker: &CharacterChecker,
) -> Result<Value> {
    let mut out = Map::new();
    let position = document.push_floats(&mesh.positions, ViewTarget::Vertices, true);
    out.insert("POSITION".into(), json!(position));
    if !mesh.normals.is_empty() {
        let normals: Vec<_> = mesh.normals.iter().map(|n| unit_vector(*n)).collect();
        let normal = document.push_floats(&normals, ViewTarget::Vertices, false);
        out.insert("NORMAL".into(), json!(normal));
    }
    let textured = mesh.sections.iter().any(|section| {
        let material = section.material.and_then(|m| character.materials.get(m));
        material.is_some_and(|m| m.base_color_image.is_some())
    });
    if !mesh.uvs.is_empty() {
        let uv = document.push_floats(&mesh.uvs, ViewTarget::Vertices, false);
        out.insert("TEXCOORD_0".into(), json!(uv));
    } else if textured {
        // A texture needs coordinates; without them, its first texel is used.
        let uvs = vec![[0.0; 2]; mesh.positions.len()];
        let uv = document.push_floats(&uvs, ViewTarget::Vertices, false);
        out.insert("TEXCOORD_0".into(), json!(uv));
    }
    if usage.rigged[index] {
        let joint_count = character
            .nodes
            .iter()
            .filter(|node| node.mesh == Some(index))
            .filter_map(|node| character.skins.get(node.skin?))
            .map(|skin| skin.joints.len())
            .min()
            .unwrap_or(0);
        push_influences(document, mesh, joint_count, &mut out, checker)?;
    }
    Ok(Value::Object(out))
}

fn push_influences(
    document: &mut Document,
    mesh: &Mesh,
    joint_count: usize,
    out: &mut Map<String, Value>,
    checker: &CharacterChecker,
) -> Result<()> {
    let mut joints = Vec::with_capacity(mesh.joints.len());
    let mut weights = Vec::with_capacity(mesh.joints.len());
    for (joint, weight) in mesh.joints.iter().zip(&mesh.weights) {
        let (joint, weight) = normalised_influences(*joint, *weight);
        for index in joint {
            checker.check_index(index.into(), joint_count, "joint")?;
        }
        joints.push(joint);
        weights.push(weight);
    }
    let (component, bytes): (u32, Vec<u8>) = if joint_count <= 256 {
        let narrow = joints.iter().flatten().map(|&joint| joint as u8);
        (UNSIGNED_BYTE, narrow.collect())
    } else {
        let wide = joints
            .iter()
            .flatten()
            .flat_map(|joint| joint.to_le_bytes());
        (UNSIGNED_SHORT, wide.collect())
    };
    let view = document.push_view(&bytes, ViewTarget::Vertices);
    let accessor = document.push(
        "accessors",
        json!({
            "bufferView": view,
            "componentType": component,
            "count": joints.len(),
            "type": "VEC4",
        }),
    );
    out.insert("JOINTS_0".into(), json!(accessor));
    let weights = document.push_floats(&weights, ViewTarget::Vertices, false);
    out.insert("WEIGHTS_0".into(), json!(weights));
    Ok(())
}

/// Influences as glTF requires them: no duplicate joints, joint 0 for weight zero, sum one.
fn normalised_influences(joints: [u16; 4], weights: [f32; 4]) -> ([u16; 4], [f32; 4]) {
    let (mut out_joints, mut out_weights) = ([0; 4], [0.0_f32; 4]);
    let mut used = 0;
    for (joint, weight) in joints.into_iter().zip(weights) {
        if weight.is_nan() || weight <= 0.0 {
            continue;
        }
        match out_joints[..used].iter().position(|&known| known == joint) {
            Some(at) => out_weights[at] += weight,
            None => {
                (out_joints[used], out_weights[used]) = (joint, weight);
                used += 1;
            }
        }
    }
    let sum: f32 = out_weights.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        (out_joints, out_weights.map(|weight| weight / sum))
    } else {
        ([0; 4], [1.0, 0.0, 0.0, 0.0])
    }
}

fn push_target(document: &mut Document, mesh: &Mesh, target: &MorphTarget) -> Value {
    let count = mesh.positions.len();
    let indices = (!target.indices.is_empty()).then(|| {
        let (component, bytes) = index_bytes(&target.indices);
        json!({ "bufferView": document.push_view(&bytes, ViewTarget::None), "componentType": component })
    });
    let mut out = Map::new();
    let position = push_sparse(document, count, indices.as_ref(), &target.offsets);
    out.insert("POSITION".into(), json!(position));
    if !mesh.normals.is_empty() && !target.normal_offsets.is_empty() {
        let normal = push_sparse(document, count, indices.as_ref(), &target.normal_offsets);
        out.insert("NORMAL".into(), json!(normal));
    }
    Value::Object(out)
}

/// Appends a sparse accessor: the given rows, and zeros elsewhere.
fn push_sparse(
    document: &mut Document,
    count: usize,
    indices: Option<&Value>,
    rows: &[[f32; 3]],
) -> usize {
    let (mut min, mut max) = bounds_of(rows);
    if rows.len() < count {
        min = min.map(|low| low.min(0.0) + 0.0);
        max = max.map(|high| high.max(0.0) + 0.0);
    }
    let mut accessor = json!({
        "componentType": FLOAT,
        "count": count,
        "type": "VEC3",
        "min": min,
        "max": max,
    });
    if let Some(indices) = indices {
        let values = document.push_view(&float_bytes(rows), ViewTarget::None);
        accessor["sparse"] = json!({
            "count": rows.len(),
            "indices": indices,
            "values": { "bufferView": values },
        });
    }
    document.push("accessors", accessor)
}

fn unit_vector(vector: [f32; 3]) -> [f32; 3] {
    let length = vector.iter().map(|part| part * part).sum::<f32>().sqrt();
    if length.is_finite() && length > 1e-12 {
        vector.map(|part| part / length)
    } else {
        [0.0, 1.0, 0.0]
    }
}
