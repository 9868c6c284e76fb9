//! Writes the corpus's seeds, small valid files of every format:
//!
//! ```text
//! cargo run --release --ignore-rust-version -p metaface-test-readers --example write_seeds tests/fuzz/corpus
//! ```
//!
//! The compressed sounds need ffmpeg; without it only the others are written.

#[path = "seeds/audio.rs"]
mod audio;
#[path = "../../../exporters/tests/common/mod.rs"]
#[allow(unused)]
mod common;
#[path = "seeds/faces.rs"]
mod faces;
#[path = "seeds/lines.rs"]
mod lines;
#[path = "seeds/speaker.rs"]
mod speaker;

use std::path::PathBuf;

/// A seed's reader, its file name and its bytes.
type Seed = (&'static str, String, Vec<u8>);

fn main() {
    let corpus = std::env::args_os().nth(1).map(PathBuf::from);
    let corpus = corpus.expect("give the corpus's folder");
    let seeds = audio::seeds().into_iter().chain(faces::seeds());
    for (reader, name, bytes) in seeds.chain(lines::seeds()).chain(speaker::seeds()) {
        let folder = corpus.join(reader);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("written");
    }
}
