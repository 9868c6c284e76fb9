//! Hair: thick pointed locks over a cap.

use crate::material;
use crate::part::HeadPart;
use crate::rig;
use crate::sculpt;
use crate::space::{V3, curve, lerp, smoothstep, v3};

/// The middle of the skull, the origin of directions.
const MIDDLE: V3 = v3(0.0, 30.0, -14.0);

/// A direction from the middle in degrees: azimuth from the face to the character's left, and
/// elevation.
type Direction = (f64, f64);

fn ray((turn, lift): Direction) -> V3 {
    let (turn, lift) = (turn.to_radians(), lift.to_radians());
    v3(lift.cos() * turn.sin(), lift.sin(), lift.cos() * turn.cos())
}

/// A lock: the directions of its root, middle and tip, the heights of its spine above the skin there
/// in millimetres, and its half-width.
#[derive(Clone, Copy)]
struct Guide {
    directions: [Direction; 3],
    heights: [f64; 3],
    width: f64,
}

impl Guide {
    fn towards(&self, other: &Self, t: f64) -> Self {
        let mix = |a: Direction, b: Direction| (lerp(a.0, b.0, t), lerp(a.1, b.1, t));
        Self {
            directions: [0, 1, 2].map(|k| mix(self.directions[k], other.directions[k])),
            heights: [0, 1, 2].map(|k| lerp(self.heights[k], other.heights[k], t)),
            width: lerp(self.width, other.width, t),
        }
    }
}

/// A pseudo-random number from -1 to 1, the same on every machine.
fn pseudo_random(seed: usize) -> f64 {
    let mixed = (seed as u32)
        .wrapping_mul(2_654_435_761)
        .rotate_left(13)
        .wrapping_mul(2_246_822_519);
    f64::from(mixed >> 8) / f64::from(1u32 << 23) - 1.0
}

fn bezier(a: V3, b: V3, c: V3, s: f64) -> V3 {
    a.towards(b, s).towards(b.towards(c, s), s)
}

/// A tapering tube along its guide, flattened towards the head.
fn lock(guide: &Guide) -> HeadPart {
    const ALONG: usize = 9;
    const ROUND: usize = 7;
    let [a, b, c] = guide.directions.map(ray);
    // The curve passes through the middle direction.
    let bent = b * 2.0 - (a + c) * 0.5;
    let spine: Vec<(V3, V3)> = (0..=ALONG)
        .map(|k| {
            let s = k as f64 / ALONG as f64;
            let direction = bezier(a, bent, c, s).unit();
            let [h0, h1, h2] = guide.heights;
            let height = curve(&[(0.0, h0), (0.5, h1), (1.0, h2)], s);
            let on_skin = sculpt::exit_point(MIDDLE, direction, 220.0);
            (on_skin + direction * height, direction)
        })
        .collect();
    let rows: Vec<Vec<V3>> = (0..=ALONG)
        .map(|k| {
            let s = k as f64 / ALONG as f64;
            let (position, out) = spine[k];
            let ahead = spine[(k + 1).min(ALONG)].0 - spine[k.saturating_sub(1)].0;
            let across = out.cross(ahead).unit();
            let up = ahead.cross(across).unit();
            let girth = curve(
                &[
                    (0.0, 0.1),
                    (0.1, 0.62),
                    (0.3, 1.0),
                    (0.65, 0.88),
                    (0.88, 0.45),
                    (1.0, 0.0),
                ],
                s,
            );
            (0..ROUND)
                .map(|c| {
                    let angle = c as f64 / ROUND as f64 * std::f64::consts::TAU;
                    let (sin, cos) = angle.sin_cos();
                    let thick = if sin > 0.0 { 0.52 } else { 0.42 };
                    position
                        + across * (guide.width * girth * cos)
                        + up * (guide.width * girth * thick * sin)
                })
                .collect()
        })
        .collect();
    HeadPart::sheet(&rows, true, material::HAIR).facing_out()
}

/// Locks interpolated between a first and a last guide, with small irregularities.
fn tress(count: usize, first: &Guide, last: &Guide, seed: usize, into: &mut HeadPart) {
    for k in 0..count {
        let t = k as f64 / (count - 1).max(1) as f64;
        let mut guide = first.towards(last, t);
        let jitter = |n: usize| pseudo_random(seed * 97 + k * 7 + n);
        guide.directions[2].0 += 2.6 * jitter(0);
        guide.directions[2].1 += 3.0 * jitter(1);
        guide.directions[1].1 += 1.0 * jitter(2);
        guide.heights[1] += 1.6 * jitter(3);
        guide.width *= 1.0 + 0.14 * jitter(4);
        into.append(&lock(&guide));
    }
}

/// The elevation of the cap's edge in degrees, at an azimuth from the face.
fn hairline(turn: f64) -> f64 {
    curve(
        &[
            (0.0, 27.5),
            (22.0, 28.5),
            (42.0, 24.0),
            (55.0, 10.0),
            (66.0, -6.0),
            (76.0, -15.0),
            (86.0, -8.0),
            (100.0, -5.0),
            (116.0, -26.0),
            (150.0, -34.0),
            (180.0, -35.0),
        ],
        turn.abs(),
    )
}

fn cap() -> HeadPart {
    const ROUND: usize = 72;
    const UP: usize = 11;
    let rows: Vec<Vec<V3>> = (0..=UP)
        .map(|r| {
            let s = r as f64 / UP as f64;
            (0..ROUND)
                .map(|k| {
                    let turn = (k as f64 / ROUND as f64 - 0.5) * 360.0;
                    let direction = ray((turn, lerp(hairline(turn), 90.0, s.powf(1.1))));
                    let on_skin = sculpt::exit_point(MIDDLE, direction, 220.0);
                    on_skin + direction * (5.5 * smoothstep(-0.03, 0.2, s) - 0.7)
                })
                .collect()
        })
        .collect();
    HeadPart::sheet(&rows, true, material::HAIR).facing_out()
}

/// Short hair, parted on the character's left and combed over the forehead to the right.
pub fn hair() -> HeadPart {
    let mut part = cap();
    let g = |directions, heights, width| Guide {
        directions,
        heights,
        width,
    };
    // The back, from the crown down to the nape.
    tress(
        11,
        &g(
            [(100.0, 76.0), (118.0, 35.0), (113.0, -36.0)],
            [5.0, 10.0, 2.4],
            12.5,
        ),
        &g(
            [(260.0, 76.0), (242.0, 35.0), (247.0, -36.0)],
            [5.0, 10.0, 2.4],
            12.5,
        ),
        1,
        &mut part,
    );
    tress(
        10,
        &g(
            [(90.0, 84.0), (112.0, 48.0), (112.0, 0.0)],
            [7.0, 12.0, 5.0],
            12.5,
        ),
        &g(
            [(270.0, 84.0), (248.0, 48.0), (248.0, 0.0)],
            [7.0, 12.0, 5.0],
            12.5,
        ),
        2,
        &mut part,
    );
    // The left side, from the parting down, and the right side.
    tress(
        8,
        &g(
            [(37.0, 40.0), (52.0, 30.0), (66.0, -9.0)],
            [3.0, 8.0, 1.6],
            8.5,
        ),
        &g(
            [(70.0, 80.0), (96.0, 42.0), (106.0, -3.0)],
            [7.0, 13.0, 4.0],
            11.5,
        ),
        3,
        &mut part,
    );
    tress(
        8,
        &g(
            [(-20.0, 66.0), (-58.0, 40.0), (-66.0, -9.0)],
            [6.0, 11.0, 1.6],
            9.5,
        ),
        &g(
            [(-80.0, 84.0), (-98.0, 42.0), (-106.0, -3.0)],
            [7.0, 13.0, 4.0],
            11.5,
        ),
        4,
        &mut part,
    );
    // The top, from the parting to the right.
    tress(
        7,
        &g(
            [(60.0, 80.0), (-60.0, 74.0), (-100.0, 30.0)],
            [8.0, 15.0, 9.0],
            13.0,
        ),
        &g(
            [(37.0, 56.0), (-22.0, 62.0), (-70.0, 24.0)],
            [6.0, 19.0, 8.0],
            12.0,
        ),
        5,
        &mut part,
    );
    // The fringe.
    tress(
        6,
        &g(
            [(37.0, 53.0), (-14.0, 53.0), (-58.0, 16.0)],
            [5.0, 19.0, 6.0],
            11.5,
        ),
        &g(
            [(33.0, 35.0), (12.0, 34.0), (-14.0, 23.0)],
            [2.0, 11.0, 3.5],
            9.0,
        ),
        6,
        &mut part,
    );
    // A single strand.
    part.append(&lock(&g(
        [(36.0, 40.0), (42.0, 32.0), (46.0, 17.0)],
        [3.0, 7.0, 3.0],
        6.0,
    )));
    HeadPart {
        name: "Hair",
        joint: Some(rig::HEAD),
        ..part
    }
}
