//! Key reduction judged in millimetres on the character's own deformation.
//!
//! Keys are dropped as long as players that interpolate the remaining ones move no lip vertex by
//! more than the tolerance, and no other vertex by more than [`ELSEWHERE`] times as much: a blink
//! should not vanish because it is far from the lips. Where a track has to keep keys is found by
//! splitting it at its worst frame (Douglas and Peucker, 1973), with the error measured on the
//! mesh instead of on the curve.

mod morph;
pub(crate) mod region;

use crate::gltf::slerp;
use crate::{Character, Performance, RigMap};
use morph::MorphError;
use region::Region;

/// How much coarser the rest of the face may be than the lips.
pub const ELSEWHERE: f32 = 2.0;

/// Where joints turn what morph targets move, each kind gets this share of the tolerance.
const SHARE: f32 = 0.5;

/// Tracks are split into stretches of this many frames first, which bounds the work for long
/// ones to so many passes as it takes to halve a stretch away.
const STRETCH: usize = 512;

/// What was saved.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reduction {
    /// Keys of all tracks before.
    pub keys_before: usize,
    /// Keys of all tracks after.
    pub keys_after: usize,
    /// How many lip vertices were found; with none, every vertex is held to the tolerance.
    pub lip_vertices: usize,
    /// Why every key was kept, where nothing could be measured: a warning for the user.
    pub unmeasured: Option<String>,
}

/// Chooses the keys of every track of `performance` so that linear interpolation of weights and
/// spherical interpolation of rotations between them moves no lip vertex of `character` by more
/// than `millimetres` from where it would be at that frame. `map` says which targets move the
/// lips. A tolerance of zero or less, or not a number, keeps every key; so does a character whose
/// geometry could not be decoded, and [`Reduction::unmeasured`] says so.
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
    let turning = |reach: fn(&region::Lever) -> f32| {
        levers.iter().filter(|&lever| reach(lever) > 0.0).count() as f32
    };
    let (lips, elsewhere) = (
        turning(|lever| lever.lips),
        turning(|lever| lever.elsewhere),
    );
    let for_targets = if levers.is_empty() { 1.0 } else { SHARE };
    for track in &mut performance.meshes {
        let error = MorphError::new(character, &region, track.node, metres * for_targets);
        let weights = &track.weights;
        track.keys = Some(choose(frames, |from, to, at| {
            let share = share(from, to, at);
            let pairs = weights[from].iter().zip(&weights[to]).zip(&weights[at]);
            error.relative(pairs.map(|((a, b), meant)| a + share * (b - a) - meant))
        }));
    }
    for (track, lever) in performance.joints.iter_mut().zip(&levers) {
        // Metres of error per radian, as parts of what this joint may add.
        let part = |reach: f32, count: f32, allowed: f32| reach * count / (allowed * SHARE);
        let per_radian = part(lever.lips, lips, metres).max(part(
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
    let keys = performance.meshes.iter().map(|track| &track.keys);
    let keys = keys.chain(performance.joints.iter().map(|track| &track.keys));
    reduction.keys_after = keys.flatten().map(Vec::len).sum();
    reduction
}

/// Why errors on this character cannot be measured, if so.
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

/// The frames to keep. `error` gives, as parts of what is allowed, the error at a frame between
/// two keys.
fn choose(frames: usize, error: impl Fn(usize, usize, usize) -> f32) -> Vec<usize> {
    let last = frames - 1;
    let mut keys: Vec<usize> = (0..last).step_by(STRETCH).collect();
    keys.push(last);
    let mut open: Vec<(usize, usize)> = keys.windows(2).map(|pair| (pair[0], pair[1])).collect();
    while let Some((from, to)) = open.pop() {
        let mut worst = (0.0, from);
        for at in from + 1..to {
            let error = error(from, to, at);
            // What is not a number is kept as a key.
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

/// The angle between two rotations, radians; by the chord, which is exact for small ones.
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
