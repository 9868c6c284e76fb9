//! Speaker files.

use metaface_core::speaker::Speaker;

pub fn read(bytes: &[u8]) {
    let Ok(speaker) = Speaker::from_bytes(bytes) else {
        return;
    };
    let written = speaker.to_bytes().expect("a read speaker can be written");
    Speaker::from_bytes(&written).expect("a written speaker can be read");
    Speaker::blend(&speaker, &speaker, 0.5).expect("a speaker blends with itself");
}
