//! Converts USD polygons to vertices with one normal and one texture coordinate each.

use std::collections::HashMap;

use super::scene::Scene;
use super::values::{ints, is_pairs};
use crate::Result;

/// The polygons of a mesh.
pub(super) struct Faces {
    /// The first corner of each face, and the end of the last.
    starts: Vec<usize>,
    /// The point at each corner.
    points: Vec<u32>,
    left_handed: bool,
}

impl Faces {
    pub(super) fn read(scene: &Scene<'_>, prim: &str, point_count: usize) -> Result<Self> {
        let counts = ints(scene.value(prim, "faceVertexCounts")?);
        let indices = ints(scene.value(prim, "faceVertexIndices")?);
        let mut starts = vec![0_usize];
        for count in counts {
            let count = usize::try_from(count).ok();
            let end = count.and_then(|count| starts.last()?.checked_add(count));
            starts.push(end.ok_or_else(|| scene.broken(prim, "a face has a negative size"))?);
        }
        if starts.last() != Some(&indices.len()) {
            return Err(scene.broken(prim, "faceVertexCounts do not add up to faceVertexIndices"));
        }
        let points: Option<Vec<u32>> = indices
            .iter()
            .map(|&i| {
                u32::try_from(i)
                    .ok()
                    .filter(|&i| (i as usize) < point_count)
            })
            .collect();
        let points =
            points.ok_or_else(|| scene.broken(prim, "a face names a point that does not exist"))?;
        let orientation = scene.value(prim, "orientation")?;
        let orientation = orientation.as_ref().and_then(super::values::text);
        let left_handed = orientation.as_deref() == Some("leftHanded");
        Ok(Self {
            starts,
            points,
            left_handed,
        })
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The corners of a face's triangles, as a fan around its first corner.
    pub(super) fn triangles(&self, face: usize) -> impl Iterator<Item = [usize; 3]> {
        let (start, end) = (self.starts[face], self.starts[face + 1]);
        let left_handed = self.left_handed;
        (start + 1..end.saturating_sub(1)).map(move |corner| {
            if left_handed {
                [start, corner + 1, corner]
            } else {
                [start, corner, corner + 1]
            }
        })
    }
}

/// Values per mesh, face, point or corner.
pub(super) struct Primvar<T> {
    values: Vec<T>,
    interpolation: PrimvarInterpolation,
}

/// What each value of a primvar belongs to.
#[derive(Clone, Copy, PartialEq)]
enum PrimvarInterpolation {
    Mesh,
    Face,
    Point,
    Corner,
}

impl<T: Copy> Primvar<T> {
    /// `None` if nothing is authored, or if there are too few values.
    pub(super) fn read(
        scene: &Scene<'_>,
        prim: &str,
        name: &str,
        array: &impl Fn(Option<openusd::sdf::Value>) -> Vec<T>,
        faces: &Faces,
    ) -> Result<Option<Self>> {
        let mut values = array(scene.value(prim, name)?);
        if values.is_empty() {
            return Ok(None);
        }
        let indices = ints(scene.value(prim, &format!("{name}:indices"))?);
        if !indices.is_empty() {
            let at = |i: i32| values.get(usize::try_from(i).ok()?).copied();
            let Some(indexed) = indices.into_iter().map(at).collect() else {
                return Err(scene.broken(prim, &format!("{name}:indices are out of range")));
            };
            values = indexed;
        }
        let authored = scene.token_field(prim, name, "interpolation")?;
        let interpolation = match authored.as_deref() {
            Some("constant") => PrimvarInterpolation::Mesh,
            Some("uniform") => PrimvarInterpolation::Face,
            Some("faceVarying") => PrimvarInterpolation::Corner,
            Some("vertex" | "varying") => PrimvarInterpolation::Point,
            // USD's defaults: per point for `normals`, per mesh for primvars.
            _ if name == "normals" => PrimvarInterpolation::Point,
            _ => PrimvarInterpolation::Mesh,
        };
        let highest_point = faces.points.iter().max().map_or(0, |&p| p as usize + 1);
        let required = match interpolation {
            PrimvarInterpolation::Mesh => 1,
            PrimvarInterpolation::Face => faces.count(),
            PrimvarInterpolation::Point => highest_point,
            PrimvarInterpolation::Corner => faces.points.len(),
        };
        Ok((values.len() >= required).then_some(Self {
            values,
            interpolation,
        }))
    }

    fn at(&self, face: usize, corner: usize, point: u32) -> T {
        match self.interpolation {
            PrimvarInterpolation::Mesh => self.values[0],
            PrimvarInterpolation::Face => self.values[face],
            PrimvarInterpolation::Point => self.values[point as usize],
            PrimvarInterpolation::Corner => self.values[corner],
        }
    }
}

/// The primvar with texture coordinates: `st`, otherwise the first of that type.
pub(super) fn uv_name(scene: &Scene<'_>, prim: &str) -> Result<Option<String>> {
    let mut found = None;
    for name in scene.properties(prim)? {
        if !name.starts_with("primvars:") || name.ends_with(":indices") {
            continue;
        }
        let value = scene.value(prim, &name)?;
        if value.as_ref().is_some_and(is_pairs) {
            if name == "primvars:st" {
                return Ok(Some(name));
            }
            found.get_or_insert(name);
        }
    }
    Ok(found)
}

/// Vertices with one normal and one texture coordinate each.
#[derive(Default)]
pub(super) struct SplitVertices {
    /// Per vertex, its point: first all points in order, then copies.
    pub(super) vertices: Vec<u32>,
    /// Per point with copies, the vertices of the copies.
    pub(super) copies: HashMap<u32, Vec<u32>>,
    /// The vertex at each corner.
    pub(super) corners: Vec<u32>,
    pub(super) normals: Vec<[f32; 3]>,
    pub(super) uvs: Vec<[f32; 2]>,
}

impl SplitVertices {
    pub(super) fn new(
        point_count: usize,
        faces: &Faces,
        normals: Option<&Primvar<[f32; 3]>>,
        uvs: Option<&Primvar<[f32; 2]>>,
    ) -> Self {
        let mut split = Self {
            vertices: (0..point_count as u32).collect(),
            normals: vec![[0.0, 1.0, 0.0]; if normals.is_some() { point_count } else { 0 }],
            uvs: vec![[0.0; 2]; if uvs.is_some() { point_count } else { 0 }],
            ..Self::default()
        };
        let mut known: HashMap<(u32, [u32; 5]), u32> = HashMap::new();
        let mut touched = vec![false; point_count];
        for face in 0..faces.count() {
            for corner in faces.starts[face]..faces.starts[face + 1] {
                let point = faces.points[corner];
                let normal = normals.map(|n| n.at(face, corner, point));
                let uv = uvs.map(|u| u.at(face, corner, point));
                let ([x, y, z], [u, v]) = (normal.unwrap_or_default(), uv.unwrap_or_default());
                let key = (point, [x, y, z, u, v].map(f32::to_bits));
                let vertex = *known.entry(key).or_insert_with(|| {
                    if !std::mem::replace(&mut touched[point as usize], true) {
                        normal.inspect(|&n| split.normals[point as usize] = n);
                        uv.inspect(|&uv| split.uvs[point as usize] = uv);
                        return point;
                    }
                    let vertex = split.vertices.len() as u32;
                    split.vertices.push(point);
                    split.normals.extend(normal);
                    split.uvs.extend(uv);
                    split.copies.entry(point).or_default().push(vertex);
                    vertex
                });
                split.corners.push(vertex);
            }
        }
        split
    }
}
