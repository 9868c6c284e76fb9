//! How far wrong weights move a mesh's vertices.

use super::ELSEWHERE;
use super::region::Region;
use crate::Character;
use crate::transform;

/// A target's offsets as parts of the error that each vertex is allowed.
struct Scaled {
    vertices: Vec<u32>,
    offsets: Vec<[f32; 3]>,
    /// The largest of them.
    largest: f32,
}

/// Measures errors of one mesh node's weights.
pub(super) struct MorphError {
    targets: Vec<Scaled>,
    vertex_count: usize,
}

impl MorphError {
    /// `metres` is what a lip vertex is allowed.
    pub fn new(character: &Character, region: &Region, node: usize, metres: f32) -> Self {
        let index = character.nodes.get(node).and_then(|node| node.mesh);
        let Some(mesh) = index.and_then(|index| character.meshes.get(index)) else {
            return Self {
                targets: Vec::new(),
                vertex_count: 0,
            };
        };
        let (index, scale) = (index.unwrap_or_default(), scale(character, node));
        let scaled = |target: &crate::character::MorphTarget| {
            let pairs = target.indices.iter().zip(&target.offsets);
            let offsets = pairs.map(|(&vertex, offset)| {
                let lip = region.is_lip(index, vertex as usize);
                let allowed = if lip { metres } else { metres * ELSEWHERE };
                offset.map(|part| part * scale / allowed)
            });
            let offsets: Vec<[f32; 3]> = offsets.collect();
            let largest = offsets.iter().map(length).fold(0.0, f32::max);
            Scaled {
                vertices: target.indices.clone(),
                offsets,
                largest,
            }
        };
        Self {
            targets: mesh.targets.iter().map(scaled).collect(),
            vertex_count: mesh.positions.len(),
        }
    }

    /// The largest error of a vertex, as parts of what it is allowed, when the weights are wrong
    /// by these amounts.
    pub fn relative(&self, wrong: impl Iterator<Item = f32>) -> f32 {
        let wrong: Vec<f32> = wrong.collect();
        let parts = self.targets.iter().zip(&wrong);
        // Vertices cannot be off by more than all targets' worst together.
        let bound: f32 = parts
            .clone()
            .map(|(target, wrong)| target.largest * wrong.abs())
            .sum();
        if bound <= 1.0 {
            return bound;
        }
        let mut moved = vec![[0.0_f32; 3]; self.vertex_count];
        for (target, &wrong) in parts.filter(|(_, wrong)| **wrong != 0.0) {
            for (&vertex, offset) in target.vertices.iter().zip(&target.offsets) {
                if let Some(moved) = moved.get_mut(vertex as usize) {
                    for axis in 0..3 {
                        moved[axis] += wrong * offset[axis];
                    }
                }
            }
        }
        moved.iter().map(length).fold(0.0, f32::max)
    }
}

/// Metres of the character's space per unit of the mesh: the most that a node or skin enlarges.
fn scale(character: &Character, node: usize) -> f32 {
    let worlds = transform::world(character, |_| None);
    let own = &character.nodes[node];
    let enlarged = |m: &transform::Matrix| {
        let column = |c: usize| {
            (0..3)
                .map(|row| m[c * 4 + row] * m[c * 4 + row])
                .sum::<f64>()
                .sqrt()
        };
        column(0).max(column(1)).max(column(2)) as f32
    };
    let skin = own.skin.and_then(|skin| character.skins.get(skin));
    match skin {
        Some(skin) => skin
            .joints
            .iter()
            .zip(&skin.inverse_bind)
            .filter_map(|(&joint, bind)| {
                Some(transform::multiply(
                    worlds.get(joint)?,
                    &bind.map(f64::from),
                ))
            })
            .map(|matrix| enlarged(&matrix))
            .fold(0.0, f32::max),
        None => worlds.get(node).map_or(1.0, enlarged),
    }
}

fn length(vector: &[f32; 3]) -> f32 {
    vector.iter().map(|part| part * part).sum::<f32>().sqrt()
}
