//! Measured examples, from which the prior is learned.

use metaface_core::model::pose::{
    Code, MOST_RUNS, Motion, PoseStyle, ROWS, STATISTICS, StyleEntry, StyleMatrix, StyleScales,
    TokenBorders, Unit, WINDOW, style_matrix,
};
use metaface_core::model::prosody::PROSODY_HZ;

use super::prior::PoseExample;

/// Frames of a short reference, whose style is compared with the whole example's: 10 s.
const REFERENCE_FRAMES: usize = 10 * PROSODY_HZ as usize;
/// Frames of typical speech that the prior stores: 3 minutes.
const SPEECH_FRAMES: usize = 180 * PROSODY_HZ as usize;
/// Each example contributes at least this many frames of it: 10 s.
const SHORTEST_EXCERPT: usize = 10 * PROSODY_HZ as usize;

/// An example, its style and its windows of motion.
pub(super) struct MeasuredExample<'a> {
    pub(super) example: &'a PoseExample,
    pub(super) style: PoseStyle,
    /// The unit at the start of each window.
    pub(super) borders: Vec<Unit>,
    pub(super) windows: Vec<Code>,
}

impl<'a> MeasuredExample<'a> {
    pub(super) fn new(example: &'a PoseExample) -> Option<Self> {
        let style = PoseStyle::of(&example.angles, &example.units)?;
        let motion = Motion::new(&example.angles);
        let scale: [f32; 3] = style.speed().map(|speed| 1.0 / speed.max(1e-4));
        let mut borders = Vec::new();
        let mut windows = Vec::new();
        let mut token_borders = TokenBorders::default();
        for (frame, unit) in example.units.iter().enumerate() {
            let window = motion.velocities.get(frame..frame + WINDOW);
            if let (true, Some(window)) = (token_borders.next(*unit), window) {
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

/// The features of a style: the mean over its examples, weighted by their evidence.
pub(super) fn features_of<'a>(
    examples: impl Iterator<Item = &'a MeasuredExample<'a>>,
) -> StyleMatrix {
    let mut sum = [[0.0; STATISTICS]; ROWS];
    let mut seconds = [1e-6; ROWS];
    for example in examples {
        let features = example.style.features();
        for row in 0..ROWS {
            let weight = example.style.evidence()[row] + 1e-6;
            seconds[row] += weight;
            (0..STATISTICS).for_each(|column| sum[row][column] += weight * features[row][column]);
        }
    }
    style_matrix(|row, column| sum[row][column] / seconds[row])
}

pub(super) fn scales(examples: &[MeasuredExample], entries: &[StyleEntry]) -> StyleScales {
    let count = entries.len() as f32;
    let mean = style_matrix(|row, column| {
        entries
            .iter()
            .map(|entry| entry.features[row][column])
            .sum::<f32>()
            / count
    });
    let between = style_matrix(|row, column| {
        let gaps = entries
            .iter()
            .map(|entry| entry.features[row][column] - mean[row][column]);
        gaps.map(|gap| gap * gap).sum::<f32>() / count + 1e-4
    });
    let mut within = [[1e-3; STATISTICS]; ROWS];
    let mut bias = [[0.0; STATISTICS]; ROWS];
    let mut pieces = [1e-6; ROWS];
    for measured in examples {
        let long = measured.style.features();
        let cut = measured.example.angles.chunks_exact(REFERENCE_FRAMES);
        for (angles, units) in cut.zip(measured.example.units.chunks_exact(REFERENCE_FRAMES)) {
            let Some(short) = PoseStyle::of(angles, units) else {
                continue;
            };
            let features = short.features();
            for row in (0..ROWS).filter(|row| short.evidence()[*row] > 0.0) {
                pieces[row] += 1.0;
                for column in 0..STATISTICS {
                    let gap = features[row][column] - long[row][column];
                    bias[row][column] += gap * short.evidence()[row];
                    within[row][column] += gap * gap * short.evidence()[row];
                }
            }
        }
    }
    StyleScales {
        mean,
        between,
        within: style_matrix(|row, column| within[row][column] / pieces[row]),
        bias: style_matrix(|row, column| bias[row][column] / pieces[row]),
    }
}

/// Typical speech: an excerpt of each example, as runs of units.
pub(super) fn speech(examples: &[MeasuredExample]) -> Vec<(Unit, usize)> {
    let share = (SPEECH_FRAMES / examples.len().max(1)).max(SHORTEST_EXCERPT);
    let excerpts = examples
        .iter()
        .flat_map(|measured| measured.example.units.iter().take(share));
    let mut runs: Vec<(Unit, usize)> = Vec::new();
    for unit in excerpts.take(SPEECH_FRAMES) {
        match runs.last_mut() {
            Some((last, frames)) if last == unit => *frames += 1,
            _ => runs.push((*unit, 1)),
        }
    }
    runs.truncate(MOST_RUNS);
    runs
}
