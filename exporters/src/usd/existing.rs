//! Reads the existing animation of a skeleton, which a new one must preserve.

use std::collections::BTreeMap;

use super::scene::{Scene, inherited};
use super::values::{floats, quaternions, texts, vectors};
use crate::Result;

/// A SkelAnimation, sampled at given times.
#[derive(Debug, Default)]
pub(super) struct ExistingAnimation {
    /// The tokens of the joints.
    pub(super) joints: Vec<String>,
    /// The blendshape channels, with their indices.
    pub(super) channels: BTreeMap<String, usize>,
    /// One frame per time.
    pub(super) frames: Vec<AnimationFrame>,
}

/// The values at one time; arrays that are missing in the file are empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct AnimationFrame {
    pub(super) translations: Vec<[f32; 3]>,
    pub(super) rotations: Vec<[f32; 4]>,
    pub(super) scales: Vec<[f32; 3]>,
    pub(super) weights: Vec<f32>,
}

impl ExistingAnimation {
    /// The animation of a Skeleton prim, bound to it or to a prim above it; empty without one.
    pub(super) fn of(scene: &Scene<'_>, skeleton: &str, times: &[f64]) -> Result<Self> {
        match source(scene, skeleton)? {
            Some(source) => Self::read(scene, &source, times),
            None => Ok(Self::default()),
        }
    }

    /// Samples a SkelAnimation prim.
    pub(super) fn read(scene: &Scene<'_>, source: &str, times: &[f64]) -> Result<Self> {
        let channels = texts(scene.value(source, "blendShapes")?);
        let joints = texts(scene.value(source, "joints")?);
        // Excess elements of arrays should not use memory in every frame.
        let points =
            |name: &str| scene.values(source, name, times, |v| truncated(vectors(v), joints.len()));
        let [translations, scales] = [points("translations")?, points("scales")?];
        let rotations = scene.values(source, "rotations", times, |v| {
            truncated(quaternions(v), joints.len())
        })?;
        let weights = scene.values(source, "blendShapeWeights", times, |v| {
            truncated(floats(v), channels.len())
        })?;
        let frames = translations
            .into_iter()
            .zip(rotations)
            .zip(scales)
            .zip(weights);
        let frames = frames.map(
            |(((translation, rotation), scale), weight)| AnimationFrame {
                translations: translation,
                rotations: rotation,
                scales: scale,
                weights: weight,
            },
        );
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

    /// Whether any value changes over time.
    pub(super) fn moves(&self) -> bool {
        self.frames.windows(2).any(|pair| pair[0] != pair[1])
    }

    /// Per frame, the weights of a mesh's blendshapes; zero for blendshapes without a channel.
    pub(super) fn weights(&self, tokens: &[String]) -> Vec<Vec<f32>> {
        let channels: Vec<_> = tokens
            .iter()
            .map(|token| self.channels.get(token))
            .collect();
        let at = |frame: &AnimationFrame| {
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

fn truncated<T>(mut values: Vec<T>, count: usize) -> Vec<T> {
    values.truncate(count);
    values.shrink_to_fit();
    values
}

/// The path of a Skeleton prim's SkelAnimation.
pub(super) fn source(scene: &Scene<'_>, skeleton: &str) -> Result<Option<String>> {
    inherited(skeleton, |at| {
        Ok(scene
            .targets(at, "skel:animationSource")?
            .into_iter()
            .next())
    })
}
