//! Base colour textures, decoded on first use.

use std::io::Cursor;
use std::sync::OnceLock;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::light::linear;
use crate::Character;
use crate::character::{Image, Material};

/// Larger images are not decoded; the surface then has the colour of its material.
const MAX_SIDE: usize = 8192;
const MAX_PIXELS: usize = 4096 * 4096;
/// Larger textures are downsampled to this many texels along a side; a thumbnail cannot show more.
const MAX_TEXELS: usize = 1024;

/// A character's textures.
#[derive(Debug)]
pub(super) struct Textures<'a> {
    images: &'a [Image],
    decoded: Vec<OnceLock<Option<DecodedTexture>>>,
}

impl<'a> Textures<'a> {
    pub fn of(character: &'a Character) -> Self {
        Self {
            images: &character.images,
            decoded: character.images.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Linear red, green, blue and opacity of a material. An image that is missing, damaged or
    /// neither PNG nor JPEG is ignored.
    pub fn base_color(&self, material: &Material, uv: [f32; 2]) -> [f32; 4] {
        let index = material.base_color_image;
        let texture = index.and_then(|index| {
            let decoded = self.decoded.get(index)?;
            let texture = decoded.get_or_init(|| DecodedTexture::decode(&self.images[index].bytes));
            texture.as_ref()
        });
        let texel = texture.map_or([1.0; 4], |texture| texture.at(uv));
        std::array::from_fn(|i| material.base_color[i] * texel[i])
    }
}

/// A decoded image.
#[derive(Debug)]
struct DecodedTexture {
    width: usize,
    height: usize,
    /// Linear red, green, blue and opacity.
    texels: Vec<[f32; 4]>,
}

impl DecodedTexture {
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (width, height, rgba) = if bytes.starts_with(b"\xFF\xD8\xFF") {
            jpeg(bytes)?
        } else {
            png(bytes)?
        };
        Some(Self::downsampled(width, height, &rgba))
    }

    /// Averages blocks of pixels so that no side has more than [`MAX_TEXELS`].
    fn downsampled(width: usize, height: usize, rgba: &[u8]) -> Self {
        let block = width.max(height).div_ceil(MAX_TEXELS).max(1);
        let to_linear: [f32; 256] = std::array::from_fn(|value| linear(value as u8));
        let texel = |column: usize, row: usize| {
            let mut sum = [0.0_f32; 4];
            let rows = row * block..((row + 1) * block).min(height);
            let columns = column * block..((column + 1) * block).min(width);
            let count = (rows.len() * columns.len()) as f32;
            for y in rows {
                for pixel in rgba[(y * width + columns.start) * 4..][..columns.len() * 4].chunks(4)
                {
                    for i in 0..3 {
                        sum[i] += to_linear[usize::from(pixel[i])];
                    }
                    sum[3] += f32::from(pixel[3]) / 255.0;
                }
            }
            sum.map(|sum| sum / count)
        };
        let (columns, rows) = (width.div_ceil(block), height.div_ceil(block));
        Self {
            width: columns,
            height: rows,
            texels: (0..rows * columns)
                .map(|at| texel(at % columns, at / columns))
                .collect(),
        }
    }

    /// Bilinear interpolation with repeat wrapping.
    fn at(&self, uv: [f32; 2]) -> [f32; 4] {
        let along = |coordinate: f32, count: usize| {
            let finite = if coordinate.is_finite() {
                coordinate
            } else {
                0.0
            };
            let position = (finite.rem_euclid(1.0) * count as f32 - 0.5).rem_euclid(count as f32);
            let first = (position as usize).min(count - 1);
            (first, (first + 1) % count, position - position.floor())
        };
        let (left, right, across) = along(uv[0], self.width);
        let (upper, lower, down) = along(uv[1], self.height);
        let row = |row: usize, i: usize| {
            let (left, right) = (self.width * row + left, self.width * row + right);
            self.texels[left][i] * (1.0 - across) + self.texels[right][i] * across
        };
        std::array::from_fn(|i| row(upper, i) * (1.0 - down) + row(lower, i) * down)
    }
}

fn fits(width: usize, height: usize) -> bool {
    width > 0 && height > 0 && width.saturating_mul(height) <= MAX_PIXELS
}

/// Width, height and RGBA of a PNG.
fn png(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if !fits(width, height) {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    let gray = frame.color_type == png::ColorType::GrayscaleAlpha;
    if gray {
        let rgba = |pixel: &[u8]| [pixel[0], pixel[0], pixel[0], pixel[1]];
        pixels = pixels.chunks_exact(2).flat_map(rgba).collect();
    }
    let is_complete = pixels.len() == width * height * 4;
    is_complete.then_some((width, height, pixels))
}

/// Width, height and RGBA of a JPEG.
fn jpeg(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let options = DecoderOptions::default()
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if !fits(width, height) {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    let is_complete = pixels.len() == width * height * 4;
    is_complete.then_some((width, height, pixels))
}
