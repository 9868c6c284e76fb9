//! The lower jaw: opening, forward, sideways; and the lips sealed over an open jaw.

use metaface_clip::Channel;

use super::lips::{LipPoint, Mouth};
use crate::field::spread;
use crate::space::{V3, lerp, smoothstep, v3};
use crate::topology::{BAG_RINGS, Face, MOUTH_LINE};

/// The hinge of the jaw, in front of the ears.
pub const HINGE: V3 = v3(0.0, -22.0, 2.0);

/// How a point of the jaw's bone moves at `jawOpen` one: turned about the hinge while the hinge
/// slides forwards and down, as the real joint does.
pub fn jaw_open(p: V3) -> V3 {
    (p - HINGE).turned_x(JAW_ANGLE) + HINGE + v3(0.0, -JAW_DROP, 7.0) - p
}

const JAW_ANGLE: f64 = 0.258;
const JAW_DROP: f64 = 7.6;

/// How the jaw's bone moves at `jawForward`, `jawLeft` and `jawRight` one.
pub fn jaw_slide(channel: Channel) -> V3 {
    match channel {
        Channel::JawForward => v3(0.0, 0.0, 6.5),
        Channel::JawLeft => v3(8.0, 0.0, 0.0),
        Channel::JawRight => v3(-8.0, 0.0, 0.0),
        _ => V3::ZERO,
    }
}

/// The lip's vertical distance at the middle that `jawOpen` adds and `mouthClose` takes away.
pub const OPENING: f64 = 33.0;

/// How much each vertex follows the jaw.
pub struct Jaw<'a> {
    mouth: &'a Mouth<'a>,
    open: Vec<V3>,
    weight: Vec<f64>,
    sealed: Vec<V3>,
}

/// How much of the jaw's motion a lip takes.
fn lip_weight(lip: &LipPoint) -> f64 {
    let t = lip.across.abs();
    let corner = 0.42;
    if lip.side > 0.0 {
        corner * t.powf(3.2)
    } else {
        lerp(1.0, corner, t.powf(2.6))
    }
}

/// How much of it a loop inside the mouth takes.
fn bag_weight(lip: &LipPoint, ring: usize) -> f64 {
    let depth = (ring + 1) as f64 / BAG_RINGS as f64;
    let round = (1.0 - lip.across * lip.across).sqrt();
    let lower = [1.0, 1.0, 1.0, 0.95, 0.7, 0.3][ring];
    let side = if lip.side < 0.0 { lower } else { 0.0 };
    let settled = lerp(0.35 * (1.0 - depth), side, round);
    lerp(lip_weight(lip), settled, (depth * 2.5).min(1.0))
}

impl<'a> Jaw<'a> {
    pub fn of(face: &Face, mouth: &'a Mouth<'a>) -> Self {
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
            mouth,
            open,
            weight,
            sealed,
        }
    }

    /// Corners draw in a little, the upper lip lifts a little, and the opening is exact.
    fn shape_opening(face: &Face, mouth: &Mouth, open: &mut [V3]) {
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

    /// The displacement that takes the lips from the open jaw to sealed over it.
    fn seal(mouth: &Mouth, open: &[V3]) -> Vec<V3> {
        let line = mouth.line();
        let target = |lip: &LipPoint| {
            // Where the sealed line runs, relative to rest: half way down, flat.
            let corner = open[if lip.across > 0.0 { line[0] } else { line[24] }];
            let t2 = lip.across * lip.across;
            let sealed = v3(
                -1.2 * lip.across * lip.across.abs(),
                lerp(-13.5, corner.y, t2 * t2),
                lerp(-3.0, corner.z, t2),
            );
            // Away from the line the lips stretch: the red follows, the skin less.
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
        let _ = self.mouth;
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

/// Smoothly from the left half (one) to the right half (zero) of the mouth.
pub fn left_half(across: f64, blend: f64) -> f64 {
    smoothstep(-blend, blend, across)
}
