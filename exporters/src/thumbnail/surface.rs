//! The drawn surface of a character: triangles by material, and normals of deformed points.

use std::collections::HashMap;

use crate::Character;
use crate::character::Mesh;
use crate::deform::mesh_nodes;
use crate::transform::{self, Matrix4};

/// Normals are equal if their components agree when rounded to 1/64.
const NORMAL_STEPS: f32 = 64.0;

/// The triangles of one mesh node.
#[derive(Debug)]
pub(super) struct Surface {
    /// Index into [`Character::nodes`].
    pub node: usize,
    pub parts: Vec<Part>,
    /// Per vertex, the group of vertices with the same normal, so that a texture seam does not
    /// become a crease.
    pub groups: Vec<u32>,
    /// The number of groups.
    group_count: usize,
    pub uvs: Vec<[f32; 2]>,
    /// Whether the node's transform turns the surface inside out.
    pub mirrored: bool,
}

/// Triangles of one material; every index is a vertex of the mesh.
#[derive(Debug)]
pub(super) struct Part {
    pub material: Option<usize>,
    pub triangles: Vec<[u32; 3]>,
}

impl Surface {
    /// One per mesh node, in the order of [`mesh_nodes`].
    pub fn all(character: &Character) -> Vec<Self> {
        let worlds = transform::world(character, |_| None);
        mesh_nodes(character)
            .map(|(index, node, mesh)| {
                let mirrored = node.skin.is_none() && determinant(&worlds[index]) < 0.0;
                Self::of(index, mesh, mirrored)
            })
            .collect()
    }

    fn of(node: usize, mesh: &Mesh, mirrored: bool) -> Self {
        let count = mesh.positions.len() as u32;
        let parts = mesh.sections.iter().map(|section| Part {
            material: section.material,
            triangles: (section.indices.chunks_exact(3))
                .map(|corners| [corners[0], corners[1], corners[2]])
                .filter(|corners| corners.iter().all(|&vertex| vertex < count))
                .collect(),
        });
        let mut seen = HashMap::new();
        let groups = (mesh.positions.iter().enumerate())
            .map(|(vertex, position)| {
                let normal = mesh.normals.get(vertex).copied().unwrap_or_default();
                let key = (
                    // Adding zero turns -0 into 0.
                    position.map(|metres| (metres + 0.0).to_bits()),
                    normal.map(|axis| (axis * NORMAL_STEPS).round() as i32),
                );
                let next = seen.len() as u32;
                *seen.entry(key).or_insert(next)
            })
            .collect();
        Self {
            node,
            parts: parts.collect(),
            groups,
            group_count: seen.len(),
            uvs: mesh.uvs.clone(),
            mirrored,
        }
    }

    /// All triangles of the node.
    pub fn triangles(&self) -> impl Iterator<Item = &[u32; 3]> {
        self.parts.iter().flat_map(|part| &part.triangles)
    }

    /// Per group, the area-weighted mean normal of its triangles at the given points.
    pub fn normals(&self, points: &[[f32; 3]]) -> Vec<[f32; 3]> {
        let mut sums = vec![[0.0_f32; 3]; self.group_count];
        for triangle in self.triangles() {
            let area = area(triangle.map(|vertex| points[vertex as usize]));
            if area.iter().all(|axis| axis.is_finite()) {
                for vertex in triangle {
                    let sum = &mut sums[self.groups[*vertex as usize] as usize];
                    *sum = std::array::from_fn(|axis| sum[axis] + area[axis]);
                }
            }
        }
        let side = if self.mirrored { -1.0 } else { 1.0 };
        for sum in &mut sums {
            let length = sum.iter().map(|axis| axis * axis).sum::<f32>().sqrt();
            *sum = sum.map(|axis| side * axis / length.max(f32::MIN_POSITIVE));
        }
        sums
    }
}

/// The area vector of a triangle: along its normal, with twice its area as length.
pub(super) fn area([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    let u: [f32; 3] = std::array::from_fn(|axis| b[axis] - a[axis]);
    let v: [f32; 3] = std::array::from_fn(|axis| c[axis] - a[axis]);
    [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]
}

fn determinant(m: &Matrix4) -> f64 {
    m[0] * (m[5] * m[10] - m[9] * m[6]) - m[4] * (m[1] * m[10] - m[9] * m[2])
        + m[8] * (m[1] * m[6] - m[5] * m[2])
}
