//! The parts inside the mouth: teeth, gums and tongue.

use metaface_clip::Channel;

use crate::material;
use crate::part::HeadPart;
use crate::rig;
use crate::shapes::{jaw_open, jaw_slide};
use crate::space::{V3, curve, lerp, smoothstep, v3};

/// Half-width and half-height of the upper teeth of one side, from the middle, in millimetres.
const UPPER: [(f64, f64); 6] = [
    (4.3, 5.2),
    (3.4, 4.7),
    (3.7, 5.0),
    (3.4, 4.3),
    (3.3, 4.0),
    (4.6, 3.8),
];
/// Half-width and half-height of the lower teeth of one side, from the middle, in millimetres.
const LOWER: [(f64, f64); 6] = [
    (2.8, 4.5),
    (3.0, 4.5),
    (3.4, 4.8),
    (3.4, 4.4),
    (3.4, 4.2),
    (4.8, 3.8),
];

/// The height of the upper incisors' edge.
const UPPER_EDGE: f64 = -72.2;
/// The height of the lower incisors' edge.
const LOWER_EDGE: f64 = -71.6;

/// The point of a dental arch, a half ellipse open to the back, at angle `a`.
fn arch(a: f64, half_width: f64, depth: f64, front: f64) -> V3 {
    v3(half_width * a.sin(), 0.0, front - depth * (1.0 - a.cos()))
}

struct Arch {
    half_width: f64,
    depth: f64,
    front: f64,
}

impl Arch {
    /// The point `along` millimetres to the left of the middle, and the arch's tangent there.
    fn at(&self, along: f64) -> (V3, V3) {
        let mut a: f64 = 0.0;
        let mut length = 0.0;
        let step = 0.001f64;
        let place = |a: f64| arch(a, self.half_width, self.depth, self.front);
        while length < along.abs() && a < 1.6 {
            length += (place(a + step) - place(a)).length();
            a += step;
        }
        a *= along.signum();
        (place(a), (place(a + 0.01) - place(a - 0.01)).unit())
    }
}

/// A rounded block with rows along `up` and columns round it.
fn tooth(centre: V3, across: V3, up: V3, (w, h, d): (f64, f64, f64), material: usize) -> HeadPart {
    const ROUND: usize = 10;
    const TALL: usize = 6;
    let out = across.cross(up);
    let squash = |c: f64, power: f64| c.signum() * c.abs().powf(power);
    let rows: Vec<Vec<V3>> = (0..=TALL)
        .map(|r| {
            let lat = (r as f64 / TALL as f64 - 0.5) * std::f64::consts::PI;
            (0..ROUND)
                .map(|c| {
                    let lon = c as f64 / ROUND as f64 * std::f64::consts::TAU;
                    let girth = squash(lat.cos(), 0.42);
                    let taper = 1.0 - 0.10 * lat.sin();
                    centre
                        + across * (w * girth * taper * squash(lon.cos(), 0.5))
                        + out * (-d * girth * squash(lon.sin(), 0.75))
                        + up * (h * squash(lat.sin(), 0.55))
                })
                .collect()
        })
        .collect();
    HeadPart::sheet(&rows, true, material).facing_out()
}

fn row_of_teeth(arch: &Arch, sizes: &[(f64, f64)], edge: f64, up: f64) -> HeadPart {
    let mut all = HeadPart::default();
    let mut along = 0.0;
    for (k, &(w, h)) in sizes.iter().enumerate() {
        let (place, tangent) = arch.at(along + w);
        // The edges rise a little towards the back.
        let rise = 0.05 * k as f64 * k as f64 * 0.5;
        let point = if k == 1 { 0.35 } else { 0.0 };
        let centre = place + v3(0.0, edge + up * (h + point) + rise, 0.0);
        let depth = if k > 2 { 3.4 } else { 2.3 };
        let left = tooth(
            centre,
            tangent,
            v3(0.0, up, 0.0),
            (w * 1.03, h, depth),
            material::TEETH,
        );
        all.append(&left.mirrored());
        all.append(&left);
        along += 2.0 * w;
    }
    all
}

fn gum(arch: &Arch, height: f64, tall: f64) -> HeadPart {
    const ALONG: i32 = 12;
    const ROUND: usize = 10;
    let rows: Vec<Vec<V3>> = (-ALONG..=ALONG)
        .map(|k| {
            let (place, tangent) = arch.at(f64::from(k) * 52.0 / f64::from(ALONG) + 1e-6);
            let out = tangent.cross(v3(0.0, 1.0, 0.0));
            (0..ROUND)
                .map(|c| {
                    let angle = c as f64 / ROUND as f64 * std::f64::consts::TAU;
                    place
                        + v3(0.0, height + tall * angle.sin(), 0.0)
                        + out * (3.3 * angle.cos())
                        + out * 0.4
                })
                .collect()
        })
        .collect();
    HeadPart::sheet(&rows, true, material::GUMS).facing_out()
}

/// The upper teeth and gum, fixed to the head.
pub fn upper_teeth() -> HeadPart {
    let arch = Arch {
        half_width: 26.0,
        depth: 38.0,
        front: 80.5,
    };
    let mut part = row_of_teeth(&arch, &UPPER, UPPER_EDGE, 1.0);
    part.append(&gum(&arch, UPPER_EDGE + 10.8, 4.2));
    HeadPart {
        name: "UpperTeeth",
        joint: Some(rig::HEAD),
        ..part
    }
}

/// The lower teeth and gum, moved by the jaw's blendshapes.
pub fn lower_teeth() -> HeadPart {
    let arch = Arch {
        half_width: 24.0,
        depth: 36.0,
        front: 76.6,
    };
    let mut part = row_of_teeth(&arch, &LOWER, LOWER_EDGE, -1.0);
    part.append(&gum(&arch, LOWER_EDGE - 9.6, 4.0));
    part.shapes = jaw_shapes(&part.points, |_| 1.0);
    HeadPart {
        name: "LowerTeeth",
        keeps_normals: true,
        joint: Some(rig::HEAD),
        ..part
    }
}

fn jaw_shapes(points: &[V3], follows: impl Fn(V3) -> f64) -> Vec<(Channel, Vec<V3>)> {
    let field =
        |motion: &dyn Fn(V3) -> V3| points.iter().map(|&p| motion(p) * follows(p)).collect();
    let mut shapes = vec![(Channel::JawOpen, field(&jaw_open))];
    for channel in [Channel::JawForward, Channel::JawLeft, Channel::JawRight] {
        shapes.push((channel, field(&|_| jaw_slide(channel))));
    }
    shapes
}

/// A cross-section of the tongue: its middle, half-width and half-thickness.
#[derive(Clone, Copy)]
struct TongueSection {
    middle: V3,
    half_width: f64,
    half_thickness: f64,
}

const SECTIONS: usize = 15;

/// The tongue at rest, with the tip behind the upper incisors; `s` is 0 at the throat, 1 at the tip.
fn resting(s: f64) -> TongueSection {
    TongueSection {
        middle: v3(
            0.0,
            curve(
                &[
                    (0.0, -84.0),
                    (0.25, -72.5),
                    (0.5, -68.5),
                    (0.75, -68.2),
                    (1.0, -68.8),
                ],
                s,
            ),
            lerp(26.0, 72.6, s.powf(0.92)),
        ),
        half_width: curve(
            &[
                (0.0, 15.0),
                (0.3, 18.5),
                (0.7, 17.0),
                (0.9, 12.5),
                (1.0, 9.0),
            ],
            s,
        ),
        half_thickness: curve(
            &[(0.0, 8.0), (0.3, 8.5), (0.6, 5.6), (0.85, 3.3), (1.0, 2.4)],
            s,
        ),
    }
}

/// The tongue extended over the lower lip.
fn extended(s: f64) -> TongueSection {
    let z = lerp(30.0, 112.0, s.powf(0.95));
    let height = curve(
        &[
            (26.0, -84.0),
            (42.0, -73.0),
            (58.0, -67.0),
            (76.0, -65.0),
            (92.0, -64.6),
            (100.0, -67.0),
            (107.0, -72.5),
            (112.0, -80.0),
        ],
        z,
    );
    TongueSection {
        middle: v3(0.0, height, z),
        half_width: curve(
            &[
                (26.0, 15.0),
                (45.0, 17.0),
                (76.0, 13.0),
                (92.0, 13.0),
                (106.0, 13.0),
                (112.0, 10.5),
            ],
            z,
        ),
        half_thickness: curve(
            &[
                (26.0, 8.0),
                (50.0, 6.5),
                (76.0, 4.6),
                (92.0, 4.6),
                (106.0, 4.4),
                (112.0, 3.2),
            ],
            z,
        ),
    }
}

fn tongue_points(section: impl Fn(f64) -> TongueSection) -> Vec<Vec<V3>> {
    const ROUND: usize = 16;
    let mut rows: Vec<Vec<V3>> = (0..SECTIONS)
        .map(|r| {
            let s = r as f64 / (SECTIONS - 1) as f64;
            let TongueSection {
                middle,
                half_width,
                half_thickness,
            } = section(s);
            let tangent =
                (section((s + 0.02).min(1.0)).middle - section((s - 0.02).max(0.0)).middle).unit();
            let up = tangent.cross(v3(1.0, 0.0, 0.0)).unit();
            (0..ROUND)
                .map(|c| {
                    let angle = c as f64 / ROUND as f64 * std::f64::consts::TAU;
                    let (sin, cos) = angle.sin_cos();
                    let groove = if sin > 0.0 {
                        -1.5 * (1.0 - cos * cos * 2.5).max(0.0) * (1.0 - s).max(0.12)
                    } else {
                        0.0
                    };
                    middle
                        + v3(half_width * cos.signum() * cos.abs().powf(0.8), 0.0, 0.0)
                        + up * (half_thickness * sin + groove)
                })
                .collect()
        })
        .collect();
    // The round tip.
    let tip = section(1.0);
    let before = section(0.97).middle;
    let ahead = (tip.middle - before).unit();
    for (reach, size) in [(2.2, 0.82), (3.6, 0.5), (4.1, 0.0)] {
        let last = rows[SECTIONS - 1].clone();
        rows.push(
            last.iter()
                .map(|&p| tip.middle + (p - tip.middle) * size + ahead * reach)
                .collect(),
        );
    }
    rows
}

/// The tongue. It follows the jaw, and `tongueOut` extends it between the teeth.
pub fn tongue() -> HeadPart {
    let rest = tongue_points(resting);
    let out = tongue_points(extended);
    let mut part = HeadPart::sheet(&rest, true, material::TONGUE).facing_out();
    part.shapes = jaw_shapes(&part.points, |p| smoothstep(18.0, 58.0, p.z));
    let offsets = rest
        .iter()
        .flatten()
        .zip(out.iter().flatten())
        .map(|(&a, &b)| b - a)
        .collect();
    part.shapes.push((Channel::TongueOut, offsets));
    HeadPart {
        name: "Tongue",
        joint: Some(rig::HEAD),
        ..part
    }
}
