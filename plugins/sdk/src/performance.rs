//! A clip as one character plays it: weights of morph targets and rotations of joints.

use std::sync::Arc;

use metaface_core::clip::FrameRate;
use metaface_exporters::{self as exporters, JointTrack, MeshTrack};

use crate::bridge::ffi::{Rate, TrackInfo};
use crate::character::Character;
use crate::failure::{Failure, Result, guard};

/// Four hours, the longest sound, at 1000 frames per second, the highest rate.
const MAX_FRAMES: usize = 4 * 3600 * 1000;

/// Values of a quaternion: x y z w.
const QUATERNION_WIDTH: usize = 4;

/// `metaface::Performance`. Each track's values are one contiguous array, as C++ reads them.
pub struct Performance {
    character: Arc<exporters::Character>,
    rate: FrameRate,
    frames: usize,
    start_frame: f64,
    name: String,
    meshes: Vec<Track>,
    joints: Vec<Track>,
}

/// A mesh or a joint over time.
struct Track {
    /// Index in the character's list of meshes or joints.
    index: usize,
    /// Index in the character's nodes.
    node: usize,
    name: String,
    width: usize,
    values: Vec<f32>,
    undriven: Vec<usize>,
}

impl Performance {
    pub fn new(performance: &exporters::Performance, character: &Character) -> Box<Self> {
        let position = |list: &[usize], node: usize| list.iter().position(|&other| other == node);
        let meshes = performance.meshes.iter().filter_map(|track| {
            Some(Track {
                index: position(&character.meshes, track.node)?,
                node: track.node,
                name: character.mesh(track.node)?.name.clone(),
                width: character.mesh(track.node)?.targets.len(),
                values: track.weights.concat(),
                undriven: track.undriven.clone(),
            })
        });
        let joints = performance.joints.iter().filter_map(|track| {
            Some(Track {
                index: position(&character.joints, track.node)?,
                node: track.node,
                name: character.inner.nodes[track.node].name.clone(),
                width: QUATERNION_WIDTH,
                values: track.rotations.concat(),
                undriven: Vec::new(),
            })
        });
        Box::new(Self {
            character: character.inner.clone(),
            rate: performance.rate,
            frames: performance.frame_count,
            start_frame: performance.start_frame,
            name: performance.name.clone(),
            meshes: meshes.collect(),
            joints: joints.collect(),
        })
    }

    /// Checks that the performance was made for this character: its indices are valid only there.
    pub fn check_character(&self, character: &Character) -> Result<()> {
        let (expected, given) = (&self.character, &character.inner);
        if Arc::ptr_eq(expected, given) || expected == given {
            Ok(())
        } else {
            Err(Failure::argument(format!(
                "the performance is of '{}', not of '{}'; give the character that it was made for",
                expected.name, given.name
            )))
        }
    }

    /// Whether there are frames but no track has a value.
    pub fn is_empty(&self) -> bool {
        let mut tracks = self.meshes.iter().chain(&self.joints);
        self.frames > 0 && tracks.all(|track| track.values.is_empty())
    }

    /// The performance as exporters represent it.
    pub fn to_exporters(&self) -> exporters::Performance {
        let rows = |track: &Track| -> Vec<Vec<f32>> {
            let rows = track.values.chunks_exact(track.width.max(1));
            rows.map(<[f32]>::to_vec).collect()
        };
        let mesh = |track: &Track| MeshTrack {
            node: track.node,
            weights: match track.width {
                0 => vec![Vec::new(); self.frames],
                _ => rows(track),
            },
            undriven: track.undriven.clone(),
            keys: None,
        };
        let joint = |track: &Track| JointTrack {
            node: track.node,
            rotations: track.values.as_chunks::<QUATERNION_WIDTH>().0.to_vec(),
            keys: None,
        };
        exporters::Performance {
            name: self.name.clone(),
            rate: self.rate,
            start_frame: self.start_frame,
            frame_count: self.frames,
            meshes: self.meshes.iter().map(mesh).collect(),
            joints: self.joints.iter().map(joint).collect(),
            metadata: Default::default(),
        }
    }

    pub fn add_mesh(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        guard(|| self.push_mesh(character, index, values))
    }

    pub fn add_joint(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        guard(|| self.push_joint(character, index, values))
    }

    fn push_mesh(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        self.check_character(character)?;
        let node = character.meshes.get(index).copied();
        let node_and_mesh = node.and_then(|node| Some((node, character.mesh(node)?)));
        let (node, mesh) = node_and_mesh.ok_or_else(|| no_such("mesh", index))?;
        let (name, width) = (mesh.name.clone(), mesh.targets.len());
        let track = self.track(index, node, name, width, values)?;
        self.meshes.push(track);
        Ok(())
    }

    fn push_joint(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        self.check_character(character)?;
        let found = character.joints.get(index).copied();
        let node = found.ok_or_else(|| no_such("joint", index))?;
        let name = character.inner.nodes[node].name.clone();
        let track = self.track(index, node, name, QUATERNION_WIDTH, values)?;
        self.joints.push(track);
        Ok(())
    }

    fn track(
        &self,
        index: usize,
        node: usize,
        name: String,
        width: usize,
        values: &[f32],
    ) -> Result<Track> {
        if Some(values.len()) != width.checked_mul(self.frames) {
            return Err(Failure::argument(format!(
                "'{name}' has {} values; expected {} frames of {width} values",
                values.len(),
                self.frames
            )));
        }
        if values.iter().any(|value| !value.is_finite()) {
            let message = format!("'{name}' has a value that is not a finite number");
            return Err(Failure::argument(message));
        }
        Ok(Track {
            index,
            node,
            name,
            width,
            values: values.to_vec(),
            undriven: Vec::new(),
        })
    }

    /// The track of this index, with joints numbered after meshes.
    fn track_at(&self, track: usize) -> &Track {
        let joint = track.checked_sub(self.meshes.len());
        joint.map_or_else(|| &self.meshes[track], |joint| &self.joints[joint])
    }
}

fn no_such(what: &str, index: usize) -> Failure {
    Failure::argument(format!("the character has no {what} {index}"))
}

pub fn performance(character: &Character, rate: Rate, frames: usize) -> Result<Box<Performance>> {
    guard(|| {
        if frames > MAX_FRAMES {
            return Err(Failure::argument(format!(
                "{frames} frames are more than the maximum of {MAX_FRAMES}"
            )));
        }
        Ok(Box::new(Performance {
            character: character.inner.clone(),
            rate: rate.try_into()?,
            frames,
            start_frame: 0.0,
            name: character.inner.name.clone(),
            meshes: Vec::new(),
            joints: Vec::new(),
        }))
    })
}

pub fn performance_frames(performance: &Performance) -> usize {
    performance.frames
}

pub fn performance_rate(performance: &Performance) -> Rate {
    performance.rate.into()
}

/// The number of mesh tracks and of joint tracks. Joint tracks are numbered after mesh tracks.
pub fn track_counts(performance: &Performance) -> [usize; 2] {
    [performance.meshes.len(), performance.joints.len()]
}

pub fn track_info(performance: &Performance, track: usize) -> TrackInfo {
    let track = performance.track_at(track);
    TrackInfo {
        index: track.index,
        name: track.name.clone(),
        width: track.width,
        undriven: track.undriven.clone(),
    }
}

pub fn track_values(performance: &Performance, track: usize) -> &[f32] {
    &performance.track_at(track).values
}
