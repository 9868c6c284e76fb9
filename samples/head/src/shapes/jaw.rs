//! The lower jaw: open, forward, sideways; and `mouthClose`, the lips sealed over an open jaw.

use metaface_clip::Channel;

use super::lips::{LipPoint, Mouth};
use crate::field::spread;
use crate::space::{V3, lerp, smoothstep, v3};
use crate::topology::{BAG_RINGS, FaceMesh, MOUTH_LINE};

/// The hinge of the jaw, in front of the ears, in millimetres.
pub const HINGE: V3 = v3(0.0, -22.0, 2.0);

/// The displacement of a point of the jawbone at `jawOpen` 1: a rotation about the hinge, which
/// slides forwards and down, like the real joint.
pub fn jaw_open(p: V3) -> V3 {
    (p - HINGE).turned_x(JAW_ANGLE) + HINGE + v3(0.0, -JAW_DROP, 7.0) - p
}

/// Rotation of the open jaw, in radians.
const JAW_ANGLE: f64 = 0.258;
/// Downward slide of the open jaw's hinge, in millimetres.
const JAW_DROP: f64 = 7.6;

/// The displacement of the jawbone at `jawForward`, `jawLeft` and `jawRight` 1.
pub fn jaw_slide(channel: Channel) -> V3 {
    match channel {
        Channel::JawForward => v3(0.0, 0.0, 6.5),
        Channel::JawLeft => v3(8.0, 0.0, 0.0),
        Channel::JawRight => v3(-8.0, 0.0, 0.0),
        _ => V3::ZERO,
    }
}

/// The lip aperture at the middle that `jawOpen` adds and `mouthClose` removes, in millimetres.
pub const OPENING: f64 = 33.0;

/// The jaw's displacement fields.
pub struct Jaw {
    open: Vec<V3>,
    weight: Vec<f64>,
    sealed: Vec<V3>,
}

/// The share of the jaw's motion of a lip vertex.
fn lip_weight(lip: &LipPoint) -> f64 {
    let t = lip.across.abs();
    let corner = 0.42;
    if lip.side > 0.0 {
        corner * t.powf(3.2)
    } else {
        lerp(1.0, corner, t.powf(2.6))
    }
}

/// The share of the jaw's motion of a vertex of the mouth bag.
fn bag_weight(lip: &LipPoint, ring: usize) -> f64 {
    let depth = (ring + 1) as f64 / BAG_RINGS as f64;
    let round = (1.0 - lip.across * lip.across).sqrt();
    let lower = [1.0, 1.0, 1.0, 0.95, 0.7, 0.3][ring];
    let side = if lip.side < 0.0 { lower } else { 0.0 };
    let settled = lerp(0.35 * (1.0 - depth), side, round);
    lerp(lip_weight(lip), settled, (depth * 2.5).min(1.0))
}

impl Jaw {
    pub fn of(face: &FaceMesh, mouth: &Mouth<'_>) -> Self {
        let n = face.points.len();
        let mut given: Vec<Option<V3>> = vec![None; n];
        let mut soft = vec![false; n];
        for (v, p) in face.points.iter().enumerate() {
            let chin = v3(p.x * 0.75, p.y + 97.0, p.z - 72.0).length();
            if p.y > -38.0 || p.z < 2.0 || p.y < -140.0 {
                given[v] = Some(V3::ZERO);
                soft[v] = true;
            } else if chin < 21.0 {
                given[v] = Some(v3(1.0, 0.0, 0.0));
                soft[v] = chin > 10.0;
            }
        }
        for lip in mouth.points() {
            let weight = match lip.bag {
                None => lip_weight(&lip),
                Some(ring) => bag_weight(&lip, ring),
            };
            given[lip.vertex] = Some(v3(weight, 0.0, 0.0));
            soft[lip.vertex] = false;
        }
        let weight: Vec<f64> = spread(face, &given, &soft).iter().map(|w| w.x).collect();
        let mut open: Vec<V3> = (0..n)
            .map(|v| jaw_open(face.points[v]) * weight[v])
            .collect();
        Self::shape_opening(face, mouth, &mut open);
        let sealed = Self::seal(mouth, &open);
        Self {
            open,
            weight,
            sealed,
        }
    }

    /// Draws in the corners and raises the upper lip, so that the aperture is exactly [`OPENING`].
    fn shape_opening(face: &FaceMesh, mouth: &Mouth, open: &mut [V3]) {
        let line = &face.mouth.rings[MOUTH_LINE];
        let middle = open[line[12]].y - open[line[36]].y;
        let lift = OPENING - middle;
        let lips = mouth.driven(|lip| {
            let t = lip.across;
            let fade = 1.0 - t * t;
            let rise = if lip.side > 0.0 {
                lift * fade * fade
            } else {
                0.0
            };
            let corner = t.abs().powi(3);
            v3(-2.6 * t * t.abs(), rise, -1.2 * corner)
        });
        for (sum, d) in open.iter_mut().zip(lips) {
            *sum += d;
        }
    }

    /// The displacement of the lips from the open jaw to sealed over it.
    fn seal(mouth: &Mouth, open: &[V3]) -> Vec<V3> {
        let line = mouth.line();
        let target = |lip: &LipPoint| {
            // The sealed line relative to rest: half way down, flat.
            let corner = open[if lip.across > 0.0 { line[0] } else { line[24] }];
            let t2 = lip.across * lip.across;
            let sealed = v3(
                -1.2 * lip.across * lip.across.abs(),
                lerp(-13.5, corner.y, t2 * t2),
                lerp(-3.0, corner.z, t2),
            );
            // Away from the line the lips stretch, so the border moves less than the line.
            let away = lip.height;
            if lip.side > 0.0 {
                v3(
                    sealed.x,
                    lerp(sealed.y, sealed.y * (1.0 - 0.14 * (1.0 - t2)), away),
                    sealed.z * 1.0,
                )
            } else {
                v3(
                    sealed.x,
                    lerp(sealed.y, sealed.y - 3.2 * (1.0 - t2), away),
                    sealed.z - 1.6 * (1.0 - t2) * away,
                )
            }
        };
        mouth.driven_from(|lip| {
            let to = target(lip);
            match lip.bag {
                None => to - open[lip.vertex],
                Some(ring) => {
                    (target(lip) - open[lip.vertex]) * [1.0, 0.8, 0.35, 0.0, 0.0, 0.0][ring]
                }
            }
        })
    }

    pub fn field(&self, channel: Channel) -> Vec<V3> {
        match channel {
            Channel::JawOpen => self.open.clone(),
            Channel::MouthClose => self.sealed.clone(),
            Channel::JawForward | Channel::JawLeft | Channel::JawRight => {
                let move_by = jaw_slide(channel);
                self.weight.iter().map(|w| move_by * *w).collect()
            }
            _ => vec![V3::ZERO; self.weight.len()],
        }
    }
}

/// A smooth step from the left half (1) to the right half (0) of the mouth.
pub fn left_half(across: f64, blend: f64) -> f64 {
    smoothstep(-blend, blend, across)
}
