//! The sample head: a stylised human head made of formulas alone.
//!
//! ```text
//! sculpt    the head as clay: a signed distance field
//! rays, openings, topology, relax   a grid of quads on the clay, with loops round lips and lids
//! shapes    the 52 ARKit blendshapes as displacements of the grid
//! *_parts   teeth, tongue, eyes, brows, ears, hair, shirt
//! character all of it as one [`Character`](metaface_exporters::Character)
//! ```
//!
//! It is the default character, and the ruler: [`lip_landmarks`] says where lips are measured, and
//! [`metaface_clip::lips`] what each blendshape does to the lip aperture.
//!
//! The `eyeLook` blendshapes move the lids only. The eyeballs turn by their joints, so that a clip
//! that has both never turns an eye twice.
//!
//! ```
//! let head = metaface_sample_head::sample_head();
//! let lips = metaface_sample_head::lip_landmarks();
//! let [upper, lower] = lips.inner_centre.map(|v| head.meshes[lips.mesh].positions[v][1]);
//! assert!((upper - lower) * 1000.0 < 0.8, "at rest the lips touch");
//! ```

mod character;
mod eye_parts;
mod field;
mod hair;
mod landmarks;
mod material;
mod mouth_parts;
mod openings;
mod outer_parts;
mod paint;
mod part;
mod rays;
mod relax;
mod rig;
mod sculpt;
mod shapes;
mod space;
mod topology;

use metaface_exporters::{Character, gltf};

pub use character::{FACE, sample_head};
pub use landmarks::{LidLandmarks, LipLandmarks, eyeballs, lid_landmarks, lip_landmarks};

/// The sample head as [`GLB`] has it: what every door shows where no character is given.
///
/// # Errors
/// None in a whole build; otherwise as [`metaface_exporters::gltf::load_bytes`].
pub fn load() -> metaface_exporters::Result<Character> {
    gltf::load_bytes("sample head.glb".as_ref(), GLB.to_vec())
}

/// The sample head as a GLB file, as `examples/write_head.rs` writes it.
pub const GLB: &[u8] = include_bytes!("../head.glb");
