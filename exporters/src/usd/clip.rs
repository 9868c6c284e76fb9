//! Reads animation: the weights and joint rotations of a file as named curves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use metaface_clip::FrameRate;

use super::clip_frames::Frames;
use super::clip_record::ClipRecord;
use super::existing::{AnimationFrame, ExistingAnimation, source};
use super::load::is_node;
use super::load_mesh::target_names;
use super::scene::{Scene, last, with_large_stack};
use super::values::texts;
use super::{invalid, load_skeleton, units::Units};
use crate::deform::mesh_nodes;
use crate::{Character, JointTrack, MeshTrack, Performance, Result};

/// Animation curves by name, which a rig map converts to channels.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedCurves {
    /// The clip's name if the file records it, otherwise empty.
    pub name: String,
    /// Frames per second.
    pub rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub start_frame: f64,
    /// Morph targets with their weights per frame.
    pub targets: Vec<(String, Vec<f32>)>,
    /// Joints with their rotations per frame.
    pub joints: Vec<JointCurve>,
    /// The clip's metadata, if the file records it.
    pub metadata: BTreeMap<String, String>,
}

/// The animation of a joint.
#[derive(Debug, Clone, PartialEq)]
pub struct JointCurve {
    /// The joint's name.
    pub name: String,
    /// The index in the nodes of the [`Character`] that [`load`](super::load) reads from the same
    /// file; `None` if the file does not contain the skeleton.
    pub node: Option<usize>,
    /// The local rotation per frame: `[x, y, z, w]`, in the axes of that character.
    pub rotations: Vec<[f32; 4]>,
}

impl NamedCurves {
    /// The animation as a performance of the character that [`load`](super::load) reads from the
    /// file. Weights apply to every target with the name, rotations to their joint.
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

/// Reads the SkelAnimations that are bound to the file's skeletons; all SkelAnimations if none is
/// bound.
///
/// The clip's name, frames and metadata are read exactly from files that MetaFace wrote. For other
/// files, the rate is `framesPerSecond` if the samples are on its frames, otherwise that of evenly
/// spaced samples if it is at least 12; irregular samples are interpolated. Names are those that
/// [`load`](super::load) gives to targets and joints. Of several targets with one name, the first
/// is used.
///
/// # Errors
/// [`FormatError::Read`](crate::FormatError::Read) and
/// [`FormatError::Invalid`](crate::FormatError::Invalid), also for a file without animation.
pub fn read_clip(path: &Path) -> Result<NamedCurves> {
    read_clip_at(path, None)
}

/// As [`read_clip`], at the given rate.
///
/// # Errors
/// As [`read_clip`].
pub fn read_clip_at(path: &Path, rate: Option<FrameRate>) -> Result<NamedCurves> {
    with_large_stack(path, || read(&Scene::open(path)?, rate))
}

/// The memory overhead of the four lists of a frame, in floats.
const LIST_OVERHEAD: usize = 40;

/// Translation, rotation and scale of a joint.
const JOINT_FLOATS: usize = 10;

fn read(scene: &Scene<'_>, rate: Option<FrameRate>) -> Result<NamedCurves> {
    let bound = BoundAnimations::of(scene)?;
    let (mut times, mut width): (Vec<f64>, usize) = (Vec::new(), 0);
    for animation in bound.animations() {
        for attribute in ["blendShapeWeights", "rotations"] {
            times.extend(scene.sample_times(animation, attribute)?);
        }
        width += texts(scene.value(animation, "blendShapes")?).len() + LIST_OVERHEAD;
        width += texts(scene.value(animation, "joints")?).len() * JOINT_FLOATS;
    }
    times.retain(|time| time.is_finite());
    times.sort_by(f64::total_cmp);
    times.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let record = ClipRecord::read(scene)?;
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
    for animation in bound.animations() {
        let existing = ExistingAnimation::read(scene, animation, &frames.times)?;
        let mut channels: Vec<_> = existing.channels.iter().collect();
        channels.sort_by_key(|(_, index)| **index);
        for (token, _) in channels {
            let name = bound.targets.get(token).unwrap_or(token);
            if seen.insert(name.clone()) {
                let weights = existing.weights(std::slice::from_ref(token));
                let weights = weights.into_iter().flatten().collect();
                curves.targets.push((name.clone(), weights));
            }
        }
        for (i, token) in existing.joints.iter().enumerate() {
            let rotation = |frame: &AnimationFrame| Some(units.rotation(*frame.rotations.get(i)?));
            let rotations: Option<Vec<_>> = existing.frames.iter().map(rotation).collect();
            let Some(rotations) = rotations else {
                continue;
            };
            for (name, node) in bound.joints(animation, token) {
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

/// The animations of a file, and the skeletons and targets that they drive.
#[derive(Default)]
struct BoundAnimations {
    /// By SkelAnimation prim, the skeletons that it drives.
    skeletons_by_animation: BTreeMap<String, Vec<usize>>,
    /// Per skeleton, the names and nodes of its joints by token.
    skeletons: Vec<BTreeMap<String, (String, usize)>>,
    /// Target names by `skel:blendShapes` token.
    targets: BTreeMap<String, String>,
}

impl BoundAnimations {
    fn of(scene: &Scene<'_>) -> Result<Self> {
        let mut bound = Self::default();
        let mut all_animations = Vec::new();
        // Must match the numbering of nodes in `load`.
        let mut nodes = 0;
        for prim in scene.prims()? {
            let type_name = scene.type_name(&prim)?;
            nodes += usize::from(is_node(&type_name));
            match type_name.as_str() {
                "Skeleton" => {
                    if let Some(animation) = source(scene, &prim)? {
                        let skeletons = bound.skeletons_by_animation.entry(animation);
                        skeletons.or_default().push(bound.skeletons.len());
                    }
                    let joints = load_skeleton::read(scene, &prim)?.joints;
                    let first = nodes;
                    nodes += joints.len();
                    let by_token = (joints.into_iter().zip(first..))
                        .map(|(joint, node)| (joint.token, (joint.name, node)));
                    bound.skeletons.push(by_token.collect());
                }
                "Mesh" => {
                    let tokens = texts(scene.value(&prim, "skel:blendShapes")?);
                    let shapes = scene.targets(&prim, "skel:blendShapeTargets")?;
                    let names = target_names(&tokens, &shapes);
                    bound.targets.extend(tokens.into_iter().zip(names));
                }
                "SkelAnimation" => all_animations.push(prim),
                _ => {}
            }
        }
        if bound.skeletons_by_animation.is_empty() {
            let all_skeletons: Vec<usize> = (0..bound.skeletons.len()).collect();
            bound.skeletons_by_animation = all_animations
                .into_iter()
                .map(|prim| (prim, all_skeletons.clone()))
                .collect();
        }
        Ok(bound)
    }

    fn animations(&self) -> impl Iterator<Item = &String> {
        self.skeletons_by_animation.keys()
    }

    /// The names and nodes of the joints of a token of an animation; without a node if the file has
    /// no skeleton for it.
    fn joints(&self, animation: &str, token: &str) -> Vec<(String, Option<usize>)> {
        let skeletons = self.skeletons_by_animation.get(animation);
        let joints: Vec<_> = (skeletons.into_iter().flatten())
            .filter_map(|&skeleton| self.skeletons[skeleton].get(token))
            .map(|(name, node)| (name.clone(), Some(*node)))
            .collect();
        if joints.is_empty() {
            vec![(last(token).to_owned(), None)]
        } else {
            joints
        }
    }
}
