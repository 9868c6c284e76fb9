//! Eyelids: their loops slide over the surface of the closed lids, so that they never cut the
//! eyeball.

use metaface_clip::Channel;

use crate::openings::{gaze, lid_angles};
use crate::sculpt::{self, EYE, LID_RADIUS};
use crate::space::{V3, lerp};
use crate::topology::{EYE_SPOKES, FaceMesh, LID_EDGE};

/// The share of the lid edge's travel of each loop, from the block's rim inwards.
const FOLLOWS: [f64; 8] = [0.0, 0.10, 0.30, 0.56, 0.80, 1.0, 1.0, 1.0];

/// The upward travel of the lid edge at loop vertex `spoke` of the left eye, in radians.
fn travel(channel: Channel, spoke: usize) -> f64 {
    let (azimuth, elevation) = lid_angles(spoke);
    let half = EYE_SPOKES / 2;
    let corner = spoke == 0 || spoke == half;
    if corner {
        return 0.0;
    }
    let upper = spoke < half;
    let (other_azimuth, other) = lid_angles(EYE_SPOKES - spoke);
    debug_assert!((azimuth - other_azimuth).abs() < 1e-9);
    // The height of the opening at this vertex. In a blink the upper lid travels 80 % of it.
    let height = (elevation - other).abs();
    let full = height / 50f64.to_radians();
    match channel {
        Channel::EyeBlinkLeft => {
            if upper {
                -0.80 * height
            } else {
                0.20 * height
            }
        }
        Channel::EyeSquintLeft => {
            if upper {
                -0.10 * height
            } else {
                0.26 * height
            }
        }
        Channel::EyeWideLeft => {
            if upper {
                0.17 * full
            } else {
                -0.05 * full
            }
        }
        Channel::EyeLookUpLeft => {
            if upper {
                0.13 * full
            } else {
                0.06 * full
            }
        }
        Channel::EyeLookDownLeft => {
            if upper {
                -0.27 * full
            } else {
                -0.09 * full
            }
        }
        Channel::CheekSquintLeft => {
            if upper {
                0.0
            } else {
                0.10 * height
            }
        }
        _ => 0.0,
    }
}

/// The outward shift of the lids in radians: the cornea drags them a little.
fn shift(channel: Channel) -> f64 {
    match channel {
        Channel::EyeLookInLeft => -0.045,
        Channel::EyeLookOutLeft => 0.045,
        _ => 0.0,
    }
}

/// The new position of a point near the left eye when the lid edge travels by `up` and `out`
/// radians.
pub fn lid_moved(p: V3, up: f64, out: f64, on_surface: bool) -> V3 {
    let d = p - EYE;
    let radius = d.length();
    let (azimuth, elevation) = (d.x.atan2(d.z), (d.y / radius).asin());
    let direction = gaze(azimuth + out, elevation + up);
    if on_surface {
        let turned = EYE + direction * radius;
        if radius < LID_RADIUS + 2.0 {
            sculpt::exit_point(EYE, direction, LID_RADIUS + 1.5)
        } else {
            sculpt::onto_surface(turned)
        }
    } else {
        // Blendshapes move on straight lines; with more distance at the end, the line does not cut
        // the eyeball half way.
        EYE + direction * (radius + 1.75 * up.abs())
    }
}

/// The travel (up, out) of the lid edge at `spoke` of the left eye, in radians.
pub fn edge_travel(channel: Channel, spoke: usize) -> (f64, f64) {
    let up = travel(channel, spoke);
    let side = lid_angles(spoke).0.cos().max(0.0);
    (up, shift(channel) * lerp(0.0, 1.0, side * side))
}

/// The displacement of every face vertex.
pub fn field(face: &FaceMesh, channel: Channel) -> Vec<V3> {
    let mut field = vec![V3::ZERO; face.points.len()];
    for (r, ring) in face.eyes[0].rings.iter().enumerate().skip(1) {
        for (s, &v) in ring.iter().enumerate() {
            let (up, out) = edge_travel(channel, s);
            if up == 0.0 && out == 0.0 {
                continue;
            }
            let moved = lid_moved(
                face.points[v],
                up * FOLLOWS[r],
                out * FOLLOWS[r],
                r <= LID_EDGE,
            );
            field[v] = moved - face.points[v];
        }
    }
    field
}
