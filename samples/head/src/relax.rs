//! Neighbours in the mesh, and evening it out on the clay.

use crate::sculpt;
use crate::space::V3;
use crate::topology::Face;

pub fn neighbours(face: &Face) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new(); face.points.len()];
    let mut edge = |a: usize, b: usize| {
        for (from, to) in [(a, b), (b, a)] {
            if from != to && !all[from].contains(&to) {
                all[from].push(to);
            }
        }
    };
    for (q, _) in &face.quads {
        for k in 0..4 {
            edge(q[k], q[(k + 1) % 4]);
        }
    }
    for (t, _) in &face.triangles {
        for k in 0..3 {
            edge(t[k], t[(k + 1) % 3]);
        }
    }
    all
}

/// Evens out the grid: each free vertex moves towards the middle of its neighbours and back onto
/// the clay, symmetrically.
pub fn relax(face: &mut Face, fixed: &[bool]) {
    for _ in 0..14 {
        let before = face.points.clone();
        for v in 0..before.len() {
            if fixed[v] || face.mirror[v] < v {
                continue;
            }
            let around = &face.neighbours[v];
            let sum = around.iter().fold(V3::ZERO, |sum, &n| sum + before[n]);
            let mut moved = before[v].towards(sum * (1.0 / around.len() as f64), 0.5);
            if face.mirror[v] == v {
                moved.x = 0.0;
            }
            let placed = sculpt::onto_surface(moved);
            face.points[v] = placed;
            if face.mirror[v] != v {
                face.points[face.mirror[v]] = placed.mirrored();
            }
        }
    }
}
