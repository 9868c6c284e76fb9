//! Points and directions in three dimensions, in millimetres.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// A point or direction: `x` to the character's left, `y` up, `z` out of the face.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct V3 {
    /// Towards the character's left.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// Out of the face.
    pub z: f64,
}

/// A point from its coordinates.
pub const fn v3(x: f64, y: f64, z: f64) -> V3 {
    V3 { x, y, z }
}

impl V3 {
    /// The origin.
    pub const ZERO: Self = v3(0.0, 0.0, 0.0);

    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub fn cross(self, other: Self) -> Self {
        v3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The unit vector of this direction; zero for a zero vector.
    pub fn unit(self) -> Self {
        let length = self.length();
        if length > 1e-12 {
            self * (1.0 / length)
        } else {
            Self::ZERO
        }
    }

    /// Linear interpolation to another point.
    pub fn towards(self, other: Self, fraction: f64) -> Self {
        self + (other - self) * fraction
    }

    /// The mirror image on the other side of the face.
    pub fn mirrored(self) -> Self {
        v3(-self.x, self.y, self.z)
    }

    /// Rotated about the x axis by radians (positive: up goes to the front).
    pub fn turned_x(self, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        v3(
            self.x,
            self.y * cos - self.z * sin,
            self.y * sin + self.z * cos,
        )
    }

    /// Rotated about the y axis by radians (positive: the front goes to the character's left).
    pub fn turned_y(self, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        v3(
            self.x * cos + self.z * sin,
            self.y,
            self.z * cos - self.x * sin,
        )
    }
}

impl Add for V3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        v3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl AddAssign for V3 {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for V3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        v3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Neg for V3 {
    type Output = Self;
    fn neg(self) -> Self {
        v3(-self.x, -self.y, -self.z)
    }
}

impl Mul<f64> for V3 {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        v3(self.x * by, self.y * by, self.z * by)
    }
}

/// 0 below `from`, 1 above `to` (or the reverse if `from > to`), smooth in between.
pub fn smoothstep(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A Gaussian bell: 1 at the centre, with this spread along each axis.
pub fn bell(point: V3, centre: V3, spread: V3) -> f64 {
    let d = point - centre;
    let (x, y, z) = (d.x / spread.x, d.y / spread.y, d.z / spread.z);
    (-(x * x + y * y + z * z)).exp()
}

/// Linear interpolation.
pub fn lerp(a: f64, b: f64, fraction: f64) -> f64 {
    a + (b - a) * fraction
}

/// A piecewise smooth (Catmull-Rom, clamped ends) curve through `(position, value)` points with
/// ascending positions.
pub fn curve(points: &[(f64, f64)], at: f64) -> f64 {
    let last = points.len() - 1;
    if at <= points[0].0 {
        return points[0].1;
    }
    if at >= points[last].0 {
        return points[last].1;
    }
    let i = (0..last)
        .find(|&i| at <= points[i + 1].0)
        .unwrap_or(last - 1);
    let slope = |k: usize| {
        if k == 0 || k == last {
            0.0
        } else {
            (points[k + 1].1 - points[k - 1].1) / (points[k + 1].0 - points[k - 1].0)
        }
    };
    let (x0, y0) = points[i];
    let (x1, y1) = points[i + 1];
    let h = x1 - x0;
    let t = (at - x0) / h;
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * y0
        + (t3 - 2.0 * t2 + t) * h * slope(i)
        + (3.0 * t2 - 2.0 * t3) * y1
        + (t3 - t2) * h * slope(i + 1)
}
