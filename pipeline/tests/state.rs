//! The state that runs and machines share.

use std::path::Path;

use metaface_pipeline::{Fingerprint, Made, Record, State, Status};

fn record(line: &str, finished: u64) -> Record {
    Record {
        line: line.to_owned(),
        status: Status::Done,
        fingerprint: Fingerprint::default(),
        sound: None,
        outputs: vec![Made {
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
    let entries = std::fs::read_dir(folder.join(".metaface")).expect("listed");
    let names = entries.map(|entry| entry.expect("there").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".jsonl")).collect()
}

#[test]
fn runs_see_each_others_records_and_the_later_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = State::join(folder.path()).expect("joined");
    let two = State::join(folder.path()).expect("joined");
    one.keep(record("a", 5)).expect("kept");
    two.keep(record("a", 7)).expect("kept");
    two.keep(record("b", 6)).expect("kept");
    one.refresh().expect("read");
    assert_eq!(one.record("a").map(|record| record.finished), Some(7));
    assert!(one.record("b").is_some());
    assert!(one.claim("a").expect("asked").is_some_and(|claim| {
        let other = two.claim("a").expect("asked");
        drop(claim);
        other.is_none()
    }));
    let known = one.record("b").expect("known");
    assert!(!one.is_whole(&known));
    std::fs::write(folder.path().join("b.csv"), "abc").expect("written");
    assert!(one.is_whole(&known));
}

#[test]
fn whoever_comes_first_tidies_up_unless_another_machine_may_be_at_work() {
    let folder = tempfile::tempdir().expect("a folder");
    for finished in [1, 2, 3] {
        let state = State::join(folder.path()).expect("joined");
        state.keep(record("a", finished)).expect("kept");
        std::fs::write(folder.path().join(".metaface-left"), "half").expect("written");
    }
    drop(State::join(folder.path()).expect("joined"));
    assert!(!folder.path().join(".metaface-left").exists());
    assert_eq!(
        journals(folder.path()).len(),
        2,
        "all that was, and the last run's"
    );

    let elsewhere = folder.path().join(".metaface/run-another-1-1.jsonl");
    std::fs::write(&elsewhere, "{\"metaface_batch\":1}\n").expect("written");
    std::fs::write(folder.path().join(".metaface-theirs"), "half").expect("written");
    drop(State::join(folder.path()).expect("joined"));
    assert!(elsewhere.exists() && folder.path().join(".metaface-theirs").exists());
    let state = State::look(folder.path()).expect("looked");
    assert_eq!(state.record("a").map(|record| record.finished), Some(3));
}
