//! Studio lighting: a key light, a fill light, ambient light from above, and ambient occlusion.

use super::raster::Canvas;
use crate::character::Material;

/// Unit vectors towards the lights: right, up, towards the camera.
const KEY: [f32; 3] = [-0.440_6, 0.514_0, 0.736_0];
const FILL: [f32; 3] = [0.806_2, 0.201_6, 0.556_3];
/// Intensities of the lights.
const KEY_LIGHT: f32 = 0.72;
const FILL_LIGHT: f32 = 0.22;
/// Ambient light from above and from below.
const CEILING: f32 = 0.38;
const FLOOR: f32 = 0.20;
/// Specular reflectance of a dielectric surface at normal incidence.
const GLOSS: f32 = 0.04;
/// The background's grey level, in 8-bit sRGB.
const BACKGROUND: u8 = 214;
/// The radius in which a point's occluders are searched, as a share of the face.
const OCCLUSION_RADIUS: f32 = 0.09;
/// The depth behind the surroundings at which occlusion is complete, as a share of the face.
const OCCLUSION_DEPTH: f32 = 0.05;
/// The weight of occluders that are only above.
const OVERHEAD_WEIGHT: f32 = 0.45;
/// The share of light that reaches a completely occluded point.
const OCCLUDED_LIGHT: f32 = 0.16;

/// The light that a surface reflects to the camera: linear red, green, blue.
pub(super) fn shade(material: &Material, base: [f32; 4], normal: [f32; 3]) -> [f32; 3] {
    let length = dot(normal, normal).sqrt();
    let normal = normal.map(|axis| axis / length.max(f32::MIN_POSITIVE));
    let mut diffuse = FLOOR + (CEILING - FLOOR) * (0.5 + 0.5 * normal[1]);
    let mut specular = 0.0;
    let roughness = material.roughness.clamp(0.15, 1.0);
    let sharpness = 2.0 / roughness.powi(4).max(0.01) - 1.0;
    for (direction, light) in [(KEY, KEY_LIGHT), (FILL, FILL_LIGHT)] {
        let facing = dot(normal, direction).max(0.0);
        if facing == 0.0 {
            continue;
        }
        diffuse += light * facing;
        // The half vector between the light and the camera, which is far away.
        let half = [direction[0], direction[1], direction[2] + 1.0];
        let half_length = dot(half, half).sqrt();
        let aligned = (dot(normal, half) / half_length).max(0.0);
        let lobe = (sharpness + 2.0) / 8.0 * aligned.powf(sharpness);
        specular += light * facing * GLOSS * lobe;
    }
    std::array::from_fn(|i| base[i].max(0.0) * diffuse + specular + material.emissive[i].max(0.0))
}

/// Screen-space ambient occlusion: darkens points that are deeper than their surroundings, such as
/// the inside of a mouth. A point counts as occluded if there are nearer points on both sides, or
/// above, because the light comes from above.
pub(super) fn apply_occlusion(canvas: &mut Canvas, face_pixels: f32, face_metres: f32) {
    let longest = canvas.width.max(canvas.height);
    let radius = ((OCCLUSION_RADIUS * face_pixels) as usize).clamp(1, longest);
    let sums = DepthSums::of(canvas);
    for y in 0..canvas.height {
        for x in 0..canvas.width {
            let at = y * canvas.width + x;
            let depth = canvas.depths[at];
            if depth.is_infinite() {
                continue;
            }
            let (across, down) = (around(x, radius / 2), around(y, radius / 2));
            let behind = |columns, rows| sums.behind(depth, columns, rows);
            let left = behind([x.saturating_sub(radius), x + 1], down);
            let right = behind([x, x + radius + 1], down);
            let above = behind(across, [y.saturating_sub(radius), y + 1]);
            let depth_behind = left.min(right).max(OVERHEAD_WEIGHT * above) / face_metres;
            let occlusion = (depth_behind / OCCLUSION_DEPTH).clamp(0.0, 1.0);
            let light = 1.0 - (1.0 - OCCLUDED_LIGHT) * occlusion;
            canvas.colors[at] = canvas.colors[at].map(|value| value * light);
        }
    }
}

/// The range of indices within `radius` of `center`.
fn around(center: usize, radius: usize) -> [usize; 2] {
    [center.saturating_sub(radius), center + radius + 1]
}

/// A summed-area table of the depths and of the number of samples with a depth.
struct DepthSums {
    width: usize,
    height: usize,
    sums: Vec<[f64; 2]>,
}

impl DepthSums {
    fn of(canvas: &Canvas) -> Self {
        let (width, height) = (canvas.width, canvas.height);
        let stride = width + 1;
        let mut sums = vec![[0.0; 2]; stride * (height + 1)];
        for y in 0..height {
            let mut row = [0.0; 2];
            for x in 0..width {
                let depth = canvas.depths[y * width + x];
                if depth.is_finite() {
                    row = [row[0] + f64::from(depth), row[1] + 1.0];
                }
                let above = sums[y * stride + x + 1];
                sums[(y + 1) * stride + x + 1] = [above[0] + row[0], above[1] + row[1]];
            }
        }
        Self {
            width,
            height,
            sums,
        }
    }

    /// How far `depth` is behind the mean depth of a rectangle. Empty samples count as having the
    /// same depth.
    fn behind(&self, depth: f32, columns: [usize; 2], rows: [usize; 2]) -> f32 {
        let columns = columns.map(|column| column.min(self.width));
        let rows = rows.map(|row| row.min(self.height));
        let stride = self.width + 1;
        let sum = |i: usize| {
            let corner = |row: usize, column: usize| self.sums[row * stride + column][i];
            corner(rows[1], columns[1]) - corner(rows[0], columns[1]) - corner(rows[1], columns[0])
                + corner(rows[0], columns[0])
        };
        let samples = (columns[1] - columns[0]) * (rows[1] - rows[0]);
        ((f64::from(depth) * sum(1) - sum(0)) / samples.max(1) as f64) as f32
    }
}

/// The picture in 8-bit sRGB: the mean of `samples` x `samples` samples per pixel.
pub(super) fn develop(canvas: &Canvas, samples: usize) -> Vec<u8> {
    let (width, height) = (canvas.width / samples, canvas.height / samples);
    let background = [linear(BACKGROUND); 3];
    let mut out = Vec::with_capacity(width * height * 3);
    for pixel in 0..width * height {
        let (x, y) = (pixel % width * samples, pixel / width * samples);
        let mut sum = [0.0; 3];
        for sample in 0..samples * samples {
            let at = (y + sample / samples) * canvas.width + x + sample % samples;
            let empty = canvas.depths[at].is_infinite();
            let color = if empty { background } else { canvas.colors[at] };
            // Highlights are clipped before averaging, otherwise they would brighten the whole
            // pixel.
            sum = std::array::from_fn(|i| sum[i] + color[i].min(1.0));
        }
        out.extend(sum.map(|sum: f32| encoded(sum / (samples * samples) as f32)));
    }
    out
}

/// 8-bit sRGB to linear.
pub(super) fn linear(value: u8) -> f32 {
    let value = f32::from(value) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear to 8-bit sRGB.
fn encoded(value: f32) -> u8 {
    let value = value.clamp(0.0, 1.0);
    let value = if value <= 0.003_130_8 {
        12.92 * value
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0).round() as u8
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
