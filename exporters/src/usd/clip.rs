//! Reading animation back: the weights and joint rotations of a file as named curves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use metaface_clip::FrameRate;

use super::existing::{Existing, source};
use super::load_mesh::target_names;
use super::scene::{Scene, last, texts};
use super::{invalid, units::Units};
use crate::deform::mesh_nodes;
use crate::{Character, JointTrack, MeshTrack, Performance, Result};

/// Longer animations (nine hours at 30 frames per second) are taken for broken files.
const MAX_FRAMES: f64 = 1_000_000.0;

/// Animation by name, for a rig map to turn into channels.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedCurves {
    /// Frames per second.
    pub rate: FrameRate,
    /// The time code of the first frame, in frames at `rate`.
    pub start_frame: f64,
    /// Morph targets, each with its weight per frame.
    pub targets: Vec<(String, Vec<f32>)>,
    /// Joints, each with its local rotation per frame: `[x, y, z, w]`, in the axes of the
    /// [`Character`](crate::Character) that [`load`](super::load) reads from the file.
    pub joints: Vec<(String, Vec<[f32; 4]>)>,
}

impl NamedCurves {
    /// The same animation for the character that [`load`](super::load) reads from the file:
    /// curves go to every target and joint of their name.
    pub fn performance(&self, character: &Character) -> Performance {
        let frame_count = self.frame_count();
        let curve = |name: &str| self.targets.iter().find(|(other, _)| other == name);
        let mut performance = Performance {
            name: character.name.clone(),
            rate: self.rate,
            start_frame: self.start_frame,
            frame_count,
            meshes: Vec::new(),
            joints: Vec::new(),
            metadata: BTreeMap::new(),
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
                undriven: Vec::new(),
                keys: None,
            });
        }
        for (name, rotations) in &self.joints {
            let node = character.nodes.iter().position(|node| node.name == *name);
            performance.joints.extend(node.map(|node| JointTrack {
                node,
                rotations: rotations.clone(),
                keys: None,
            }));
        }
        performance
    }

    fn frame_count(&self) -> usize {
        let targets = self.targets.iter().map(|(_, values)| values.len());
        let joints = self.joints.iter().map(|(_, values)| values.len());
        targets.chain(joints).min().unwrap_or(0)
    }
}

/// Reads the SkelAnimations that are bound to the file's skeletons, or all where none is bound.
///
/// Frames are those of `framesPerSecond` where the samples fall on them, or else of the samples'
/// own spacing; samples without any spacing are interpolated. Names are those that
/// [`load`](super::load) gives to targets and joints; of several with one name the first counts.
///
/// # Errors
/// [`ExportError::Read`](crate::ExportError::Read) and
/// [`ExportError::Invalid`](crate::ExportError::Invalid), for a file without animation too.
pub fn read_clip(path: &Path) -> Result<NamedCurves> {
    let scene = Scene::open(path)?;
    let names = Names::of(&scene)?;
    let mut times: Vec<f64> = Vec::new();
    for animation in names.animations.keys() {
        for attribute in ["blendShapeWeights", "rotations"] {
            times.extend(scene.sample_times(animation, attribute)?);
        }
    }
    times.retain(|time| time.is_finite());
    times.sort_by(f64::total_cmp);
    times.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let grid = Grid::of(&scene, &times)?;
    let units = Units::of(&scene)?;
    let mut curves = NamedCurves {
        rate: grid.rate,
        start_frame: grid.start / grid.step,
        targets: Vec::new(),
        joints: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    let times: Vec<f64> = (0..grid.count)
        .map(|i| grid.start + i as f64 * grid.step)
        .collect();
    for animation in names.animations.keys() {
        let read = Existing::read(&scene, animation, &times)?;
        let mut channels: Vec<_> = read.channels.keys().collect();
        channels.sort_by_key(|&token| read.channels[token]);
        for token in channels {
            let name = names.targets.get(token).unwrap_or(token);
            if seen.insert(("target", name.clone())) {
                let weights = read.weights(std::slice::from_ref(token));
                curves
                    .targets
                    .push((name.clone(), weights.into_iter().flatten().collect()));
            }
        }
        for (i, token) in read.joints.iter().enumerate() {
            let name = names
                .joints
                .get(token)
                .cloned()
                .unwrap_or_else(|| last(token).to_owned());
            let turns = read
                .frames
                .iter()
                .map(|frame| frame.rotations.get(i).copied());
            let Some(turns) = turns.collect::<Option<Vec<[f32; 4]>>>() else {
                continue;
            };
            if seen.insert(("joint", name.clone())) {
                let turns = turns.into_iter().map(|turn| units.rotation(turn)).collect();
                curves.joints.push((name, turns));
            }
        }
    }
    if curves.targets.is_empty() && curves.joints.is_empty() {
        let remedy = "give a file with a SkelAnimation";
        return Err(invalid(
            path,
            "it has no animated blendshape or joint",
            remedy,
        ));
    }
    Ok(curves)
}

/// The frames that are read.
struct Grid {
    rate: FrameRate,
    /// Time codes.
    start: f64,
    /// Time codes per frame.
    step: f64,
    count: usize,
}

impl Grid {
    fn of(scene: &Scene<'_>, times: &[f64]) -> Result<Self> {
        let per_second = scene.stage.time_codes_per_second();
        let stated = scene.number("framesPerSecond")?.unwrap_or(per_second);
        let start = times.first().copied().unwrap_or(0.0);
        let span = times.last().map_or(0.0, |end| end - start);
        let regular = |step: f64| {
            times.iter().all(|time| {
                let frame = (time - start) / step;
                (frame - frame.round()).abs() < 1e-3
            })
        };
        let spacing = span / (times.len().max(2) - 1) as f64;
        let by_samples =
            Some(spacing).filter(|s| *s > 0.0 && !regular(per_second / stated) && regular(*s));
        let rate = by_samples.map_or(stated, |spacing| per_second / spacing);
        let rate = FrameRate::nearest(rate).map_err(|error| {
            invalid(scene.path, error.to_string(), "correct its framesPerSecond")
        })?;
        let step = per_second / rate.as_f64();
        let count = (span / step).round() + 1.0;
        if !(1.0..=MAX_FRAMES).contains(&count) {
            let reason = format!("its animation is {count} frames long");
            return Err(invalid(scene.path, reason, "cut it into shorter clips"));
        }
        Ok(Self {
            rate,
            start,
            step,
            count: count as usize,
        })
    }
}

/// What the file calls its parts.
#[derive(Default)]
struct Names {
    /// SkelAnimation prims, sorted.
    animations: BTreeMap<String, ()>,
    /// Target names by `skel:blendShapes` token.
    targets: BTreeMap<String, String>,
    /// Joint names by token.
    joints: BTreeMap<String, String>,
}

impl Names {
    fn of(scene: &Scene<'_>) -> Result<Self> {
        let mut names = Self::default();
        let mut unbound = Vec::new();
        for prim in scene.prims()? {
            match scene.type_name(&prim)?.as_str() {
                "Skeleton" => {
                    let tokens = texts(scene.value(&prim, "joints")?);
                    let own = texts(scene.value(&prim, "jointNames")?);
                    names.joints.extend(tokens.into_iter().zip(own));
                    if let Some(animation) = source(scene, &prim)? {
                        names.animations.insert(animation, ());
                    }
                }
                "Mesh" => {
                    let tokens = texts(scene.value(&prim, "skel:blendShapes")?);
                    let shapes = scene.targets(&prim, "skel:blendShapeTargets")?;
                    let own = target_names(&tokens, &shapes);
                    names.targets.extend(tokens.into_iter().zip(own));
                }
                "SkelAnimation" => unbound.push((prim, ())),
                _ => {}
            }
        }
        if names.animations.is_empty() {
            names.animations.extend(unbound);
        }
        Ok(names)
    }
}
