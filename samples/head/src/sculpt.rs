//! The surface of the head: a signed distance field of ellipsoids and tapered rods, smoothly joined.
//!
//! Negative inside, positive outside, approximately in millimetres. Eyes and mouth are closed; the
//! mesh opens them. The field is symmetric, so only the character's left is described.

use crate::space::{V3, v3};

/// Centre of the left eyeball.
pub const EYE: V3 = v3(34.0, 0.0, 56.8);
/// Radius of an eyeball.
pub const EYE_RADIUS: f64 = 19.6;
/// Outside radius of a closed lid.
pub const LID_RADIUS: f64 = 22.0;

fn ellipsoid(p: V3, centre: V3, radii: V3) -> f64 {
    let d = p - centre;
    let a = v3(d.x / radii.x, d.y / radii.y, d.z / radii.z);
    let b = v3(a.x / radii.x, a.y / radii.y, a.z / radii.z);
    let length = a.length();
    if length < 1e-9 {
        return -radii.x.min(radii.y).min(radii.z);
    }
    length * (length - 1.0) / b.length()
}

fn rod(p: V3, from: V3, from_radius: f64, to: V3, to_radius: f64) -> f64 {
    let along = to - from;
    let t = ((p - from).dot(along) / along.dot(along)).clamp(0.0, 1.0);
    (p - from - along * t).length() - (from_radius + (to_radius - from_radius) * t)
}

/// Union with a fillet of about `k` millimetres.
fn join(a: f64, b: f64, k: f64) -> f64 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// `a` with `b` carved out, its edge rounded by about `k` millimetres.
fn carve(a: f64, b: f64, k: f64) -> f64 {
    -join(-a, b, k)
}

/// The height of the mouth's line at `x`.
pub fn mouth_line(x: f64) -> f64 {
    let t = (x.abs() / 25.0).min(1.2);
    -70.6 + 3.2 * t * t * t
}

fn skull(p: V3) -> f64 {
    let mut d = ellipsoid(p, v3(0.0, 31.0, -13.0), v3(75.0, 80.0, 94.0));
    d = join(
        d,
        ellipsoid(p, v3(0.0, -25.0, 14.0), v3(67.0, 66.0, 70.0)),
        34.0,
    );
    // The jaw, from its angle under the ear to the chin.
    d = join(
        d,
        rod(p, v3(39.0, -58.0, 6.0), 18.0, v3(8.0, -93.5, 63.0), 15.0),
        34.0,
    );
    d = join(
        d,
        ellipsoid(p, v3(0.0, -95.0, 70.0), v3(17.0, 14.5, 17.0)),
        18.0,
    );
    // Cheeks.
    d = join(
        d,
        ellipsoid(p, v3(37.0, -34.0, 52.0), v3(25.0, 24.0, 27.0)),
        20.0,
    );
    d = join(
        d,
        ellipsoid(p, v3(29.0, -64.0, 48.0), v3(25.0, 28.0, 28.0)),
        22.0,
    );
    // Brow.
    join(
        d,
        rod(p, v3(8.0, 21.0, 72.0), 9.0, v3(48.0, 21.0, 56.0), 8.0),
        22.0,
    )
}

fn neck(p: V3) -> f64 {
    let d = rod(p, v3(0.0, -70.0, -22.0), 40.0, v3(0.0, -215.0, -34.0), 45.0);
    let shoulders = rod(
        p,
        v3(0.0, -196.0, -36.0),
        40.0,
        v3(140.0, -246.0, -42.0),
        46.0,
    );
    join(d, shoulders, 46.0)
}

fn nose(p: V3) -> (f64, f64) {
    let bridge = rod(p, v3(0.0, 10.0, 75.0), 6.0, v3(0.0, -36.0, 94.0), 8.0);
    let tip = ellipsoid(p, v3(0.0, -40.0, 97.0), v3(9.4, 8.5, 9.2));
    let wing = ellipsoid(p, v3(9.6, -43.6, 88.5), v3(5.9, 5.9, 8.4));
    let body = join(join(bridge, tip, 9.0), wing, 5.0);
    let nostril = ellipsoid(p, v3(5.3, -49.6, 92.3), v3(2.8, 4.0, 4.3));
    (body, nostril)
}

fn lips(p: V3) -> f64 {
    let upper = join(
        rod(p, v3(0.0, -66.0, 90.8), 4.0, v3(9.0, -65.6, 89.6), 4.1),
        rod(p, v3(9.0, -65.6, 89.6), 4.1, v3(25.5, -67.6, 78.0), 2.0),
        2.0,
    );
    let lower = join(
        rod(p, v3(0.0, -75.2, 89.8), 5.3, v3(9.0, -74.8, 88.6), 5.0),
        rod(p, v3(9.0, -74.8, 88.6), 5.0, v3(25.0, -68.4, 77.5), 2.0),
        3.0,
    );
    join(upper, lower, 1.2)
}

/// Signed distance from the surface of the head.
pub fn distance(at: V3) -> f64 {
    let p = v3(at.x.abs(), at.y, at.z);
    let mut d = join(skull(p), neck(p), 26.0);
    // The eye socket; the closed lids follow below.
    d = carve(
        d,
        ellipsoid(p, v3(31.5, 0.5, 86.0), v3(23.0, 17.5, 20.0)),
        13.0,
    );
    // The protrusion of the mouth.
    d = join(
        d,
        ellipsoid(p, v3(0.0, -69.0, 62.0), v3(31.0, 24.0, 29.0)),
        16.0,
    );
    let (body, nostril) = nose(p);
    d = join(d, body, 7.0);
    d = carve(d, nostril, 2.5);
    // Philtrum and the hollow under the lower lip.
    d = carve(
        d,
        rod(p, v3(0.0, -55.0, 98.5), 3.0, v3(0.0, -61.0, 97.5), 3.2),
        4.0,
    );
    d = carve(
        d,
        ellipsoid(p, v3(0.0, -84.0, 94.0), v3(15.0, 4.0, 7.0)),
        9.0,
    );
    d = join(d, lips(p), 3.2);
    let ball = (p - EYE).length() - LID_RADIUS;
    join(d, ball, 4.5)
}

/// The outward unit normal of the field.
pub fn normal(p: V3) -> V3 {
    const H: f64 = 0.05;
    v3(
        distance(p + v3(H, 0.0, 0.0)) - distance(p - v3(H, 0.0, 0.0)),
        distance(p + v3(0.0, H, 0.0)) - distance(p - v3(0.0, H, 0.0)),
        distance(p + v3(0.0, 0.0, H)) - distance(p - v3(0.0, 0.0, H)),
    )
    .unit()
}

/// The nearest surface point, found by a few steps along the normal.
pub fn onto_surface(mut p: V3) -> V3 {
    for _ in 0..6 {
        let d = distance(p);
        if d.abs() < 1e-4 {
            break;
        }
        p = p - normal(p) * (d * 0.95);
    }
    p
}

/// The exit point of a ray that starts inside the head; `from + direction * reach` if there is none.
pub fn exit_point(from: V3, direction: V3, reach: f64) -> V3 {
    let mut t = 0.0;
    let mut inside = 0.0;
    while t < reach {
        let d = distance(from + direction * t);
        if d > 0.0 {
            return from + direction * bisect(from, direction, inside, t);
        }
        inside = t;
        t += (-d * 0.8).max(0.2);
    }
    from + direction * reach
}

/// The intersection of the face and a ray from the front at (`x`, `y`).
pub fn face_at(x: f64, y: f64) -> V3 {
    let mut z = 150.0;
    loop {
        let d = distance(v3(x, y, z));
        if d <= 0.0 || z < 0.0 {
            let back = v3(x, y, z);
            return back + v3(0.0, 0.0, 1.0) * bisect(back, v3(0.0, 0.0, 1.0), 0.0, 3.0);
        }
        z -= (d * 0.7).clamp(0.05, 3.0);
    }
}

/// Refines a crossing between a distance inside and a distance outside along a ray.
fn bisect(from: V3, direction: V3, mut inside: f64, mut outside: f64) -> f64 {
    for _ in 0..30 {
        let middle = 0.5 * (inside + outside);
        if distance(from + direction * middle) > 0.0 {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    0.5 * (inside + outside)
}
