//! The SkelAnimation that drives all meshes and joints of a character.

use std::collections::BTreeMap;

use openusd::gf::{Quatf, Vec3h, f16, vec3h};
use openusd::sdf::{FieldKey, Value};

use super::layer::{Layer, tokens, vectors};

/// The weight of one morph target of one mesh over time, or its rest weight alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Weight<'a> {
    /// The target's place in each frame's weights.
    Driven {
        frames: &'a [Vec<f32>],
        target: usize,
    },
    /// Never changes.
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

/// The blendshape channels of one SkelAnimation. Meshes whose targets have the same name and the
/// same weights share a channel; where the weights differ, the later mesh gets one of its own.
#[derive(Debug, Default)]
pub(super) struct Channels<'a> {
    names: Vec<String>,
    weights: Vec<Weight<'a>>,
    by_name: BTreeMap<String, Vec<usize>>,
    taken: std::collections::HashSet<String>,
}

impl<'a> Channels<'a> {
    /// The channels' names, one per target of a mesh, unique within the mesh. `mesh` tells
    /// channels apart that share a name.
    pub(super) fn add_mesh(
        &mut self,
        mesh: &str,
        targets: &[String],
        weights: &[Weight<'a>],
        frame_count: usize,
    ) -> Vec<String> {
        let mut used = Vec::with_capacity(targets.len());
        for (target, weight) in targets.iter().zip(weights) {
            let sharable = self.by_name.get(target).and_then(|channels| {
                channels.iter().copied().find(|&channel| {
                    !used.contains(&channel) && self.weights[channel].same_as(weight, frame_count)
                })
            });
            let channel = sharable.unwrap_or_else(|| self.new_channel(mesh, target, weight));
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

/// A driven joint as SkelAnimation wants it.
pub(super) struct AnimatedJoint<'a> {
    /// Its name in the Skeleton.
    pub(super) token: String,
    /// One for all frames, or one per frame.
    pub(super) translations: Vec<[f32; 3]>,
    /// One for all frames, or one per frame.
    pub(super) scales: Vec<[f32; 3]>,
    /// Per frame, `[x, y, z, w]`.
    pub(super) rotations: std::borrow::Cow<'a, [[f32; 4]]>,
}

/// A sample to write: a frame of the performance and its time code.
pub(super) type Key = (usize, f64);

/// Defines a SkelAnimation prim at `path` with one sample per key.
pub(super) fn define(
    layer: &mut Layer,
    path: &str,
    channels: &Channels<'_>,
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
    let still = joints.iter().all(|joint| joint.translations.len() == 1);
    sampled(
        layer,
        path,
        ("translations", "float3[]"),
        keys,
        still,
        translations,
    );
    let rotations = layer.declare(path, "rotations", "quatf[]");
    let samples = keys.iter().map(|&(frame, time)| {
        let turns = joints
            .iter()
            .map(|joint| quaternion(joint.rotations[frame]));
        (time, Value::QuatfVec(turns.collect()))
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
    let still = joints.iter().all(|joint| joint.scales.len() == 1);
    sampled(layer, path, ("scales", "half3[]"), keys, still, scales);
}

fn at_frame(values: &[[f32; 3]], frame: usize) -> [f32; 3] {
    values
        .get(frame)
        .or(values.first())
        .copied()
        .unwrap_or_default()
}

/// Adds an attribute with one value, or one per key.
fn sampled(
    layer: &mut Layer,
    path: &str,
    (name, type_name): (&str, &str),
    keys: &[Key],
    still: bool,
    value: impl Fn(usize) -> Value,
) {
    if still {
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
