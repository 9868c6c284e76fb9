//! Speakers: a person's way of moving while talking, learned from about ten seconds of reference.
//!
//! ```text
//! sound + captured clip -> Reference (aligned, 50 Hz, captured channels marked) -> learn -> Speaker <-> file
//! ```
//!
//! A [`Speaker`] contains no recordings: only numbers and short texts of bounded size, and the hash
//! of its base model.

mod blend;
mod bounds;
mod error;
pub mod face_loss;
mod file;
pub mod fit;
mod learn;
pub mod learning_batch;
mod reference;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::clip::Channel;
use crate::model::SpeakerWeights;

pub use crate::model::pose::PoseStyle;
pub use error::{LearnError, SpeakerError};
pub use file::{LARGEST_SPEAKER, SPEAKER_VERSION};
pub use fit::{Method, Start};
pub(crate) use learn::learn_speaker;
pub use learn::{LearnOptions, LearnProgress};
pub use reference::{AlignedTake, Reference, Take, rest_of};

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
pub enum LearningKind {
    /// From the neural process alone, without gradient steps.
    Instant,
    /// Neural process and fitted adapters.
    Fitted,
    /// Blended from two speakers.
    Blended,
}

/// A take from which a speaker was learned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TakeNote {
    /// The sound's file name, without its folder.
    pub sound: String,
    /// The curves' file name, without its folder.
    pub curves: String,
    /// Frames per second of the curves as given.
    pub fps: f32,
    /// The common length of sound and curves in seconds.
    pub seconds: f32,
    /// The lag of the curves behind the sound in milliseconds; removed before learning.
    pub lag_ms: f32,
}

/// The origin of a speaker, for display.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// How it was learned.
    pub learning: LearningKind,
    /// The takes of the reference.
    pub takes: Vec<TakeNote>,
    /// Gradient steps taken.
    pub steps: usize,
    /// Lip error on the held-out tail of the reference in millimetres: average speaker, instant,
    /// fitted. Empty without a tail.
    pub tail_error_mm: Vec<f32>,
    /// Notes on problems of the reference and on the learning.
    pub notes: Vec<String>,
    /// The performer's consent, as the user states it.
    pub consent: String,
    /// The licence under which the speaker may be used, as the user states it.
    pub licence: String,
    /// The program that wrote the file.
    pub generator: String,
}

/// A person's way of moving while talking.
#[derive(Debug, Clone, PartialEq)]
pub struct Speaker {
    /// Display name.
    pub name: String,
    /// SHA-256 of the base model file that it was learned with, in hexadecimal.
    pub base: String,
    /// The origin of the speaker.
    pub about: About,
    /// Blendshape weights added to every frame: the speaker's rest pose minus the average speaker's.
    pub rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// The range of each blendshape in the reference; `None` if it was not captured.
    pub ranges: [Option<ChannelRange>; Channel::BLENDSHAPE_COUNT],
    /// Blinks per minute; `None` if the eyelids were not captured.
    pub blinks_per_minute: Option<f32>,
    /// Factor on gaze shifts; `None` if the gaze was not captured.
    pub gaze: Option<f32>,
    /// The network's conditioning on this speaker.
    pub weights: SpeakerWeights,
    /// The style of head motion; `None` keeps the head still.
    pub head: Option<PoseStyle>,
}
