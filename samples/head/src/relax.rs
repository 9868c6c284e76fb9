//! Neighbours in the mesh, and its relaxation on the surface.

use crate::sculpt;
use crate::space::V3;
use crate::topology::FaceMesh;

pub fn neighbours(face: &FaceMesh) -> Vec<Vec<usize>> {
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

/// Relaxes the grid: each free vertex moves towards the mean of its neighbours and back onto the
/// surface, symmetrically.
pub fn relax(face: &mut FaceMesh, fixed: &[bool]) {
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
