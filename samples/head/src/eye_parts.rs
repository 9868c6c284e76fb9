//! Eyeballs, lashes and brows.

use metaface_clip::Channel;

use crate::material;
use crate::openings::{gaze, lid_angles};
use crate::paint::IRIS;
use crate::part::HeadPart;
use crate::rig;
use crate::sculpt::{self, EYE, EYE_RADIUS};
use crate::shapes::{edge_travel, upper_face};
use crate::space::{V3, curve, lerp, smoothstep, v3};
use crate::topology::{EYE_SPOKES, FaceMesh, LID_EDGE};

/// An eyeball, rotated by the joint at its centre.
pub fn eyeball(left: bool) -> HeadPart {
    const ROUND: usize = 32;
    const RINGS: [f64; 15] = [
        0.0, 6.0, 11.0, 14.0, 19.0, 23.5, 26.0, 28.5, 34.0, 44.0, 57.0, 73.0, 92.0, 125.0, 180.0,
    ];
    let mut part = HeadPart {
        name: if left { "LeftEyeball" } else { "RightEyeball" },
        joint: Some(if left { rig::LEFT_EYE } else { rig::RIGHT_EYE }),
        ..HeadPart::default()
    };
    let centre = if left { EYE } else { EYE.mirrored() };
    for degrees in RINGS {
        let polar = degrees.to_radians();
        for k in 0..ROUND {
            let angle = k as f64 / ROUND as f64 * std::f64::consts::TAU;
            let (x, y) = (polar.sin() * angle.cos(), polar.sin() * angle.sin());
            // The bulge of the cornea, in millimetres.
            let bulge = 0.45 * (1.0 - smoothstep(0.7, 1.15, polar.sin() / IRIS));
            part.points.push(
                centre
                    + v3(x, y, polar.cos())
                        * (EYE_RADIUS + if degrees < 90.0 { bulge } else { 0.0 }),
            );
            let reach = if degrees > 90.0 {
                0.98
            } else {
                polar.sin() * 0.98
            };
            part.uvs.push([
                0.5 + 0.5 * reach * angle.cos(),
                0.5 - 0.5 * reach * angle.sin(),
            ]);
        }
    }
    for r in 0..RINGS.len() - 1 {
        for k in 0..ROUND {
            let next = (k + 1) % ROUND;
            let (a, b) = (r * ROUND, (r + 1) * ROUND);
            part.triangles
                .push(([a + k, b + k, b + next], material::EYES));
            part.triangles
                .push(([a + k, b + next, a + next], material::EYES));
        }
    }
    part.drop_flat_triangles();
    part
}

/// The upper lashes of both eyes: a tapering strip along the lid's edge.
pub fn lashes(face: &FaceMesh) -> HeadPart {
    let half = EYE_SPOKES / 2;
    let spokes: Vec<usize> = (0..=half).collect();
    let ring = &face.eyes[0].rings[LID_EDGE];
    let build = |channel: Option<Channel>| -> Vec<V3> {
        let mut points = Vec::new();
        for &s in &spokes {
            let (azimuth, elevation) = lid_angles(s);
            let (up, out) = channel.map_or((0.0, 0.0), |c| edge_travel(c, s));
            let base = ring_point(face.points[ring[s]], up, out);
            // Longer at the outer side; the lashes turn down with the lid.
            let fraction = s as f64 / half as f64;
            let reach = curve(
                &[
                    (0.0, 0.8),
                    (0.1, 2.6),
                    (0.22, 3.4),
                    (0.5, 2.7),
                    (0.8, 1.7),
                    (1.0, 0.2),
                ],
                fraction,
            );
            let lift = 0.36 + up * 1.15;
            let fan = azimuth * 0.35 + out;
            let outward = gaze(azimuth + fan, elevation + up + lift * 0.55);
            let upward = gaze(azimuth + fan * 1.2, elevation + up + lift * 1.3);
            let thick = (base - EYE).unit();
            points.push(base - thick * 0.5);
            points.push(base + thick * 0.35);
            points.push(base + outward * (reach * 0.55));
            points.push(base + outward * (reach * 0.55) + upward * (reach * 0.38));
        }
        points
    };
    let rest = build(None);
    let rows: Vec<Vec<V3>> = rest.chunks(4).map(<[V3]>::to_vec).collect();
    let left = HeadPart::sheet(&rows, false, material::LASHES);
    let mut part = HeadPart {
        name: "Lashes",
        keeps_normals: true,
        joint: Some(rig::HEAD),
        ..left.clone()
    };
    part.append(&left.mirrored());
    let n = rest.len();
    for &channel in Channel::blendshapes() {
        let left_channel = if channel.name().ends_with("Right") {
            channel.mirrored()
        } else {
            channel
        };
        let offsets: Vec<V3> = build(Some(left_channel))
            .iter()
            .zip(&rest)
            .map(|(&a, &b)| a - b)
            .collect();
        let mut both = vec![V3::ZERO; 2 * n];
        let at_left = left_channel == channel;
        for (k, &d) in offsets.iter().enumerate() {
            both[if at_left { k } else { n + k }] = if at_left { d } else { d.mirrored() };
        }
        part.shapes.push((channel, both));
    }
    part
}

fn ring_point(p: V3, up: f64, out: f64) -> V3 {
    if up == 0.0 && out == 0.0 {
        p
    } else {
        crate::shapes::lid_moved(p, up, out, true)
    }
}

/// Both brows: tapered rolls of hair on the brow ridge, which move with the skin.
pub fn brows() -> HeadPart {
    const ALONG: usize = 20;
    const ROUND: usize = 10;
    let rows: Vec<Vec<V3>> = (0..=ALONG)
        .map(|k| {
            let s = k as f64 / ALONG as f64;
            let x = lerp(13.0, 55.0, s);
            let y = curve(&[(0.0, 23.2), (0.35, 25.6), (0.62, 26.9), (1.0, 21.6)], s);
            let on_skin = sculpt::face_at(x, y);
            let out = sculpt::normal(on_skin);
            let girth = curve(
                &[
                    (0.0, 0.06),
                    (0.03, 0.45),
                    (0.10, 0.84),
                    (0.25, 1.0),
                    (0.55, 0.86),
                    (0.85, 0.42),
                    (1.0, 0.05),
                ],
                s,
            );
            let along = v3(1.0, lerp(0.25, -0.4, s), lerp(-0.3, -0.9, s)).unit();
            let up = out.cross(along).unit();
            (0..ROUND)
                .map(|c| {
                    let angle = c as f64 / ROUND as f64 * std::f64::consts::TAU;
                    on_skin
                        + up * (2.9 * girth * angle.cos())
                        + out * (1.7 * girth * angle.sin() + 0.2)
                })
                .collect()
        })
        .collect();
    let left = HeadPart::sheet(&rows, true, material::BROWS).facing_out();
    let mut part = HeadPart {
        name: "Brows",
        keeps_normals: true,
        joint: Some(rig::HEAD),
        ..left.clone()
    };
    part.append(&left.mirrored());
    for &channel in Channel::blendshapes() {
        let right = channel.name().ends_with("Right");
        let field = part.points.iter().map(|&p| {
            if right {
                upper_face(channel.mirrored(), p.mirrored()).mirrored()
            } else {
                upper_face(channel, p)
            }
        });
        let field = field.collect();
        part.shapes.push((channel, field));
    }
    part
}
