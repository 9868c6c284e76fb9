//! Clips as text: Live Link Face CSV, tables with a time column, Audio2Face JSON.

use metaface_clip::{Clip, FrameRate};
use metaface_exporters::Result;
use metaface_exporters::curves::{Warning, audio2face, csv, mouth_cues};

use crate::scene::with_file;

/// Clips with more frames are read but not written, because that is slow and finds nothing new.
const MAX_WRITTEN_FRAMES: usize = 2_000;

pub fn read(bytes: &[u8]) {
    with_file(bytes, "csv", |path| {
        write_again(csv::read(path));
        write_again(csv::read_at(path, FrameRate::new(24_000, 1001).ok()));
    });
    with_file(bytes, "a2f.json", |path| {
        write_again(audio2face::read(path))
    });
}

fn write_again(read: Result<(Clip, Vec<Warning>)>) {
    let Ok((clip, _)) = read else {
        return;
    };
    clip.validate().expect("what was read is a valid clip");
    if clip.frames.len() > MAX_WRITTEN_FRAMES {
        return;
    }
    csv::write(&clip);
    audio2face::write(&clip);
    mouth_cues::write_json(&clip);
}
