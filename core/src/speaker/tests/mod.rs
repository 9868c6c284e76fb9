mod blending;
mod files;
mod references;

use super::*;
use crate::training::pose_teacher::{made_up_speech, pose_examples};

/// A speaker with something everywhere: six ranks on two layers, eight slots, its own numbers for
/// each `person`.
fn speaker(person: u32) -> Speaker {
    let wave = move |index: usize| ((index as f32 + 1.0) * (person as f32 + 0.37)).sin();
    let matrix = |rows: usize, columns: usize| Matrix {
        rows,
        columns,
        values: (0..rows * columns).map(wave).collect(),
    };
    let change = |inputs: usize, outputs: usize| LowRank {
        down: matrix(inputs, 6),
        up: matrix(6, outputs),
    };
    let range = ChannelRange {
        low: 0.05,
        high: 0.5 + 0.1 * wave(1),
        average_high: 0.4,
    };
    let mut ranges = [Some(range); Channel::BLENDSHAPE_COUNT];
    ranges[Channel::TongueOut.index()] = None;
    Speaker {
        name: format!("person {person}"),
        base: "0123456789abcdef".repeat(4),
        about: About {
            learning: Learning::Fitted,
            takes: vec![TakeNote {
                sound: "take ü.wav".to_owned(),
                curves: "take ü.csv".to_owned(),
                fps: 29.97,
                seconds: 10.02,
                lag_ms: -40.0,
            }],
            steps: 150,
            tail_error_mm: vec![3.1, 2.5, 2.2],
            notes: vec!["TongueOut does not move".to_owned()],
            consent: format!("signed by person {person}"),
            licence: "CC0".to_owned(),
            generator: "MetaFace".to_owned(),
        },
        rest: std::array::from_fn(|index| 0.1 * wave(index)),
        ranges,
        blinks_per_minute: Some(20.5),
        gaze: None,
        latent: (0..32).map(wave).collect(),
        memory: RelationMemory {
            keys: matrix(8, 16),
            values: matrix(8, 12),
            mass: (0..8)
                .map(|slot| (slot as u32 * (person + 1)) as f32)
                .collect(),
        },
        adapters: BTreeMap::from([
            ("decoder.0.conv".to_owned(), change(20, 30)),
            ("decoder.out".to_owned(), change(30, 52)),
        ]),
        head: Some(bearing()),
    }
}

/// How a head moved that swayed and nodded for some seconds.
fn bearing() -> PoseStyle {
    let speech = [made_up_speech(10.0, 1)];
    let example = &pose_examples(&speech, 1, 1, 7)[0];
    PoseStyle::of(&example.angles, &example.units).expect("it moves")
}
