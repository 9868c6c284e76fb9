//! Interpolates keyframe curves, as defined in glTF 2.0, appendix C.

/// A keyframe curve: values of a fixed width at ascending times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct KeyframeCurve {
    times: Vec<f32>,
    values: Vec<f32>,
    width: usize,
    interpolation: KeyInterpolation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyInterpolation {
    Step,
    Linear,
    /// Three values per key: in-tangent, value, out-tangent.
    CubicSpline,
}

impl KeyframeCurve {
    /// Creates a curve; `None` if the times do not ascend, the number of values does not match, or
    /// values are not finite.
    pub fn new(times: Vec<f32>, values: Vec<f32>, interpolation: &str) -> Option<Self> {
        let interpolation = match interpolation {
            "STEP" => KeyInterpolation::Step,
            "CUBICSPLINE" => KeyInterpolation::CubicSpline,
            _ => KeyInterpolation::Linear,
        };
        let per_key = if interpolation == KeyInterpolation::CubicSpline {
            3
        } else {
            1
        };
        let rows = times.len() * per_key;
        let ascending =
            times.is_sorted_by(|a, b| a < b) && times.iter().all(|t| t.is_finite() && *t >= 0.0);
        if rows == 0
            || !values.len().is_multiple_of(rows)
            || !ascending
            || !values.iter().all(|v| v.is_finite())
        {
            return None;
        }
        Some(Self {
            width: values.len() / rows,
            times,
            values,
            interpolation,
        })
    }

    pub fn times(&self) -> &[f32] {
        &self.times
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The values at a time; before the first and after the last key, the values of that key.
    pub fn at(&self, time: f32) -> Vec<f32> {
        let (before, share) = self.position(time);
        let after = (before + 1).min(self.times.len() - 1);
        match self.interpolation {
            KeyInterpolation::Step => self.key(before).to_vec(),
            KeyInterpolation::Linear => {
                let pairs = self.key(before).iter().zip(self.key(after));
                pairs.map(|(a, b)| a + share * (b - a)).collect()
            }
            KeyInterpolation::CubicSpline => self.spline(before, after, share),
        }
    }

    /// The unit quaternion at a time; with linear interpolation, along the shorter great arc.
    pub fn rotation_at(&self, time: f32) -> [f32; 4] {
        let (before, share) = self.position(time);
        let after = (before + 1).min(self.times.len() - 1);
        let rotation =
            |values: &[f32]| std::array::from_fn(|i| values.get(i).copied().unwrap_or(0.0));
        if self.interpolation == KeyInterpolation::Linear {
            return slerp(rotation(self.key(before)), rotation(self.key(after)), share);
        }
        super::write::unit_quaternion(rotation(&self.at(time)))
    }

    /// The key before a time, and the position between it and the next key, 0 to 1.
    fn position(&self, time: f32) -> (usize, f32) {
        let after = self.times.partition_point(|&key| key <= time);
        let before = after.saturating_sub(1);
        let share = match self.times.get(after) {
            Some(&next) if after > 0 => (time - self.times[before]) / (next - self.times[before]),
            _ => 0.0,
        };
        (before, share)
    }

    fn key(&self, key: usize) -> &[f32] {
        let row = if self.interpolation == KeyInterpolation::CubicSpline {
            key * 3 + 1
        } else {
            key
        };
        self.row(row)
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    fn spline(&self, before: usize, after: usize, t: f32) -> Vec<f32> {
        let span = self.times[after] - self.times[before];
        let (out_tangent, in_tangent) = (self.row(before * 3 + 2), self.row(after * 3));
        let (a, b) = (self.key(before), self.key(after));
        let (t2, t3) = (t * t, t * t * t);
        (0..self.width)
            .map(|i| {
                (2.0 * t3 - 3.0 * t2 + 1.0) * a[i]
                    + span * (t3 - 2.0 * t2 + t) * out_tangent[i]
                    + (3.0 * t2 - 2.0 * t3) * b[i]
                    + span * (t3 - t2) * in_tangent[i]
            })
            .collect()
    }
}

/// Spherical interpolation on the shorter arc.
pub(crate) fn slerp(a: [f32; 4], b: [f32; 4], share: f32) -> [f32; 4] {
    let cosine: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
    let sign = if cosine < 0.0 { -1.0 } else { 1.0 };
    let angle = cosine.abs().min(1.0).acos();
    let (from, to) = if angle < 1e-3 {
        (1.0 - share, share)
    } else {
        let sine = angle.sin();
        (
            ((1.0 - share) * angle).sin() / sine,
            (share * angle).sin() / sine,
        )
    };
    super::write::unit_quaternion(std::array::from_fn(|i| from * a[i] + sign * to * b[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_constant_outside_their_keys_and_interpolated_between() {
        let times = vec![1.0, 2.0, 4.0];
        let linear = KeyframeCurve::new(
            times.clone(),
            vec![0.0, 10.0, 1.0, 20.0, 3.0, 0.0],
            "LINEAR",
        )
        .expect("a curve");
        assert_eq!(linear.at(0.0), [0.0, 10.0]);
        assert_eq!(linear.at(3.0), [2.0, 10.0]);
        assert_eq!(linear.at(9.0), [3.0, 0.0]);
        let step = KeyframeCurve::new(times.clone(), vec![0.0, 1.0, 3.0], "STEP").expect("a curve");
        assert_eq!((step.at(1.99), step.at(2.0)), (vec![0.0], vec![1.0]));
        let flat = vec![0.0, 5.0, 0.0, 0.0, 7.0, 0.0, 0.0, 7.0, 0.0];
        let spline = KeyframeCurve::new(times.clone(), flat, "CUBICSPLINE").expect("a curve");
        assert_eq!(
            (spline.at(1.0), spline.at(1.5), spline.at(3.3)),
            (vec![5.0], vec![6.0], vec![7.0])
        );
        assert_eq!(
            KeyframeCurve::new(vec![1.0, 1.0], vec![0.0; 2], "LINEAR"),
            None
        );
        assert_eq!(KeyframeCurve::new(times, vec![0.0; 4], "LINEAR"), None);
    }

    #[test]
    fn rotations_are_interpolated_along_the_shorter_arc() {
        let (still, turned) = (
            [0.0, 0.0, 0.0, 1.0],
            [0.0, -0.5_f32.sqrt(), 0.0, -(0.5_f32.sqrt())],
        );
        let half = slerp(still, turned, 0.5);
        assert!(
            (half[1] - 0.382_683).abs() < 1e-5 && (half[3] - 0.923_88).abs() < 1e-5,
            "{half:?}"
        );
    }
}
