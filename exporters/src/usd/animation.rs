//! Writes SkelAnimation prims, which drive meshes and joints.

use std::collections::BTreeMap;

use openusd::gf::{Quatf, Vec3h, f16, vec3h};
use openusd::sdf::{FieldKey, Value};

use super::layer::{Layer, tokens, vectors};

/// The weight of one morph target of one mesh: animated, or at rest.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Weight<'a> {
    /// Animated: `target` is the index in each frame's weights.
    Driven {
        frames: &'a [Vec<f32>],
        target: usize,
    },
    /// Constant.
    Rest(f32),
}

impl Weight<'_> {
    fn at(&self, frame: usize) -> f32 {
        match self {
            Self::Driven { frames, target } => {
                let weight = frames.get(frame).and_then(|weights| weights.get(*target));
                weight.copied().unwrap_or(0.0)
            }
            Self::Rest(weight) => *weight,
        }
    }

    fn same_as(&self, other: &Self, frame_count: usize) -> bool {
        (0..frame_count.max(1)).all(|frame| self.at(frame).to_bits() == other.at(frame).to_bits())
    }
}

/// The blendshape channels of one SkelAnimation. Targets of different meshes share a channel if
/// they have the same name and the same weights; otherwise the later one gets a new channel.
#[derive(Debug, Default)]
pub(super) struct BlendShapeChannels<'a> {
    names: Vec<String>,
    weights: Vec<Weight<'a>>,
    by_name: BTreeMap<String, Vec<usize>>,
    taken: std::collections::HashSet<String>,
}

impl<'a> BlendShapeChannels<'a> {
    /// Adds the targets of a mesh and returns the name of the channel of each, unique within the
    /// mesh. `mesh` is appended to names that are taken.
    pub(super) fn add_mesh(
        &mut self,
        mesh: &str,
        targets: &[String],
        weights: &[Weight<'a>],
        frame_count: usize,
    ) -> Vec<String> {
        let mut used = Vec::with_capacity(targets.len());
        for (target, weight) in targets.iter().zip(weights) {
            let shared = self.by_name.get(target).and_then(|channels| {
                channels.iter().copied().find(|&channel| {
                    !used.contains(&channel) && self.weights[channel].same_as(weight, frame_count)
                })
            });
            let channel = shared.unwrap_or_else(|| self.new_channel(mesh, target, weight));
            used.push(channel);
        }
        used.iter()
            .map(|&channel| self.names[channel].clone())
            .collect()
    }

    fn new_channel(&mut self, mesh: &str, target: &str, weight: &Weight<'a>) -> usize {
        let mut name = target.to_owned();
        let mut number = 0_usize;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = match number {
                1 => format!("{target}_{mesh}"),
                _ => format!("{target}_{mesh}_{number}"),
            };
        }
        self.names.push(name);
        self.weights.push(weight.clone());
        let channel = self.names.len() - 1;
        self.by_name
            .entry(target.to_owned())
            .or_default()
            .push(channel);
        channel
    }

    /// The names of all channels.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    fn at(&self, frame: usize) -> Value {
        Value::FloatVec(self.weights.iter().map(|weight| weight.at(frame)).collect())
    }
}

/// The animation of a joint, as SkelAnimation stores it.
pub(super) struct AnimatedJoint<'a> {
    /// The joint's name in the Skeleton.
    pub(super) token: String,
    /// One constant value, or one per frame.
    pub(super) translations: Vec<[f32; 3]>,
    /// One constant value, or one per frame.
    pub(super) scales: Vec<[f32; 3]>,
    /// Per frame, `[x, y, z, w]`.
    pub(super) rotations: std::borrow::Cow<'a, [[f32; 4]]>,
}

/// A sample to write: a frame index of the performance and its time code.
pub(super) type Key = (usize, f64);

/// Defines a SkelAnimation prim at `path` with one sample per key.
pub(super) fn define(
    layer: &mut Layer,
    path: &str,
    channels: &BlendShapeChannels<'_>,
    joints: &[AnimatedJoint<'_>],
    keys: &[Key],
) {
    layer.define(path, "SkelAnimation", &[]);
    if !channels.names().is_empty() {
        layer.uniform(path, "blendShapes", "token[]", tokens(channels.names()));
        let weights = layer.declare(path, "blendShapeWeights", "float[]");
        if keys.is_empty() {
            layer.field(&weights, FieldKey::Default, channels.at(0));
        } else {
            let samples = keys.iter().map(|&(frame, time)| (time, channels.at(frame)));
            layer.field(
                &weights,
                FieldKey::TimeSamples,
                Value::TimeSamples(samples.collect()),
            );
        }
    }
    if joints.is_empty() || keys.is_empty() {
        return;
    }
    layer.uniform(
        path,
        "joints",
        "token[]",
        tokens(joints.iter().map(|joint| &joint.token)),
    );
    let translations = |frame: usize| {
        let at = joints
            .iter()
            .map(|joint| at_frame(&joint.translations, frame));
        vectors(&at.collect::<Vec<_>>())
    };
    let constant = joints.iter().all(|joint| joint.translations.len() == 1);
    sampled(
        layer,
        path,
        ("translations", "float3[]"),
        keys,
        constant,
        translations,
    );
    let rotations = layer.declare(path, "rotations", "quatf[]");
    let samples = keys.iter().map(|&(frame, time)| {
        let rotations = joints
            .iter()
            .map(|joint| quaternion(joint.rotations[frame]));
        (time, Value::QuatfVec(rotations.collect()))
    });
    layer.field(
        &rotations,
        FieldKey::TimeSamples,
        Value::TimeSamples(samples.collect()),
    );
    let scales = |frame: usize| {
        let at = joints
            .iter()
            .map(|joint| half(at_frame(&joint.scales, frame)));
        Value::Vec3hVec(at.collect())
    };
    let constant = joints.iter().all(|joint| joint.scales.len() == 1);
    sampled(layer, path, ("scales", "half3[]"), keys, constant, scales);
}

fn at_frame(values: &[[f32; 3]], frame: usize) -> [f32; 3] {
    values
        .get(frame)
        .or(values.first())
        .copied()
        .unwrap_or_default()
}

/// Adds an attribute with one constant value, or one sample per key.
fn sampled(
    layer: &mut Layer,
    path: &str,
    (name, type_name): (&str, &str),
    keys: &[Key],
    constant: bool,
    value: impl Fn(usize) -> Value,
) {
    if constant {
        layer.attribute(path, name, type_name, value(0));
        return;
    }
    let attribute = layer.declare(path, name, type_name);
    let samples = keys.iter().map(|&(frame, time)| (time, value(frame)));
    layer.field(
        &attribute,
        FieldKey::TimeSamples,
        Value::TimeSamples(samples.collect()),
    );
}

fn quaternion([x, y, z, w]: [f32; 4]) -> Quatf {
    Quatf { w, x, y, z }
}

fn half([x, y, z]: [f32; 3]) -> Vec3h {
    vec3h(f16::from_f32(x), f16::from_f32(y), f16::from_f32(z))
}
