//! Joints and weights of a primitive's vertices, from all of its sets.

use serde_json::Value;

use super::accessor::rows;
use super::file::{GltfFile, number};
use crate::Result;
use crate::character::Mesh;
use crate::influences::strongest;

/// Appends the strongest four joints of each of `count` vertices, with weights that sum to one,
/// after the mesh's first `first` vertices. Returns false if they are compressed.
pub(super) fn append(
    source: &GltfFile,
    mesh: &mut Mesh,
    attributes: &Value,
    count: usize,
    first: usize,
) -> Result<bool> {
    let mut sets = Vec::new();
    for set in 0.. {
        let accessor = |name: &str| number(&attributes[format!("{name}_{set}")]);
        let (Some(joints), Some(weights)) = (accessor("JOINTS"), accessor("WEIGHTS")) else {
            break;
        };
        let mut read = Vec::new();
        for accessor in [joints, weights] {
            let Some(rows) = rows::<4>(source, accessor)? else {
                return Ok(false);
            };
            if rows.len() != count {
                return Err(source.invalid(format!(
                    "accessors[{accessor}] does not have a row per vertex"
                )));
            }
            read.push(rows);
        }
        sets.push(read);
    }
    if sets.is_empty() && mesh.joints.is_empty() {
        return Ok(true);
    }
    mesh.joints.resize(first, [0; 4]);
    mesh.weights.resize(first, [0.0; 4]);
    if sets.is_empty() {
        mesh.joints.resize(first + count, [0; 4]);
        mesh.weights.resize(first + count, [0.0; 4]);
        return Ok(true);
    }
    for vertex in 0..count {
        let pairs = sets.iter().flat_map(|set| {
            let (joints, weights) = (set[0][vertex], set[1][vertex]);
            joints.into_iter().map(|joint| joint as u16).zip(weights)
        });
        let (joints, weights) = strongest(pairs);
        let sum: f32 = weights.iter().sum();
        mesh.joints.push(joints);
        // A vertex without weights follows the first joint, as in other viewers.
        mesh.weights.push(if sum > 0.0 && sum.is_finite() {
            weights.map(|weight| weight / sum)
        } else {
            [1.0, 0.0, 0.0, 0.0]
        });
    }
    Ok(true)
}
