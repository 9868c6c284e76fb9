//! The positions of the loops round and behind the mouth and the eyes.

use crate::sculpt::{self, EYE, EYE_RADIUS, LID_RADIUS};
use crate::space::{V3, curve, lerp, v3};
use crate::topology::{BAG_RINGS, EYE_SPOKES, MOUTH_SPOKES};

/// The position of lip vertex `spoke` across the mouth: -1 at the right corner, 1 at the left.
pub fn lip_across(spoke: usize) -> f64 {
    let s = spoke.min(MOUTH_SPOKES - spoke) as f64 / 24.0;
    lerp((s * std::f64::consts::PI).cos(), 1.0 - 2.0 * s, 0.55)
}

/// Half the width of the mouth's line, in millimetres.
pub const MOUTH_HALF_WIDTH: f64 = 24.5;
/// The distance between the lips on the mouth's line at rest, in millimetres.
pub const LIP_GAP: f64 = 0.6;

/// A vertex of the mouth's line.
pub fn mouth_line_point(spoke: usize) -> V3 {
    let t = lip_across(spoke);
    let x = MOUTH_HALF_WIDTH * t;
    let side = spoke_side(spoke);
    let line = sculpt::face_at(x, sculpt::mouth_line(x));
    let gap = lip_gap(t);
    v3(
        x,
        sculpt::mouth_line(x) + side * 0.5 * LIP_GAP * gap,
        line.z - 1.2 * gap,
    )
}

/// The share of the rest gap across the mouth: 1, falling to 0 near the corners.
pub fn lip_gap(across: f64) -> f64 {
    ((1.0 - across.abs()).min(0.25) / 0.25).max(0.0).sqrt()
}

/// 1 on the upper lip, -1 on the lower, 0 at the corners.
pub fn spoke_side(spoke: usize) -> f64 {
    match spoke {
        0 | 24 => 0.0,
        1..24 => 1.0,
        _ => -1.0,
    }
}

/// A vertex of the vermilion border.
pub fn lip_border_point(spoke: usize) -> V3 {
    let t = lip_across(spoke);
    let x = t * (MOUTH_HALF_WIDTH + 2.2);
    // Heights of the border above and below the mouth's line: the cupid's bow, the full lower lip.
    let height = if spoke_side(spoke) > 0.0 {
        &[
            (0.0, 7.4),
            (5.0, 8.7),
            (10.0, 7.6),
            (18.0, 4.0),
            (23.5, 1.5),
            (26.7, 0.0),
        ]
    } else {
        &[
            (0.0, -9.6),
            (7.0, -9.3),
            (14.0, -7.0),
            (19.0, -4.4),
            (23.5, -1.9),
            (26.7, 0.0),
        ]
    };
    let line = sculpt::mouth_line(x.abs().min(MOUTH_HALF_WIDTH));
    sculpt::face_at(x, line + curve(height, x.abs()))
}

/// The lid edge at rest: azimuth from straight ahead (positive to the outside of the face) and
/// elevation of loop vertex `spoke` of the left eye, in radians.
pub fn lid_angles(spoke: usize) -> (f64, f64) {
    let half = EYE_SPOKES / 2;
    let s = spoke.min(EYE_SPOKES - spoke) as f64 / half as f64;
    let t = lerp((s * std::f64::consts::PI).cos(), 1.0 - 2.0 * s, 0.45);
    let azimuth = if t > 0.0 { 57.0 * t } else { 58.0 * t };
    let tilt = 3.5 * t;
    let elevation = if spoke <= half {
        // The highest point is slightly inside of the middle.
        let bent = t + 0.12 * (1.0 - t * t);
        25.0 * (1.0 - bent.abs().powf(2.3)).max(0.0).powf(0.85)
    } else {
        let bent = t - 0.15 * (1.0 - t * t);
        -23.0 * (1.0 - bent.abs().powf(2.2)).max(0.0).powf(0.9)
    };
    (azimuth.to_radians(), (elevation + tilt - 1.0).to_radians())
}

/// A direction from the left eye's centre.
pub fn gaze(azimuth: f64, elevation: f64) -> V3 {
    v3(
        azimuth.sin() * elevation.cos(),
        elevation.sin(),
        azimuth.cos() * elevation.cos(),
    )
}

/// A vertex of the left eye's lid: on its outer edge (depth 0), on its inner edge (1), behind it
/// (2).
pub fn lid_point(spoke: usize, depth: usize) -> V3 {
    let (azimuth, elevation) = lid_angles(spoke);
    let half = EYE_SPOKES / 2;
    let side = if spoke == 0 || spoke == half {
        0.0
    } else if spoke < half {
        1.0
    } else {
        -1.0
    };
    match depth {
        0 => sculpt::exit_point(EYE, gaze(azimuth, elevation), LID_RADIUS + 1.5),
        1 => EYE + gaze(azimuth, elevation - side * 0.012) * (EYE_RADIUS + 0.7),
        _ => EYE + gaze(azimuth * 1.06, elevation + side * 0.16) * (EYE_RADIUS + 0.65),
    }
}

/// The mouth bag: the distance of each loop behind the mouth's line, its height above or below the
/// line (both in millimetres), and its factor of width.
const BAG: [(f64, f64, f64); BAG_RINGS] = [
    (2.6, -0.31, 0.985),
    (6.0, 4.2, 0.97),
    (8.5, 12.0, 1.02),
    (17.0, 20.0, 1.06),
    (38.0, 21.0, 1.0),
    (62.0, 9.0, 0.55),
];

/// A vertex of a loop of the mouth bag.
pub fn bag_point(ring: usize, spoke: usize) -> V3 {
    let line = mouth_line_point(spoke);
    let t = lip_across(spoke);
    let (back, rise, wide) = BAG[ring];
    // The lips touch just behind the line; deeper, the mouth is round.
    let round = if ring == 0 {
        lip_gap(t)
    } else {
        (1.0 - t * t).max(0.0).powf(0.4)
    };
    let depth_at_middle = mouth_line_point(12).z;
    // Deeper loops are flatter, because the corners are already further back than the middle.
    let z = lerp(line.z, depth_at_middle - 6.0, smooth_depth(ring)) - back;
    v3(line.x * wide, line.y + spoke_side(spoke) * rise * round, z)
}

fn smooth_depth(ring: usize) -> f64 {
    [0.0, 0.0, 0.1, 0.45, 0.9, 1.0][ring]
}
