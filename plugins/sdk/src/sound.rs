//! Sounds in memory.

use metaface_core::audio::{self, PcmFormat, SampleEncoding};

use crate::failure::{Failure, Result, guard};
use crate::text::path;

/// `metaface::Sound`.
pub struct Sound(pub audio::Sound);

pub fn open_sound(file: &[u8]) -> Result<Box<Sound>> {
    guard(|| Ok(Box::new(Sound(audio::Sound::open(path(file))?))))
}

pub fn sound_of(samples: &[f32], rate: u32, channels: u16) -> Result<Box<Sound>> {
    guard(|| {
        let sound = audio::Sound::from_samples(samples, rate, channels);
        // Samples in memory are an argument, not a file.
        let as_argument = |error: audio::AudioError| Failure::argument(error.to_string());
        Ok(Box::new(Sound(sound.map_err(as_argument)?)))
    })
}

pub fn sound_of_pcm16(bytes: &[u8], rate: u32, channels: u16) -> Result<Box<Sound>> {
    let format = PcmFormat {
        encoding: SampleEncoding::Signed(2),
        channels,
        rate,
    };
    sound_of(&format.samples(bytes), rate, channels)
}

pub fn sound_samples(sound: &Sound) -> &[f32] {
    &sound.0.samples
}

pub fn sound_warnings(sound: &Sound) -> Vec<String> {
    sound.0.warnings.iter().map(ToString::to_string).collect()
}
