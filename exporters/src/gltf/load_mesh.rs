//! Loads a mesh: joins its primitives; vertex data that several of them share is loaded once.

use serde_json::Value;

use super::accessor::{self, COMPRESSED, indices, nonzero_rows, rows};
use super::file::{GltfFile, number};
use super::load::text;
use super::load_influences;
use crate::Result;
use crate::character::{Mesh, MorphTarget, Section};

pub(super) fn mesh(source: &GltfFile, index: usize) -> Result<Mesh> {
    let json = &source.array("meshes")[index];
    let primitives = json["primitives"].as_array().map_or(&[][..], Vec::as_slice);
    let target_count = primitives
        .iter()
        .map(|p| targets(p).len())
        .max()
        .unwrap_or(0);
    let names = target_names(source, json, primitives, target_count);
    let mut mesh = Mesh {
        name: text(&json["name"]),
        targets: names
            .into_iter()
            .map(|name| MorphTarget {
                name,
                ..MorphTarget::default()
            })
            .collect(),
        rest_weights: weights(&json["weights"], target_count),
        ..Mesh::default()
    };
    let mut appended: Vec<(&Value, &Value, u32)> = Vec::new();
    for primitive in primitives {
        let (attributes, targets) = (&primitive["attributes"], &primitive["targets"]);
        let shared = appended
            .iter()
            .find(|(a, t, _)| *a == attributes && *t == targets);
        let first_vertex = match shared {
            Some(&(_, _, first)) => first,
            None => {
                let first = mesh.positions.len() as u32;
                if !append_vertices(source, &mut mesh, primitive)? {
                    mesh.undecoded = Some(COMPRESSED.to_owned());
                    continue;
                }
                appended.push((attributes, targets, first));
                first
            }
        };
        let section = section(source, &mesh, primitive, first_vertex)?;
        mesh.sections.extend(section);
    }
    if mesh.undecoded.is_some() {
        // Incomplete geometry would be misleading.
        clear_geometry(&mut mesh);
    }
    Ok(mesh)
}

/// The weights of a mesh or node, one per target.
pub(super) fn weights(json: &Value, count: usize) -> Vec<f32> {
    let list = json.as_array().map_or(&[][..], Vec::as_slice);
    let weight = |value: &Value| value.as_f64().map(|v| v as f32).filter(|v| v.is_finite());
    let mut weights: Vec<f32> = list
        .iter()
        .take(count)
        .map(|v| weight(v).unwrap_or(0.0))
        .collect();
    weights.resize(count, 0.0);
    weights
}

fn targets(primitive: &Value) -> &[Value] {
    primitive["targets"].as_array().map_or(&[], Vec::as_slice)
}

/// Target names from the places that exporters use: the mesh's extras, a primitive's extras (VRM),
/// or the targets' accessors.
fn target_names(
    source: &GltfFile,
    mesh: &Value,
    primitives: &[Value],
    count: usize,
) -> Vec<String> {
    let owners = std::iter::once(mesh).chain(primitives);
    let lists: Vec<&Value> = owners
        .map(|owner| &owner["extras"]["targetNames"])
        .collect();
    let by_accessor = |index: usize| {
        primitives.iter().find_map(|primitive| {
            let accessor = number(&targets(primitive).get(index)?["POSITION"])?;
            source.array("accessors").get(accessor)?["name"].as_str()
        })
    };
    let name = |index: usize| {
        let listed = lists.iter().find_map(|list| list[index].as_str());
        listed
            .or_else(|| by_accessor(index))
            .unwrap_or_default()
            .to_owned()
    };
    (0..count).map(name).collect()
}

/// Appends a primitive's vertices and target offsets; returns false if they are compressed.
fn append_vertices(source: &GltfFile, mesh: &mut Mesh, primitive: &Value) -> Result<bool> {
    if !primitive["extensions"]["KHR_draco_mesh_compression"].is_null() {
        return Ok(false);
    }
    let attributes = &primitive["attributes"];
    let Some(position) = number(&attributes["POSITION"]) else {
        return Ok(true);
    };
    let Some(positions) = rows::<3>(source, position)? else {
        return Ok(false);
    };
    let count = positions.len();
    let first = mesh.positions.len();
    mesh.positions.extend(positions);
    let total = mesh.positions.len();
    if u32::try_from(total).is_err() {
        return Err(source.invalid("a mesh has more vertices than can be counted"));
    }
    let complete = [
        fill(
            source,
            &attributes["NORMAL"],
            count,
            first,
            &mut mesh.normals,
            [0.0, 1.0, 0.0],
        )?,
        fill(
            source,
            &attributes["TEXCOORD_0"],
            count,
            first,
            &mut mesh.uvs,
            [0.0; 2],
        )?,
        load_influences::append(source, mesh, attributes, count, first)?,
    ];
    if complete.contains(&false) {
        return Ok(false);
    }
    for (index, json) in targets(primitive).iter().enumerate() {
        if !append_offsets(source, &mut mesh.targets[index], json, count, first as u32)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Appends an attribute to a list, which stays empty until a primitive has the attribute. Returns
/// false if it is compressed.
fn fill<const N: usize>(
    source: &GltfFile,
    accessor: &Value,
    count: usize,
    first: usize,
    list: &mut Vec<[f32; N]>,
    missing: [f32; N],
) -> Result<bool> {
    if let Some(accessor) = number(accessor) {
        let Some(values) = rows::<N>(source, accessor)? else {
            return Ok(false);
        };
        if values.len() != count {
            return Err(source.invalid(format!(
                "accessors[{accessor}] does not have a row per vertex"
            )));
        }
        list.resize(first, missing);
        list.extend(values);
    } else if !list.is_empty() {
        list.resize(first + count, missing);
    }
    Ok(true)
}

fn append_offsets(
    source: &GltfFile,
    target: &mut MorphTarget,
    json: &Value,
    count: usize,
    first: u32,
) -> Result<bool> {
    let read = |attribute: &Value| match number(attribute) {
        Some(accessor) => nonzero_rows(source, accessor, count),
        None => Ok(Some((Vec::new(), Vec::new()))),
    };
    let (Some(offsets), Some(normals)) = (read(&json["POSITION"])?, read(&json["NORMAL"])?) else {
        return Ok(false);
    };
    let mut moved: Vec<u32> = offsets.0.iter().chain(&normals.0).copied().collect();
    moved.sort_unstable();
    moved.dedup();
    // An offset and a normal offset each.
    source.reserve_floats(moved.len() as u64 * 6)?;
    let at = |rows: &(Vec<u32>, Vec<[f32; 3]>), vertex: u32| {
        let found = rows.0.binary_search(&vertex);
        found.map_or([0.0; 3], |row| rows.1[row])
    };
    if !normals.0.is_empty() || !target.normal_offsets.is_empty() {
        target.normal_offsets.resize(target.indices.len(), [0.0; 3]);
        target
            .normal_offsets
            .extend(moved.iter().map(|&vertex| at(&normals, vertex)));
    }
    target
        .offsets
        .extend(moved.iter().map(|&vertex| at(&offsets, vertex)));
    target
        .indices
        .extend(moved.iter().map(|vertex| vertex + first));
    Ok(true)
}

/// A primitive's triangles; `None` for points and lines.
fn section(
    source: &GltfFile,
    mesh: &Mesh,
    primitive: &Value,
    first: u32,
) -> Result<Option<Section>> {
    let Some(position) = number(&primitive["attributes"]["POSITION"]) else {
        return Ok(None);
    };
    let count = accessor::count(source, position)? as u32;
    let corners = match number(&primitive["indices"]) {
        Some(accessor) => indices(source, accessor)?,
        None => Some((0..count).collect()),
    };
    let Some(corners) = corners else {
        return Ok(None);
    };
    if corners.iter().any(|&corner| corner >= count) {
        let reason = format!(
            "mesh '{}' has a triangle with a corner that does not exist",
            mesh.name
        );
        return Err(source.invalid(reason));
    }
    let indices: Vec<u32> = match number(&primitive["mode"]).unwrap_or(4) {
        4 => corners.chunks_exact(3).flatten().copied().collect(),
        5 => (2..corners.len())
            .flat_map(|i| {
                let (a, b) = if i % 2 == 0 {
                    (i - 2, i - 1)
                } else {
                    (i - 1, i - 2)
                };
                [corners[a], corners[b], corners[i]]
            })
            .collect(),
        6 => (2..corners.len())
            .flat_map(|i| [corners[0], corners[i - 1], corners[i]])
            .collect(),
        _ => return Ok(None),
    };
    Ok(Some(Section {
        indices: indices.into_iter().map(|corner| corner + first).collect(),
        material: number(&primitive["material"]).filter(|&m| m < source.array("materials").len()),
    }))
}

fn clear_geometry(mesh: &mut Mesh) {
    let names = mesh.targets.iter().map(|target| MorphTarget {
        name: target.name.clone(),
        ..MorphTarget::default()
    });
    *mesh = Mesh {
        name: std::mem::take(&mut mesh.name),
        targets: names.collect(),
        rest_weights: std::mem::take(&mut mesh.rest_weights),
        undecoded: mesh.undecoded.take(),
        ..Mesh::default()
    };
}
