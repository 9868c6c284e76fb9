//! Measures how far errors of weights move a mesh's vertices.

use super::ELSEWHERE;
use super::region::Region;
use crate::Character;
use crate::transform;

/// A target's offsets relative to the tolerance of each vertex.
struct ScaledTarget {
    vertices: Vec<u32>,
    offsets: Vec<[f32; 3]>,
    /// The length of the largest offset.
    largest: f32,
}

/// Measures errors of one mesh node's weights.
pub(super) struct MorphError {
    targets: Vec<ScaledTarget>,
    vertex_count: usize,
}

impl MorphError {
    /// `metres` is the tolerance of a lip vertex.
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
            let relative = |(&vertex, offset): (&u32, &[f32; 3])| {
                let lip = region.is_lip(index, vertex as usize);
                let tolerance = if lip { metres } else { metres * ELSEWHERE };
                offset.map(|part| part * scale / tolerance)
            };
            let pairs = target.indices.iter().zip(&target.offsets);
            let offsets: Vec<[f32; 3]> = pairs.map(relative).collect();
            let largest = offsets.iter().map(length).fold(0.0, f32::max);
            ScaledTarget {
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

    /// The largest error of a vertex, relative to its tolerance, for these errors of the weights.
    pub fn relative(&self, weight_errors: impl Iterator<Item = f32>) -> f32 {
        let weight_errors: Vec<f32> = weight_errors.collect();
        let pairs = self.targets.iter().zip(&weight_errors);
        // The sum of the targets' largest errors is an upper bound.
        let bound: f32 = pairs
            .clone()
            .map(|(target, error)| target.largest * error.abs())
            .sum();
        if bound <= 1.0 {
            return bound;
        }
        let mut moved = vec![[0.0_f32; 3]; self.vertex_count];
        for (target, &error) in pairs.filter(|(_, error)| **error != 0.0) {
            for (&vertex, offset) in target.vertices.iter().zip(&target.offsets) {
                if let Some(moved) = moved.get_mut(vertex as usize) {
                    for axis in 0..3 {
                        moved[axis] += error * offset[axis];
                    }
                }
            }
        }
        moved.iter().map(length).fold(0.0, f32::max)
    }
}

/// The largest scale factor from mesh space to the character's space, by the node or the skin.
fn scale(character: &Character, node: usize) -> f32 {
    let worlds = transform::world(character, |_| None);
    let largest_axis = |m: &transform::Matrix4| {
        let column = |c: usize| {
            (0..3)
                .map(|row| m[c * 4 + row] * m[c * 4 + row])
                .sum::<f64>()
                .sqrt()
        };
        column(0).max(column(1)).max(column(2)) as f32
    };
    let skin = character.nodes[node].skin;
    match skin.and_then(|skin| character.skins.get(skin)) {
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
            .map(|matrix| largest_axis(&matrix))
            .fold(0.0, f32::max),
        None => worlds.get(node).map_or(1.0, largest_axis),
    }
}

fn length(vector: &[f32; 3]) -> f32 {
    vector.iter().map(|part| part * part).sum::<f32>().sqrt()
}
