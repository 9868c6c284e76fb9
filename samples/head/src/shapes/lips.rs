//! The lips: each blendshape moves the lip loops, and the skin follows smoothly.

use metaface_clip::Channel;

use super::jaw::left_half;
use crate::field::spread;
use crate::openings::{lip_across, lip_gap, spoke_side};
use crate::space::{V3, bell, lerp, smoothstep, v3};
use crate::topology::{BAG_RINGS, FaceMesh, LIP_BORDER, LIP_RINGS, MOUTH_LINE, MOUTH_SPOKES};

/// A vertex of the lips or of the mouth bag.
#[derive(Debug, Clone, Copy)]
pub struct LipPoint {
    pub vertex: usize,
    /// -1 at the right corner, 1 at the left.
    pub across: f64,
    /// 1 on the upper lip, -1 on the lower, 0 at the corners.
    pub side: f64,
    /// 0 at the mouth's line, 1 at the vermilion border.
    pub height: f64,
    /// The loop of the mouth bag. `None` on the lips.
    pub bag: Option<usize>,
}

/// The lips and the surrounding skin.
pub struct Mouth<'a> {
    face: &'a FaceMesh,
    /// Vertices that do not follow the lips.
    fixed: Vec<bool>,
}

/// The share of the line's motion of each loop of the mouth bag.
const BAG_FOLLOWS: [f64; BAG_RINGS] = [1.0, 0.85, 0.5, 0.15, 0.0, 0.0];

impl<'a> Mouth<'a> {
    pub fn of(face: &'a FaceMesh) -> Self {
        let fixed = face
            .points
            .iter()
            .map(|p| {
                let nose = p.y > -49.0 && p.x.abs() < 15.0;
                let reach = v3(p.x, (p.y + 70.0) * 1.05, (p.z - 82.0) * 0.8).length();
                p.y > -24.0 || p.y < -128.0 || nose || reach > 64.0
            })
            .collect();
        Self { face, fixed }
    }

    /// The loop of the mouth's line.
    pub fn line(&self) -> &'a [usize] {
        &self.face.mouth.rings[MOUTH_LINE]
    }

    /// All vertices of the lips and of the mouth bag.
    pub fn points(&self) -> Vec<LipPoint> {
        let rings = &self.face.mouth.rings;
        let mut all = Vec::new();
        for (r, ring) in rings.iter().enumerate().skip(LIP_BORDER) {
            let height = (MOUTH_LINE as f64 - r as f64).max(0.0) / (LIP_RINGS - 1) as f64;
            for (s, &vertex) in ring.iter().enumerate().take(MOUTH_SPOKES) {
                all.push(LipPoint {
                    vertex,
                    across: lip_across(s),
                    side: spoke_side(s),
                    height,
                    bag: (r > MOUTH_LINE).then(|| r - MOUTH_LINE - 1),
                });
            }
        }
        all
    }

    /// The field of a motion of the lips. The skin follows; the loops of the mouth bag follow the
    /// line, deeper ones less.
    pub fn driven(&self, lips: impl Fn(&LipPoint) -> V3) -> Vec<V3> {
        self.driven_from(|lip| match lip.bag {
            None => lips(lip),
            Some(ring) => lips(lip) * BAG_FOLLOWS[ring],
        })
    }

    /// Like [`Mouth::driven`], with the motion of the mouth bag given as well.
    pub fn driven_from(&self, lips: impl Fn(&LipPoint) -> V3) -> Vec<V3> {
        let n = self.face.points.len();
        let mut given: Vec<Option<V3>> =
            self.fixed.iter().map(|&s| s.then_some(V3::ZERO)).collect();
        let mut soft = vec![true; n];
        for lip in self.points() {
            given[lip.vertex] = Some(lips(&lip));
            soft[lip.vertex] = false;
        }
        spread(self.face, &given, &soft)
    }

    /// A field of bells `(centre, spread, displacement)` on the skin.
    fn bells(&self, bells: &[(V3, V3, V3)]) -> Vec<V3> {
        let mut field: Vec<V3> = self
            .face
            .points
            .iter()
            .map(|&p| {
                bells
                    .iter()
                    .fold(V3::ZERO, |sum, &(c, s, d)| sum + d * bell(p, c, s))
            })
            .collect();
        for lip in self.points() {
            // The lips and the mouth bag have their own motion.
            field[lip.vertex] =
                field[lip.vertex] * if lip.bag.is_some() { 0.0 } else { lip.height };
        }
        field
    }

    pub fn field(&self, channel: Channel) -> Vec<V3> {
        let Some(lips) = lip_motion(channel) else {
            return vec![V3::ZERO; self.face.points.len()];
        };
        let mut field = self.driven(lips);
        for (sum, d) in field.iter_mut().zip(self.bells(&flesh(channel))) {
            *sum += d;
        }
        field
    }
}

type LipDisplacement = Box<dyn Fn(&LipPoint) -> V3>;

/// Fades to 0 at the corners like the rest gap, so that closing lips never cross.
fn gap(lip: &LipPoint) -> f64 {
    lip_gap(lip.across)
}

/// A smooth arch: 1 in the middle of the mouth, 0 at the corners.
fn arch(lip: &LipPoint) -> f64 {
    1.0 - lip.across * lip.across
}

fn lip_motion(channel: Channel) -> Option<LipDisplacement> {
    Some(match channel {
        Channel::MouthFunnel => Box::new(funnel),
        Channel::MouthPucker => Box::new(pucker),
        Channel::MouthLeft => Box::new(|lip| sideways(lip, 1.0)),
        Channel::MouthRight => Box::new(|lip| sideways(lip, -1.0)),
        Channel::MouthSmileLeft => Box::new(smile),
        Channel::MouthFrownLeft => Box::new(|lip| {
            let w = smoothstep(-0.1, 1.0, lip.across);
            v3(1.2, -7.5, -2.2) * w.powf(1.4)
        }),
        Channel::MouthDimpleLeft => Box::new(|lip| {
            let w = smoothstep(-0.2, 1.0, lip.across);
            v3(4.2, 1.0, -5.2) * w.powf(1.6)
        }),
        Channel::MouthStretchLeft => Box::new(|lip| {
            let w = smoothstep(-0.5, 1.0, lip.across);
            let thin = -0.9 * lip.height * lip.side * arch(lip) * left_half(lip.across, 0.6);
            v3(8.5 * w, -3.4 * w * w + thin, -5.0 * w * w)
        }),
        Channel::MouthRollLower => Box::new(|lip| roll(lip, -1.0)),
        Channel::MouthRollUpper => Box::new(|lip| roll(lip, 1.0)),
        Channel::MouthShrugLower => Box::new(shrug_lower),
        Channel::MouthShrugUpper => Box::new(|lip| {
            if lip.side > 0.0 {
                v3(0.0, lerp(4.5, 4.0, lip.height) * arch(lip), 1.8 * arch(lip))
            } else {
                V3::ZERO
            }
        }),
        Channel::MouthPressLeft => Box::new(press),
        Channel::MouthLowerDownLeft => Box::new(|lip| part(lip, -1.0)),
        Channel::MouthUpperUpLeft => Box::new(|lip| part(lip, 1.0)),
        Channel::NoseSneerLeft => Box::new(|lip| part(lip, 1.0) * (2.0 / 3.4)),
        Channel::CheekPuff => Box::new(|lip| {
            v3(
                0.0,
                0.6 * lip.side * lip.height * arch(lip),
                2.6 - 1.6 * lip.across.abs(),
            )
        }),
        _ => return None,
    })
}

fn funnel(lip: &LipPoint) -> V3 {
    let (t, a) = (lip.across, arch(lip));
    let open = a.powf(0.55) * lip.side;
    let y = if lip.side > 0.0 {
        lerp(4.0, 4.4, lip.height)
    } else {
        lerp(5.0, 3.2, lip.height)
    };
    let forward = lerp(6.0, 7.0, lip.height) * (0.45 + 0.55 * a);
    v3(-6.0 * t, y * open, forward)
}

fn pucker(lip: &LipPoint) -> V3 {
    let (t, a) = (lip.across, arch(lip));
    let closing = -0.25 * lip.side * gap(lip);
    let plump = lip.height * lip.side * a * 0.8;
    let forward = lerp(9.5, 7.5, lip.height) * (0.38 + 0.62 * a);
    v3(-11.5 * t, closing + plump, forward)
}

fn sideways(lip: &LipPoint, to: f64) -> V3 {
    let near = 0.5 + 0.5 * lip.across * to;
    v3(
        to * lerp(9.5, 7.0, near),
        1.4 * near * near,
        lerp(0.5, -3.0, near),
    )
}

fn smile(lip: &LipPoint) -> V3 {
    let w = smoothstep(-0.55, 1.0, lip.across).powf(1.5);
    let thin = -0.8 * lip.height * lip.side * arch(lip) * left_half(lip.across, 0.6);
    v3(8.5 * w, 9.0 * w * w + thin, -7.5 * w)
}

fn roll(lip: &LipPoint, side: f64) -> V3 {
    if lip.side != side {
        return V3::ZERO;
    }
    // The line moves straight back and the lip turns in after it. The vertical motion is
    // proportional to the height above the line, so that the lip never passes the line.
    let (a, back, height) = (arch(lip), arch(lip).powf(0.6), lip.height);
    let turn = height - 0.23 * height * (1.0 - height);
    if side < 0.0 {
        let y = 0.3 * gap(lip) * (1.0 - height) + a * 6.2 * turn;
        v3(0.0, y, -back * lerp(5.5, 4.2, height))
    } else {
        let y = -0.2 * gap(lip) * (1.0 - height) - a * 4.8 * turn;
        v3(0.0, y, -back * lerp(5.0, 3.6, height))
    }
}

fn shrug_lower(lip: &LipPoint) -> V3 {
    let a = arch(lip).powf(0.8);
    let corner = -0.8 * (1.0 - a);
    if lip.side > 0.0 {
        v3(0.0, lerp(4.5, 3.2, lip.height) * a + corner, 1.2 * a)
    } else {
        v3(
            0.0,
            lerp(4.5, 5.4, lip.height) * a + corner + 0.5 * gap(lip) * (1.0 - lip.height),
            2.6 * a,
        )
    }
}

fn press(lip: &LipPoint) -> V3 {
    let w = left_half(lip.across, 0.55);
    let (a, g) = (arch(lip).powf(0.5), gap(lip));
    let closing = -0.25 * lip.side * g * (1.0 - lip.height);
    let thin = if lip.side > 0.0 { -1.3 } else { 2.1 };
    let corner = smoothstep(0.55, 1.0, lip.across);
    v3(
        1.6 * corner,
        w * (closing + thin * lip.height * a),
        -w * 1.8 * a - 1.2 * corner,
    )
}

/// One lip drawn away from the other; 3.4 mm at the middle of the mouth.
fn part(lip: &LipPoint, side: f64) -> V3 {
    if lip.side != side {
        return V3::ZERO;
    }
    let profile = |t: f64| smoothstep(-0.62, 0.5, t) * (1.0 - t.powi(4)).max(0.0);
    let w = profile(lip.across) / profile(0.0);
    let y = side * 3.4 * w * lerp(1.0, 0.92, lip.height);
    v3(0.4 * w, y, w * lerp(0.6, 0.2, lip.height))
}

/// Bulges of the skin round the mouth, added to the skin's following of the lips.
fn flesh(channel: Channel) -> Vec<(V3, V3, V3)> {
    match channel {
        Channel::MouthSmileLeft => vec![
            (
                v3(41.0, -36.0, 66.0),
                v3(21.0, 17.0, 24.0),
                v3(2.0, 4.2, 3.6),
            ),
            (
                v3(37.0, -63.0, 66.0),
                v3(9.0, 13.0, 16.0),
                v3(1.5, 0.5, -1.6),
            ),
        ],
        Channel::MouthDimpleLeft => vec![(
            v3(36.0, -68.0, 66.0),
            v3(8.0, 9.0, 14.0),
            v3(-1.0, 0.0, -3.0),
        )],
        Channel::MouthShrugLower => vec![(
            v3(0.0, -95.0, 86.0),
            v3(17.0, 11.0, 18.0),
            v3(0.0, 5.0, 1.5),
        )],
        Channel::MouthFrownLeft => vec![(
            v3(12.0, -95.0, 82.0),
            v3(14.0, 10.0, 18.0),
            v3(0.0, 1.5, 0.8),
        )],
        Channel::MouthUpperUpLeft => vec![(
            v3(16.0, -47.0, 80.0),
            v3(14.0, 12.0, 16.0),
            v3(0.6, 1.8, 0.8),
        )],
        Channel::NoseSneerLeft => vec![
            (
                v3(11.0, -43.0, 88.0),
                v3(10.0, 10.0, 14.0),
                v3(0.8, 4.6, 1.0),
            ),
            (
                v3(20.0, -32.0, 76.0),
                v3(14.0, 13.0, 16.0),
                v3(0.0, 3.6, 1.6),
            ),
        ],
        Channel::CheekPuff => [1.0, -1.0]
            .into_iter()
            .map(|side| {
                (
                    v3(44.0 * side, -66.0, 56.0),
                    v3(23.0, 23.0, 28.0),
                    v3(9.5 * side, 0.0, 5.5),
                )
            })
            .collect(),
        Channel::MouthPucker => vec![(v3(0.0, -70.0, 60.0), v3(1.0, 1.0, 1.0), V3::ZERO)],
        _ => Vec::new(),
    }
}
