//! What can go wrong with a speaker's file, and with learning one.

use super::{LARGEST_SPEAKER, SPEAKER_VERSION};
use crate::AnimateError;

/// What is wrong with a speaker.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// The operating system could not read the file.
    #[error("cannot read the speaker's file ({0})")]
    Unreadable(#[from] std::io::Error),
    /// Not a speaker at all, or a damaged one.
    #[error("not a usable MetaFace speaker: {reason}; use a .speaker file that MetaFace wrote")]
    Invalid {
        /// What is wrong.
        reason: String,
    },
    /// Made by a later version of the program.
    #[error(
        "this speaker has version {0}, newer than this program reads ({SPEAKER_VERSION}); update MetaFace"
    )]
    TooNew(u32),
    /// More than a speaker file may hold.
    #[error(
        "a speaker of {0} bytes is larger than the {LARGEST_SPEAKER} that a file may have; blend speakers that were not blended before, or learned instantly"
    )]
    TooLarge(usize),
    /// Learned with another base model than the one in use.
    #[error(
        "the speaker was learned with base model {}, and this is {}; use the base model it was learned with, or learn the speaker again",
        short(wanted),
        short(found)
    )]
    WrongBase {
        /// The hash of the base model that it was learned with.
        wanted: String,
        /// The hash of the base model in use.
        found: String,
    },
    /// Two speakers that cannot be blended.
    #[error("these speakers cannot be blended: {reason}; learn both again with the same program")]
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

/// As much of a hash as people compare.
fn short(hash: &str) -> String {
    hash.chars().take(16).collect()
}

/// Why nothing can be learned from a reference. Messages end with the file's name.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// No take was given.
    #[error("there is no take to learn from; give a sound and the curves captured with it")]
    NoTake,
    /// Nothing, or next to nothing, can be heard.
    #[error("the sound is silent; give the sound that the curves were captured with ({name})")]
    Silent {
        /// The sound.
        name: String,
    },
    /// Too little speech in all takes together.
    #[error(
        "only {heard:.1} s of speech can be heard, and learning needs {needed} s, better 10; give a longer take, or more takes ({name})"
    )]
    TooLittleSpeech {
        /// Seconds of speech.
        heard: f64,
        /// Seconds needed.
        needed: f64,
        /// The sounds.
        name: String,
    },
    /// Curves too short to learn from.
    #[error(
        "the curves last {seconds:.2} s, and learning needs {needed} s; give a longer take ({name})"
    )]
    TooShort {
        /// Seconds of curves.
        seconds: f64,
        /// Seconds needed.
        needed: f64,
        /// The curves.
        name: String,
    },
    /// Sound and curves cannot be of the same take.
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
    /// Curves that do not speak.
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
    /// Values that are no blendshape weights, such as per cent.
    #[error(
        "{channel} reaches {value:.1}, but blendshape weights are 0 to 1; export them so, or divide per cent by 100 ({name})"
    )]
    NotWeights {
        /// The channel.
        channel: &'static str,
        /// The farthest value.
        value: f32,
        /// The curves.
        name: String,
    },
    /// The base model could not listen.
    #[error(transparent)]
    Animate(#[from] AnimateError),
    /// What was learned cannot be kept.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
}
