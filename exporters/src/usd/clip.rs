//! Reading animation back: the weights and joint rotations of a file as named curves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use metaface_clip::FrameRate;

use super::clip_frames::Frames;
use super::existing::{Existing, source};
use super::load::is_no_node;
use super::load_mesh::target_names;
use super::record::Record;
use super::scene::{Scene, last, with_room};
use super::values::texts;
use super::{invalid, load_skeleton, units::Units};
use crate::deform::mesh_nodes;
use crate::{Character, JointTrack, MeshTrack, Performance, Result};

/// Animation by name, for a rig map to turn into channels.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedCurves {
    /// The clip's name, if the file remembers it; or else empty.
    pub name: String,
    /// Frames per second.
    pub rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub start_frame: f64,
    /// Morph targets, each with its weight per frame.
    pub targets: Vec<(String, Vec<f32>)>,
    /// Joints with their rotations.
    pub joints: Vec<JointCurve>,
    /// How the clip was made, as far as the file remembers.
    pub metadata: BTreeMap<String, String>,
}

/// The animation of a joint.
#[derive(Debug, Clone, PartialEq)]
pub struct JointCurve {
    /// The joint's name.
    pub name: String,
    /// Its index in the nodes of the [`Character`] that [`load`](super::load) reads from the same
    /// file, where the file has the skeleton.
    pub node: Option<usize>,
    /// The local rotation per frame: `[x, y, z, w]`, in the axes of that character.
    pub rotations: Vec<[f32; 4]>,
}

impl NamedCurves {
    /// The same animation for the character that [`load`](super::load) reads from the file:
    /// weights go to every target of their name, rotations to the joint that they belong to.
    pub fn performance(&self, character: &Character) -> Performance {
        let frame_count = self.frame_count();
        let curve = |name: &str| self.targets.iter().find(|(other, _)| other == name);
        let mut performance = Performance {
            name: match self.name.as_str() {
                "" => character.name.clone(),
                name => name.to_owned(),
            },
            rate: self.rate,
            start_frame: self.start_frame,
            frame_count,
            meshes: Vec::new(),
            joints: Vec::new(),
            metadata: self.metadata.clone(),
        };
        for (index, _, mesh) in mesh_nodes(character) {
            let curves: Vec<_> = mesh
                .targets
                .iter()
                .map(|target| curve(&target.name))
                .collect();
            if curves.iter().all(Option::is_none) {
                continue;
            }
            let weight = |frame: usize, target: usize| match curves[target] {
                Some((_, values)) => values[frame],
                None => mesh.rest_weights.get(target).copied().unwrap_or(0.0),
            };
            let weights = |frame: usize| (0..curves.len()).map(|t| weight(frame, t)).collect();
            performance.meshes.push(MeshTrack {
                node: index,
                weights: (0..frame_count).map(weights).collect(),
                undriven: (0..curves.len()).filter(|&t| curves[t].is_none()).collect(),
                keys: None,
            });
        }
        for joint in &self.joints {
            let has_name = |node: &usize| {
                let node = character.nodes.get(*node);
                node.is_some_and(|node| node.name == joint.name)
            };
            let by_name = || (0..character.nodes.len()).find(has_name);
            let node = joint.node.filter(has_name).or_else(by_name);
            performance.joints.extend(node.map(|node| JointTrack {
                node,
                rotations: joint.rotations.clone(),
                keys: None,
            }));
        }
        performance
    }

    fn frame_count(&self) -> usize {
        let targets = self.targets.iter().map(|(_, values)| values.len());
        let joints = self.joints.iter().map(|joint| joint.rotations.len());
        targets.chain(joints).min().unwrap_or(0)
    }
}

/// Reads the SkelAnimations that are bound to the file's skeletons, or all where none is bound.
///
/// Our own files give back the clip's name, frames and metadata exactly. Of others, frames are
/// those of `framesPerSecond` where the samples fall on them, or else of the samples' own spacing
/// from 12 per second; samples without any spacing are interpolated. Names are those that
/// [`load`](super::load) gives to targets and joints; of several targets with one name the first
/// counts.
///
/// # Errors
/// [`ExportError::Read`](crate::ExportError::Read) and
/// [`ExportError::Invalid`](crate::ExportError::Invalid), for a file without animation too.
pub fn read_clip(path: &Path) -> Result<NamedCurves> {
    read_clip_at(path, None)
}

/// As [`read_clip`], at a rate of one's own.
///
/// # Errors
/// As [`read_clip`].
pub fn read_clip_at(path: &Path, rate: Option<FrameRate>) -> Result<NamedCurves> {
    with_room(path, || read(&Scene::open(path)?, rate))
}

fn read(scene: &Scene<'_>, rate: Option<FrameRate>) -> Result<NamedCurves> {
    let parts = Parts::of(scene)?;
    let (mut times, mut width): (Vec<f64>, usize) = (Vec::new(), 0);
    for animation in parts.animations() {
        for attribute in ["blendShapeWeights", "rotations"] {
            times.extend(scene.sample_times(animation, attribute)?);
        }
        // Weights; translations, rotations and scales; and the lists that hold them.
        width += texts(scene.value(animation, "blendShapes")?).len() + 40;
        width += texts(scene.value(animation, "joints")?).len() * 10;
    }
    times.retain(|time| time.is_finite());
    times.sort_by(f64::total_cmp);
    times.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let record = Record::read(scene)?;
    let frames = Frames::of(scene, &times, record.as_ref(), rate, width)?;
    let (name, metadata) = record.map(|r| (r.clip, r.metadata)).unwrap_or_default();
    let mut curves = NamedCurves {
        name,
        rate: frames.rate,
        start_frame: frames.start_frame,
        targets: Vec::new(),
        joints: Vec::new(),
        metadata,
    };
    let units = Units::of(scene)?;
    let mut seen = BTreeSet::new();
    for animation in parts.animations() {
        let existing = Existing::read(scene, animation, &frames.times)?;
        let mut channels: Vec<_> = existing.channels.iter().collect();
        channels.sort_by_key(|(_, place)| **place);
        for (token, _) in channels {
            let name = parts.targets.get(token).unwrap_or(token);
            if seen.insert(name.clone()) {
                let weights = existing.weights(std::slice::from_ref(token));
                let weights = weights.into_iter().flatten().collect();
                curves.targets.push((name.clone(), weights));
            }
        }
        for (i, token) in existing.joints.iter().enumerate() {
            let turns = existing.frames.iter().map(|frame| frame.rotations.get(i));
            let turns = turns.map(|turn| Some(units.rotation(*turn?)));
            let Some(rotations) = turns.collect::<Option<Vec<_>>>() else {
                continue;
            };
            for (name, node) in parts.joints(animation, token) {
                let rotations = rotations.clone();
                curves.joints.push(JointCurve {
                    name,
                    node,
                    rotations,
                });
            }
        }
    }
    if curves.targets.is_empty() && curves.joints.is_empty() {
        let remedy = "give a file with a SkelAnimation";
        return Err(invalid(
            scene.path,
            "it has no animated blendshape or joint",
            remedy,
        ));
    }
    Ok(curves)
}

/// What the file animates, and how.
#[derive(Default)]
struct Parts {
    /// By SkelAnimation prim, the skeletons that it moves.
    bound: BTreeMap<String, Vec<usize>>,
    /// Of each skeleton, its joints' names and nodes by token.
    skeletons: Vec<BTreeMap<String, (String, usize)>>,
    /// Target names by `skel:blendShapes` token.
    targets: BTreeMap<String, String>,
}

impl Parts {
    fn of(scene: &Scene<'_>) -> Result<Self> {
        let mut parts = Self::default();
        let mut unbound = Vec::new();
        // Counted as `load` counts.
        let mut nodes = 0;
        for prim in scene.prims()? {
            let type_name = scene.type_name(&prim)?;
            nodes += usize::from(!is_no_node(&type_name));
            match type_name.as_str() {
                "Skeleton" => {
                    if let Some(animation) = source(scene, &prim)? {
                        let skeletons = parts.bound.entry(animation).or_default();
                        skeletons.push(parts.skeletons.len());
                    }
                    let joints = load_skeleton::read(scene, &prim)?.joints;
                    let first = nodes;
                    nodes += joints.len();
                    let joints = joints.into_iter().zip(first..);
                    let joints = joints.map(|(joint, node)| (joint.token, (joint.name, node)));
                    parts.skeletons.push(joints.collect());
                }
                "Mesh" => {
                    let tokens = texts(scene.value(&prim, "skel:blendShapes")?);
                    let shapes = scene.targets(&prim, "skel:blendShapeTargets")?;
                    let own = target_names(&tokens, &shapes);
                    parts.targets.extend(tokens.into_iter().zip(own));
                }
                "SkelAnimation" => unbound.push(prim),
                _ => {}
            }
        }
        if parts.bound.is_empty() {
            let all: Vec<usize> = (0..parts.skeletons.len()).collect();
            parts.bound = unbound
                .into_iter()
                .map(|prim| (prim, all.clone()))
                .collect();
        }
        Ok(parts)
    }

    fn animations(&self) -> impl Iterator<Item = &String> {
        self.bound.keys()
    }

    /// The joints that a token of an animation means; by its name alone where the file has no
    /// skeleton for it.
    fn joints(&self, animation: &str, token: &str) -> Vec<(String, Option<usize>)> {
        let skeletons = self.bound.get(animation).into_iter().flatten();
        let known = skeletons.filter_map(|&skeleton| self.skeletons[skeleton].get(token));
        let known: Vec<_> = known
            .map(|(name, node)| (name.clone(), Some(*node)))
            .collect();
        match known.is_empty() {
            true => vec![(last(token).to_owned(), None)],
            false => known,
        }
    }
}
