//! Triangles to samples, the nearest one in front.

/// A picture in the making: a depth and a colour per sample.
#[derive(Debug)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Metres from the camera; infinite where there is nothing.
    pub depths: Vec<f32>,
    /// Linear red, green, blue.
    pub colors: Vec<[f32; 3]>,
}

/// A triangle's corner as the camera sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// Across, down, away; none where it cannot be seen.
    pub place: Option<[f32; 3]>,
    /// Right, up, towards the camera.
    pub normal: [f32; 3],
    pub uv: [f32; 2],
}

/// A point of a surface that is seen.
#[derive(Debug)]
pub(super) struct Sample {
    pub pixel: [usize; 2],
    /// Towards the side that is seen; not of unit length.
    pub normal: [f32; 3],
    pub uv: [f32; 2],
}

impl Canvas {
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            depths: vec![f32::INFINITY; width * height],
            colors: vec![[0.0; 3]; width * height],
        }
    }

    /// Draws what is nearer than all before it and for which `shade` has a colour. Triangles with
    /// a corner that cannot be seen are left out, and so are those that show their back, unless
    /// they are double-sided; `mirrored` ones have their front where others have their back.
    pub fn triangle(
        &mut self,
        corners: [Corner; 3],
        (double_sided, mirrored): (bool, bool),
        shade: impl Fn(&Sample) -> Option<[f32; 3]>,
    ) {
        let [Some(a), Some(b), Some(c)] = corners.map(|corner| corner.place) else {
            return;
        };
        // Counter-clockwise is negative, as the picture's second axis points down.
        let area = edge(a, b, c);
        let back = (area > 0.0) != mirrored;
        if area == 0.0 || !area.is_finite() || (back && !double_sided) {
            return;
        }
        let side = if back { -1.0 } else { 1.0 };
        let columns = span([a[0], b[0], c[0]], self.width);
        for y in span([a[1], b[1], c[1]], self.height) {
            for x in columns.clone() {
                let p = [x as f32 + 0.5, y as f32 + 0.5, 0.0];
                let shares = [edge(b, c, p), edge(c, a, p), edge(a, b, p)].map(|e| e / area);
                if !shares.iter().all(|share| *share >= 0.0) {
                    continue;
                }
                // Shares on the surface are those in the picture over the depth.
                let near = [shares[0] / a[2], shares[1] / b[2], shares[2] / c[2]];
                let depth = 1.0 / near.iter().sum::<f32>();
                let at = y * self.width + x;
                if depth >= self.depths[at] || !depth.is_finite() {
                    continue;
                }
                let sample = Sample {
                    pixel: [x, y],
                    normal: mix(near, corners.map(|corner| corner.normal)).map(|axis| side * axis),
                    uv: mix(near, corners.map(|corner| corner.uv)).map(|axis| axis * depth),
                };
                if let Some(color) = shade(&sample) {
                    self.depths[at] = depth;
                    self.colors[at] = color;
                }
            }
        }
    }
}

/// Twice the area of a triangle in the picture; positive where it goes clockwise.
fn edge(a: [f32; 3], b: [f32; 3], c: [f32; 3]) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The samples whose middles may lie between three coordinates.
fn span(places: [f32; 3], count: usize) -> std::ops::Range<usize> {
    let low = places.into_iter().fold(f32::INFINITY, f32::min);
    let high = places.into_iter().fold(f32::NEG_INFINITY, f32::max);
    // A cast keeps within the type's range: what lies outside the picture ends at its border.
    let from = (low - 0.5).ceil().max(0.0) as usize;
    let to = ((high + 0.5).floor().max(0.0) as usize).min(count);
    from.min(to)..to
}

fn mix<const N: usize>(shares: [f32; 3], values: [[f32; N]; 3]) -> [f32; N] {
    std::array::from_fn(|axis| {
        (0..3)
            .map(|corner| shares[corner] * values[corner][axis])
            .sum()
    })
}
