//! Removes earlier takes from a file before new ones are added.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{Document, pad};
use super::file::number;

/// Removes the animations that MetaFace wrote for these clips. Their data is removed only at the
/// end of the file, so that other data keeps its position and indices.
pub(super) fn remove_takes(document: &mut Document, clips: &BTreeSet<&str>) {
    let Some(Value::Array(animations)) = document.json.get_mut("animations") else {
        return;
    };
    let is_replaced = |animation: &Value| {
        let clip = animation["extras"]["metaface"]["clip"].as_str();
        clip.is_some_and(|clip| clips.contains(clip))
    };
    let (removed, kept): (Vec<Value>, Vec<Value>) = animations.drain(..).partition(is_replaced);
    let still_used: BTreeSet<usize> = kept.iter().flat_map(accessors).collect();
    if kept.is_empty() {
        document.json.shift_remove("animations");
    } else {
        *animations = kept;
    }
    let unused: BTreeSet<usize> = removed.iter().flat_map(accessors).collect();
    while remove_last_accessor(document, |index| {
        unused.contains(&index) && !still_used.contains(&index)
    }) {}
}

/// The accessors of an animation.
fn accessors(animation: &Value) -> Vec<usize> {
    let samplers = animation["samplers"].as_array().into_iter().flatten();
    let ends = samplers.flat_map(|sampler| [&sampler["input"], &sampler["output"]]);
    ends.filter_map(number).collect()
}

/// Removes the last accessor if `is_removable` and if only it uses the data at the end of the
/// binary chunk. Returns whether it was removed.
fn remove_last_accessor(document: &mut Document, is_removable: impl Fn(usize) -> bool) -> bool {
    let array = |name: &str| document.json.get(name).and_then(Value::as_array);
    let (Some(accessors), Some(views)) = (array("accessors"), array("bufferViews")) else {
        return false;
    };
    let (Some(accessor), Some(view)) = (accessors.last(), views.last()) else {
        return false;
    };
    let index = views.len() - 1;
    let start = number(&view["byteOffset"]).unwrap_or(0);
    let end = (start + number(&view["byteLength"]).unwrap_or(0)).next_multiple_of(4);
    let is_exclusive = number(&accessor["bufferView"]) == Some(index)
        && number(&view["buffer"]) == Some(0)
        && end >= document.binary.len()
        && (document.json.values())
            .map(|value| references(value, index))
            .sum::<usize>()
            == 1;
    if !is_exclusive || !is_removable(accessors.len() - 1) {
        return false;
    }
    document.binary.truncate(start);
    pad(&mut document.binary, 0);
    for name in ["accessors", "bufferViews"] {
        if let Some(Value::Array(values)) = document.json.get_mut(name) {
            values.pop();
        }
    }
    true
}

/// The number of references to a buffer view in a value.
fn references(value: &Value, view: usize) -> usize {
    match value {
        Value::Array(values) => values.iter().map(|value| references(value, view)).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match key.as_str() {
                "bufferView" => usize::from(number(value) == Some(view)),
                _ => references(value, view),
            })
            .sum(),
        _ => 0,
    }
}
