//! The textures of the skin and the eyes.

use metaface_exporters::character::Image;

use crate::sculpt::EYE;
use crate::space::{V3, bell, lerp, smoothstep, v3};
use crate::topology::{FaceMesh, LID_EDGE, LIP_BORDER, MOUTH_LINE};

/// The colour of the skin, sRGB.
pub const SKIN: u32 = 0xe2a886;

type Colour = [f64; 3];

fn colour(rgb: u32) -> Colour {
    [16, 8, 0].map(|shift| f64::from((rgb >> shift) & 0xff))
}

fn blend(a: Colour, b: Colour, amount: f64) -> Colour {
    [0, 1, 2].map(|k| lerp(a[k], b[k], amount.clamp(0.0, 1.0)))
}

/// The weights of special skin colours at a vertex: lips, inside of the mouth, lids.
#[derive(Clone, Copy, Default)]
struct Tint {
    lip: f64,
    deep: f64,
    lid: f64,
}

fn skin_colour(p: V3, tint: Tint) -> Colour {
    let q = v3(p.x.abs(), p.y, p.z);
    let mut c = colour(SKIN);
    let blush = bell(q, v3(41.0, -34.0, 66.0), v3(21.0, 16.0, 30.0));
    c = blend(c, colour(0xe58a72), 0.42 * blush);
    let nose = bell(q, v3(0.0, -42.0, 104.0), v3(12.0, 10.0, 14.0));
    c = blend(c, colour(0xe08d74), 0.36 * nose);
    let chin = bell(q, v3(0.0, -98.0, 88.0), v3(16.0, 10.0, 20.0));
    c = blend(c, colour(0xe59a80), 0.18 * chin);
    // Warmer, darker skin in the eye sockets.
    let hollow = bell(q, EYE + v3(-4.0, 6.0, 14.0), v3(20.0, 15.0, 26.0));
    c = blend(c, colour(0xd08f74), 0.34 * hollow);
    let nostril = bell(q, v3(5.3, -49.6, 93.5), v3(2.8, 2.6, 5.0));
    c = blend(c, colour(0x6b2f26), 0.85 * nostril);
    let neck = smoothstep(-104.0, -126.0, p.y);
    c = blend(c, colour(0xd79c80), 0.35 * neck);
    c = blend(c, colour(0xb85f55), tint.lid);
    c = blend(c, colour(0xb9554f), tint.lip);
    blend(c, colour(0x3a0f12), tint.deep)
}

fn tints(face: &FaceMesh) -> Vec<Tint> {
    let mut all = vec![Tint::default(); face.points.len()];
    for (r, ring) in face.mouth.rings.iter().enumerate() {
        for &v in ring {
            all[v] = if r < LIP_BORDER {
                Tint::default()
            } else if r <= MOUTH_LINE {
                Tint {
                    lip: [0.38, 0.80, 0.92, 1.0][r - LIP_BORDER],
                    ..Tint::default()
                }
            } else {
                let deep = [0.35, 0.6, 0.8, 0.92, 1.0, 1.0][r - MOUTH_LINE - 1];
                Tint {
                    lip: 1.0,
                    deep,
                    lid: 0.0,
                }
            };
        }
    }
    for eye in &face.eyes {
        for (r, ring) in eye.rings.iter().enumerate() {
            for &v in ring {
                all[v].lid = match r {
                    _ if r < LID_EDGE => 0.0,
                    LID_EDGE => 0.35,
                    _ => 0.6,
                };
            }
        }
    }
    all
}

const SIZE: usize = 512;

/// The texture of the face.
pub fn skin(face: &FaceMesh) -> Image {
    let tints = tints(face);
    let ground = colour(SKIN);
    let mut pixels = vec![ground; SIZE * SIZE];
    let mut painted = vec![false; SIZE * SIZE];
    for (quad, _) in &face.quads {
        for t in [[quad[0], quad[1], quad[2]], [quad[0], quad[2], quad[3]]] {
            let uvs = t.map(|v| face.uvs[v]);
            if uvs
                .iter()
                .any(|a| uvs.iter().any(|b| (a[0] - b[0]).abs() > 0.5))
            {
                continue; // Across the back seam, where there is only skin.
            }
            fill(&uvs, |x, y, w| {
                let at = y * SIZE + x;
                let p = (0..3).fold(V3::ZERO, |sum, k| sum + face.points[t[k]] * w[k]);
                let mix =
                    |value: &dyn Fn(Tint) -> f64| (0..3).map(|k| value(tints[t[k]]) * w[k]).sum();
                let tint = Tint {
                    lip: mix(&|t| t.lip),
                    deep: mix(&|t| t.deep),
                    lid: mix(&|t| t.lid),
                };
                pixels[at] = skin_colour(p, tint);
                painted[at] = true;
            });
        }
    }
    bleed(&mut pixels, &mut painted);
    image("skin", SIZE, &pixels)
}

/// Calls `paint(x, y, barycentric weights)` for each pixel whose centre is in the triangle.
fn fill(uvs: &[[f64; 2]; 3], mut paint: impl FnMut(usize, usize, [f64; 3])) {
    let [a, b, c] = uvs.map(|uv| [uv[0] * SIZE as f64 - 0.5, uv[1] * SIZE as f64 - 0.5]);
    let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    if area.abs() < 1e-9 {
        return;
    }
    let low = |k: usize| a[k].min(b[k]).min(c[k]).floor().max(0.0) as usize;
    let high = |k: usize| (a[k].max(b[k]).max(c[k]).ceil() as usize).min(SIZE - 1);
    for y in low(1)..=high(1) {
        for x in low(0)..=high(0) {
            let p = [x as f64, y as f64];
            let wb = ((p[0] - a[0]) * (c[1] - a[1]) - (p[1] - a[1]) * (c[0] - a[0])) / area;
            let wc = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / area;
            let wa = 1.0 - wb - wc;
            if wa >= -1e-6 && wb >= -1e-6 && wc >= -1e-6 {
                paint(x, y, [wa, wb, wc]);
            }
        }
    }
}

/// Extends colours a few pixels over their edges, so that filtering does not mix in the background.
fn bleed(pixels: &mut [Colour], painted: &mut [bool]) {
    for _ in 0..6 {
        let (before, was_painted) = (pixels.to_vec(), painted.to_vec());
        for y in 1..SIZE - 1 {
            for x in 1..SIZE - 1 {
                let at = y * SIZE + x;
                if was_painted[at] {
                    continue;
                }
                if let Some(from) = [at - 1, at + 1, at - SIZE, at + SIZE]
                    .into_iter()
                    .find(|&n| was_painted[n])
                {
                    pixels[at] = before[from];
                    painted[at] = true;
                }
            }
        }
    }
}

const EYE_SIZE: usize = 256;
/// The iris' radius as a share of the eyeball's.
pub const IRIS: f64 = 0.47;

/// The texture of the eye, seen from the front. Its half-width is the eyeball's radius.
pub fn eye() -> Image {
    let mut pixels = vec![[0.0; 3]; EYE_SIZE * EYE_SIZE];
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let place = |k: usize| (k as f64 + 0.5) / EYE_SIZE as f64 * 2.0 - 1.0;
        let (x, y) = (place(at % EYE_SIZE), place(at / EYE_SIZE));
        *pixel = eye_colour((x * x + y * y).sqrt(), y.atan2(x));
    }
    image("eye", EYE_SIZE, &pixels)
}

fn eye_colour(radius: f64, angle: f64) -> Colour {
    let soft = 0.016;
    let white = blend(
        colour(0xf4f0ea),
        colour(0xe6b9a8),
        smoothstep(0.62, 1.0, radius) * 0.7,
    );
    let r = radius / IRIS;
    // Fibres: a sum of unrelated frequencies.
    let fibre = 0.5
        + 0.22 * (angle * 37.0 + r * 3.0).sin()
        + 0.16 * (angle * 61.0 - r * 5.0).sin()
        + 0.12 * (angle * 17.0 + 1.3).sin();
    let mut iris = blend(
        colour(0x2a4f4a),
        colour(0x6f9c7c),
        fibre * (0.35 + 0.65 * smoothstep(0.35, 0.8, r)),
    );
    // The lower iris is lighter (V points down).
    iris = blend(
        iris,
        colour(0xb5c98a),
        0.35 * smoothstep(-0.2, 0.9, angle.sin()) * smoothstep(0.4, 0.75, r),
    );
    iris = blend(
        iris,
        colour(0x8a6a34),
        0.5 * (1.0 - smoothstep(0.42, 0.62, r)),
    );
    iris = blend(iris, colour(0x14252e), smoothstep(0.78, 1.0, r) * 0.85);
    let pupil = 1.0 - smoothstep(0.45 - 0.03, 0.45 + 0.03, r);
    iris = blend(iris, colour(0x07080a), pupil);
    blend(iris, white, smoothstep(IRIS - soft, IRIS + soft, radius))
}

/// A PNG of sRGB colours.
fn image(name: &str, size: usize, pixels: &[Colour]) -> Image {
    let data: Vec<u8> = pixels
        .iter()
        .flatten()
        .map(|c| c.round().clamp(0.0, 255.0) as u8)
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size as u32, size as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&data));
    debug_assert!(written.is_ok(), "encoding to memory cannot fail");
    Image {
        name: name.to_owned(),
        mime_type: "image/png".to_owned(),
        bytes,
    }
}
