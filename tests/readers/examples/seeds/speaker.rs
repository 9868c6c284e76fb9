//! A sample speaker with its weights reduced to a few numbers.

use metaface_core::model::Matrix;
use metaface_core::speaker::Speaker;

use super::Seed;

const SAMPLE: &[u8] = include_bytes!("../../../../samples/speakers/crisp-smiler.speaker");

pub fn seeds() -> Vec<Seed> {
    let mut small = Speaker::from_bytes(SAMPLE).expect("a sample speaker");
    small.weights.latent.truncate(4);
    small.weights.memory.mass.truncate(2);
    small.weights.memory.keys = corner(&small.weights.memory.keys, 2, 3);
    small.weights.memory.values = corner(&small.weights.memory.values, 2, 3);
    while small.weights.adapters.len() > 2 {
        small.weights.adapters.pop_last();
    }
    for change in small.weights.adapters.values_mut() {
        change.down = corner(&change.down, 3, 2);
        change.up = corner(&change.up, 2, 3);
    }
    let mut bare = small.clone();
    bare.weights.memory = Default::default();
    bare.weights.adapters.clear();
    bare.head = None;
    let seed = |name: &str, speaker: &Speaker| {
        let bytes = speaker.to_bytes().expect("a valid speaker");
        ("speaker", format!("{name}.speaker"), bytes)
    };
    vec![seed("small", &small), seed("bare", &bare)]
}

fn corner(table: &Matrix, rows: usize, columns: usize) -> Matrix {
    let row = |row: usize| &table.values[row * table.columns..][..columns];
    Matrix {
        rows,
        columns,
        values: (0..rows).flat_map(row).copied().collect(),
    }
}
