//! Makes the default training corpus: `make_corpus FOLDER [HOURS]`.

use std::path::Path;

use metaface_core::training::corpus::{Corpus, CorpusPlan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("usage: make_corpus FOLDER [HOURS]")?;
    let hours = words.next().map_or(Ok(6.0), |hours| hours.parse())?;
    let corpus = Corpus::make(
        &CorpusPlan::of_hours(hours, 1),
        Path::new(&folder),
        &mut |progress| {
            eprintln!(
                "{} of {} shards, {:.0} s of speech",
                progress.shards_made, progress.shards_planned, progress.seconds_made
            );
        },
    )?;
    println!(
        "{} utterances, {:.2} h; left out: {:?}",
        corpus.len(),
        corpus.seconds() / 3600.0,
        corpus.left_out()
    );
    Ok(())
}
