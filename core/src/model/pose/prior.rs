//! The prior of head motion.

use super::bank::{StyleEntry, StyleScales};
use super::codebook::{CODES, Code};
use super::style::PoseStyle;
use super::units::Unit;

/// An invalid tensor of a stored pose prior.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pose prior's tensor '{tensor}' {reason}; train the base model again")]
pub struct PoseError {
    /// The tensor's name.
    pub tensor: String,
    /// The error, after the tensor's name.
    pub reason: &'static str,
}

/// Head motion learned from many speakers: a codebook of short motions, their probabilities after
/// each other and given speech, and a bank of styles.
#[derive(Debug, Clone, PartialEq)]
pub struct PosePrior {
    /// The tokens.
    pub codes: Vec<Code>,
    /// The probability of each token, over all styles.
    pub common: Vec<f32>,
    /// The probability of a token (column) after another (row).
    pub follow: Vec<[f32; CODES]>,
    /// The bank of styles.
    pub entries: Vec<StyleEntry>,
    /// The distribution of the styles' features.
    pub scales: StyleScales,
    /// Typical speech as units and their durations in frames, for the correction of a style's
    /// sizes.
    pub speech: Vec<(Unit, usize)>,
}

impl PosePrior {
    /// The distance of two styles: the mean squared difference of their statistics, each weighted
    /// by its precision for the lengths of the references.
    pub fn distance(&self, a: &PoseStyle, b: &PoseStyle) -> f32 {
        self.scales.between(a, b)
    }

    /// The number of styles in the bank.
    pub fn styles(&self) -> usize {
        self.entries.len()
    }
}
