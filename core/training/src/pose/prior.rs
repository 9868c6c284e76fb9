//! Learning the pose prior.

use std::collections::BTreeMap;

use metaface_core::model::pose::{CODES, Code, PosePrior, StyleEntry, UNITS, Unit, quantise};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::bank::spanning_styles;
use super::codebook::learn_codes;
use super::measured::{MeasuredExample, features_of, scales, speech};

/// Head motion on speech, simulated or captured.
#[derive(Debug, Clone, PartialEq)]
pub struct PoseExample {
    /// Name of the style; examples with the same name are one style.
    pub style: String,
    /// The speech unit of each frame, at 50 Hz.
    pub units: Vec<Unit>,
    /// Yaw, pitch, roll in radians at the same frames.
    pub angles: Vec<[f32; 3]>,
}

/// Pseudo-counts of the token frequencies in the prior of a token's successors (Dirichlet priors;
/// MacKay and Peto 1995).
const PRIOR_FOLLOW: f32 = 20.0;
/// The same for the tokens of a unit.
const PRIOR_UNIT: f32 = 5.0;
/// Pseudo-counts of the unit's tokens in the prior of a style's tokens.
const PRIOR_STYLE: f32 = 15.0;

/// No example has head motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no example has head motion; give clips with keyed head angles")]
pub struct NoMotion;

/// Learns the pose prior from examples. The same examples and seed give the same prior. An hour of
/// motion takes one or two seconds. Examples without motion are skipped.
///
/// # Errors
/// [`NoMotion`] if no example has motion.
pub fn train_pose_prior(examples: &[PoseExample], seed: u64) -> Result<PosePrior, NoMotion> {
    let mut measured: Vec<MeasuredExample> =
        examples.iter().filter_map(MeasuredExample::new).collect();
    // Sorted, so that the order of the examples affects only the typical speech.
    measured.sort_by(|a, b| a.example.style.cmp(&b.example.style));
    let windows: Vec<Code> = measured
        .iter()
        .flat_map(|example| example.windows.clone())
        .collect();
    if windows.is_empty() {
        return Err(NoMotion);
    }
    let codes = learn_codes(&windows, &mut ChaCha8Rng::seed_from_u64(seed));
    let mut after = vec![[0.0; CODES]; CODES];
    let mut counts: BTreeMap<&str, [[f32; CODES]; UNITS]> = BTreeMap::new();
    for example in &measured {
        let counts = counts
            .entry(&example.example.style)
            .or_insert([[0.0; CODES]; UNITS]);
        let mut before: Option<usize> = None;
        for (unit, window) in example.borders.iter().zip(&example.windows) {
            let (token, _) = quantise(&codes, window);
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
    let entries: Vec<StyleEntry> = (counts.iter())
        .map(|(style, counts)| StyleEntry {
            features: features_of(
                measured
                    .iter()
                    .filter(|example| example.example.style == **style),
            ),
            tokens: std::array::from_fn(|unit| {
                smoothed(&counts[unit], &general[unit], PRIOR_STYLE)
            }),
        })
        .collect();
    let scales = scales(&measured, &entries);
    Ok(PosePrior {
        codes,
        common: common.to_vec(),
        follow: follow.collect(),
        entries: spanning_styles(entries, &scales),
        scales,
        speech: speech(&measured),
    })
}

fn add(sum: &mut [f32], values: &[f32]) {
    sum.iter_mut()
        .zip(values)
        .for_each(|(sum, value)| *sum += value);
}

/// Probabilities from counts, smoothed with `pseudo_counts` observations of a prior.
fn smoothed(counts: &[f32; CODES], prior: &[f32; CODES], pseudo_counts: f32) -> [f32; CODES] {
    let prior_total: f32 = prior.iter().sum();
    let total = counts.iter().sum::<f32>() + pseudo_counts;
    std::array::from_fn(|code| (counts[code] + pseudo_counts * prior[code] / prior_total) / total)
}
