//! A performance as a thin layer over a user's own USD asset.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openusd::sdf::{FieldKey, LayerOffset, Value};

use super::animation::{self, AnimatedJoint, Channels, Key, Weight};
use super::existing::Existing;
use super::layer::{Layer, tokens};
use super::load::{Loaded, Origin};
use super::load_skeleton::bound_to;
use super::names::UniqueNames;
use super::scene::{Scene, inherited, last, parent};
use super::write::{describe, keys, misfit};
use super::{Encoding, asset_path, invalid, original, skeleton};
use crate::{Character, Performance, Result, transform};

/// What the new prims are called.
const ANIMATION: &str = "MetaFaceAnimation";

/// A layer for the file name `output` that animates `original` without changing it: it names the
/// original as its sublayer, relative to `output`, and adds a SkelAnimation for each Skeleton that
/// `performance` drives. For `.usdz` the original and all it needs are inside.
///
/// The original's units, axes and time codes per second stay; the performance's frames fall on
/// the same seconds. What else animates the driven skeletons, such as a moving body, is kept for
/// the frames of the performance. UsdSkel animates scales in half precision, so a driven joint whose
/// own scale is not one of its numbers (0.01, say) is off by up to one part in two thousand.
/// `character` is what [`load`](super::load) read from `original`.
///
/// # Errors
/// [`ExportError::Read`](crate::ExportError::Read) and
/// [`ExportError::Invalid`](crate::ExportError::Invalid): a character of another file, a driven
/// mesh without a Skeleton or outside a SkelRoot, `output` being the original itself.
pub fn animate_layer(
    original: &Path,
    output: &Path,
    character: &Character,
    performance: &Performance,
) -> Result<Vec<u8>> {
    let encoding = Encoding::of(output)?;
    if same_file(original, output) {
        let remedy = "choose another name for the output";
        return Err(invalid(output, "it would overwrite the character", remedy));
    }
    let scene = Scene::open(original)?;
    let loaded = Loaded::open(&scene)?;
    let names = |c: &Character| {
        c.nodes
            .iter()
            .map(|node| node.name.clone())
            .collect::<Vec<_>>()
    };
    let reason = match names(&loaded.character) == names(character) {
        true => misfit(&loaded.character, Some(performance)),
        false => Some("the character was not read from this file".to_owned()),
    };
    if let Some(reason) = reason {
        return Err(invalid(
            original,
            reason,
            "load the character from the file again",
        ));
    }
    if encoding == Encoding::Package {
        let packed = original::packed(&scene)?;
        let layer = Animator::new(&scene, &loaded, performance)?.layer(&packed.entry)?;
        return packed.with_root(layer.encode(Encoding::Crate, output)?, output);
    }
    let sublayer = asset_path::relative(original, output);
    let layer = Animator::new(&scene, &loaded, performance)?.layer(&sublayer)?;
    layer.encode(encoding, output)
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

struct Animator<'a> {
    scene: &'a Scene<'a>,
    loaded: &'a Loaded,
    performance: &'a Performance,
    keys: Vec<Key>,
    /// Time codes per second of the new layer.
    time_codes: f64,
    layer: Layer,
}

impl<'a> Animator<'a> {
    fn new(scene: &'a Scene<'a>, loaded: &'a Loaded, performance: &'a Performance) -> Result<Self> {
        let rate = performance.rate.as_f64();
        let time_codes = scene.time_codes_per_second().unwrap_or(rate);
        // Exact where the rates agree.
        let ratio = if time_codes == rate {
            1.0
        } else {
            time_codes / rate
        };
        let keys = keys(performance, |frame| {
            (performance.start_frame + frame) * ratio
        });
        Ok(Self {
            scene,
            loaded,
            performance,
            keys,
            time_codes,
            layer: Layer::new(),
        })
    }

    fn layer(mut self, sublayer: &str) -> Result<Layer> {
        self.metadata(sublayer)?;
        let mut skeletons: BTreeSet<String> = BTreeSet::new();
        let driven: BTreeSet<usize> = self.performance.meshes.iter().map(|t| t.node).collect();
        let mut bound: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for &node in self.loaded.tokens.keys() {
            let Origin::Prim(prim) = &self.loaded.origins[node] else {
                continue;
            };
            match bound_to(self.scene, prim)? {
                Some(skeleton) => {
                    if driven.contains(&node) {
                        skeletons.insert(skeleton.clone());
                    }
                    bound.entry(skeleton).or_default().push(node);
                }
                None if driven.contains(&node) => {
                    return Err(self.scene.broken(
                        prim,
                        "has blendshapes but no skel:skeleton, so UsdSkel cannot animate it",
                    ));
                }
                None => {}
            }
        }
        for track in &self.performance.joints {
            match &self.loaded.origins[track.node] {
                Origin::Joint { skeleton, .. } => {
                    skeletons.insert(skeleton.clone());
                }
                Origin::Prim(prim) => self.turn_prim(prim.clone(), track.node)?,
            }
        }
        for skeleton in skeletons {
            let meshes = bound.remove(&skeleton).unwrap_or_default();
            self.animate(&skeleton, &meshes)?;
        }
        Ok(self.layer)
    }

    fn metadata(&mut self, sublayer: &str) -> Result<()> {
        let layer = &mut self.layer;
        let default_prim = match self.scene.stage.default_prim() {
            Some(name) => Some(name.as_str().to_owned()),
            None => self
                .scene
                .prims()?
                .first()
                .map(|prim| last(prim).to_owned()),
        };
        if let Some(name) = default_prim {
            layer.metadata(FieldKey::DefaultPrim, Value::Token(name.into()));
        }
        let up = if self.loaded.units.z_up { "Z" } else { "Y" };
        layer.metadata("upAxis", Value::Token(up.to_owned().into()));
        layer.metadata(
            "metersPerUnit",
            Value::Double(self.loaded.units.metres_per_unit),
        );
        layer.metadata(FieldKey::TimeCodesPerSecond, Value::Double(self.time_codes));
        let rate = self.performance.rate.as_f64();
        layer.metadata(FieldKey::FramesPerSecond, Value::Double(rate));
        describe(layer, self.performance, &self.keys);
        layer.metadata(
            FieldKey::SubLayers,
            Value::StringVec(vec![sublayer.to_owned()]),
        );
        let offsets = vec![LayerOffset::IDENTITY];
        layer.metadata(FieldKey::SubLayerOffsets, Value::LayerOffsetVec(offsets));
        Ok(())
    }

    /// Adds one SkelAnimation for a Skeleton prim and the meshes bound to it.
    fn animate(&mut self, skeleton: &str, meshes: &[usize]) -> Result<()> {
        let root = inherited(skeleton, |at| {
            let is_root = self.scene.type_name(at)? == "SkelRoot";
            Ok(is_root.then(|| at.to_owned()))
        })?;
        let root = root.ok_or_else(|| {
            self.scene.broken(
                skeleton,
                "is not below a SkelRoot, so UsdSkel cannot animate it",
            )
        })?;
        let scene_times = self.scene_times();
        let existing = Existing::of(self.scene, skeleton, &scene_times)?;
        let (performance, loaded) = (self.performance, self.loaded);
        let kept: BTreeMap<usize, Vec<Vec<f32>>> = meshes
            .iter()
            .filter(|&&node| !performance.meshes.iter().any(|track| track.node == node))
            .map(|&node| (node, existing.weights(&loaded.tokens[&node])))
            .collect();
        let mut channels = Channels::default();
        let mut renamed = Vec::new();
        for &node in meshes {
            let Origin::Prim(prim) = &loaded.origins[node] else {
                continue;
            };
            let track = performance.meshes.iter().find(|track| track.node == node);
            let frames = track
                .map(|track| &track.weights)
                .or_else(|| kept.get(&node));
            let Some(frames) = frames.map(Vec::as_slice) else {
                continue;
            };
            let tokens = &loaded.tokens[&node];
            let weights: Vec<Weight<'_>> = (0..tokens.len())
                .map(|target| Weight::Driven { frames, target })
                .collect();
            let used = channels.add_mesh(last(prim), tokens, &weights, performance.frame_count);
            if used != *tokens {
                renamed.push((prim.clone(), used));
            }
        }
        let joints = self.joints(skeleton, &existing);
        let mut taken = UniqueNames::default();
        for child in self.scene.children(&root)? {
            taken.take(last(&child).to_owned());
        }
        self.open_instances(&root)?;
        self.layer.over(&root, &[]);
        let mut animation = format!("{root}/{}", taken.take(ANIMATION.to_owned()));
        while self.layer.has(&animation) {
            animation = format!("{root}/{}", taken.take(ANIMATION.to_owned()));
        }
        animation::define(&mut self.layer, &animation, &channels, &joints, &self.keys);
        self.open_instances(skeleton)?;
        self.layer.over(skeleton, &["SkelBindingAPI"]);
        self.layer
            .relationship(skeleton, "skel:animationSource", &[animation]);
        for (prim, used) in renamed {
            self.open_instances(&prim)?;
            self.layer.over(&prim, &["SkelBindingAPI"]);
            self.layer
                .uniform(&prim, "skel:blendShapes", "token[]", tokens(used));
        }
        Ok(())
    }

    /// The driven joints of a skeleton, and those that its animation moves already.
    fn joints(&self, skeleton: &str, existing: &Existing) -> Vec<AnimatedJoint<'a>> {
        let mut joints = Vec::new();
        for (node, origin) in self.loaded.origins.iter().enumerate() {
            let Origin::Joint {
                skeleton: of,
                token,
            } = origin
            else {
                continue;
            };
            let track = self
                .performance
                .joints
                .iter()
                .find(|track| track.node == node);
            let moved = existing.joints.iter().position(|joint| joint == token);
            if of != skeleton || (track.is_none() && moved.is_none()) {
                continue;
            }
            let place = &self.loaded.places[node];
            let vectors = |pick: fn(&super::existing::Frame) -> &Vec<[f32; 3]>, rest: [f32; 3]| {
                let Some(joint) = moved else {
                    return vec![rest];
                };
                let at = |frame| pick(frame).get(joint).copied().unwrap_or(rest);
                existing.frames.iter().map(at).collect()
            };
            let translations = vectors(|frame| &frame.translations, place.translation);
            let scales = vectors(|frame| &frame.scales, place.scale);
            let rotations = match (track, moved) {
                (Some(track), _) => track
                    .rotations
                    .iter()
                    .map(|&q| self.loaded.units.stage_rotation(q))
                    .collect(),
                (None, Some(joint)) => {
                    let at = |frame: &super::existing::Frame| {
                        frame
                            .rotations
                            .get(joint)
                            .copied()
                            .unwrap_or(place.rotation)
                    };
                    existing.frames.iter().map(at).collect::<Vec<_>>()
                }
                (None, None) => continue,
            };
            let rotations = rotations.into();
            joints.push(AnimatedJoint {
                token: token.clone(),
                translations,
                scales,
                rotations,
            });
        }
        joints
    }

    /// Turns a prim that is no joint, such as an eyeball below an Xform: its transform is written
    /// anew, as one matrix.
    fn turn_prim(&mut self, prim: String, node: usize) -> Result<()> {
        let Some(track) = self
            .performance
            .joints
            .iter()
            .find(|track| track.node == node)
        else {
            return Ok(());
        };
        let place = &self.loaded.places[node];
        let samples = self.keys.iter().map(|&(frame, time)| {
            let turn = self.loaded.units.stage_rotation(track.rotations[frame]);
            let matrix = transform::compose(place.translation, turn, place.scale);
            (time, Value::Matrix4d(skeleton::matrix(&matrix)))
        });
        let samples = Value::TimeSamples(samples.collect());
        let from_root = place.parent.is_none() && !parent(&prim).is_empty();
        let order = from_root.then_some("!resetXformStack!").into_iter();
        let order = order.chain(["xformOp:transform:metaface"]);
        self.open_instances(&prim)?;
        self.layer.over(&prim, &[]);
        let turned = self
            .layer
            .declare(&prim, "xformOp:transform:metaface", "matrix4d");
        self.layer.field(&turned, FieldKey::TimeSamples, samples);
        self.layer
            .uniform(&prim, "xformOpOrder", "token[]", tokens(order));
        Ok(())
    }

    /// Parts of an instance cannot be changed; the layer makes it an ordinary prim.
    fn open_instances(&mut self, prim: &str) -> Result<()> {
        let ends = prim
            .char_indices()
            .skip(1)
            .filter(|(_, c)| *c == '/')
            .map(|(i, _)| i);
        let paths: Vec<&str> = ends.chain([prim.len()]).map(|end| &prim[..end]).collect();
        for path in paths {
            if self.scene.is_instance(path)? {
                self.layer.over(path, &[]);
                self.layer
                    .field(path, FieldKey::Instanceable, Value::Bool(false));
            }
        }
        Ok(())
    }

    /// The time of every frame in the original's own time codes.
    fn scene_times(&self) -> Vec<f64> {
        let per_second = self.scene.stage.time_codes_per_second();
        let start = self.performance.start_frame;
        let seconds = |frame: usize| self.performance.rate.seconds(start + frame as f64);
        (0..self.performance.frame_count)
            .map(|frame| seconds(frame) * per_second)
            .collect()
    }
}
