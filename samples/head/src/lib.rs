//! The sample head: a procedural, stylised human head.
//!
//! ```text
//! sculpt                            the surface of the head: a signed distance field
//! rays, openings, topology, relax   a grid of quads on the surface, with loops round lips and lids
//! shapes                            the 52 ARKit blendshapes as displacements of the grid
//! *_parts, hair                     teeth, tongue, eyes, brows, ears, hair, shirt
//! character                         the complete [`Character`](metaface_exporters::Character)
//! ```
//!
//! This crate is an offline tool; products read the file that it writes
//! ([`metaface_exporters::sample_head`]). The head is the default character, and the reference for
//! measurements in millimetres: [`lip_landmarks`] are the measured vertices, and
//! [`metaface_clip::lips`] has the effect of each blendshape on the lip aperture.
//!
//! The `eyeLook` blendshapes move only the lids. Joints rotate the eyeballs, so that a clip with
//! both does not rotate the eyes twice.
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

pub use character::{FACE, sample_head};
pub use landmarks::{LidLandmarks, LipLandmarks, eyeballs, lid_landmarks, lip_landmarks};
