//! Every file of the fuzzer's corpus, given to its reader once more, on a stable compiler.

use std::path::{Path, PathBuf};

use metaface_test_readers::READERS;

#[test]
fn no_reader_panics_over_the_corpus() {
    for &(name, read) in READERS {
        let files = corpus(name);
        assert!(!files.is_empty(), "{name} has no corpus");
        for path in files {
            // Shown only where the test fails: the last one is to blame.
            println!("{}", path.display());
            read(&std::fs::read(&path).expect("a readable file"));
        }
    }
}

fn corpus(name: &str) -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let listed = std::fs::read_dir(corpus.join(name)).expect("a folder for each reader");
    let mut files: Vec<PathBuf> = listed.map(|file| file.expect("listed").path()).collect();
    files.sort();
    files
}
