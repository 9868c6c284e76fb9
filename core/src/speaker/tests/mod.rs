mod blending;
mod files;

use std::collections::BTreeMap;

use super::*;
use crate::model::pose::Unit;
use crate::model::{LowRank, Matrix, RelationMemory};

/// A speaker with every part: six ranks on two layers, eight slots, different numbers for each
/// `person`.
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
            learning: LearningKind::Fitted,
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
        weights: SpeakerWeights {
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
        },
        head: Some(head_style()),
    }
}

/// The style of a head that sways and nods for ten seconds.
fn head_style() -> PoseStyle {
    let units: Vec<Unit> = (0..500)
        .map(|frame| Unit::ALL[frame / 20 % Unit::ALL.len()])
        .collect();
    let angles: Vec<[f32; 3]> = (0..500)
        .map(|frame| {
            let time = frame as f32 / 50.0;
            [(1.3 * time).sin(), (2.9 * time).sin(), (0.7 * time).sin()].map(|angle| 0.05 * angle)
        })
        .collect();
    PoseStyle::of(&angles, &units).expect("the head moves")
}
