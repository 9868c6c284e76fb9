//! What a character's own shapes and joints do over time.

use std::sync::Arc;

use metaface_core::clip::FrameRate;
use metaface_exporters::{self as exporters, JointTrack, MeshTrack};

use crate::bridge::ffi::{Rate, TrackHead};
use crate::character::Character;
use crate::failure::{Failure, Result, guard};

/// Four hours, the longest sound, at the fastest rate.
const MOST_FRAMES: usize = 4 * 3600 * 1000;

/// `metaface::Performance`: every track's values lie in a row, as C++ reads them.
pub struct Performance {
    /// Whose it is.
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
    /// Index in its nodes.
    node: usize,
    name: String,
    width: usize,
    values: Vec<f32>,
    undriven: Vec<usize>,
}

impl Performance {
    pub fn new(whole: &exporters::Performance, character: &Character) -> Box<Self> {
        let place = |list: &[usize], node: usize| list.iter().position(|&other| other == node);
        let meshes = whole.meshes.iter().filter_map(|track| {
            Some(Track {
                index: place(&character.meshes, track.node)?,
                node: track.node,
                name: character.mesh(track.node)?.name.clone(),
                width: character.mesh(track.node)?.targets.len(),
                values: track.weights.concat(),
                undriven: track.undriven.clone(),
            })
        });
        let joints = whole.joints.iter().filter_map(|track| {
            Some(Track {
                index: place(&character.joints, track.node)?,
                node: track.node,
                name: character.whole.nodes[track.node].name.clone(),
                width: 4,
                values: track.rotations.concat(),
                undriven: Vec::new(),
            })
        });
        Box::new(Self {
            character: character.whole.clone(),
            rate: whole.rate,
            frames: whole.frame_count,
            start_frame: whole.start_frame,
            name: whole.name.clone(),
            meshes: meshes.collect(),
            joints: joints.collect(),
        })
    }

    /// Checks that it is this character's: indices mean nothing on another.
    pub fn must_be_of(&self, character: &Character) -> Result<()> {
        let (own, other) = (&self.character, &character.whole);
        match Arc::ptr_eq(own, other) || own == other {
            true => Ok(()),
            false => Err(Failure::argument(format!(
                "the performance is of '{}', not of '{}'; give the character that it was made for",
                own.name, other.name
            ))),
        }
    }

    /// Whether no track has a single value.
    pub fn is_empty(&self) -> bool {
        let mut tracks = self.meshes.iter().chain(&self.joints);
        self.frames > 0 && tracks.all(|track| track.values.is_empty())
    }

    /// As exporters want it.
    pub fn whole(&self) -> exporters::Performance {
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
            rotations: track.values.as_chunks::<4>().0.to_vec(),
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

    pub fn mesh(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        guard(|| self.add_mesh(character, index, values))
    }

    pub fn joint(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        guard(|| self.add_joint(character, index, values))
    }

    fn add_mesh(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        self.must_be_of(character)?;
        let node = character.meshes.get(index).copied();
        let mesh = node.and_then(|node| Some((node, character.mesh(node)?)));
        let (node, mesh) = mesh.ok_or_else(|| no_such("mesh", index))?;
        let (name, width) = (mesh.name.clone(), mesh.targets.len());
        let track = self.track(index, node, name, width, values)?;
        self.meshes.push(track);
        Ok(())
    }

    fn add_joint(&mut self, character: &Character, index: usize, values: &[f32]) -> Result<()> {
        self.must_be_of(character)?;
        let node = character.joints.get(index).copied();
        let node = node.ok_or_else(|| no_such("joint", index))?;
        let name = character.whole.nodes[node].name.clone();
        let track = self.track(index, node, name, 4, values)?;
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
                "'{name}' has {} values, but {} frames of {width} were expected",
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

    fn any(&self, track: usize) -> &Track {
        let joint = track.checked_sub(self.meshes.len());
        joint.map_or_else(|| &self.meshes[track], |joint| &self.joints[joint])
    }
}

fn no_such(what: &str, index: usize) -> Failure {
    Failure::argument(format!("the character has no {what} {index}"))
}

pub fn performance(character: &Character, rate: Rate, frames: usize) -> Result<Box<Performance>> {
    guard(|| {
        if frames > MOST_FRAMES {
            return Err(Failure::argument(format!(
                "{frames} frames are too many; a performance has at most {MOST_FRAMES}"
            )));
        }
        Ok(Box::new(Performance {
            character: character.whole.clone(),
            rate: rate.try_into()?,
            frames,
            start_frame: 0.0,
            name: character.whole.name.clone(),
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

/// Tracks of meshes, and of joints, which are numbered after them.
pub fn track_counts(performance: &Performance) -> [usize; 2] {
    [performance.meshes.len(), performance.joints.len()]
}

pub fn track_head(performance: &Performance, track: usize) -> TrackHead {
    let track = performance.any(track);
    TrackHead {
        index: track.index,
        name: track.name.clone(),
        width: track.width,
        undriven: track.undriven.clone(),
    }
}

pub fn track_values(performance: &Performance, track: usize) -> &[f32] {
    &performance.any(track).values
}
