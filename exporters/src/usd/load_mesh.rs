//! Loads Mesh prims as triangles with one normal and one texture coordinate per vertex.

use std::collections::HashMap;

use super::faces::{Faces, Primvar, SplitVertices, uv_name};
use super::load_material::Materials;
use super::scene::{Scene, last, parent};
use super::values::{ints, pairs, texts, vectors};
use crate::Result;
use crate::character::{Mesh, MorphTarget, Section};

/// A mesh and its relation to the mesh in the file.
pub(super) struct ReadMesh {
    pub(super) mesh: Mesh,
    /// Per vertex, its point in the file.
    pub(super) vertices: Vec<u32>,
    /// The entries of `skel:blendShapes`, one per target.
    pub(super) tokens: Vec<String>,
}

/// Reads a Mesh prim.
pub(super) fn read(scene: &Scene<'_>, prim: &str, materials: &mut Materials) -> Result<ReadMesh> {
    let points = vectors(scene.value(prim, "points")?);
    let faces = Faces::read(scene, prim, points.len())?;
    let normals = match Primvar::read(scene, prim, "primvars:normals", &vectors, &faces)? {
        Some(normals) => Some(normals),
        None => Primvar::read(scene, prim, "normals", &vectors, &faces)?,
    };
    let uvs = match uv_name(scene, prim)? {
        Some(name) => Primvar::read(scene, prim, &name, &pairs, &faces)?,
        None => None,
    };
    let split = SplitVertices::new(points.len(), &faces, normals.as_ref(), uvs.as_ref());
    let (targets, tokens) = targets(scene, prim, points.len(), &split.copies)?;
    let mesh = Mesh {
        name: last(prim).to_owned(),
        positions: split.vertices.iter().map(|&v| points[v as usize]).collect(),
        normals: split.normals,
        // V points down in glTF.
        uvs: split.uvs.iter().map(|&[u, v]| [u, 1.0 - v]).collect(),
        sections: sections(scene, prim, &faces, &split.corners, materials)?,
        rest_weights: vec![0.0; targets.len()],
        targets,
        ..Mesh::default()
    };
    Ok(ReadMesh {
        mesh,
        vertices: split.vertices,
        tokens,
    })
}

fn sections(
    scene: &Scene<'_>,
    prim: &str,
    faces: &Faces,
    corners: &[u32],
    materials: &mut Materials,
) -> Result<Vec<Section>> {
    let mut section_of = vec![0_usize; faces.count()];
    let mut sections = vec![Section {
        material: materials.of(scene, prim)?,
        ..Section::default()
    }];
    for subset in scene.children(prim)? {
        if scene.type_name(&subset)? != "GeomSubset" || parent(&subset) != prim {
            continue;
        }
        let indices = ints(scene.value(&subset, "indices")?);
        let material = materials.of(scene, &subset)?;
        for face in indices {
            let slot = usize::try_from(face)
                .ok()
                .and_then(|face| section_of.get_mut(face));
            *slot.ok_or_else(|| scene.broken(&subset, "names a face that does not exist"))? =
                sections.len();
        }
        sections.push(Section {
            material,
            ..Section::default()
        });
    }
    for (face, &section) in section_of.iter().enumerate() {
        for triangle in faces.triangles(face) {
            sections[section]
                .indices
                .extend(triangle.map(|corner| corners[corner]));
        }
    }
    sections.retain(|section| !section.indices.is_empty());
    Ok(sections)
}

fn targets(
    scene: &Scene<'_>,
    prim: &str,
    point_count: usize,
    copies: &HashMap<u32, Vec<u32>>,
) -> Result<(Vec<MorphTarget>, Vec<String>)> {
    let tokens = texts(scene.value(prim, "skel:blendShapes")?);
    let shapes = scene.targets(prim, "skel:blendShapeTargets")?;
    if tokens.len() != shapes.len() {
        let reason = format!(
            "{} skel:blendShapes for {} skel:blendShapeTargets",
            tokens.len(),
            shapes.len()
        );
        return Err(scene.broken(prim, &reason));
    }
    let names = target_names(&tokens, &shapes);
    let read = shapes
        .iter()
        .zip(names)
        .map(|(shape, name)| target(scene, shape, name, point_count, copies));
    Ok((read.collect::<Result<_>>()?, tokens))
}

/// Target names without prefix. Some programs prefix each name in `skel:blendShapes` with its path;
/// the name of the shape's prim has no prefix.
pub(super) fn target_names(tokens: &[String], shapes: &[String]) -> Vec<String> {
    let prefixed = tokens.iter().zip(shapes).all(|(token, shape)| {
        token
            .strip_suffix(last(shape))
            .is_some_and(|prefix| prefix.ends_with('_'))
    });
    if prefixed {
        shapes.iter().map(|shape| last(shape).to_owned()).collect()
    } else {
        tokens.to_vec()
    }
}

fn target(
    scene: &Scene<'_>,
    shape: &str,
    name: String,
    point_count: usize,
    copies: &HashMap<u32, Vec<u32>>,
) -> Result<MorphTarget> {
    let offsets = vectors(scene.value(shape, "offsets")?);
    let normals = vectors(scene.value(shape, "normalOffsets")?);
    let indices = match scene.value(shape, "pointIndices")? {
        None => (0..offsets.len() as i32).collect(),
        some => ints(some),
    };
    let fits =
        indices.len() == offsets.len() && (normals.is_empty() || normals.len() == offsets.len());
    if !fits {
        return Err(scene.broken(
            shape,
            "pointIndices, offsets and normalOffsets differ in length",
        ));
    }
    let mut moved: Vec<(u32, usize)> = Vec::with_capacity(indices.len());
    for (i, &index) in indices.iter().enumerate() {
        let point = u32::try_from(index)
            .ok()
            .filter(|&p| (p as usize) < point_count);
        let point =
            point.ok_or_else(|| scene.broken(shape, "moves a point that does not exist"))?;
        let is_zero = offsets[i] == [0.0; 3] && normals.get(i).is_none_or(|n| *n == [0.0; 3]);
        if !is_zero {
            moved.push((point, i));
            moved.extend(
                copies
                    .get(&point)
                    .into_iter()
                    .flatten()
                    .map(|&copy| (copy, i)),
            );
        }
    }
    moved.sort_by_key(|&(vertex, _)| vertex);
    Ok(MorphTarget {
        name,
        indices: moved.iter().map(|&(vertex, _)| vertex).collect(),
        offsets: moved.iter().map(|&(_, i)| offsets[i]).collect(),
        normal_offsets: moved
            .iter()
            .filter_map(|&(_, i)| normals.get(i).copied())
            .collect(),
    })
}
