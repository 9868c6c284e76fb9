//! A clip mapped to a character: weights of its morph targets and rotations of its joints.

use std::collections::BTreeMap;

use metaface_clip::FrameRate;

/// The animation of one character, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Performance {
    /// The clip's name.
    pub name: String,
    /// Frames per second.
    pub rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub start_frame: f64,
    /// The number of frames of each track.
    pub frame_count: usize,
    /// One track per mesh *node* that has at least one driven target.
    pub meshes: Vec<MeshTrack>,
    /// One track per driven joint.
    pub joints: Vec<JointTrack>,
    /// The clip's metadata, such as how it was made.
    pub metadata: BTreeMap<String, String>,
}

/// The weights of all morph targets of one mesh node over time.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshTrack {
    /// Index into [`Character::nodes`](crate::Character).
    pub node: usize,
    /// Per frame, one weight per target of the node's mesh; undriven targets have their rest
    /// weight.
    pub weights: Vec<Vec<f32>>,
    /// Indices of the targets that no binding drives, ascending. If the character's file already
    /// animates them, that animation is kept.
    pub undriven: Vec<usize>,
    /// The frames that are written as keys, ascending, including the first and the last. `None`
    /// means every frame. `weights` always has all frames.
    pub keys: Option<Vec<usize>>,
}

/// The rotation of one joint over time.
#[derive(Debug, Clone, PartialEq)]
pub struct JointTrack {
    /// Index into [`Character::nodes`](crate::Character).
    pub node: usize,
    /// Per frame, the local rotation including the rest rotation, as a unit quaternion.
    pub rotations: Vec<[f32; 4]>,
    /// The frames that are written as keys, as in [`MeshTrack::keys`].
    pub keys: Option<Vec<usize>>,
}
