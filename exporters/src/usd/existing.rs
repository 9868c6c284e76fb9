//! The animation that a skeleton already has: what a new one must keep.

use std::collections::BTreeMap;

use super::scene::{Scene, floats, inherited, quaternions, texts, vectors};
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
#[derive(Debug, Default)]
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
        let values = |name: &str| scene.values(source, name, times);
        let [translations, rotations] = [values("translations")?, values("rotations")?];
        let [scales, weights] = [values("scales")?, values("blendShapeWeights")?];
        let frames = translations
            .into_iter()
            .zip(rotations)
            .zip(scales)
            .zip(weights);
        let frames = frames.map(|(((translation, rotation), scale), weight)| Frame {
            translations: vectors(translation),
            rotations: quaternions(rotation),
            scales: vectors(scale),
            weights: floats(weight),
        });
        Ok(Self {
            joints: texts(scene.value(source, "joints")?),
            channels: channels
                .into_iter()
                .enumerate()
                .map(|(i, name)| (name, i))
                .collect(),
            frames: frames.collect(),
        })
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

/// The SkelAnimation prim of a Skeleton prim.
pub(super) fn source(scene: &Scene<'_>, skeleton: &str) -> Result<Option<String>> {
    inherited(skeleton, |at| {
        Ok(scene
            .targets(at, "skel:animationSource")?
            .into_iter()
            .next())
    })
}
