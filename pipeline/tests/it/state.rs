//! The state in the output folder, shared by runs and machines.

use std::path::Path;

use metaface_pipeline::{Fingerprint, JournalEntry, OutputFile, State, Status};

fn entry(line: &str, finished: u64) -> JournalEntry {
    JournalEntry {
        line: line.to_owned(),
        status: Status::Done,
        fingerprint: Fingerprint::default(),
        sound: None,
        outputs: vec![OutputFile {
            file: format!("{line}.csv"),
            bytes: 3,
        }],
        sound_seconds: 1.0,
        seconds: 0.5,
        warnings: Vec::new(),
        error: None,
        finished,
    }
}

fn journals(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join(".metaface")).expect("listed");
    let names = files.map(|file| file.expect("file").file_name());
    let texts = names.map(|name| name.to_string_lossy().into_owned());
    texts.filter(|name| name.ends_with(".jsonl")).collect()
}

#[test]
fn runs_see_each_others_entries_and_the_later_one_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = State::join(folder.path()).expect("joined");
    let two = State::join(folder.path()).expect("joined");
    one.append(entry("a", 5)).expect("appended");
    two.append(entry("a", 7)).expect("appended");
    two.append(entry("b", 6)).expect("appended");
    one.refresh().expect("read");
    assert_eq!(one.entry("a").map(|entry| entry.finished), Some(7));
    assert!(one.entry("b").is_some());
    assert!(one.claim("a").expect("lock").is_some_and(|claim| {
        let other = two.claim("a").expect("lock");
        drop(claim);
        other.is_none()
    }));
    let known = one.entry("b").expect("known");
    assert!(!one.has_all_outputs(&known));
    std::fs::write(folder.path().join("b.csv"), "abc").expect("written");
    assert!(one.has_all_outputs(&known));
}

#[test]
fn the_first_run_cleans_up_unless_another_machine_may_be_active() {
    let folder = tempfile::tempdir().expect("a folder");
    for finished in [1, 2, 3] {
        let state = State::join(folder.path()).expect("joined");
        state.append(entry("a", finished)).expect("appended");
        std::fs::write(folder.path().join(".metaface-left"), "half").expect("written");
    }
    drop(State::join(folder.path()).expect("joined"));
    assert!(!folder.path().join(".metaface-left").exists());
    assert_eq!(
        journals(folder.path()).len(),
        2,
        "the merged state and the last run's journal"
    );

    let elsewhere = folder.path().join(".metaface/run-another-1-1.jsonl");
    std::fs::write(&elsewhere, "{\"metaface_batch\":1}\n").expect("written");
    std::fs::write(folder.path().join(".metaface-theirs"), "half").expect("written");
    drop(State::join(folder.path()).expect("joined"));
    assert!(elsewhere.exists() && folder.path().join(".metaface-theirs").exists());
    let state = State::read(folder.path()).expect("read");
    assert_eq!(state.entry("a").map(|entry| entry.finished), Some(3));
}
