//! Errors of speaker files and of learning speakers.

use super::{LARGEST_SPEAKER, SPEAKER_VERSION};
use crate::clip::ClipError;

/// Why a speaker cannot be read, written, used or blended.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// The operating system could not read the file.
    #[error("cannot read the speaker file ({0})")]
    Unreadable(#[from] std::io::Error),
    /// Not a speaker, or a damaged one.
    #[error("not a usable MetaFace speaker: {reason}; use a .speaker file that MetaFace wrote")]
    Invalid {
        /// The problem found.
        reason: String,
    },
    /// Written by a newer version of MetaFace.
    #[error(
        "this speaker has version {0}, newer than this program reads ({SPEAKER_VERSION}); update MetaFace"
    )]
    TooNew(u32),
    /// The contents do not fit into a speaker file.
    #[error(
        "the speaker has {0} bytes, but a speaker file is limited to {LARGEST_SPEAKER}; blend speakers that are not blends themselves, or that were learned instantly"
    )]
    TooLarge(usize),
    /// Learned with a base model other than the one in use.
    #[error(
        "the speaker was learned with base model {}, but the base model in use is {}; use the base model it was learned with, or learn the speaker again",
        short(wanted),
        short(found)
    )]
    WrongBase {
        /// The hash of the base model with which it was learned.
        wanted: String,
        /// The hash of the base model in use.
        found: String,
    },
    /// The base model cannot use or learn speakers.
    #[error("{0}; use the embedded base model, or train its learner with `metaface train`")]
    BaseModel(String),
    /// The share of a blend is out of range.
    #[error("the share {0} is out of range; give 0 (the first speaker) to 1 (the second)")]
    Share(f32),
    /// Two speakers that cannot be blended.
    #[error(
        "these speakers cannot be blended: {reason}; learn both again with the same version of MetaFace"
    )]
    CannotBlend {
        /// What differs.
        reason: String,
    },
}

impl SpeakerError {
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid {
            reason: reason.into(),
        }
    }
}

/// The first characters of a hash, enough for people to compare.
fn short(hash: &str) -> String {
    const LENGTH: usize = 16;
    hash.chars().take(LENGTH).collect()
}

/// Why a speaker cannot be learned from a reference. Messages end with the file name.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// No take was given.
    #[error("the reference has no takes; give a sound and the curves captured with it")]
    NoTake,
    /// The sound is silent or almost silent.
    #[error("the sound is silent; give the sound that the curves were captured with ({name})")]
    Silent {
        /// The sound.
        name: String,
    },
    /// Too little speech in all takes together.
    #[error(
        "the sound contains only {seconds:.1} s of speech, but learning needs {needed} s, better 10; give a longer take, or more takes ({name})"
    )]
    TooLittleSpeech {
        /// Seconds of speech.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
        /// The sounds.
        name: String,
    },
    /// Curves too short to learn from.
    #[error(
        "the curves last {seconds:.2} s, but learning needs {needed} s; give a longer take ({name})"
    )]
    TooShort {
        /// Seconds of curves.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
        /// The curves.
        name: String,
    },
    /// The lengths of sound and curves are too different for the same take.
    #[error(
        "the curves last {curves:.2} s, the sound lasts {sound:.2} s; give curves and sound of the same take, cut to the same start and end ({name})"
    )]
    Lengths {
        /// Seconds of curves.
        curves: f64,
        /// Seconds of sound.
        sound: f64,
        /// The curves.
        name: String,
    },
    /// No mouth blendshape moves in the curves.
    #[error(
        "the mouth never moves in these curves; export the take with its jaw and mouth blendshapes ({name})"
    )]
    MouthStill {
        /// The curves.
        name: String,
    },
    /// A value that is not a finite number.
    #[error("{channel} is {value} at frame {frame}; export the curves again ({name})")]
    NotFinite {
        /// The channel.
        channel: &'static str,
        /// The frame, from 0.
        frame: usize,
        /// The value.
        value: f32,
        /// The curves.
        name: String,
    },
    /// Values that are not blendshape weights, for example per cent.
    #[error(
        "{channel} reaches {value:.1}, but blendshape weights are 0 to 1; export weights in this range, or divide per cent by 100 ({name})"
    )]
    NotWeights {
        /// The channel.
        channel: &'static str,
        /// The value farthest from the range.
        value: f32,
        /// The curves.
        name: String,
    },
    /// The curves cannot be resampled.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The base model cannot learn speakers, or the learned speaker is invalid.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
}
