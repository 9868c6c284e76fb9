//! Smooth fields over the face's mesh.

use crate::space::V3;
use crate::topology::FaceMesh;

/// Interpolates the vertices without a given value: each becomes the mean of its neighbours,
/// weighted by inverse distance (the discrete Laplace equation, solved by successive
/// over-relaxation). Then smooths the result, including the given vertices marked `soft`.
pub fn spread(face: &FaceMesh, given: &[Option<V3>], soft: &[bool]) -> Vec<V3> {
    const SWEEPS: usize = 160;
    const OVERSHOOT: f64 = 1.72;
    let free: Vec<usize> = (0..given.len()).filter(|&v| given[v].is_none()).collect();
    let weights: Vec<Vec<(usize, f64)>> = free
        .iter()
        .map(|&v| {
            let raw: Vec<(usize, f64)> = face.neighbours[v]
                .iter()
                .map(|&n| {
                    (
                        n,
                        1.0 / (face.points[n] - face.points[v]).length().max(0.05),
                    )
                })
                .collect();
            let sum: f64 = raw.iter().map(|(_, w)| w).sum();
            raw.into_iter().map(|(n, w)| (n, w / sum)).collect()
        })
        .collect();
    let mut values: Vec<V3> = given.iter().map(|v| v.unwrap_or(V3::ZERO)).collect();
    for _ in 0..SWEEPS {
        for (&v, around) in free.iter().zip(&weights) {
            let mean = around
                .iter()
                .fold(V3::ZERO, |sum, &(n, w)| sum + values[n] * w);
            values[v] = values[v].towards(mean, OVERSHOOT);
        }
    }
    for _ in 0..8 {
        let before = values.clone();
        for v in 0..values.len() {
            if given[v].is_none() || soft[v] {
                let around = &face.neighbours[v];
                let sum = around.iter().fold(V3::ZERO, |sum, &n| sum + before[n]);
                values[v] = before[v].towards(sum * (1.0 / around.len() as f64), 0.5);
            }
        }
    }
    values
}

/// The mirror image of a field.
pub fn mirrored(face: &FaceMesh, field: &[V3]) -> Vec<V3> {
    face.mirror.iter().map(|&m| field[m].mirrored()).collect()
}
