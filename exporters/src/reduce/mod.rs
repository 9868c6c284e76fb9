//! Key reduction with the error measured in millimetres on the deformed character.
//!
//! Keys are removed as long as interpolation of the remaining keys moves no lip vertex by more than
//! the tolerance, and no other vertex by more than [`ELSEWHERE`] times the tolerance, so that
//! blinks are kept although they are far from the lips. Tracks are split recursively at the frame
//! with the largest error (Douglas and Peucker, 1973), with the error measured on the mesh instead
//! of on the curve.

mod morph;
pub(crate) mod region;

use crate::gltf::slerp;
use crate::{Character, Performance, RigMap};
use morph::MorphError;
use region::Region;

/// The tolerance for the rest of the face, as a multiple of that for the lips.
pub const ELSEWHERE: f32 = 2.0;

/// If both joints and morph targets move the mesh, each kind gets this share of the tolerance.
const SHARE: f32 = 0.5;

/// Tracks are first split into segments of this many frames, which bounds the time for long tracks.
const SEGMENT: usize = 512;

/// The result of key reduction.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reduction {
    /// Keys of all tracks before.
    pub keys_before: usize,
    /// Keys of all tracks after.
    pub keys_after: usize,
    /// The number of lip vertices; if zero, the lip tolerance applies to all vertices.
    pub lip_vertices: usize,
    /// A warning for the user if all keys were kept because the error could not be measured.
    pub unmeasured: Option<String>,
}

/// Chooses the keys of every track of `performance` so that linear interpolation of weights and
/// spherical interpolation of rotations between them moves no lip vertex of `character` by more
/// than `millimetres` from its exact position. `map` determines which targets move the lips. All
/// keys are kept if the tolerance is zero, negative or not a number, or if the character's geometry
/// could not be decoded (see [`Reduction::unmeasured`]).
pub fn reduce(
    character: &Character,
    map: &RigMap,
    performance: &mut Performance,
    millimetres: f32,
) -> Reduction {
    let frames = performance.frame_count;
    let tracks = performance.meshes.len() + performance.joints.len();
    let region = Region::of(character, map);
    let mut reduction = Reduction {
        keys_before: tracks * frames,
        keys_after: tracks * frames,
        lip_vertices: region.lip_count(),
        unmeasured: unmeasured(character),
    };
    let metres = millimetres / 1000.0;
    if metres.is_nan() || metres <= 0.0 || frames < 3 || reduction.unmeasured.is_some() {
        return reduction;
    }
    let levers: Vec<region::Lever> = performance
        .joints
        .iter()
        .map(|track| region.lever(character, track.node))
        .collect();
    let moving = |reach: fn(&region::Lever) -> f32| {
        levers.iter().filter(|&lever| reach(lever) > 0.0).count() as f32
    };
    let (lips, elsewhere) = (moving(|lever| lever.lips), moving(|lever| lever.elsewhere));
    let for_targets = if levers.is_empty() { 1.0 } else { SHARE };
    for track in &mut performance.meshes {
        let error = MorphError::new(character, &region, track.node, metres * for_targets);
        let weights = &track.weights;
        track.keys = Some(choose(frames, |from, to, at| {
            let share = share(from, to, at);
            let pairs = weights[from].iter().zip(&weights[to]).zip(&weights[at]);
            error.relative(pairs.map(|((a, b), exact)| a + share * (b - a) - exact))
        }));
    }
    for (track, lever) in performance.joints.iter_mut().zip(&levers) {
        // Relative error per radian; the joints share the tolerance equally.
        let relative = |reach: f32, count: f32, allowed: f32| reach * count / (allowed * SHARE);
        let per_radian = relative(lever.lips, lips, metres).max(relative(
            lever.elsewhere,
            elsewhere,
            metres * ELSEWHERE,
        ));
        let rotations = &track.rotations;
        track.keys = Some(choose(frames, |from, to, at| {
            let between = slerp(rotations[from], rotations[to], share(from, to, at));
            per_radian * angle(between, rotations[at])
        }));
    }
    let mesh_keys = performance.meshes.iter().map(|track| &track.keys);
    let joint_keys = performance.joints.iter().map(|track| &track.keys);
    let all_keys = mesh_keys.chain(joint_keys);
    reduction.keys_after = all_keys.flatten().map(Vec::len).sum();
    reduction
}

/// The reason if errors on this character cannot be measured.
fn unmeasured(character: &Character) -> Option<String> {
    let undecoded = |mesh: &crate::character::Mesh| {
        let reason = mesh.undecoded.as_ref()?;
        Some(format!(
            "all keys are kept, because the error on mesh '{}' cannot be measured: {reason}",
            mesh.name
        ))
    };
    character.meshes.iter().find_map(undecoded)
}

fn share(from: usize, to: usize, at: usize) -> f32 {
    (at - from) as f32 / (to - from) as f32
}

/// The frames to keep. `error(from, to, at)` returns the error at a frame between two keys,
/// relative to the tolerance.
fn choose(frames: usize, error: impl Fn(usize, usize, usize) -> f32) -> Vec<usize> {
    let last = frames - 1;
    let mut keys: Vec<usize> = (0..last).step_by(SEGMENT).collect();
    keys.push(last);
    let mut open: Vec<(usize, usize)> = keys.windows(2).map(|pair| (pair[0], pair[1])).collect();
    while let Some((from, to)) = open.pop() {
        let mut worst = (0.0, from);
        for at in from + 1..to {
            let error = error(from, to, at);
            // Frames with values that are not numbers become keys.
            if error.is_nan() || error > worst.0 {
                worst = (if error.is_nan() { f32::INFINITY } else { error }, at);
            }
        }
        if worst.0 > 1.0 {
            keys.push(worst.1);
            open.extend([(from, worst.1), (worst.1, to)]);
        }
    }
    keys.sort_unstable();
    keys
}

/// The angle between two rotations in radians, by the chord, which is accurate for small angles.
fn angle(a: [f32; 4], b: [f32; 4]) -> f32 {
    let distance = |sign: f32| {
        let parts = a
            .iter()
            .zip(&b)
            .map(|(x, y)| (x - sign * y) * (x - sign * y));
        parts.sum::<f32>().sqrt()
    };
    let chord = distance(1.0).min(distance(-1.0));
    4.0 * (chord / 2.0).min(1.0).asin()
}
