//! Matrices of a character's nodes: column-major, column vectors, double precision inside.

use crate::character::{Character, Node};

/// A column-major 4x4 matrix.
pub(crate) type Matrix = [f64; 16];

/// Leaves everything where it is.
pub(crate) const IDENTITY: Matrix = [
    1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0,
];

/// `a * b`: first `b`, then `a`.
pub(crate) fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| {
        let (column, row) = (i / 4, i % 4);
        (0..4).map(|k| a[k * 4 + row] * b[column * 4 + k]).sum()
    })
}

/// A point moved by an affine matrix.
pub(crate) fn point(m: &Matrix, p: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|row| m[row] * p[0] + m[4 + row] * p[1] + m[8 + row] * p[2] + m[12 + row])
}

/// A turn by a unit quaternion `[x, y, z, w]`.
pub(crate) fn rotation([x, y, z, w]: [f64; 4]) -> Matrix {
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
pub(crate) fn compose(translation: [f32; 3], turn: [f32; 4], scale: [f32; 3]) -> Matrix {
    let mut m = rotation(turn.map(f64::from));
    for axis in 0..3 {
        for row in 0..3 {
            m[axis * 4 + row] *= f64::from(scale[axis]);
        }
        m[12 + axis] = f64::from(translation[axis]);
    }
    m
}

/// Translation, rotation and scale of an affine matrix. Shear is lost; a mirrored matrix gets a
/// negative scale along X, and an axis that is flattened away keeps some direction.
pub(crate) fn decompose(m: &Matrix) -> ([f32; 3], [f32; 4], [f32; 3]) {
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
    let along = |c: usize| {
        let [x, y, z] = column(c);
        (scale[c] != 0.0).then(|| [x, y, z].map(|v| v / scale[c]))
    };
    let unit = |v: [f64; 3]| {
        Some(length(v))
            .filter(|l| *l > 1e-9)
            .map(|l| v.map(|x| x / l))
    };
    // Two axes give the third; the axes of a sheared matrix are straightened one after another.
    let x = along(0)
        .or_else(|| unit(cross(along(1)?, along(2)?)))
        .unwrap_or([1.0, 0.0, 0.0]);
    let y = along(1).or_else(|| unit(cross(along(2)?, x)));
    let y = y.and_then(|y| unit([0, 1, 2].map(|i| y[i] - x[i] * dot(x, y))));
    let spare = if x[0].abs() < 0.9 {
        [1.0, 0.0, 0.0]
    } else {
        [0.0, 1.0, 0.0]
    };
    let y = y
        .or_else(|| unit(cross(spare, x)))
        .unwrap_or([0.0, 1.0, 0.0]);
    let turn = quaternion(x, y, cross(x, y));
    (
        [m[12], m[13], m[14]].map(|v| v as f32),
        turn.map(|v| v as f32),
        scale.map(|v| v as f32),
    )
}

/// The unit quaternion that turns the coordinate axes to three orthogonal unit vectors
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

/// The inverse of an affine matrix, or none where it flattens space.
pub(crate) fn inverse(m: &Matrix) -> Option<Matrix> {
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

/// A node's matrix relative to its parent, with another rotation if one is given.
pub(crate) fn local(node: &Node, rotation: Option<[f32; 4]>) -> Matrix {
    compose(
        node.translation,
        rotation.unwrap_or(node.rotation),
        node.scale,
    )
}

/// The root above every node, itself for a root; or else a node that is its own ancestor.
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
        // Every node is walked over once, whatever the tree's shape.
        chain.into_iter().for_each(|node| roots[node] = Some(root));
    }
    Ok(roots.into_iter().flatten().collect())
}

/// Every node's matrix to the character's space. `rotation` may replace a node's rest rotation.
pub(crate) fn world(
    character: &Character,
    rotation: impl Fn(usize) -> Option<[f32; 4]>,
) -> Vec<Matrix> {
    let nodes = &character.nodes;
    let locals: Vec<Matrix> = (0..nodes.len())
        .map(|i| local(&nodes[i], rotation(i)))
        .collect();
    let mut worlds: Vec<Option<Matrix>> = vec![None; nodes.len()];
    for start in 0..nodes.len() {
        // Up to the first ancestor that is known, then down again. A cycle of parents, which
        // loaders refuse, is cut rather than followed forever.
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
    fn a_matrix_falls_apart_into_what_it_was_made_of() {
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
