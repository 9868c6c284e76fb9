//! Incremental runs: only lines with changes are made again.

use super::{BatchFolder, made_now, wave};

const TABLE: &str =
    "audio,speaker,output,strength,note\ns0.wav,,a,,x\ns1.wav,s.speaker,b,,\ns2.wav,,c,0.9,\n";

fn batch() -> BatchFolder {
    let batch = BatchFolder::with_sounds(3);
    batch.copy("speakers/theatrical.speaker", "s.speaker");
    batch.write("t.csv", TABLE);
    batch
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

#[test]
fn only_changed_lines_are_made_again() {
    let batch = batch();
    let made = |extra: &[&str]| made_now(&batch.report(&[&RUN[..], extra].concat(), 0));
    assert_eq!(made(&[]), ["a", "b", "c"]);
    let before = batch.outputs();
    assert!(made(&[]).is_empty());
    // A new file time with the same content changes nothing.
    batch.write("s0.wav", wave(8_000, 0));
    assert!(made(&[]).is_empty());
    // Changes: sound, speaker, option, metadata, a removed output, a truncated output.
    batch.write("s0.wav", wave(8_000, 50));
    assert_eq!(made(&[]), ["a"]);
    batch.copy("speakers/mumbler.speaker", "s.speaker");
    assert_eq!(made(&[]), ["b"]);
    batch.write("t.csv", TABLE.replace("0.9", "0.8").replace(",x", ",y"));
    assert_eq!(made(&[]), ["a", "c"]);
    std::fs::remove_file(batch.at("out/b.csv")).unwrap();
    std::fs::write(batch.at("out/c.csv"), "cut").unwrap();
    assert_eq!(made(&[]), ["b", "c"]);
    assert_eq!(made(&["--fps", "25"]), ["a", "b", "c"]);
    assert_eq!(made(&["--fps", "25", "--force"]), ["a", "b", "c"]);
    // The original inputs give the original bytes again.
    batch.write("s0.wav", wave(8_000, 0));
    batch.copy("speakers/theatrical.speaker", "s.speaker");
    batch.write("t.csv", TABLE);
    made(&[]);
    assert_eq!(batch.outputs(), before);
}

#[test]
fn a_dry_run_lists_due_lines_with_reasons_and_writes_nothing() {
    let batch = batch();
    let dry_run = |code| {
        let output = batch.run(&[&RUN[..], &["--dry-run"]].concat());
        assert_eq!(output.status.code(), Some(code));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(dry_run(0).contains("would make a: it is new"));
    assert!(!batch.at("out").exists());
    batch.report(&RUN, 0);
    batch.write("s1.wav", wave(8_000, 9));
    let text = dry_run(0);
    assert!(text.contains("would make b: the sound"), "{text}");
    assert!(!text.contains("would make a"), "{text}");
    std::fs::remove_file(batch.at("s2.wav")).unwrap();
    let message = batch.message(&[&RUN[..], &["--dry-run"]].concat(), 6);
    assert!(
        message.contains("failed: c (row 4): cannot read the sound"),
        "{message}"
    );
}

#[test]
fn a_failed_line_is_tried_again_and_fail_fast_starts_no_further_line() {
    let batch = batch();
    batch.write("s0.wav", "not a sound");
    let report = batch.report(&RUN, 6);
    assert_eq!(report["totals"]["failed"], 1);
    assert_eq!(made_now(&report), ["b", "c"]);
    batch.write("s0.wav", wave(8_000, 0));
    assert_eq!(made_now(&batch.report(&RUN, 0)), ["a"]);
    let other = BatchFolder::with_sounds(40);
    other.write("s0.wav", "not a sound");
    let table: String = (0..40).map(|i| format!("s{i}.wav\n")).collect();
    other.write("t.csv", format!("audio\n{table}"));
    let report = other.report(&[&RUN[..], &["--fail-fast", "--jobs", "1"]].concat(), 7);
    assert_eq!(report["totals"]["left"], 39);
    other.write("t.csv", "audio,fps\ns1.wav,\ns2.wav,x\n");
    let report = other.report(&[&RUN[..], &["--fail-fast"]].concat(), 7);
    assert_eq!(
        report["totals"]["left"], 1,
        "no line is started if a row is bad"
    );
}

#[test]
fn shards_make_every_line_once_and_gather_reports_on_all() {
    let batch = BatchFolder::with_sounds(10);
    let table: String = (0..10).map(|i| format!("s{i}.wav\n")).collect();
    batch.write("t.csv", format!("audio\n{table}"));
    let gather = [
        &RUN[..],
        &["--gather", "--report", "all.html", "--report", "all.json"],
    ]
    .concat();
    let mut all = Vec::new();
    for shard in ["1/3", "3/3", "2/3"] {
        let report = batch.report(&[&RUN[..], &["--shard", shard]].concat(), 0);
        all.extend(made_now(&report));
        if all.len() < 10 {
            let report = batch.report(&gather, 6);
            assert_eq!(
                report["totals"]["left"].as_u64(),
                Some(10 - all.len() as u64)
            );
        }
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 10, "every line exactly once");
    let report = batch.report(&gather, 0);
    assert_eq!(report["totals"]["done"], 10);
    assert!(batch.exists("all.html") && batch.exists("all.json"));
    batch.message(&[&RUN[..], &["--shard", "4/3"]].concat(), 2);
}
