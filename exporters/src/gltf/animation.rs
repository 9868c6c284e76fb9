//! A [`Performance`] as a glTF animation.

use serde_json::{Value, json};

use super::document::{Document, Target};
use crate::Performance;

/// Appends `performance` as one animation: linear samplers, times from zero. Appends nothing when
/// there is nothing that moves, because glTF has no empty animations.
pub(super) fn append(document: &mut Document, performance: &Performance, name: &str) {
    if performance.frame_count == 0 {
        return;
    }
    let mut times = Times::new(performance);
    let (mut samplers, mut channels) = (Vec::new(), Vec::new());
    let mut track = |samplers: &mut Vec<Value>, node: usize, path: &str, input, output| {
        samplers.push(json!({ "input": input, "output": output, "interpolation": "LINEAR" }));
        channels.push(json!({
            "sampler": samplers.len() - 1,
            "target": { "node": node, "path": path },
        }));
    };
    for mesh in &performance.meshes {
        if mesh.weights.first().is_none_or(Vec::is_empty) {
            continue;
        }
        let input = times.accessor(document, mesh.keys.as_deref());
        let keyed = keyed(&mesh.weights, mesh.keys.as_deref());
        let values: Vec<[f32; 1]> = keyed.flatten().map(|&weight| [weight]).collect();
        let output = document.push_floats(&values, Target::None, false);
        track(&mut samplers, mesh.node, "weights", input, output);
    }
    for joint in &performance.joints {
        if joint.rotations.is_empty() {
            continue;
        }
        let input = times.accessor(document, joint.keys.as_deref());
        let values = shortest_way(keyed(&joint.rotations, joint.keys.as_deref()));
        let output = document.push_floats(&values, Target::None, false);
        track(&mut samplers, joint.node, "rotation", input, output);
    }
    if channels.is_empty() {
        return;
    }
    document.push(
        "animations",
        json!({
            "name": name,
            "channels": channels,
            "samplers": samplers,
            "extras": { "metaface": provenance(performance) },
        }),
    );
}

/// What a reader needs to get the clip back exactly, and how it was made.
fn provenance(performance: &Performance) -> Value {
    json!({
        "frameRate": performance.rate.to_string(),
        "frameCount": performance.frame_count,
        "startFrame": performance.start_frame,
        "clip": performance.name,
        "metadata": performance.metadata,
    })
}

/// Time accessors; tracks with the same keys share one.
struct Times<'a> {
    performance: &'a Performance,
    made: Vec<(Option<Vec<usize>>, usize)>,
}

impl<'a> Times<'a> {
    fn new(performance: &'a Performance) -> Self {
        Self {
            performance,
            made: Vec::new(),
        }
    }

    fn accessor(&mut self, document: &mut Document, keys: Option<&[usize]>) -> usize {
        let known = |(made, _): &&(Option<Vec<usize>>, usize)| made.as_deref() == keys;
        if let Some((_, accessor)) = self.made.iter().find(known) {
            return *accessor;
        }
        let frames: Vec<usize> = (0..self.performance.frame_count).collect();
        let times: Vec<[f32; 1]> = keyed(&frames, keys)
            .map(|&frame| [self.performance.rate.seconds(frame as f64) as f32])
            .collect();
        let accessor = document.push_floats(&times, Target::None, true);
        self.made.push((keys.map(<[usize]>::to_vec), accessor));
        accessor
    }
}

/// The values at the keys, or all of them.
fn keyed<'a, T>(
    values: &'a [T],
    keys: Option<&'a [usize]>,
) -> Box<dyn Iterator<Item = &'a T> + 'a> {
    match keys {
        Some(keys) => Box::new(keys.iter().filter_map(|&key| values.get(key))),
        None => Box::new(values.iter()),
    }
}

/// Unit quaternions whose neighbours lie in one hemisphere, so that no player takes the long way.
fn shortest_way<'a>(rotations: impl Iterator<Item = &'a [f32; 4]>) -> Vec<[f32; 4]> {
    let mut out: Vec<[f32; 4]> = Vec::new();
    for rotation in rotations {
        let mut unit = super::write::unit_quaternion(*rotation);
        if let Some(before) = out.last() {
            let cosine: f32 = before.iter().zip(&unit).map(|(a, b)| a * b).sum();
            if cosine < 0.0 {
                unit = unit.map(|part| -part);
            }
        }
        out.push(unit);
    }
    out
}
