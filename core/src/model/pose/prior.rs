//! Learning the prior of head motion.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::bank::{self, Entry, Scales};
use super::codebook::{self, CODES, Code};
use super::style::PoseStyle;
use super::take::{Take, features_of, scales, speech};
use super::units::{UNITS, Unit};

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
