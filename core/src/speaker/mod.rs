//! A person's way of moving while talking: what is learned from about ten seconds of them.
//!
//! ```text
//! sound + captured clip -> Reference (aligned, at 50 Hz, what is missing known) -> learn -> Speaker <-> file
//! ```
//!
//! A [`Speaker`] holds numbers only, of bounded size, and names the base model it belongs to.

mod blend;
mod bounds;
mod error;
pub mod face_loss;
mod file;
pub mod fitting;
mod learn;
pub mod learning;
pub mod material;
mod reference;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clip::Channel;

pub use crate::model::pose::PoseStyle;
pub use error::{LearnError, SpeakerError};
pub use file::{LARGEST_SPEAKER, SPEAKER_VERSION};
pub use learn::{LearnOptions, LearnStep, learn};
pub use learning::{Method, Start};
pub(crate) use reference::rest_of;
pub use reference::{AlignedTake, Reference, Take};

/// A table of numbers, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// `rows * columns` numbers, row by row.
    pub values: Vec<f32>,
}

/// A layer's change as the product of two narrow matrices (Hu et al. 2022), the gates of the
/// mixture already multiplied in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LowRank {
    /// `[inputs, rank]`
    pub down: Matrix,
    /// `[rank, outputs]`
    pub up: Matrix,
}

/// What the relation process keeps of a reference: a fixed number of places, however long the
/// reference was.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelationMemory {
    /// What was said: `[slots, key]`.
    pub keys: Matrix,
    /// How this person moved on it: `[slots, value]`.
    pub values: Matrix,
    /// How much of the reference speaks for each slot, in frames.
    pub mass: Vec<f32>,
}

/// The smallest and largest value of a channel in the reference (1st and 99th percentile).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChannelRange {
    /// 1st percentile.
    pub low: f32,
    /// 99th percentile.
    pub high: f32,
    /// 99th percentile of the average speaker on the same sounds.
    pub average_high: f32,
}

/// How a speaker was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learning {
    /// From the neural process alone, without gradient steps.
    Instant,
    /// Neural process and fitted adapters.
    Fitted,
    /// Between two speakers.
    Blended,
}

/// One take that a speaker was learned from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TakeNote {
    /// The sound's file name, without its folder.
    pub sound: String,
    /// The curves' file name, without its folder.
    pub curves: String,
    /// Frames per second of the curves as given.
    pub fps: f32,
    /// Seconds that sound and curves share.
    pub seconds: f32,
    /// How much later than the sound the curves were, in milliseconds; taken out before learning.
    pub lag_ms: f32,
}

/// Where a speaker comes from, for people to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// How it was learned.
    pub learning: Learning,
    /// What it was learned from.
    pub takes: Vec<TakeNote>,
    /// Gradient steps taken.
    pub steps: usize,
    /// Lip error on the held-out tail of the reference in millimetres: average speaker, instant,
    /// fitted. Empty where there was none.
    pub tail_error_mm: Vec<f32>,
    /// What was noticed and handled: in words.
    pub notes: Vec<String>,
    /// The performer's consent, as the user states it.
    pub consent: String,
    /// The licence under which the speaker may be used, as the user states it.
    pub licence: String,
    /// The program that made the file.
    pub generator: String,
}

/// A person's way of moving while talking.
#[derive(Debug, Clone, PartialEq)]
pub struct Speaker {
    /// A short name.
    pub name: String,
    /// SHA-256 of the base model file that it was learned with, in hexadecimal.
    pub base: String,
    /// Where it comes from.
    pub about: About,
    /// Blendshape weights to be added at all times: this person's rest pose less the base model's.
    pub rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// What each blendshape did in the reference; none where it was not captured.
    pub ranges: [Option<ChannelRange>; Channel::BLENDSHAPE_COUNT],
    /// Blinks per minute, where eyelids were captured.
    pub blinks_per_minute: Option<f32>,
    /// Factor on gaze shifts, where eyes were captured.
    pub gaze: Option<f32>,
    /// The neural process's global latent.
    pub latent: Vec<f32>,
    /// The neural process's memory of the reference.
    pub memory: RelationMemory,
    /// Changes of the decoder's layers by name; empty if learned instantly.
    pub adapters: BTreeMap<String, LowRank>,
    /// How the head moves; none keeps it still.
    pub head: Option<PoseStyle>,
}
