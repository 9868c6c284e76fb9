//! The rig map: which channel drives which of a character's morph targets and joints.
//!
//! [`RigMap::discover`] finds it by the names of the character's parts, [`RigMap::read`] and
//! [`RigMap::write`] store it as editable JSON, and [`RigMap::drive`] converts a clip to a
//! [`Performance`](crate::Performance).
//!
//! ```
//! use metaface_clip::{Channel, Clip, FrameRate};
//! use metaface_exporters::RigMap;
//! use metaface_exporters::character::{Character, Mesh, MorphTarget, Node};
//!
//! let target = MorphTarget { name: "Face.jaw_open".into(), ..Default::default() };
//! let mesh = Mesh { targets: vec![target], rest_weights: vec![0.0], ..Default::default() };
//! let node = Node { mesh: Some(0), ..Default::default() };
//! let character = Character { nodes: vec![node], meshes: vec![mesh], ..Default::default() };
//!
//! let mut clip = Clip::neutral("line", FrameRate::whole(30)?, 2);
//! clip.frames[1][Channel::JawOpen] = 0.5;
//! let performance = RigMap::discover(&character).map.drive(&character, &clip);
//! assert_eq!(performance.meshes[0].weights, [[0.0], [0.5]]);
//! # Ok::<(), metaface_clip::ClipError>(())
//! ```

mod conflicts;
mod curves;
mod dialect;
mod discover;
mod drive;
mod facing;
mod file;
mod joints;
mod metahuman;
mod recover;
mod report;
mod visemes;

use metaface_clip::Channel;

pub use curves::Curve;
pub(crate) use drive::rotated_by;
pub use report::{Discovery, DrivenJoint, DrivenTarget, UndrivenChannel, UndrivenTarget};

/// How channels become a character's morph targets and joint rotations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RigMap {
    /// The driven morph targets.
    pub targets: Vec<TargetBinding>,
    /// The driven joints.
    pub joints: Vec<JointBinding>,
}

/// A morph target as a weighted sum of channels.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetBinding {
    /// The morph target's name in the character's file, or `#` and its index in the mesh (`#12`) if
    /// no target has that name.
    pub target: String,
    /// Restricts the binding to the mesh with this name (or `#` and its index). Defaults to every
    /// mesh that has the target.
    pub mesh: Option<String>,
    /// The channels that drive it, each with its gain.
    pub terms: Vec<(Channel, f32)>,
    /// Divides the sum by this channel, for targets that are relative to another movement, such as
    /// closing the lips over an open jaw. The divisor is at least
    /// [`TargetBinding::LEAST_DIVISOR`].
    pub over: Option<Channel>,
    /// Added to the sum.
    pub offset: f32,
    /// The weight is limited to this range.
    pub range: [f32; 2],
}

impl TargetBinding {
    /// The smallest divisor: at a smaller jaw opening, the lips' movement is not visible.
    pub const LEAST_DIVISOR: f32 = 0.02;
}

/// A joint whose rotation is driven by angles, or by a blendshape (a jaw by JawOpen).
#[derive(Debug, Clone, PartialEq)]
pub struct JointBinding {
    /// The node's name in the character's file, or `#` and its index if no node has that name.
    pub joint: String,
    /// The rotations, applied after the rest rotation in the order given.
    pub terms: Vec<JointTerm>,
}

/// A rotation of a joint about one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct JointTerm {
    /// The channel.
    pub channel: Channel,
    /// A unit vector in the character's space (Y up, face along +Z).
    pub axis: [f32; 3],
    /// Radians per unit of the channel: 1 for angles.
    pub gain: f32,
}

/// Whether `reference` in a rig map refers to the part with this name and index. A matching name
/// takes precedence over an index.
fn refers_to(
    reference: &str,
    index: usize,
    name: &str,
    mut names: impl Iterator<Item = String>,
) -> bool {
    if !reference.is_empty() && reference == name {
        return true;
    }
    let by_index = reference.strip_prefix('#').and_then(|n| n.parse().ok());
    by_index == Some(index) && !names.any(|other| other == reference)
}
