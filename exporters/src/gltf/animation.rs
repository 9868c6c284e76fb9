//! [`Performance`]s as glTF animations.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document::{Document, Target};
use super::precision::{Precision, push_rotations, push_weights};
use crate::Performance;

/// Appends each of `performances` as one animation, called after its clip and followed by a number
/// where another animation has the name: linear samplers, times from zero. Appends nothing for one
/// in which nothing moves, because glTF has no empty animations.
pub(super) fn append<P: Borrow<Performance>>(
    document: &mut Document,
    performances: &[P],
    precision: Precision,
) {
    let mut times = Times::default();
    let mut names = Names::of(document);
    for performance in performances {
        let performance = performance.borrow();
        let Some(mut animation) = animation(document, performance, precision, &mut times) else {
            continue;
        };
        animation["name"] = json!(names.free(&performance.name));
        document.push("animations", animation);
    }
}

fn animation(
    document: &mut Document,
    performance: &Performance,
    precision: Precision,
    times: &mut Times,
) -> Option<Value> {
    if performance.frame_count == 0 {
        return None;
    }
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
        let input = times.accessor(document, performance, mesh.keys.as_deref());
        let keyed = keyed(&mesh.weights, mesh.keys.as_deref());
        let values: Vec<f32> = keyed.flatten().copied().collect();
        let output = push_weights(document, &values, precision);
        track(&mut samplers, mesh.node, "weights", input, output);
    }
    for joint in &performance.joints {
        if joint.rotations.is_empty() {
            continue;
        }
        let input = times.accessor(document, performance, joint.keys.as_deref());
        let values = shortest_way(keyed(&joint.rotations, joint.keys.as_deref()));
        let output = push_rotations(document, &values, precision);
        track(&mut samplers, joint.node, "rotation", input, output);
    }
    if channels.is_empty() {
        return None;
    }
    Some(json!({
        "name": "",
        "channels": channels,
        "samplers": samplers,
        "extras": { "metaface": provenance(performance, precision) },
    }))
}

/// What a reader needs to get the clip back, and how it was made.
fn provenance(performance: &Performance, precision: Precision) -> Value {
    let mut metadata = performance.metadata.clone();
    if precision != Precision::Float {
        metadata.insert("quantise".to_owned(), precision.to_string());
    }
    json!({
        "frameRate": performance.rate.to_string(),
        "frameCount": performance.frame_count,
        "startFrame": performance.start_frame,
        "clip": performance.name,
        "metadata": metadata,
    })
}

/// Time accessors by the bits of their times; tracks with keys at the same times share one, of
/// whatever animation they are.
#[derive(Default)]
struct Times {
    made: BTreeMap<Vec<u32>, usize>,
}

impl Times {
    fn accessor(
        &mut self,
        document: &mut Document,
        performance: &Performance,
        keys: Option<&[usize]>,
    ) -> usize {
        let frames: Vec<usize> = (0..performance.frame_count).collect();
        let times: Vec<[f32; 1]> = keyed(&frames, keys)
            .map(|&frame| [performance.rate.seconds(frame as f64) as f32])
            .collect();
        let bits = times.iter().map(|[time]| time.to_bits()).collect();
        *(self.made.entry(bits)).or_insert_with(|| document.push_floats(&times, Target::None, true))
    }
}

/// The animations' names.
struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    fn of(document: &Document) -> Self {
        let animations = document.json.get("animations").and_then(Value::as_array);
        let names = animations.into_iter().flatten();
        let names = names.filter_map(|animation| animation["name"].as_str());
        Self {
            taken: names.map(str::to_owned).collect(),
        }
    }

    /// The name, followed by a number where another animation has it.
    fn free(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted} {number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = names.find(|name| self.taken.insert(name.clone()));
        free.unwrap_or_default()
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
