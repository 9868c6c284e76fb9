//! The skeleton and its skin weights.

use metaface_exporters::character::{Node, Skin};

use crate::sculpt::EYE;
use crate::shapes::HINGE;
use crate::space::{V3, lerp, smoothstep, v3};

/// The head's joint, as an index in the skin.
pub const HEAD: usize = 2;
/// The left eye's joint.
pub const LEFT_EYE: usize = 4;
/// The right eye's joint.
pub const RIGHT_EYE: usize = 5;

/// Name, parent and position of each joint, in millimetres.
fn joints() -> [(&'static str, Option<usize>, V3); 6] {
    [
        ("Root", None, v3(0.0, -222.0, -34.0)),
        ("Neck", Some(0), v3(0.0, -165.0, -33.0)),
        ("Head", Some(1), v3(0.0, -72.0, -16.0)),
        ("Jaw", Some(HEAD), HINGE),
        ("LeftEye", Some(HEAD), EYE),
        ("RightEye", Some(HEAD), EYE.mirrored()),
    ]
}

/// The skin weights of a point.
#[derive(Debug, Clone, Copy)]
pub struct PointBinding {
    pub joints: [u16; 4],
    pub weights: [f32; 4],
}

impl PointBinding {
    /// Bound to a single joint.
    pub fn rigid(joint: usize) -> Self {
        Self {
            joints: [joint as u16, 0, 0, 0],
            weights: [1.0, 0.0, 0.0, 0.0],
        }
    }
}

/// Blends root, neck and head by height; the chin belongs to the head.
pub fn bind(p: V3) -> PointBinding {
    let height = p.y + 0.38 * (p.z + 20.0).max(0.0);
    let head = smoothstep(-152.0, -84.0, height);
    let neck = (1.0 - head) * smoothstep(-222.0, -165.0, lerp(p.y, height, 0.3));
    let root = 1.0 - head - neck;
    if root <= 0.0 && neck <= 0.0 {
        return PointBinding::rigid(HEAD);
    }
    let mut weights = [root as f32, neck as f32, head as f32, 0.0];
    // The sum is exactly 1 in single precision.
    weights[1] = 1.0 - weights[0] - weights[2];
    PointBinding {
        joints: [0, 1, 2, 0],
        weights,
    }
}

/// The joints as nodes, and the skin. The first joint is node 0.
pub fn skeleton() -> (Vec<Node>, Skin) {
    let all = joints();
    let metres = |p: V3| [p.x, p.y, p.z].map(|c| (c * 1e-3) as f32);
    let nodes = all
        .iter()
        .map(|&(name, parent, position)| Node {
            name: name.to_owned(),
            parent,
            translation: metres(position - parent.map_or(V3::ZERO, |p| all[p].2)),
            ..Node::default()
        })
        .collect();
    let inverse_bind = all
        .iter()
        .map(|&(_, _, position)| {
            let [x, y, z] = metres(-position);
            [
                1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, x, y, z, 1.0,
            ]
        })
        .collect();
    (
        nodes,
        Skin {
            name: "Skeleton".to_owned(),
            joints: (0..all.len()).collect(),
            inverse_bind,
        },
    )
}
