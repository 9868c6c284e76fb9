//! Learning the prior of head motion.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::bank::{self, Entry, Scales, each};
use super::codebook::{self, CODES, Code};
use super::motion::Motion;
use super::segment::{Borders, WINDOW};
use super::style::{Matrix, PoseStyle, ROWS, STATISTICS};
use super::units::{UNITS, Unit};
use crate::model::prosody::PROSODY_HZ;

/// Motion to learn from: what a teacher made up or a studio captured.
#[derive(Debug, Clone, PartialEq)]
pub struct PoseExample {
    /// Whose it is; examples of one name are one style.
    pub style: String,
    /// What speech does at each frame, at 50 Hz.
    pub units: Vec<Unit>,
    /// Yaw, pitch, roll in radians at the same frames.
    pub angles: Vec<[f32; 3]>,
}

/// Why there is no pose prior.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoseError {
    /// No example has a head that moves.
    #[error("no example has head motion; give clips with keyed head angles")]
    NoMotion,
    /// A stored prior cannot be used.
    #[error("the pose prior's tensor '{0}' {1}; train the base model again")]
    Tensor(String, &'static str),
}

/// Head motion as learnt from many speakers: a codebook of short motions, how likely each is
/// after another and on which speech, and a bank of styles.
#[derive(Debug, Clone, PartialEq)]
pub struct PosePrior {
    pub(super) codes: Vec<Code>,
    /// The probability of each token, whatever the style.
    pub(super) common: Vec<f32>,
    /// The probability of a token (column) after another (row).
    pub(super) follow: Vec<[f32; CODES]>,
    pub(super) entries: Vec<Entry>,
    pub(super) scales: Scales,
    /// Units and for how many frames they last, in typical speech: see
    /// [`rehearsal`](super::rehearsal).
    pub(super) speech: Vec<(Unit, usize)>,
}

/// Imagined observations of the more general distribution (Dirichlet priors; MacKay and Peto
/// 1995).
const PRIOR_FOLLOW: f32 = 20.0;
const PRIOR_UNIT: f32 = 5.0;
const PRIOR_STYLE: f32 = 15.0;
/// Frames of the references by which short stretches are judged: 10 s.
const PIECE: usize = 10 * PROSODY_HZ as usize;
/// Frames of speech kept for the rehearsal, three minutes, of which each take gives ten seconds at
/// least; and how many runs of units they may have.
const SPEECH: usize = 180 * PROSODY_HZ as usize;
const SHORTEST_SPEECH: usize = 10 * PROSODY_HZ as usize;
pub(super) const MOST_RUNS: usize = 1500;

impl PosePrior {
    /// Learns from examples; the same examples and seed give the same prior. An hour of motion
    /// takes a second or two. Examples without motion are passed over.
    ///
    /// # Errors
    /// [`PoseError::NoMotion`] if none has any.
    pub fn train(examples: &[PoseExample], seed: u64) -> Result<Self, PoseError> {
        let mut takes: Vec<Take> = examples.iter().filter_map(Take::new).collect();
        // The order in which examples come changes nothing but the rehearsal.
        takes.sort_by(|a, b| a.example.style.cmp(&b.example.style));
        let windows: Vec<Code> = takes.iter().flat_map(|take| take.windows.clone()).collect();
        if windows.is_empty() {
            return Err(PoseError::NoMotion);
        }
        let codes = codebook::learn(&windows, &mut ChaCha8Rng::seed_from_u64(seed));
        let mut after = vec![[0.0; CODES]; CODES];
        let mut counts: BTreeMap<&str, [[f32; CODES]; UNITS]> = BTreeMap::new();
        for take in &takes {
            let counts = counts
                .entry(&take.example.style)
                .or_insert([[0.0; CODES]; UNITS]);
            let mut before: Option<usize> = None;
            for (unit, window) in take.borders.iter().zip(&take.windows) {
                let (token, _) = codebook::quantise(&codes, window);
                counts[unit.index()][token] += 1.0;
                if let Some(before) = before {
                    after[before][token] += 1.0;
                }
                before = Some(token);
            }
        }
        let mut in_unit = [[0.0; CODES]; UNITS];
        for counts in counts.values() {
            add(in_unit.as_flattened_mut(), counts.as_flattened());
        }
        let mut common = [1.0 / CODES as f32; CODES];
        for counts in &in_unit {
            add(&mut common, counts);
        }
        let common = smoothed(&[0.0; CODES], &common, 1.0);
        let follow = after
            .iter()
            .map(|counts| smoothed(counts, &common, PRIOR_FOLLOW));
        let general = in_unit.map(|counts| smoothed(&counts, &common, PRIOR_UNIT));
        let entries: Vec<Entry> = (counts.iter())
            .map(|(style, counts)| Entry {
                features: features_of(takes.iter().filter(|take| take.example.style == **style)),
                tokens: std::array::from_fn(|unit| {
                    smoothed(&counts[unit], &general[unit], PRIOR_STYLE)
                }),
            })
            .collect();
        let scales = scales(&takes, &entries);
        Ok(Self {
            codes,
            common: common.to_vec(),
            follow: follow.collect(),
            entries: bank::spanning(entries, &scales),
            scales,
            speech: speech(&takes),
        })
    }

    /// How unlike two styles are: the mean squared difference of their statistics, each counted
    /// as far as references of such length can tell it.
    pub fn distance(&self, a: &PoseStyle, b: &PoseStyle) -> f32 {
        self.scales.between(a, b)
    }

    /// How many styles the bank holds.
    pub fn styles(&self) -> usize {
        self.entries.len()
    }
}

/// An example, measured and cut.
struct Take<'a> {
    example: &'a PoseExample,
    style: PoseStyle,
    /// The unit at which each window begins.
    borders: Vec<Unit>,
    windows: Vec<Code>,
}

impl<'a> Take<'a> {
    fn new(example: &'a PoseExample) -> Option<Self> {
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
fn features_of<'a>(takes: impl Iterator<Item = &'a Take<'a>>) -> Matrix {
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

fn scales(takes: &[Take], entries: &[Entry]) -> Scales {
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
fn speech(takes: &[Take]) -> Vec<(Unit, usize)> {
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

fn add(sum: &mut [f32], values: &[f32]) {
    sum.iter_mut()
        .zip(values)
        .for_each(|(sum, value)| *sum += value);
}

/// Probabilities from counts, with so many imagined observations of a prior.
fn smoothed(counts: &[f32; CODES], prior: &[f32; CODES], imagined: f32) -> [f32; CODES] {
    let prior_total: f32 = prior.iter().sum();
    let total = counts.iter().sum::<f32>() + imagined;
    std::array::from_fn(|code| (counts[code] + imagined * prior[code] / prior_total) / total)
}
