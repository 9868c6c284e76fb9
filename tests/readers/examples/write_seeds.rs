//! Writes the seeds of the corpus, small valid files in every format:
//!
//! ```text
//! cargo run --release --ignore-rust-version -p metaface-test-readers --example write_seeds tests/fuzz/corpus
//! ```
//!
//! The compressed sounds need ffmpeg and are skipped without it.

#[path = "seeds/audio.rs"]
mod audio;
#[path = "../../../exporters/tests/it/common/mod.rs"]
#[allow(unused)]
mod common;
#[path = "seeds/faces.rs"]
mod faces;
#[path = "seeds/lines.rs"]
mod lines;
#[path = "seeds/speaker.rs"]
mod speaker;

use std::path::PathBuf;

/// A seed: the reader's name, the file name and the bytes.
type Seed = (&'static str, String, Vec<u8>);

fn main() {
    let corpus = std::env::args_os().nth(1).map(PathBuf::from);
    let corpus = corpus.expect("the corpus folder as an argument");
    let seeds = audio::seeds().into_iter().chain(faces::seeds());
    for (reader, name, bytes) in seeds.chain(lines::seeds()).chain(speaker::seeds()) {
        let folder = corpus.join(reader);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("written");
    }
}
