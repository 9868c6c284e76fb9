//! Examples, measured: what the prior is learnt from.

use super::bank::{Entry, Scales, each};
use super::codebook::Code;
use super::motion::Motion;
use super::prior::PoseExample;
use super::segment::{Borders, WINDOW};
use super::style::{Matrix, PoseStyle, ROWS, STATISTICS};
use super::units::Unit;
use crate::model::prosody::PROSODY_HZ;

/// Frames of the references by which short stretches are judged: 10 s.
const PIECE: usize = 10 * PROSODY_HZ as usize;
/// Frames of speech kept for the rehearsal, three minutes, of which each take gives ten seconds at
/// least; and how many runs of units they may have.
const SPEECH: usize = 180 * PROSODY_HZ as usize;
const SHORTEST_SPEECH: usize = 10 * PROSODY_HZ as usize;
pub(super) const MOST_RUNS: usize = 1500;

/// An example, measured and cut.
pub(super) struct Take<'a> {
    pub(super) example: &'a PoseExample,
    pub(super) style: PoseStyle,
    /// The unit at which each window begins.
    pub(super) borders: Vec<Unit>,
    pub(super) windows: Vec<Code>,
}

impl<'a> Take<'a> {
    pub(super) fn new(example: &'a PoseExample) -> Option<Self> {
        let style = PoseStyle::of(&example.angles, &example.units)?;
        let motion = Motion::new(&example.angles);
        let scale: [f32; 3] = style.speed().map(|speed| 1.0 / speed.max(1e-4));
        let mut borders = Vec::new();
        let mut windows = Vec::new();
        let mut clock = Borders::default();
        for (frame, unit) in example.units.iter().enumerate() {
            let window = motion.velocities.get(frame..frame + WINDOW);
            if let (true, Some(window)) = (clock.next(*unit), window) {
                borders.push(*unit);
                windows.push(std::array::from_fn(|i| window[i / 3][i % 3] * scale[i % 3]));
            }
        }
        Some(Self {
            example,
            style,
            borders,
            windows,
        })
    }
}

/// The features of a style's takes, each counted by its length.
pub(super) fn features_of<'a>(takes: impl Iterator<Item = &'a Take<'a>>) -> Matrix {
    let mut sum = [[0.0; STATISTICS]; ROWS];
    let mut seconds = [1e-6; ROWS];
    for take in takes {
        let features = take.style.features();
        for row in 0..ROWS {
            let weight = take.style.evidence[row] + 1e-6;
            seconds[row] += weight;
            (0..STATISTICS).for_each(|column| sum[row][column] += weight * features[row][column]);
        }
    }
    each(|row, column| sum[row][column] / seconds[row])
}

pub(super) fn scales(takes: &[Take], entries: &[Entry]) -> Scales {
    let count = entries.len() as f32;
    let mean = each(|row, column| {
        entries
            .iter()
            .map(|entry| entry.features[row][column])
            .sum::<f32>()
            / count
    });
    let between = each(|row, column| {
        let gaps = entries
            .iter()
            .map(|entry| entry.features[row][column] - mean[row][column]);
        gaps.map(|gap| gap * gap).sum::<f32>() / count + 1e-4
    });
    let mut within = [[1e-3; STATISTICS]; ROWS];
    let mut bias = [[0.0; STATISTICS]; ROWS];
    let mut pieces = [1e-6; ROWS];
    for take in takes {
        let long = take.style.features();
        let cut = take.example.angles.chunks_exact(PIECE);
        for (angles, units) in cut.zip(take.example.units.chunks_exact(PIECE)) {
            let Some(short) = PoseStyle::of(angles, units) else {
                continue;
            };
            let features = short.features();
            for row in (0..ROWS).filter(|row| short.evidence[*row] > 0.0) {
                pieces[row] += 1.0;
                for column in 0..STATISTICS {
                    let gap = features[row][column] - long[row][column];
                    bias[row][column] += gap * short.evidence[row];
                    within[row][column] += gap * gap * short.evidence[row];
                }
            }
        }
    }
    Scales {
        mean,
        between,
        within: each(|row, column| within[row][column] / pieces[row]),
        bias: each(|row, column| bias[row][column] / pieces[row]),
    }
}

/// Typical speech: a stretch of each take, as runs of units.
pub(super) fn speech(takes: &[Take]) -> Vec<(Unit, usize)> {
    let share = (SPEECH / takes.len().max(1)).max(SHORTEST_SPEECH);
    let stretches = takes
        .iter()
        .flat_map(|take| take.example.units.iter().take(share));
    let mut runs: Vec<(Unit, usize)> = Vec::new();
    for unit in stretches.take(SPEECH) {
        match runs.last_mut() {
            Some((last, frames)) if last == unit => *frames += 1,
            _ => runs.push((*unit, 1)),
        }
    }
    runs.truncate(MOST_RUNS);
    runs
}
