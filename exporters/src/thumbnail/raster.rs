//! Rasterises triangles with a depth buffer.

/// A framebuffer: a depth and a colour per sample.
#[derive(Debug)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Distance from the camera in metres; infinite for empty samples.
    pub depths: Vec<f32>,
    /// Linear red, green, blue.
    pub colors: Vec<[f32; 3]>,
}

/// A triangle's corner in camera space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// Right and down in samples, distance in metres; `None` if it cannot be projected.
    pub projected: Option<[f32; 3]>,
    /// Right, up, towards the camera.
    pub normal: [f32; 3],
    pub uv: [f32; 2],
}

/// A visible point of a surface.
#[derive(Debug)]
pub(super) struct SurfaceSample {
    pub pixel: [usize; 2],
    /// The normal towards the visible side, not of unit length.
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

    /// Draws the samples of a triangle that are nearer than the depth buffer and for which `shade`
    /// returns a colour. Triangles with a corner that cannot be projected are skipped, as are back
    /// faces unless `double_sided`. `mirrored` swaps front and back.
    pub fn triangle(
        &mut self,
        corners: [Corner; 3],
        (double_sided, mirrored): (bool, bool),
        shade: impl Fn(&SurfaceSample) -> Option<[f32; 3]>,
    ) {
        let [Some(a), Some(b), Some(c)] = corners.map(|corner| corner.projected) else {
            return;
        };
        // Counter-clockwise is negative, because the second axis of the picture points down.
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
                // Perspective-correct interpolation: weights in the picture divided by the depth.
                let weights = [shares[0] / a[2], shares[1] / b[2], shares[2] / c[2]];
                let depth = 1.0 / weights.iter().sum::<f32>();
                let at = y * self.width + x;
                if depth >= self.depths[at] || !depth.is_finite() {
                    continue;
                }
                let sample = SurfaceSample {
                    pixel: [x, y],
                    normal: mix(weights, corners.map(|corner| corner.normal))
                        .map(|axis| side * axis),
                    uv: mix(weights, corners.map(|corner| corner.uv)).map(|axis| axis * depth),
                };
                if let Some(color) = shade(&sample) {
                    self.depths[at] = depth;
                    self.colors[at] = color;
                }
            }
        }
    }
}

/// Twice the signed area of a triangle in the picture; positive if it is clockwise.
fn edge(a: [f32; 3], b: [f32; 3], c: [f32; 3]) -> f32 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The samples whose centres may lie between three coordinates.
fn span(coordinates: [f32; 3], count: usize) -> std::ops::Range<usize> {
    let low = coordinates.into_iter().fold(f32::INFINITY, f32::min);
    let high = coordinates.into_iter().fold(f32::NEG_INFINITY, f32::max);
    // The conversion saturates, so coordinates outside the picture end at its border.
    let from = (low - 0.5).ceil().max(0.0) as usize;
    let to = ((high + 0.5).floor().max(0.0) as usize).min(count);
    from.min(to)..to
}

fn mix<const N: usize>(weights: [f32; 3], values: [[f32; N]; 3]) -> [f32; N] {
    std::array::from_fn(|axis| {
        (0..3)
            .map(|corner| weights[corner] * values[corner][axis])
            .sum()
    })
}
