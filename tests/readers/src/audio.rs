//! Sounds of every format, which their content tells apart.

use std::io::Cursor;

use metaface_core::audio::{Sound, log_mel};

pub fn read(bytes: &[u8]) {
    let Ok(sound) = Sound::decode(Cursor::new(bytes.to_vec()), "fuzzed") else {
        return;
    };
    assert!(!sound.samples.is_empty(), "a sound has samples");
    // As much as shows that the numbers can be worked with; more only takes longer.
    let start = &sound.samples[..sound.samples.len().min(4_000)];
    assert!(start.iter().all(|sample| sample.is_finite()), "a sample");
    log_mel(start);
}
