//! Writes [`Performance`]s as glTF animations.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document::{Document, ViewTarget};
use super::precision::{Precision, push_rotations, push_weights};
use crate::Performance;

/// Appends each performance as one animation with linear samplers and times from zero. The name is
/// that of the clip, with a number if another animation has the name. A performance without moving
/// parts is skipped, because glTF has no empty animations.
pub(super) fn append<P: Borrow<Performance>>(
    document: &mut Document,
    performances: &[P],
    precision: Precision,
) {
    let mut times = TimeAccessors::default();
    let mut names = AnimationNames::of(document);
    for performance in performances {
        let performance = performance.borrow();
        let Some(mut animation) = animation(document, performance, precision, &mut times) else {
            continue;
        };
        animation["name"] = json!(names.unique(&performance.name));
        document.push("animations", animation);
    }
}

fn animation(
    document: &mut Document,
    performance: &Performance,
    precision: Precision,
    times: &mut TimeAccessors,
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
        let values = along_shorter_arcs(keyed(&joint.rotations, joint.keys.as_deref()));
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
        "extras": { "metaface": clip_record(performance, precision) },
    }))
}

/// The clip's name, timing and metadata, from which a reader restores the clip.
fn clip_record(performance: &Performance, precision: Precision) -> Value {
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

/// Time accessors by the bits of their times. Tracks with the same key times share one, across
/// animations.
#[derive(Default)]
struct TimeAccessors {
    by_times: BTreeMap<Vec<u32>, usize>,
}

impl TimeAccessors {
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
        *(self.by_times.entry(bits))
            .or_insert_with(|| document.push_floats(&times, ViewTarget::None, true))
    }
}

/// The names of all animations in the file.
struct AnimationNames {
    taken: BTreeSet<String>,
}

impl AnimationNames {
    fn of(document: &Document) -> Self {
        let animations = document.json.get("animations").and_then(Value::as_array);
        let animations = animations.into_iter().flatten();
        let names = animations.filter_map(|animation| animation["name"].as_str());
        Self {
            taken: names.map(str::to_owned).collect(),
        }
    }

    /// The name, with a number if another animation has it.
    fn unique(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted} {number}"));
        let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
        let unique = candidates.find(|name| self.taken.insert(name.clone()));
        unique.unwrap_or_default()
    }
}

/// The values at the keys; all values if there are no keys.
fn keyed<'a, T>(
    values: &'a [T],
    keys: Option<&'a [usize]>,
) -> Box<dyn Iterator<Item = &'a T> + 'a> {
    match keys {
        Some(keys) => Box::new(keys.iter().filter_map(|&key| values.get(key))),
        None => Box::new(values.iter()),
    }
}

/// Unit quaternions with signs such that neighbours are in one hemisphere, so that players
/// interpolate along the shorter arc.
fn along_shorter_arcs<'a>(rotations: impl Iterator<Item = &'a [f32; 4]>) -> Vec<[f32; 4]> {
    let mut out: Vec<[f32; 4]> = Vec::new();
    for rotation in rotations {
        let mut unit = super::write::unit_quaternion(*rotation);
        if let Some(previous) = out.last() {
            let cosine: f32 = previous.iter().zip(&unit).map(|(a, b)| a * b).sum();
            if cosine < 0.0 {
                unit = unit.map(|part| -part);
            }
        }
        out.push(unit);
    }
    out
}
