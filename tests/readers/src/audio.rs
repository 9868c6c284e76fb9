//! Sounds of every format; the decoder detects the format from the content.

use std::io::Cursor;

use metaface_core::audio::{Sound, log_mel};

pub fn read(bytes: &[u8]) {
    let Ok(sound) = Sound::decode(Cursor::new(bytes.to_vec()), "fuzzed") else {
        return;
    };
    assert!(!sound.samples.is_empty(), "a sound has samples");
    // The start is enough to show that the samples are usable.
    let start = &sound.samples[..sound.samples.len().min(4_000)];
    assert!(start.iter().all(|sample| sample.is_finite()), "a sample");
    log_mel(start);
}
