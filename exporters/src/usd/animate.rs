//! Writes a performance as a layer over a user's USD asset.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use openusd::sdf::{FieldKey, LayerOffset, Value};

use super::animation::{self, BlendShapeChannels, Key, Weight};
use super::existing::ExistingAnimation;
use super::layer::{Layer, tokens};
use super::load::{Loaded, Origin};
use super::load_skeleton::bound_to;
use super::names::UniqueNames;
use super::scene::{Scene, inherited, last, parent, with_large_stack};
use super::write::{describe, inconsistency, keys};
use super::{UsdEncoding, asset_path, invalid, merge, original, skeleton};
use crate::{Character, Performance, Result, transform};

/// The name of the new SkelAnimation prims.
const ANIMATION: &str = "MetaFaceAnimation";

/// The name of the transform operation that animates a prim.
const TRANSFORM: &str = "xformOp:transform:metaface";

/// A layer for the file name `output` that animates `original` without changing it. It refers to
/// the original as a sublayer, relative to `output`, and adds a SkelAnimation for each Skeleton
/// that `performance` drives. A `.usdz` package contains the original and its dependencies.
///
/// The original's units, axes and time codes per second are kept; the performance's frames have the
/// same times in seconds. Other animation of the driven skeletons, such as a moving body or shapes
/// that the performance does not drive, is kept for the frames of the performance. UsdSkel animates
/// scales in half precision, so the scale of a driven joint has a relative error of up to 1/2000 if
/// half precision cannot represent it (such as 0.01). `character` must be what
/// [`load`](super::load) read from `original`.
///
/// # Errors
/// [`FormatError::Read`](crate::FormatError::Read) and
/// [`FormatError::Invalid`](crate::FormatError::Invalid): the character is of another file, a
/// driven mesh has no Skeleton or is not below a SkelRoot, or `output` is the original or one of
/// its dependencies.
pub fn animate_layer(
    original: &Path,
    output: &Path,
    character: &Character,
    performance: &Performance,
) -> Result<Vec<u8>> {
    let encoding = UsdEncoding::of(output)?;
    with_large_stack(original, || {
        let scene = Scene::open(original)?;
        let loaded = Loaded::open(&scene)?;
        if original::depends_on(&scene, output) {
            let reason = "it would overwrite the character or a file that the character depends on";
            return Err(invalid(
                output,
                reason,
                "choose another name for the output",
            ));
        }
        check(original, &loaded, character, performance)?;
        layer_over(&scene, &loaded, performance, encoding, output)
    })
}

/// Checks that character and performance match the loaded file.
fn check(
    original: &Path,
    loaded: &Loaded,
    character: &Character,
    performance: &Performance,
) -> Result<()> {
    let names = |c: &Character| {
        c.nodes
            .iter()
            .map(|node| node.name.clone())
            .collect::<Vec<_>>()
    };
    let reason = if names(&loaded.character) == names(character) {
        inconsistency(&loaded.character, Some(performance))
    } else {
        Some("the character was not read from this file".to_owned())
    };
    let remedy = "load the character from the file again";
    reason.map_or(Ok(()), |reason| Err(invalid(original, reason, remedy)))
}

fn layer_over(
    scene: &Scene<'_>,
    loaded: &Loaded,
    performance: &Performance,
    encoding: UsdEncoding,
    output: &Path,
) -> Result<Vec<u8>> {
    if encoding == UsdEncoding::Package {
        let packaged = original::packaged(scene)?;
        let layer = LayerBuilder::new(scene, loaded, performance)?.layer(&packaged.entry)?;
        return packaged.with_root(layer.encode(UsdEncoding::Crate, output)?, output);
    }
    let sublayer = asset_path::relative(scene.path, output);
    let layer = LayerBuilder::new(scene, loaded, performance)?.layer(&sublayer)?;
    layer.encode(encoding, output)
}

struct LayerBuilder<'a> {
    scene: &'a Scene<'a>,
    loaded: &'a Loaded,
    performance: &'a Performance,
    /// The key frames of the performance.
    keys: Vec<Key>,
    /// All frames.
    frames: Vec<Key>,
    /// Time codes per second of the new layer.
    time_codes: f64,
    layer: Layer,
}

impl<'a> LayerBuilder<'a> {
    fn new(scene: &'a Scene<'a>, loaded: &'a Loaded, performance: &'a Performance) -> Result<Self> {
        let rate = performance.rate.as_f64();
        let time_codes = scene.time_codes_per_second().unwrap_or(rate);
        // Avoids rounding if the rates are equal.
        let ratio = if time_codes == rate {
            1.0
        } else {
            time_codes / rate
        };
        let time_code = |frame: f64| (performance.start_frame + frame) * ratio;
        let frames = 0..performance.frame_count;
        Ok(Self {
            scene,
            loaded,
            performance,
            keys: keys(performance, time_code),
            frames: frames
                .map(|frame| (frame, time_code(frame as f64)))
                .collect(),
            time_codes,
            layer: Layer::new(),
        })
    }

    fn layer(mut self, sublayer: &str) -> Result<Layer> {
        self.metadata(sublayer)?;
        let mut skeletons: BTreeSet<String> = BTreeSet::new();
        let driven: BTreeSet<usize> = self.performance.meshes.iter().map(|t| t.node).collect();
        let mut nodes_by_skeleton: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for &node in self.loaded.tokens.keys() {
            let Origin::Prim(prim) = &self.loaded.origins[node] else {
                continue;
            };
            match bound_to(self.scene, prim)? {
                Some(skeleton) => {
                    if driven.contains(&node) {
                        skeletons.insert(skeleton.clone());
                    }
                    nodes_by_skeleton.entry(skeleton).or_default().push(node);
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
                Origin::Prim(prim) => self.rotate_prim(prim.clone(), track.node)?,
            }
        }
        for skeleton in skeletons {
            let meshes = nodes_by_skeleton.remove(&skeleton).unwrap_or_default();
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
        let existing = ExistingAnimation::of(self.scene, skeleton, &scene_times)?;
        let (performance, loaded) = (self.performance, self.loaded);
        let frames: Vec<(usize, Cow<'_, [Vec<f32>]>)> = meshes
            .iter()
            .map(|&node| (node, merge::weights(loaded, performance, node, &existing)))
            .collect();
        let mut channels = BlendShapeChannels::default();
        let mut renamed = Vec::new();
        for (node, frames) in &frames {
            let Origin::Prim(prim) = &loaded.origins[*node] else {
                continue;
            };
            let tokens = &loaded.tokens[node];
            let weights: Vec<Weight<'_>> = (0..tokens.len())
                .map(|target| Weight::Driven { frames, target })
                .collect();
            let used = channels.add_mesh(last(prim), tokens, &weights, performance.frame_count);
            if used != *tokens {
                renamed.push((prim.clone(), used));
            }
        }
        let joints = merge::joints(loaded, performance, skeleton, &existing);
        let mut taken = UniqueNames::default();
        for child in self.scene.children(&root)? {
            taken.take(last(&child).to_owned());
        }
        self.disable_instancing(&root)?;
        self.layer.over(&root, &[]);
        let mut animation = format!("{root}/{}", taken.take(ANIMATION.to_owned()));
        while self.layer.has(&animation) {
            animation = format!("{root}/{}", taken.take(ANIMATION.to_owned()));
        }
        // Existing animation is sampled at every frame.
        let keys = if existing.moves() {
            &self.frames
        } else {
            &self.keys
        };
        animation::define(&mut self.layer, &animation, &channels, &joints, keys);
        self.disable_instancing(skeleton)?;
        self.layer.over(skeleton, &["SkelBindingAPI"]);
        self.layer
            .relationship(skeleton, "skel:animationSource", &[animation]);
        for (prim, used) in renamed {
            self.disable_instancing(&prim)?;
            self.layer.over(&prim, &["SkelBindingAPI"]);
            self.layer
                .uniform(&prim, "skel:blendShapes", "token[]", tokens(used));
        }
        Ok(())
    }

    /// Animates the rotation of a prim that is not a joint, such as an eyeball below an Xform. Its
    /// transform is replaced by one animated matrix.
    fn rotate_prim(&mut self, prim: String, node: usize) -> Result<()> {
        let Some(track) = self
            .performance
            .joints
            .iter()
            .find(|track| track.node == node)
        else {
            return Ok(());
        };
        let rest = &self.loaded.stage_nodes[node];
        let samples = self.keys.iter().map(|&(frame, time)| {
            let rotation = self.loaded.units.stage_rotation(track.rotations[frame]);
            let matrix = transform::compose(rest.translation, rotation, rest.scale);
            (time, Value::Matrix4d(skeleton::matrix(&matrix)))
        });
        let samples = Value::TimeSamples(samples.collect());
        let resets_stack = rest.parent.is_none() && !parent(&prim).is_empty();
        let reset = resets_stack.then_some("!resetXformStack!");
        let order = reset.into_iter().chain([TRANSFORM]);
        self.disable_instancing(&prim)?;
        self.layer.over(&prim, &[]);
        let attribute = self.layer.declare(&prim, TRANSFORM, "matrix4d");
        self.layer.field(&attribute, FieldKey::TimeSamples, samples);
        self.layer
            .uniform(&prim, "xformOpOrder", "token[]", tokens(order));
        Ok(())
    }

    /// Makes instances at and above a prim ordinary prims, because parts of an instance cannot be
    /// changed.
    fn disable_instancing(&mut self, prim: &str) -> Result<()> {
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

    /// The time of every frame in the original's time codes.
    fn scene_times(&self) -> Vec<f64> {
        let per_second = self.scene.stage.time_codes_per_second();
        let start = self.performance.start_frame;
        let seconds = |frame: usize| self.performance.rate.seconds(start + frame as f64);
        (0..self.performance.frame_count)
            .map(|frame| seconds(frame) * per_second)
            .collect()
    }
}
