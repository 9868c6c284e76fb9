//! Sound input: decoding, resampling to 16 kHz mono, loudness, log-mel features.
//!
//! ```text
//! bytes -> decoder (samples or codec) -> downmix -> Resampler -> 16 kHz mono -> loudness, log-mel
//! ```
//!
//! [`Sound`] is a whole sound in memory, [`SoundReader`] a stream of blocks.

mod compressed;
mod content_type;
mod decoder;
mod degrade;
mod downmix;
mod edit_list;
mod error;
mod loudness;
mod mel;
mod normalize;
mod opus;
mod pcm;
mod reader;
mod resample;
mod sound;
mod wave;
mod wave_format;

use std::path::Path;

pub use decoder::ByteSource;
pub use degrade::Degradation;
pub use error::{AudioError, AudioWarning, LONGEST_SOUND_SECONDS, SOURCE_RATES};
pub use loudness::{LOUDNESS_FLOOR_DB, LOUDNESS_RATE, LoudnessMeter, loudness_curve};
pub use mel::{HOP, LogMel, MEL_BANDS, MEL_RATE, MelFrame, WINDOW, log_mel};
pub use normalize::{LevelStatistics, Normalizer, RunningNormalizer, normalized_log_mel};
pub use pcm::{PcmFormat, SampleEncoding};
pub use reader::SoundReader;
pub use resample::Resampler;
pub use sound::Sound;

/// Samples per second of all sound after decoding.
pub const SAMPLE_RATE: u32 = 16_000;

/// Whether a file name has the extension of a sound file. The content is not read.
///
/// ```
/// use metaface_core::audio::is_sound_file;
///
/// assert!(is_sound_file("takes/Line.MP3".as_ref()));
/// assert!(!is_sound_file("takes/line.csv".as_ref()));
/// ```
pub fn is_sound_file(path: &Path) -> bool {
    const EXTENSIONS: [&str; 12] = [
        "wav", "flac", "mp3", "ogg", "opus", "m4a", "aac", "aif", "aiff", "caf", "au", "mp4",
    ];
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
}
