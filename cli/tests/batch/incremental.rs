//! Like a build tool: what is made already is not made again, and what changed is.

use crate::{Stage, made_now, wave};

const TABLE: &str =
    "audio,speaker,output,strength,note\ns0.wav,,a,,x\ns1.wav,s.speaker,b,,\ns2.wav,,c,0.9,\n";

fn stage() -> Stage {
    let stage = Stage::with_sounds(3);
    stage.copy("speakers/theatrical.speaker", "s.speaker");
    stage.write("t.csv", TABLE);
    stage
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

#[test]
fn only_what_changed_is_made_again() {
    let stage = stage();
    let made = |extra: &[&str]| made_now(&stage.report(&[&RUN[..], extra].concat(), 0));
    assert_eq!(made(&[]), ["a", "b", "c"]);
    let before = stage.outputs();
    assert!(made(&[]).is_empty());
    // Touched and written anew with the same content: the same.
    stage.write("s0.wav", wave(8_000, 0));
    assert!(made(&[]).is_empty());
    // Another sound, another speaker, another option, another note, a file gone or cut.
    stage.write("s0.wav", wave(8_000, 50));
    assert_eq!(made(&[]), ["a"]);
    stage.copy("speakers/mumbler.speaker", "s.speaker");
    assert_eq!(made(&[]), ["b"]);
    stage.write("t.csv", TABLE.replace("0.9", "0.8").replace(",x", ",y"));
    assert_eq!(made(&[]), ["a", "c"]);
    std::fs::remove_file(stage.at("out/b.csv")).unwrap();
    std::fs::write(stage.at("out/c.csv"), "cut").unwrap();
    assert_eq!(made(&[]), ["b", "c"]);
    assert_eq!(made(&["--fps", "25"]), ["a", "b", "c"]);
    assert_eq!(made(&["--fps", "25", "--force"]), ["a", "b", "c"]);
    // Back to the beginning: the same bytes as then.
    stage.write("s0.wav", wave(8_000, 0));
    stage.copy("speakers/theatrical.speaker", "s.speaker");
    stage.write("t.csv", TABLE);
    made(&[]);
    assert_eq!(stage.outputs(), before);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_why_and_writes_nothing() {
    let stage = stage();
    let said = |code| {
        let output = stage.run(&[&RUN[..], &["--dry-run"]].concat());
        assert_eq!(output.status.code(), Some(code));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said(0).contains("would make a: it is new"));
    assert!(!stage.at("out").exists());
    stage.report(&RUN, 0);
    stage.write("s1.wav", wave(8_000, 9));
    let text = said(0);
    assert!(text.contains("would make b: the sound"), "{text}");
    assert!(!text.contains("would make a"), "{text}");
    std::fs::remove_file(stage.at("s2.wav")).unwrap();
    let message = stage.message(&[&RUN[..], &["--dry-run"]].concat(), 6);
    assert!(
        message.contains("failed: c (row 4): cannot read the sound"),
        "{message}"
    );
}

#[test]
fn a_line_that_failed_is_tried_again_and_failing_fast_begins_no_more() {
    let stage = stage();
    stage.write("s0.wav", "no sound at all");
    let report = stage.report(&RUN, 6);
    assert_eq!(report["totals"]["failed"], 1);
    assert_eq!(made_now(&report), ["b", "c"]);
    stage.write("s0.wav", wave(8_000, 0));
    assert_eq!(made_now(&stage.report(&RUN, 0)), ["a"]);
    let other = Stage::with_sounds(40);
    other.write("s0.wav", "no sound at all");
    let table: String = (0..40).map(|i| format!("s{i}.wav\n")).collect();
    other.write("t.csv", format!("audio\n{table}"));
    let report = other.report(&[&RUN[..], &["--fail-fast", "--jobs", "1"]].concat(), 7);
    assert_eq!(report["totals"]["left"], 39);
    other.write("t.csv", "audio,fps\ns1.wav,\ns2.wav,x\n");
    let report = other.report(&[&RUN[..], &["--fail-fast"]].concat(), 7);
    assert_eq!(
        report["totals"]["left"], 1,
        "with a bad row nothing is begun"
    );
}

#[test]
fn parts_make_the_whole_between_them_and_gather_into_one_report() {
    let stage = Stage::with_sounds(10);
    let table: String = (0..10).map(|i| format!("s{i}.wav\n")).collect();
    stage.write("t.csv", format!("audio\n{table}"));
    let gather = [
        &RUN[..],
        &["--gather", "--report", "all.html", "--report", "all.json"],
    ]
    .concat();
    let mut all = Vec::new();
    for part in ["1/3", "3/3", "2/3"] {
        let report = stage.report(&[&RUN[..], &["--shard", part]].concat(), 0);
        all.extend(made_now(&report));
        if all.len() < 10 {
            let report = stage.report(&gather, 6);
            assert_eq!(
                report["totals"]["left"].as_u64(),
                Some(10 - all.len() as u64)
            );
        }
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 10, "no line twice, none forgotten");
    let report = stage.report(&gather, 0);
    assert_eq!(report["totals"]["done"], 10);
    assert!(stage.exists("all.html") && stage.exists("all.json"));
    stage.message(&[&RUN[..], &["--shard", "4/3"]].concat(), 2);
}
