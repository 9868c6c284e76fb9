//! Passes every file of the fuzzer's corpus to its reader, with a stable compiler.

use std::path::{Path, PathBuf};

use metaface_test_readers::READERS;

#[test]
fn no_reader_panics_on_the_corpus() {
    for &(name, read) in READERS {
        let files = corpus(name);
        assert!(!files.is_empty(), "{name} has no corpus");
        for path in files {
            // Only shown if the test fails; the last path is the cause.
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
