//! Key reduction, checked by the positions of the vertices.

use crate::common::characters::{busy_clip, hero};
use crate::common::node;
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::deform::deform;
use metaface_exporters::reduce::{ELSEWHERE, reduce};
use metaface_exporters::{Character, Performance, RigMap, gltf};

/// Slow speech-like curves with blinks, whose smooth parts need few keys.
fn smooth_clip(frames: usize) -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::whole(60).expect("a rate"), frames);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        let time = index as f32 / 60.0;
        let wave = |speed: f32| 0.5 - 0.5 * (time * speed).cos();
        frame[Channel::JawOpen] = 0.6 * wave(9.0);
        frame[Channel::MouthPucker] = 0.4 * wave(5.0);
        frame[Channel::MouthClose] = 0.2 * wave(7.0);
        frame[Channel::HeadYaw] = 0.2 * (time * 1.5).sin();
        frame[Channel::HeadPitch] = 0.1 * (time * 2.5).sin();
        let blink = 1.0 - ((index % 90) as f32 - 45.0).abs() / 4.0;
        frame[Channel::EyeBlinkLeft] = blink.max(0.0);
    }
    clip
}

/// The performance as a player shows it: interpolated from its keys.
fn played(performance: &Performance) -> Performance {
    let mut played = performance.clone();
    let interval = |keys: &[usize], at: usize| {
        let after = keys.partition_point(|&key| key < at).min(keys.len() - 1);
        let (from, to) = (keys[after.saturating_sub(1)], keys[after]);
        let share = if to == from {
            1.0
        } else {
            (at - from) as f32 / (to - from) as f32
        };
        (from, to, share)
    };
    for (track, exact) in played.meshes.iter_mut().zip(&performance.meshes) {
        for (at, weights) in track.weights.iter_mut().enumerate() {
            let (from, to, share) = interval(exact.keys.as_ref().expect("keys"), at);
            for (weight, (a, b)) in weights
                .iter_mut()
                .zip(exact.weights[from].iter().zip(&exact.weights[to]))
            {
                *weight = a + share * (b - a);
            }
        }
    }
    for (track, exact) in played.joints.iter_mut().zip(&performance.joints) {
        for (at, rotation) in track.rotations.iter_mut().enumerate() {
            let (from, to, share) = interval(exact.keys.as_ref().expect("keys"), at);
            let (a, b) = (exact.rotations[from], exact.rotations[to]);
            // Neighbouring keys are close, so normalised linear interpolation is accurate.
            let mix: [f32; 4] = std::array::from_fn(|i| a[i] + share * (b[i] - a[i]));
            let length = mix.iter().map(|v| v * v).sum::<f32>().sqrt();
            *rotation = mix.map(|v| v / length);
        }
    }
    played
}

/// The largest distance of a vertex from its exact position, millimetres.
fn worst(character: &Character, performance: &Performance, step: usize) -> f32 {
    let played = played(performance);
    let mut worst = 0.0_f32;
    for frame in (0..performance.frame_count).step_by(step) {
        let pairs = deform(character, performance, frame)
            .into_iter()
            .zip(deform(character, &played, frame));
        for (a, b) in pairs.flat_map(|(exact, shown)| exact.into_iter().zip(shown)) {
            worst = worst.max((0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f32>().sqrt());
        }
    }
    worst * 1000.0
}

#[test]
fn fewer_keys_keep_every_vertex_within_the_tolerance() {
    let character = hero();
    let map = RigMap::discover(&character).map;
    let mut keys = Vec::new();
    for tolerance in [0.05, 0.5, 5.0] {
        let mut performance = map.drive(&character, &smooth_clip(600));
        let reduction = reduce(&character, &map, &mut performance, tolerance);
        assert_eq!(reduction.keys_before, 6 * 600);
        let error = worst(&character, &performance, 1);
        assert!(
            error <= tolerance * ELSEWHERE * 1.01,
            "{tolerance}: {error} mm"
        );
        assert!(error > 0.0, "no key was removed");
        keys.push(reduction.keys_after);
    }
    assert!(
        keys[0] > keys[1] && keys[1] > keys[2] && keys[2] < 900,
        "{keys:?}"
    );
}

#[test]
fn a_blink_is_kept_although_it_moves_no_lip() {
    let character = hero();
    let map = RigMap::discover(&character).map;
    let mut performance = map.drive(&character, &smooth_clip(90));
    reduce(&character, &map, &mut performance, 0.5);
    let lashes = performance
        .meshes
        .iter()
        .find(|track| track.node == 8)
        .expect("lashes");
    let played = played(&performance);
    let shown = played
        .meshes
        .iter()
        .find(|track| track.node == 8)
        .expect("lashes");
    assert_eq!(lashes.weights[45][0], 1.0);
    assert!(shown.weights[45][0] > 0.85, "{}", shown.weights[45][0]);
}

#[test]
fn no_tolerance_keeps_every_key() {
    let character = hero();
    let map = RigMap::discover(&character).map;
    for tolerance in [0.0, -1.0, f32::NAN] {
        let mut performance = map.drive(
            &character,
            &busy_clip("line", FrameRate::whole(30).expect("a rate"), 20),
        );
        let exact = performance.clone();
        let reduction = reduce(&character, &map, &mut performance, tolerance);
        assert_eq!(
            (performance, reduction.keys_after),
            (exact, reduction.keys_before)
        );
    }
}

#[test]
fn the_lips_of_the_shared_head_are_found_and_kept_within_the_tolerance() {
    let Some(path) = node::shared("meshes/ict_head_arkit52_lite.glb") else {
        return;
    };
    let character = gltf::load(&path).expect("loaded");
    let map = RigMap::discover(&character).map;
    let mut performance = map.drive(&character, &smooth_clip(600));
    let reduction = reduce(&character, &map, &mut performance, 0.25);
    println!("{reduction:?}");
    assert!(
        (200..6000).contains(&reduction.lip_vertices),
        "{reduction:?}"
    );
    assert!(
        reduction.keys_after * 2 < reduction.keys_before,
        "{reduction:?}"
    );
    let error = worst(&character, &performance, 7);
    assert!(error <= 0.5 && error > 0.05, "{error} mm");
    let bytes = gltf::bake(&path, &performance).expect("baked");
    node::assert_valid("reduced.glb", &bytes);
    let read = gltf::write_character(&character, Some(&performance)).expect("written");
    assert!(read.len() < bytes.len() * 2);
}
