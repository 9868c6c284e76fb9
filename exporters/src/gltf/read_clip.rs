//! Reads animations of glTF files as clips.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use serde_json::Value;

use super::accessor::rows;
use super::choice;
use super::file::{GltfFile, number};
use super::load::{from_source, text};
use super::sampler::KeyframeCurve;
use crate::{JointTrack, MeshTrack, Performance, Result, RigMap};

/// The largest number of frames of a clip, nine hours at 30 frames per second, so that a key at an
/// absurd time does not exhaust memory.
const MAX_FRAMES: f64 = 1e6;

/// The memory overhead of a list, in floats.
const LIST_OVERHEAD: usize = 10;

/// The lowest detected frame rate; slower keys are key poses, not frames.
const MIN_RATE: f64 = 12.0;

/// The largest distance of a key from a frame of a rate, as a share of a frame.
const OFF_GRID: f64 = 0.05;

/// The share of keys that must be on frames of a rate for it to be detected.
const ON_GRID: f64 = 0.98;

/// Reads the face animation of a `.glb` or `.gltf` file as a clip. Animations that MetaFace wrote
/// are read exactly, others as far as their morph targets correspond to channels one to one.
///
/// The animation is the last that MetaFace wrote, otherwise the first that animates morph targets.
/// `rate` defaults to the rate recorded in the file, otherwise to the rate detected from the keys,
/// otherwise to 30. `map` defaults to that of [`RigMap::discover`].
///
/// # Errors
/// As [`load`](super::load); [`FormatError::Invalid`](crate::FormatError::Invalid) without an
/// animation of morph targets, [`FormatError::NothingToDrive`](crate::FormatError::NothingToDrive)
/// if no target corresponds to a channel.
pub fn read_clip(path: &Path, rate: Option<FrameRate>, map: Option<&RigMap>) -> Result<Clip> {
    read(path, None, rate, map)
}

/// As [`read_clip`], for the animation with this name (see [`animations`](super::animations())).
///
/// # Errors
/// As [`read_clip`]; [`FormatError::Invalid`](crate::FormatError::Invalid), which lists the
/// existing animations, if there is no animation with the name.
pub fn read_animation(
    path: &Path,
    name: &str,
    rate: Option<FrameRate>,
    map: Option<&RigMap>,
) -> Result<Clip> {
    read(path, Some(name), rate, map)
}

fn read(
    path: &Path,
    name: Option<&str>,
    rate: Option<FrameRate>,
    map: Option<&RigMap>,
) -> Result<Clip> {
    let source = GltfFile::read(path)?;
    let character = from_source(&source)?;
    let map = match map {
        Some(map) => map.clone(),
        None => RigMap::discover(&character).usable(&character)?,
    };
    let animation = choice::find(&source, name)?;
    let curves = curves(&source, animation)?;
    let mut performance = Performance {
        name: text(&animation["name"]),
        rate: FrameRate::whole(30).map_err(|error| source.invalid(error.to_string()))?,
        start_frame: 0.0,
        frame_count: 0,
        meshes: Vec::new(),
        joints: Vec::new(),
        metadata: BTreeMap::new(),
    };
    read_timing(&source, animation, &curves, rate, &mut performance)?;
    reserve_floats(&source, &curves, performance.frame_count)?;
    for (node, curve) in curves {
        let at = |frame: usize| performance.rate.seconds(frame as f64) as f32;
        let frames = 0..performance.frame_count;
        match curve {
            AnimatedProperty::Weights(curve) => performance.meshes.push(MeshTrack {
                node,
                weights: frames.map(|frame| curve.at(at(frame))).collect(),
                undriven: Vec::new(),
                keys: None,
            }),
            AnimatedProperty::Rotation(curve) => performance.joints.push(JointTrack {
                node,
                rotations: frames.map(|frame| curve.rotation_at(at(frame))).collect(),
                keys: None,
            }),
        }
    }
    Ok(map.recover(&character, &performance))
}

/// Counts the frames of all curves and of the clip towards the file's limit, because a few bytes of
/// keys can define any number of frames.
fn reserve_floats(
    source: &GltfFile,
    curves: &[(usize, AnimatedProperty)],
    frames: usize,
) -> Result<()> {
    let widths = curves.iter().map(|(_, track)| match track {
        // Each frame has a list of weights.
        AnimatedProperty::Weights(curve) => curve.width() + LIST_OVERHEAD,
        AnimatedProperty::Rotation(_) => 4,
    });
    let floats: usize = widths.sum::<usize>() + Channel::COUNT;
    source.reserve_floats((floats as u64).saturating_mul(frames as u64))
}

enum AnimatedProperty {
    Weights(KeyframeCurve),
    Rotation(KeyframeCurve),
}

impl AnimatedProperty {
    fn times(&self) -> &[f32] {
        match self {
            Self::Weights(curve) | Self::Rotation(curve) => curve.times(),
        }
    }
}

/// The weight and rotation curves of an animation, with their nodes.
fn curves(source: &GltfFile, animation: &Value) -> Result<Vec<(usize, AnimatedProperty)>> {
    let mut curves = Vec::new();
    let mut seen = BTreeSet::new();
    for channel in animation["channels"].as_array().into_iter().flatten() {
        let Some(node) =
            number(&channel["target"]["node"]).filter(|&n| n < source.array("nodes").len())
        else {
            continue;
        };
        let Some(sampler) = number(&channel["sampler"]).map(|index| &animation["samplers"][index])
        else {
            continue;
        };
        let (Some(input), Some(output)) = (number(&sampler["input"]), number(&sampler["output"]))
        else {
            return Err(source.invalid("an animation's sampler lacks its input or output"));
        };
        let interpolation = sampler["interpolation"].as_str().unwrap_or("LINEAR");
        let path = channel["target"]["path"].as_str();
        if path != Some("weights") && path != Some("rotation") {
            continue;
        }
        if !seen.insert((node, path)) {
            return Err(source.invalid(format!(
                "an animation has two channels for the same property of nodes[{node}]"
            )));
        }
        let Some(times) = rows::<1>(source, input)? else {
            continue;
        };
        let values = if path == Some("weights") {
            rows::<1>(source, output)?.map(|rows| rows.into_flattened())
        } else {
            rows::<4>(source, output)?.map(|rows| rows.into_flattened())
        };
        let Some(values) = values else {
            continue;
        };
        let curve =
            KeyframeCurve::new(times.into_flattened(), values, interpolation).ok_or_else(|| {
                source.invalid(format!(
                    "the keys of an animation of nodes[{node}] are out of order or incomplete"
                ))
            })?;
        curves.push(match path {
            Some("weights") => (node, AnimatedProperty::Weights(curve)),
            _ if curve.width() == 4 => (node, AnimatedProperty::Rotation(curve)),
            _ => continue,
        });
    }
    Ok(curves)
}

/// Reads rate, start and length, from the clip record or from the keys.
fn read_timing(
    source: &GltfFile,
    animation: &Value,
    curves: &[(usize, AnimatedProperty)],
    rate: Option<FrameRate>,
    performance: &mut Performance,
) -> Result<()> {
    let record = &animation["extras"]["metaface"];
    let recorded: Option<FrameRate> = record["frameRate"]
        .as_str()
        .and_then(|rate| rate.parse().ok());
    performance.rate = rate
        .or(recorded)
        .or_else(|| detected_rate(curves))
        .unwrap_or(performance.rate);
    if let Some(name) = record["clip"].as_str() {
        performance.name = name.to_owned();
    }
    for (key, value) in record["metadata"].as_object().into_iter().flatten() {
        performance.metadata.insert(key.clone(), text(value));
    }
    let start = record["startFrame"]
        .as_f64()
        .filter(|start| start.is_finite())
        .unwrap_or(0.0);
    performance.start_frame = match (recorded, rate) {
        (Some(recorded), Some(rate)) => start * rate.as_f64() / recorded.as_f64(),
        _ => start,
    };
    let ends = curves.iter().filter_map(|(_, track)| track.times().last());
    let end = f64::from(ends.fold(0.0_f32, |end, &time| end.max(time)));
    // Rounded, because times are single precision.
    let frames = (end * performance.rate.as_f64() + 0.5).floor() + 1.0;
    if frames > MAX_FRAMES {
        return Err(source.invalid(format!(
            "its animation of {end} seconds is too long for a clip"
        )));
    }
    performance.frame_count = frames as usize;
    Ok(())
}

/// Detects the frame rate of the weights' keys from the most common distance of neighbouring keys,
/// otherwise from the smallest.
fn detected_rate(curves: &[(usize, AnimatedProperty)]) -> Option<FrameRate> {
    let tracks = curves.iter().map(|(_, track)| track);
    let weights = tracks.filter(|track| matches!(track, AnimatedProperty::Weights(_)));
    let mut counts: BTreeMap<u64, (usize, f64)> = BTreeMap::new();
    for pair in weights.clone().flat_map(|track| track.times().windows(2)) {
        let step = f64::from(pair[1]) - f64::from(pair[0]);
        // Tenths of a millisecond are fine enough to distinguish all common rates.
        let entry = counts.entry((step * 1e4).round() as u64).or_default();
        *entry = (entry.0 + 1, entry.1 + step);
    }
    let most_common = counts.values().copied().max_by_key(|entry| entry.0);
    let smallest = counts.values().next().copied();
    let rate = |(count, sum): (usize, f64)| FrameRate::nearest(count as f64 / sum).ok();
    let times: Vec<f64> = weights
        .flat_map(|track| track.times())
        .map(|&time| f64::from(time))
        .collect();
    let on_grid = |rate: &FrameRate| {
        let error = |time: f64| (time * rate.as_f64()).round() / rate.as_f64() - time;
        // Times are single precision.
        let allowed = |time: f64| OFF_GRID / rate.as_f64() + time * f64::from(f32::EPSILON);
        let matching = times
            .iter()
            .filter(|&&time| error(time).abs() <= allowed(time));
        matching.count() as f64 >= times.len() as f64 * ON_GRID
    };
    let candidates = [most_common, smallest].into_iter().flatten();
    candidates
        .filter_map(rate)
        .find(|rate| rate.as_f64() >= MIN_RATE && on_grid(rate))
}
