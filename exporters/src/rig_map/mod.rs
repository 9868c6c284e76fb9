//! The rig map: which channel drives which of a character's morph targets and joints.
//!
//! [`RigMap::discover`] finds it by the names that characters carry, [`RigMap::read`] and
//! [`RigMap::write`] keep it as JSON that a person can edit, and [`RigMap::drive`] turns a clip
//! into a [`Performance`](crate::Performance).
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
mod twice;
mod visemes;

use metaface_clip::Channel;

pub use curves::Curve;
pub(crate) use drive::turned_by;
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
    /// The morph target's name in the character's file, or `#` and its index in the mesh
    /// (`#12`) where no target has that name.
    pub target: String,
    /// Restrict the binding to the mesh of this name (or `#` and its index); otherwise every
    /// mesh that has the target.
    pub mesh: Option<String>,
    /// The channels that drive it, each with its gain.
    pub terms: Vec<(Channel, f32)>,
    /// Divides the sum, for what is measured by another movement: lips are kept together over so
    /// much of an open jaw. Taken for [`TargetBinding::LEAST_DIVISOR`] where it is less.
    pub over: Option<Channel>,
    /// Added to the sum.
    pub offset: f32,
    /// The weight is kept in this range.
    pub range: [f32; 2],
}

impl TargetBinding {
    /// The smallest divisor: a jaw less open than this hides what the lips do.
    pub const LEAST_DIVISOR: f32 = 0.02;
}

/// A joint whose rotation follows angles (or a blendshape, such as a jaw following JawOpen).
#[derive(Debug, Clone, PartialEq)]
pub struct JointBinding {
    /// The node's name in the character's file, or `#` and its index where no node has that
    /// name.
    pub joint: String,
    /// Terms of the rotation, applied after the rest rotation in the order given: an axis of the
    /// character's space (metres, Y up, face along +Z), the channel, and radians per unit.
    pub terms: Vec<JointTerm>,
}

/// One turn of a joint.
#[derive(Debug, Clone, PartialEq)]
pub struct JointTerm {
    /// The channel.
    pub channel: Channel,
    /// A unit vector in the character's space.
    pub axis: [f32; 3],
    /// Radians turned per unit of the channel: 1 for angles.
    pub gain: f32,
}

/// Whether `written` in a rig map means the thing with this name and index; a name goes before
/// an index.
fn means(written: &str, index: usize, name: &str, mut names: impl Iterator<Item = String>) -> bool {
    if !written.is_empty() && written == name {
        return true;
    }
    let by_index = written.strip_prefix('#').and_then(|n| n.parse().ok());
    by_index == Some(index) && !names.any(|other| other == written)
}
