//! The 52 ARKit blendshapes as displacement fields, in millimetres at weight 1.
//!
//! Only the character's left is described; the right is its mirror image.

mod jaw;
mod lids;
mod lips;
mod upper_face;

pub use jaw::{HINGE, jaw_open, jaw_slide};
pub use lids::{edge_travel, lid_moved};
pub use upper_face::upper_face;

use metaface_clip::Channel;

use crate::field::mirrored;
use crate::space::V3;
use crate::topology::FaceMesh;

/// The displacement field of every blendshape, in the order of [`Channel::blendshapes`].
pub fn of_face(face: &FaceMesh) -> Vec<(Channel, Vec<V3>)> {
    let mouth = lips::Mouth::of(face);
    let jaw = jaw::Jaw::of(face, &mouth);
    Channel::blendshapes()
        .iter()
        .map(|&channel| {
            let left_sided = !channel.name().ends_with("Right");
            let left_channel = if left_sided {
                channel
            } else {
                channel.mirrored()
            };
            let mut field = jaw.field(left_channel);
            for part in [
                mouth.field(left_channel),
                lids::field(face, left_channel),
                upper_face::field(face, left_channel),
            ] {
                for (sum, d) in field.iter_mut().zip(part) {
                    *sum += d;
                }
            }
            (
                channel,
                if left_sided {
                    field
                } else {
                    mirrored(face, &field)
                },
            )
        })
        .collect()
}
