//! Brows, cheeks and nose: bell-shaped displacements, the same for skin and brow hair.

use metaface_clip::Channel;

use crate::space::{V3, bell, v3};
use crate::topology::{FaceMesh, LID_EDGE};

/// The displacement of a point on or near the skin, for left-sided and central blendshapes.
pub fn upper_face(channel: Channel, p: V3) -> V3 {
    let bells: &[(V3, V3, V3)] = &match channel {
        Channel::BrowDownLeft => vec![
            (
                v3(20.0, 22.0, 80.0),
                v3(17.0, 13.0, 26.0),
                v3(-2.6, -6.0, 1.0),
            ),
            (
                v3(42.0, 23.0, 66.0),
                v3(15.0, 12.0, 26.0),
                v3(-0.6, -3.6, 0.6),
            ),
        ],
        Channel::BrowInnerUp => vec![
            (
                v3(13.0, 23.0, 80.0),
                v3(15.0, 17.0, 26.0),
                v3(0.3, 6.6, -0.6),
            ),
            (
                v3(-13.0, 23.0, 80.0),
                v3(15.0, 17.0, 26.0),
                v3(-0.3, 6.6, -0.6),
            ),
        ],
        Channel::BrowOuterUpLeft => vec![(
            v3(43.0, 23.0, 66.0),
            v3(19.0, 16.0, 30.0),
            v3(0.6, 7.5, -0.8),
        )],
        Channel::CheekSquintLeft => vec![(
            v3(39.0, -27.0, 68.0),
            v3(20.0, 13.0, 24.0),
            v3(0.6, 4.4, 2.2),
        )],
        Channel::EyeSquintLeft => vec![(
            v3(38.0, -25.0, 68.0),
            v3(18.0, 10.0, 24.0),
            v3(0.0, 2.2, 0.8),
        )],
        Channel::NoseSneerLeft => vec![(
            v3(14.0, 18.0, 80.0),
            v3(12.0, 10.0, 24.0),
            v3(-0.8, -1.8, 0.6),
        )],
        _ => return V3::ZERO,
    };
    bells
        .iter()
        .fold(V3::ZERO, |sum, &(c, s, d)| sum + d * bell(p, c, s))
}

/// The displacement of every face vertex except those of the lids, which stay on the eyeballs.
pub fn field(face: &FaceMesh, channel: Channel) -> Vec<V3> {
    let mut field: Vec<V3> = face
        .points
        .iter()
        .map(|&p| upper_face(channel, p))
        .collect();
    for eye in &face.eyes {
        for (r, ring) in eye.rings.iter().enumerate() {
            let free = [1.0, 0.8, 0.52, 0.26, 0.08];
            let factor = if r >= LID_EDGE { 0.0 } else { free[r.min(4)] };
            for &v in ring {
                field[v] = field[v] * factor;
            }
        }
    }
    for ring in &face.mouth.rings[1..] {
        for &v in ring {
            field[v] = V3::ZERO;
        }
    }
    field
}
