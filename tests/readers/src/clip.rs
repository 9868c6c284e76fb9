//! Clips as text: Live Link Face CSV, tables with a time column, Audio2Face JSON.

use metaface_clip::{Clip, FrameRate};
use metaface_exporters::Result;
use metaface_exporters::curves::{Warning, audio2face, csv, mouth_cues};

use crate::scene::with_file;

/// A clip of more frames is only read: writing it takes longer and shows nothing new.
const MOST_USED: usize = 2_000;

pub fn read(bytes: &[u8]) {
    with_file(bytes, "csv", |path| {
        consume(csv::read(path));
        consume(csv::read_at(path, FrameRate::new(24_000, 1001).ok()));
    });
    with_file(bytes, "a2f.json", |path| consume(audio2face::read(path)));
}

fn consume(read: Result<(Clip, Vec<Warning>)>) {
    let Ok((clip, _)) = read else {
        return;
    };
    clip.validate().expect("what was read is a valid clip");
    if clip.frames.len() > MOST_USED {
        return;
    }
    csv::write(&clip);
    audio2face::write(&clip);
    mouth_cues::write_json(&clip);
}
