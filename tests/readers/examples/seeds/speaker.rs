//! A sample speaker cut down to a few numbers of each kind.

use metaface_core::speaker::{Matrix, Speaker};

use super::Seed;

const SAMPLE: &[u8] = include_bytes!("../../../../samples/speakers/crisp-smiler.speaker");

pub fn seeds() -> Vec<Seed> {
    let mut small = Speaker::from_bytes(SAMPLE).expect("a sample speaker");
    small.latent.truncate(4);
    small.memory.mass.truncate(2);
    small.memory.keys = corner(&small.memory.keys, 2, 3);
    small.memory.values = corner(&small.memory.values, 2, 3);
    while small.adapters.len() > 2 {
        small.adapters.pop_last();
    }
    for change in small.adapters.values_mut() {
        change.down = corner(&change.down, 3, 2);
        change.up = corner(&change.up, 2, 3);
    }
    let mut bare = small.clone();
    bare.memory = Default::default();
    bare.adapters.clear();
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
