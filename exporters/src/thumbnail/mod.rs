//! Renders small pictures of a face at a frame of a performance, without a GPU or a browser.
//!
//! ```text
//! Character + Performance --framing--> camera on the face
//!           --deform, surface--> points and normals --raster, light--> PNG
//! ```
//!
//! [`telling_moments`] selects the frames of a clip for pictures.

mod framing;
mod light;
mod moments;
mod raster;
mod surface;
mod texture;

use crate::character::Material;
use crate::deform::{deform, mesh_nodes};
use crate::{Character, Performance};
use framing::Camera;
use raster::{Canvas, Corner};
use surface::Surface;
use texture::Textures;

pub use moments::{Moment, telling_moments};

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 1024;

/// Samples per pixel along each axis.
const SAMPLES: usize = 2;

/// Why a character could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// A mesh whose geometry is compressed in an unsupported way.
    #[error(
        "no picture: mesh '{mesh}' is compressed ({reason}); export the character without compression"
    )]
    Undecoded {
        /// The mesh's name.
        mesh: String,
        /// How it is compressed.
        reason: String,
    },
    /// A character without triangles.
    #[error("no picture: the character '{0}' has no surface to draw")]
    NoSurface(String),
    /// An invalid picture size.
    #[error("no picture of {} x {} pixels; give 1 to {MAX_SIDE} for both sides", .0[0], .0[1])]
    Size([u32; 2]),
    /// The picture could not be encoded.
    #[error("no picture: {0}")]
    Encoding(String),
}

/// Renders the character's face at one frame of a performance as a PNG; past the end, the last
/// frame. For several frames of one performance, use a [`Portrait`].
///
/// # Errors
/// [`NoPicture`], for a character or a size that cannot be drawn.
pub fn thumbnail(
    character: &Character,
    performance: &Performance,
    frame: usize,
    size: [u32; 2],
) -> Result<Vec<u8>, NoPicture> {
    Portrait::new(character, performance)?.picture(frame, size)
}

/// A character prepared for rendering. All its pictures have the same camera, which is placed by
/// the face at rest, so that they can be compared.
#[derive(Debug)]
pub struct Portrait<'a> {
    character: &'a Character,
    performance: &'a Performance,
    camera: Camera,
    surfaces: Vec<Surface>,
    textures: Textures<'a>,
}

impl<'a> Portrait<'a> {
    /// Finds the face, which is the region that the performance moves.
    ///
    /// # Errors
    /// [`NoPicture::Undecoded`] and [`NoPicture::NoSurface`].
    pub fn new(character: &'a Character, performance: &'a Performance) -> Result<Self, NoPicture> {
        for (_, _, mesh) in mesh_nodes(character) {
            if let Some(reason) = &mesh.undecoded {
                return Err(NoPicture::Undecoded {
                    mesh: mesh.name.clone(),
                    reason: reason.clone(),
                });
            }
        }
        let surfaces = Surface::all(character);
        let camera = Camera::on_face(character, performance, &surfaces)
            .ok_or_else(|| NoPicture::NoSurface(character.name.clone()))?;
        Ok(Self {
            character,
            performance,
            camera,
            surfaces,
            textures: Textures::of(character),
        })
    }

    /// The face at one frame as a PNG of `size` pixels (width, height).
    ///
    /// # Errors
    /// [`NoPicture::Size`].
    pub fn picture(&self, frame: usize, size: [u32; 2]) -> Result<Vec<u8>, NoPicture> {
        if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(NoPicture::Size(size));
        }
        let [width, height] = size.map(|side| side as usize);
        let mut canvas = Canvas::new(width * SAMPLES, height * SAMPLES);
        let lens = self.camera.lens(canvas.width, canvas.height);
        let points = deform(self.character, self.performance, frame);
        let default_material = Material::default();
        for (surface, points) in self.surfaces.iter().zip(&points) {
            let normals = surface.normals(points);
            let corner = |vertex: u32| Corner {
                projected: lens.project(points[vertex as usize]),
                normal: lens.rotate(normals[surface.groups[vertex as usize] as usize]),
                uv: surface
                    .uvs
                    .get(vertex as usize)
                    .copied()
                    .unwrap_or_default(),
            };
            for part in &surface.parts {
                let material = part
                    .material
                    .and_then(|index| self.character.materials.get(index))
                    .unwrap_or(&default_material);
                for triangle in &part.triangles {
                    let sides = (material.double_sided, surface.mirrored);
                    canvas.triangle(triangle.map(corner), sides, |sample| {
                        let base = self.textures.base_color(material, sample.uv);
                        let covers =
                            !material.blended || base[3] > coverage_threshold(sample.pixel);
                        covers.then(|| light::shade(material, base, sample.normal))
                    });
                }
            }
        }
        light::apply_occlusion(&mut canvas, lens.face_pixels, lens.face_metres);
        encode(&light::develop(&canvas, SAMPLES), size)
    }
}

/// The opacity above which a surface covers this sample of its pixel (stochastic transparency): a
/// surface of opacity one half covers half the samples, in any drawing order.
fn coverage_threshold([x, y]: [usize; 2]) -> f32 {
    let sample = (y % SAMPLES) * SAMPLES + x % SAMPLES;
    (sample as f32 + 0.5) / (SAMPLES * SAMPLES) as f32
}

fn encode(pixels: &[u8], [width, height]: [u32; 2]) -> Result<Vec<u8>, NoPicture> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(pixels))
        .map_err(|error| NoPicture::Encoding(error.to_string()))?;
    Ok(bytes)
}
