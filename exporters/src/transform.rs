//! Transforms of a character's nodes: column-major matrices for column vectors, in double
//! precision.

use crate::character::{Character, Node};

/// A column-major 4x4 matrix.
pub(crate) type Matrix4 = [f64; 16];

/// The identity matrix.
pub(crate) const IDENTITY: Matrix4 = [
    1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
];

/// Shorter vectors have no usable direction.
const SHORTEST_AXIS: f64 = 1e-9;

/// `a * b`: applies `b`, then `a`.
pub(crate) fn multiply(a: &Matrix4, b: &Matrix4) -> Matrix4 {
    std::array::from_fn(|i| {
        let (column, row) = (i / 4, i % 4);
        (0..4).map(|k| a[k * 4 + row] * b[column * 4 + k]).sum()
    })
}

/// A point transformed by an affine matrix.
pub(crate) fn point(m: &Matrix4, p: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|row| m[row] * p[0] + m[4 + row] * p[1] + m[8 + row] * p[2] + m[12 + row])
}

/// The rotation matrix of a unit quaternion `[x, y, z, w]`.
pub(crate) fn rotation([x, y, z, w]: [f64; 4]) -> Matrix4 {
    [
        1.0 - 2.0 * (y * y + z * z),
        2.0 * (x * y + z * w),
        2.0 * (x * z - y * w),
        0.0,
        2.0 * (x * y - z * w),
        1.0 - 2.0 * (x * x + z * z),
        2.0 * (y * z + x * w),
        0.0,
        2.0 * (x * z + y * w),
        2.0 * (y * z - x * w),
        1.0 - 2.0 * (x * x + y * y),
        0.0,
        0.0,
        0.0,
        0.0,
        1.0,
    ]
}

/// Translation, rotation (a quaternion `[x, y, z, w]`) and scale as one matrix.
pub(crate) fn compose(translation: [f32; 3], quaternion: [f32; 4], scale: [f32; 3]) -> Matrix4 {
    let mut m = rotation(quaternion.map(f64::from));
    for axis in 0..3 {
        for row in 0..3 {
            m[axis * 4 + row] *= f64::from(scale[axis]);
        }
        m[12 + axis] = f64::from(translation[axis]);
    }
    m
}

/// Translation, rotation and scale of an affine matrix. Shear is lost. A mirrored matrix gets a
/// negative scale along X. The direction of an axis with scale zero is arbitrary.
pub(crate) fn decompose(m: &Matrix4) -> ([f32; 3], [f32; 4], [f32; 3]) {
    let column = |c: usize| [m[c * 4], m[c * 4 + 1], m[c * 4 + 2]];
    let length = |v: [f64; 3]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
    };
    let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut scale = [0, 1, 2].map(|c| length(column(c)));
    if dot(cross(column(0), column(1)), column(2)) < 0.0 {
        scale[0] = -scale[0];
    }
    let axis = |c: usize| {
        let [x, y, z] = column(c);
        (scale[c] != 0.0).then(|| [x, y, z].map(|v| v / scale[c]))
    };
    let unit = |v: [f64; 3]| {
        Some(length(v))
            .filter(|l| *l > SHORTEST_AXIS)
            .map(|l| v.map(|x| x / l))
    };
    // Gram-Schmidt: two axes give the third, and sheared axes are made orthogonal in turn.
    let x = axis(0)
        .or_else(|| unit(cross(axis(1)?, axis(2)?)))
        .unwrap_or([1.0, 0.0, 0.0]);
    let y_or_cross = axis(1).or_else(|| unit(cross(axis(2)?, x)));
    let orthogonal_y = y_or_cross.and_then(|y| unit([0, 1, 2].map(|i| y[i] - x[i] * dot(x, y))));
    let not_parallel_to_x = if x[0].abs() < 0.9 {
        [1.0, 0.0, 0.0]
    } else {
        [0.0, 1.0, 0.0]
    };
    let y = orthogonal_y
        .or_else(|| unit(cross(not_parallel_to_x, x)))
        .unwrap_or([0.0, 1.0, 0.0]);
    let rotation = quaternion(x, y, cross(x, y));
    (
        [m[12], m[13], m[14]].map(|v| v as f32),
        rotation.map(|v| v as f32),
        scale.map(|v| v as f32),
    )
}

/// The unit quaternion that rotates the coordinate axes onto three orthogonal unit vectors
/// (S. W. Shepperd, "Quaternion from rotation matrix", 1978).
fn quaternion(x: [f64; 3], y: [f64; 3], z: [f64; 3]) -> [f64; 4] {
    let trace = x[0] + y[1] + z[2];
    let candidates = [x[0], y[1], z[2], trace];
    let largest = (0..4).fold(0, |best, i| {
        if candidates[i] > candidates[best] {
            i
        } else {
            best
        }
    });
    let [a, b, c] = [y[2] - z[1], z[0] - x[2], x[1] - y[0]];
    let [d, e, f] = [x[1] + y[0], x[2] + z[0], y[2] + z[1]];
    let lead = 1.0 + 2.0 * candidates[largest] - trace;
    let q = match largest {
        0 => [lead, d, e, a],
        1 => [d, lead, f, b],
        2 => [e, f, lead, c],
        _ => [a, b, c, 1.0 + trace],
    };
    let length = q.iter().map(|v| v * v).sum::<f64>().sqrt();
    q.map(|v| v / length)
}

/// The inverse of an affine matrix; `None` if it is singular.
pub(crate) fn inverse(m: &Matrix4) -> Option<Matrix4> {
    let cofactor = |row: usize, column: usize| {
        let at = |r: usize, c: usize| m[(c % 3) * 4 + r % 3];
        at(row + 1, column + 1) * at(row + 2, column + 2)
            - at(row + 1, column + 2) * at(row + 2, column + 1)
    };
    let determinant: f64 = (0..3)
        .map(|column| m[column * 4] * cofactor(0, column))
        .sum();
    if !determinant.is_normal() {
        return None;
    }
    let mut out = IDENTITY;
    for row in 0..3 {
        for column in 0..3 {
            out[column * 4 + row] = cofactor(column, row) / determinant;
        }
    }
    for row in 0..3 {
        out[12 + row] = -(0..3).map(|k| out[k * 4 + row] * m[12 + k]).sum::<f64>();
    }
    Some(out)
}

/// A node's matrix relative to its parent. `rotation` replaces the rest rotation if given.
pub(crate) fn local(node: &Node, rotation: Option<[f32; 4]>) -> Matrix4 {
    compose(
        node.translation,
        rotation.unwrap_or(node.rotation),
        node.scale,
    )
}

/// The root of each node's tree; a root is its own root.
///
/// # Errors
/// A node that is its own ancestor.
pub(crate) fn roots(nodes: &[Node]) -> Result<Vec<usize>, usize> {
    let mut roots: Vec<Option<usize>> = vec![None; nodes.len()];
    for start in 0..nodes.len() {
        let (mut chain, mut at) = (Vec::new(), start);
        let root = loop {
            if let Some(root) = roots[at] {
                break root;
            }
            if chain.len() == nodes.len() {
                return Err(start);
            }
            chain.push(at);
            match nodes[at].parent.filter(|&parent| parent < nodes.len()) {
                Some(parent) => at = parent,
                None => break at,
            }
        };
        // Each node is visited once, so the time is linear in any tree.
        chain.into_iter().for_each(|node| roots[node] = Some(root));
    }
    Ok(roots.into_iter().flatten().collect())
}

/// Each node's matrix to the character's space. `rotation` may replace a node's rest rotation.
pub(crate) fn world(
    character: &Character,
    rotation: impl Fn(usize) -> Option<[f32; 4]>,
) -> Vec<Matrix4> {
    let nodes = &character.nodes;
    let locals: Vec<Matrix4> = (0..nodes.len())
        .map(|i| local(&nodes[i], rotation(i)))
        .collect();
    let mut worlds: Vec<Option<Matrix4>> = vec![None; nodes.len()];
    for start in 0..nodes.len() {
        // Walks up to the first ancestor that is already computed, then down again. Loaders reject
        // cycles of parents; the length limit ends the walk in such a cycle too.
        let mut chain = Vec::new();
        let mut next = Some(start);
        let mut reached = IDENTITY;
        while let Some(i) = next.filter(|&i| i < nodes.len() && chain.len() < nodes.len()) {
            if let Some(known) = worlds[i] {
                reached = known;
                break;
            }
            chain.push(i);
            next = nodes[i].parent;
        }
        for i in chain.into_iter().rev() {
            reached = multiply(&reached, &locals[i]);
            worlds[i] = Some(reached);
        }
    }
    worlds.into_iter().map(|m| m.unwrap_or(IDENTITY)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes_a_skewed_transform() {
        let half = std::f32::consts::FRAC_1_SQRT_2;
        let turned = compose([1.0, -2.0, 3.0], [half, 0.0, 0.0, half], [2.0, 0.5, -3.0]);
        let skewed = multiply(
            &turned,
            &compose([0.1, 0.2, 0.3], [0.0, half, 0.0, half], [1.0; 3]),
        );
        let undone = multiply(&inverse(&skewed).expect("invertible"), &skewed);
        for (value, wanted) in undone.iter().zip(IDENTITY) {
            assert!((value - wanted).abs() < 1e-9, "{undone:?}");
        }
        assert_eq!(
            inverse(&compose([0.0; 3], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0])),
            None
        );
    }

    #[test]
    fn composing_a_decomposed_matrix_gives_the_same_matrix() {
        for turn in [
            [0.0, 0.0, 0.0, 1.0],
            [0.6, 0.0, 0.8, 0.0],
            [0.1, -0.7, 0.5, -0.5],
        ] {
            for scale in [[1.0, 2.0, 0.01], [-1.0, 3.0, 1.0], [2.0, -1.0, -1.0]] {
                let m = compose([1.0, 2.0, 3.0], turn, scale);
                let (translation, turn, scale) = decompose(&m);
                let again = compose(translation, turn, scale);
                for (a, b) in again.iter().zip(&m) {
                    assert!((a - b).abs() < 1e-6, "{m:?} {again:?}");
                }
            }
        }
        let (_, turn, _) = decompose(&compose([0.0; 3], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0]));
        assert!(turn.iter().all(|v| v.is_finite()));
    }

    #[test]
    fn children_follow_parents_that_come_after_them_in_the_list() {
        let quarter = std::f32::consts::FRAC_1_SQRT_2;
        let character = Character {
            nodes: vec![
                Node {
                    parent: Some(1),
                    translation: [1.0, 0.0, 0.0],
                    ..Node::default()
                },
                Node {
                    translation: [0.0, 5.0, 0.0],
                    ..Node::default()
                },
            ],
            ..Character::default()
        };
        let turned = world(&character, |i| {
            (i == 1).then_some([0.0, 0.0, quarter, quarter])
        });
        let p = point(&turned[0], [0.0; 3]);
        assert!((p[0]).abs() < 1e-6 && (p[1] - 6.0).abs() < 1e-6, "{p:?}");
    }
}
