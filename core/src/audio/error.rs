//! Errors and warnings about a sound, with what to do.

use std::fmt;
use std::io;
use std::ops::RangeInclusive;

/// Source rates that are accepted, in samples per second.
///
/// Lower rates contain no speech; no device records at higher ones.
pub const SOURCE_RATES: RangeInclusive<u32> = 1_000..=768_000;

/// The longest sound that can be animated or loaded: four hours, 920 MB as 16 kHz mono.
///
/// Longer sounds can be streamed with [`SoundReader`](super::SoundReader).
pub const LONGEST_SOUND_SECONDS: u64 = 4 * 3600;

/// The advice to convert a sound into a supported format.
const CONVERT: &str = "convert it, for example with `ffmpeg -i IN -ac 1 -ar 16000 OUT.wav`";

/// Why a sound cannot be used. Every message says what to do and ends with the file name.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The file could not be opened or read.
    #[error("cannot read the sound: {source}; check the path and its permissions ({name})")]
    Unreadable {
        /// The file, or the name given for the data.
        name: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// There is no data, or a header without samples.
    #[error("the sound is empty; record or export it again ({name})")]
    Empty {
        /// The file, or the name given for the data.
        name: String,
    },
    /// The content is not a known sound format.
    #[error("{looks_like}; give a WAV, FLAC, MP3, Ogg, AAC/M4A, AIFF or CAF file ({name})")]
    UnknownFormat {
        /// What the content looks like instead.
        looks_like: String,
        /// The file, or the name given for the data.
        name: String,
    },
    /// A known sound format that cannot be decoded.
    #[error("{what} cannot be decoded; {CONVERT} ({name})")]
    Unsupported {
        /// The codec or feature.
        what: String,
        /// The file, or the name given for the data.
        name: String,
    },
    /// The data is damaged and no sound could be recovered.
    #[error("the file is damaged ({why}); export the sound again or {CONVERT} ({name})")]
    Broken {
        /// What is damaged.
        why: String,
        /// The file, or the name given for the data.
        name: String,
    },
    /// The sample rate is outside [`SOURCE_RATES`].
    #[error(
        "a sample rate of {rate} Hz is outside {} to {} Hz; export the sound at 16000 Hz or more ({name})",
        SOURCE_RATES.start(),
        SOURCE_RATES.end()
    )]
    RateOutOfRange {
        /// Samples per second according to the file.
        rate: u32,
        /// The file, or the name given for the data.
        name: String,
    },
    /// The sound is longer than fits in memory.
    #[error(
        "the sound is longer than {} hours; cut it into shorter takes or stream it ({name})",
        LONGEST_SOUND_SECONDS / 3600
    )]
    TooLong {
        /// The file, or the name given for the data.
        name: String,
    },
}

/// A problem of a sound that can be used nevertheless.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AudioWarning {
    /// The file is shorter than its header says; the available part is used.
    Truncated,
    /// Parts could not be decoded; they are silent, and the rest keeps its timing.
    Damaged {
        /// The number of parts (packets of the codec).
        parts: u64,
    },
    /// The sample rate changes within the file; the sound ends there.
    RateChanges {
        /// Seconds of sound before the change.
        at: f64,
    },
    /// NaN and infinite samples were replaced by silence.
    NotFinite {
        /// The number of samples, over all channels.
        samples: u64,
    },
    /// A level so far beyond full scale that the samples were probably written as integers.
    FarBeyondFullScale {
        /// The largest sample, where 1 is full scale.
        peak: f32,
    },
    /// Much of the sound is at or beyond full scale, and therefore distorted.
    Clipped {
        /// The fraction of the source samples, 0 to 1.
        share: f32,
    },
    /// The whole sound is silent.
    Silent,
    /// The channels cancel each other in the mono mix.
    Cancelled {
        /// The level of the channels above their mix, in dB.
        decibels: f32,
    },
}

impl fmt::Display for AudioWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str(
                "the file ends early: it was cut or not fully copied; the sound up to there is used",
            ),
            Self::Damaged { parts } => write!(
                f,
                "{parts} damaged part(s) could not be decoded and are silent"
            ),
            Self::RateChanges { at } => write!(
                f,
                "the sample rate changes after {at:.2} s; the sound ends there"
            ),
            Self::NotFinite { samples } => write!(
                f,
                "{samples} sample(s) were not finite numbers and are silent"
            ),
            Self::FarBeyondFullScale { peak } => write!(
                f,
                "samples reach {peak:.0} times full scale: integers written as floats? export with samples between -1 and 1"
            ),
            Self::Clipped { share } => write!(
                f,
                "{:.1} % of the samples are clipped; record at a lower level",
                share * 100.0
            ),
            Self::Silent => f.write_str("the sound is silent throughout"),
            Self::Cancelled { decibels } => write!(
                f,
                "the channels cancel each other: their mono mix is {decibels:.0} dB quieter; use one channel alone, or invert the other"
            ),
        }
    }
}

/// An error of a decoder, without the file name.
#[derive(Debug)]
pub(super) enum DecodeError {
    Io(io::Error),
    Empty,
    Unknown(String),
    Unsupported(String),
    Broken(String),
}

impl DecodeError {
    pub(super) fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }

    pub(super) fn with_name(self, name: &str) -> AudioError {
        let name = name.to_owned();
        match self {
            Self::Io(source) => AudioError::Unreadable { name, source },
            Self::Empty => AudioError::Empty { name },
            Self::Unknown(looks_like) => AudioError::UnknownFormat { looks_like, name },
            Self::Unsupported(what) => AudioError::Unsupported { what, name },
            Self::Broken(why) => AudioError::Broken { why, name },
        }
    }
}

impl From<io::Error> for DecodeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
