//! Animations of glTF files read back as clips.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use serde_json::Value;

use super::accessor::rows;
use super::choice::named;
use super::load::{from_source, text};
use super::sampler::Curve;
use super::source::{Source, number};
use crate::{JointTrack, MeshTrack, Performance, Result, RigMap};

/// The most frames of a clip, nine hours at 30 frames per second: a key at a wild time should not
/// fill the memory.
const MOST_FRAMES: f64 = 1e6;

/// What a list takes beside its numbers, in floats.
const LIST: usize = 10;

/// Slower rates are the distance of someone's key poses, not of frames.
const SLOWEST: f64 = 12.0;

/// Keys off the grid of a rate by more than this share of a frame are not its frames.
const OFF_GRID: f64 = 0.05;

/// So many of the keys lie on the grid of the rate that they were made at.
const ON_GRID: f64 = 0.98;

/// Reads the face animation of a `.glb` or `.gltf` as a clip: our own exactly, anybody's as far
/// as its morph targets stand for channels one to one.
///
/// The animation is MetaFace's last one or, without one, the first that animates morph targets.
/// `rate` defaults to the rate recorded in the file or, without one, to that of its keys where they
/// lie on the frames of one, or else to 30. `map` defaults to [`RigMap::discover`]'s.
///
/// # Errors
/// As [`load`](super::load); [`ExportError::Invalid`](crate::ExportError::Invalid) without an
/// animation of morph targets, [`ExportError::NothingToDrive`](crate::ExportError::NothingToDrive)
/// where none of them stands for a channel.
pub fn read_clip(path: &Path, rate: Option<FrameRate>, map: Option<&RigMap>) -> Result<Clip> {
    read(path, None, rate, map)
}

/// As [`read_clip`], of the animation of this name (see [`animations`](super::animations())).
///
/// # Errors
/// As [`read_clip`]; [`ExportError::Invalid`](crate::ExportError::Invalid) naming those that there
/// are, where none has the name.
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
    let source = Source::read(path)?;
    let character = from_source(&source)?;
    let map = match map {
        Some(map) => map.clone(),
        None => RigMap::discover(&character).usable(&character)?,
    };
    let animation = named(&source, name)?;
    let curves = curves(&source, animation)?;
    let mut performance = Performance {
        name: text(&animation["name"]),
        rate: FrameRate::whole(30).map_err(|error| source.fault(error.to_string()))?,
        start_frame: 0.0,
        frame_count: 0,
        meshes: Vec::new(),
        joints: Vec::new(),
        metadata: BTreeMap::new(),
    };
    place_in_time(&source, animation, &curves, rate, &mut performance)?;
    spend(&source, &curves, performance.frame_count)?;
    for (node, curve) in curves {
        let at = |frame: usize| performance.rate.seconds(frame as f64) as f32;
        let frames = 0..performance.frame_count;
        match curve {
            Track::Weights(curve) => performance.meshes.push(MeshTrack {
                node,
                weights: frames.map(|frame| curve.at(at(frame))).collect(),
                undriven: Vec::new(),
                keys: None,
            }),
            Track::Rotation(curve) => performance.joints.push(JointTrack {
                node,
                rotations: frames.map(|frame| curve.rotation_at(at(frame))).collect(),
                keys: None,
            }),
        }
    }
    Ok(map.recover(&character, &performance))
}

/// Takes the frames of all curves, and of the clip, off what the file may decode to: a few bytes
/// of keys can ask for any number of frames.
fn spend(source: &Source, curves: &[(usize, Track)], frames: usize) -> Result<()> {
    let widths = curves.iter().map(|(_, track)| match track {
        // A frame's weights are a list of their own.
        Track::Weights(curve) => curve.width() + LIST,
        Track::Rotation(_) => 4,
    });
    let floats: usize = widths.sum::<usize>() + Channel::COUNT;
    source.spend((floats as u64).saturating_mul(frames as u64))
}

enum Track {
    Weights(Curve),
    Rotation(Curve),
}

impl Track {
    fn times(&self) -> &[f32] {
        match self {
            Self::Weights(curve) | Self::Rotation(curve) => curve.times(),
        }
    }
}

/// The weight and rotation curves of an animation with their nodes.
fn curves(source: &Source, animation: &Value) -> Result<Vec<(usize, Track)>> {
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
            return Err(source.fault("an animation's sampler lacks its input or output"));
        };
        let interpolation = sampler["interpolation"].as_str().unwrap_or("LINEAR");
        let path = channel["target"]["path"].as_str();
        if path != Some("weights") && path != Some("rotation") {
            continue;
        }
        if !seen.insert((node, path)) {
            return Err(source.fault(format!(
                "an animation has two channels for the same part of nodes[{node}]"
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
        let curve = Curve::new(times.into_flattened(), values, interpolation);
        let curve = curve.ok_or_else(|| {
            source.fault(format!(
                "the keys of an animation of nodes[{node}] are out of order or incomplete"
            ))
        })?;
        curves.push(match path {
            Some("weights") => (node, Track::Weights(curve)),
            _ if curve.width() == 4 => (node, Track::Rotation(curve)),
            _ => continue,
        });
    }
    Ok(curves)
}

/// Finds rate, start and length, as recorded or as the keys tell.
fn place_in_time(
    source: &Source,
    animation: &Value,
    curves: &[(usize, Track)],
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
        .filter(|start| start.is_finite());
    let start = start.unwrap_or(0.0);
    performance.start_frame = match (recorded, rate) {
        (Some(recorded), Some(rate)) => start * rate.as_f64() / recorded.as_f64(),
        _ => start,
    };
    let ends = curves.iter().filter_map(|(_, track)| track.times().last());
    let end = f64::from(ends.fold(0.0_f32, |end, &time| end.max(time)));
    // Half a frame of grace: times are single precision.
    let frames = (end * performance.rate.as_f64() + 0.5).floor() + 1.0;
    if frames > MOST_FRAMES {
        return Err(source.fault(format!(
            "its animation lasts {end} seconds, which is too long for a clip"
        )));
    }
    performance.frame_count = frames as usize;
    Ok(())
}

/// The rate whose frames the keys of the weights are: by the commonest distance of neighbouring
/// keys, or else the smallest.
fn detected_rate(curves: &[(usize, Track)]) -> Option<FrameRate> {
    let weights = curves.iter().map(|(_, track)| track);
    let weights = weights.filter(|track| matches!(track, Track::Weights(_)));
    let mut counts: BTreeMap<u64, (usize, f64)> = BTreeMap::new();
    for pair in weights.clone().flat_map(|track| track.times().windows(2)) {
        let step = f64::from(pair[1]) - f64::from(pair[0]);
        // Tenths of a millisecond tell every common rate from the next.
        let slot = counts.entry((step * 1e4).round() as u64).or_default();
        *slot = (slot.0 + 1, slot.1 + step);
    }
    let commonest = counts.values().copied().max_by_key(|slot| slot.0);
    let smallest = counts.values().next().copied();
    let rate = |(count, sum): (usize, f64)| FrameRate::nearest(count as f64 / sum).ok();
    let times: Vec<f64> = weights
        .flat_map(|track| track.times())
        .map(|&time| f64::from(time))
        .collect();
    let on_grid = |rate: &FrameRate| {
        let off = |time: f64| (time * rate.as_f64()).round() / rate.as_f64() - time;
        // Times are single precision.
        let allowed = |time: f64| OFF_GRID / rate.as_f64() + time * f64::from(f32::EPSILON);
        let on = times
            .iter()
            .filter(|&&time| off(time).abs() <= allowed(time));
        on.count() as f64 >= times.len() as f64 * ON_GRID
    };
    let candidates = [commonest, smallest].into_iter().flatten();
    candidates
        .filter_map(rate)
        .find(|rate| rate.as_f64() >= SLOWEST && on_grid(rate))
}
