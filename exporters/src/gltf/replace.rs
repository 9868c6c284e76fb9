//! Taking an earlier take out of a file that gets a new one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::{Document, pad};
use super::source::number;

/// Removes MetaFace's own animations of these clips, and their data where nothing comes after it:
/// what others appended keeps its place, and with it every index.
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
    let free: BTreeSet<usize> = removed.iter().flat_map(accessors).collect();
    while remove_last_accessor(document, |index| {
        free.contains(&index) && !still_used.contains(&index)
    }) {}
}

/// The accessors of an animation.
fn accessors(animation: &Value) -> Vec<usize> {
    let samplers = animation["samplers"].as_array().into_iter().flatten();
    let ends = samplers.flat_map(|sampler| [&sampler["input"], &sampler["output"]]);
    ends.filter_map(number).collect()
}

/// Removes the last accessor if it `may` go and has the end of the binary to itself.
fn remove_last_accessor(document: &mut Document, may: impl Fn(usize) -> bool) -> bool {
    let array = |name: &str| document.json.get(name).and_then(Value::as_array);
    let (Some(accessors), Some(views)) = (array("accessors"), array("bufferViews")) else {
        return false;
    };
    let (Some(accessor), Some(view)) = (accessors.last(), views.last()) else {
        return false;
    };
    let index = views.len() - 1;
    let start = number(&view["byteOffset"]).unwrap_or(0);
    let mut end = start + number(&view["byteLength"]).unwrap_or(0);
    end = end.next_multiple_of(4);
    let own = number(&accessor["bufferView"]) == Some(index)
        && number(&view["buffer"]) == Some(0)
        && end >= document.binary.len()
        && (document.json.values())
            .map(|value| uses(value, index))
            .sum::<usize>()
            == 1;
    if !own || !may(accessors.len() - 1) {
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

/// How often a buffer view is named anywhere below a value.
fn uses(value: &Value, view: usize) -> usize {
    match value {
        Value::Array(values) => values.iter().map(|value| uses(value, view)).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match key.as_str() {
                "bufferView" => usize::from(number(value) == Some(view)),
                _ => uses(value, view),
            })
            .sum(),
        _ => 0,
    }
}
