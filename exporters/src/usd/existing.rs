//! The animation that a skeleton already has: what a new one must keep.

use std::collections::BTreeMap;

use super::scene::{Scene, inherited};
use super::values::{floats, quaternions, texts, vectors};
use crate::Result;

/// A SkelAnimation, sampled at some times.
#[derive(Debug, Default)]
pub(super) struct Existing {
    /// The tokens of its joints.
    pub(super) joints: Vec<String>,
    /// Its blendshape channels.
    pub(super) channels: BTreeMap<String, usize>,
    /// One per time.
    pub(super) frames: Vec<Frame>,
}

/// One sample of everything; arrays that the file leaves out are empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Frame {
    pub(super) translations: Vec<[f32; 3]>,
    pub(super) rotations: Vec<[f32; 4]>,
    pub(super) scales: Vec<[f32; 3]>,
    pub(super) weights: Vec<f32>,
}

impl Existing {
    /// What animates a Skeleton prim, itself or through a prim above it; nothing if nothing does.
    pub(super) fn of(scene: &Scene<'_>, skeleton: &str, times: &[f64]) -> Result<Self> {
        match source(scene, skeleton)? {
            Some(source) => Self::read(scene, &source, times),
            None => Ok(Self::default()),
        }
    }

    /// A SkelAnimation prim's samples.
    pub(super) fn read(scene: &Scene<'_>, source: &str, times: &[f64]) -> Result<Self> {
        let channels = texts(scene.value(source, "blendShapes")?);
        let joints = texts(scene.value(source, "joints")?);
        // Arrays that are longer than what they belong to should not take memory every frame.
        let points =
            |name: &str| scene.values(source, name, times, |v| cut(vectors(v), joints.len()));
        let [translations, scales] = [points("translations")?, points("scales")?];
        let rotations = scene.values(source, "rotations", times, |v| {
            cut(quaternions(v), joints.len())
        })?;
        let weights = scene.values(source, "blendShapeWeights", times, |v| {
            cut(floats(v), channels.len())
        })?;
        let frames = translations
            .into_iter()
            .zip(rotations)
            .zip(scales)
            .zip(weights);
        let frames = frames.map(|(((translation, rotation), scale), weight)| Frame {
            translations: translation,
            rotations: rotation,
            scales: scale,
            weights: weight,
        });
        Ok(Self {
            joints,
            channels: channels
                .into_iter()
                .enumerate()
                .map(|(i, name)| (name, i))
                .collect(),
            frames: frames.collect(),
        })
    }

    /// Whether anything changes from one time to another.
    pub(super) fn moves(&self) -> bool {
        self.frames.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// Per frame, the weights of a mesh's blendshapes; what the animation does not name is zero.
    pub(super) fn weights(&self, tokens: &[String]) -> Vec<Vec<f32>> {
        let channels: Vec<_> = tokens
            .iter()
            .map(|token| self.channels.get(token))
            .collect();
        let at = |frame: &Frame| {
            let weight = |channel: &Option<&usize>| {
                channel
                    .and_then(|&i| frame.weights.get(i))
                    .copied()
                    .unwrap_or(0.0)
            };
            channels.iter().map(weight).collect()
        };
        self.frames.iter().map(at).collect()
    }
}

fn cut<T>(mut values: Vec<T>, count: usize) -> Vec<T> {
    values.truncate(count);
    values.shrink_to_fit();
    values
}

/// The SkelAnimation prim of a Skeleton prim.
pub(super) fn source(scene: &Scene<'_>, skeleton: &str) -> Result<Option<String>> {
    inherited(skeleton, |at| {
        Ok(scene
            .targets(at, "skel:animationSource")?
            .into_iter()
            .next())
    })
}
