//! Several runs at once, and interrupted runs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{BatchFolder, wave};

/// A batch with a table of this number of lines.
fn batch_with_lines(count: usize) -> BatchFolder {
    let batch = BatchFolder::with_sounds(count);
    let rows: String = (0..count).map(|i| format!("s{i}.wav\n")).collect();
    batch.write("t.csv", format!("audio\n{rows}"));
    batch
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

/// Starts a run that writes its events to a pipe.
fn start(batch: &BatchFolder, extra: &[&str]) -> Child {
    let arguments = [&RUN[..], &["--log", "json"], extra].concat();
    let mut command = batch.command(&arguments);
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// The lines in the events with this name.
fn lines_with_event(child: &mut Child, name: &str) -> Vec<String> {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let events = lines.filter_map(|line| serde_json::from_str::<Value>(&line.unwrap()).ok());
    let named = events.filter(|event| event["event"] == name);
    named
        .map(|event| event["line"].as_str().unwrap().to_owned())
        .collect()
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([name, &id])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn two_runs_of_one_table_share_the_work_and_make_no_line_twice() {
    let batch = batch_with_lines(60);
    let mut runs = [start(&batch, &[]), start(&batch, &[])];
    let mut made: Vec<String> = Vec::new();
    for run in &mut runs {
        made.extend(lines_with_event(run, "done"));
    }
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
    made.sort();
    let count = made.len();
    made.dedup();
    assert_eq!((made.len(), count), (60, 60));
    assert_eq!(batch.outputs().len(), 60);
    assert_eq!(batch.report(&RUN, 0)["totals"]["made_now"], 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_finishes_the_lines_in_progress_and_the_next_run_continues() {
    for name in ["-INT", "-TERM"] {
        let batch = batch_with_lines(80);
        let mut run = start(&batch, &["--jobs", "1"]);
        let mut events = BufReader::new(run.stderr.take().unwrap()).lines();
        let is_done = |line: &String| line.contains("\"done\"");
        assert!(events.any(|line| is_done(&line.unwrap())));
        signal(&run, name);
        let rest: Vec<String> = events.map(Result::unwrap).collect();
        assert_eq!(run.wait().unwrap().code(), Some(8), "{rest:?}");
        let made = 1 + rest.iter().filter(|line| is_done(line)).count();
        assert!(made < 80, "the run was interrupted");
        assert_eq!(batch.outputs().len(), made);
        assert_eq!(batch.report(&RUN, 0)["totals"]["made_now"], 80 - made);
    }
}

#[cfg(unix)]
#[test]
fn watch_makes_new_lines_until_it_is_interrupted() {
    let batch = BatchFolder::with_sounds(1);
    batch.write("t.csv", "audio\ns0.wav\nlate.wav\n");
    let mut run = start(&batch, &["--watch", "--report", "r.json"]);
    let wait_until = |holds: &dyn Fn() -> bool, description: &str| {
        let started = Instant::now();
        while !holds() {
            assert!(started.elapsed() < Duration::from_secs(60), "{description}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_until(&|| batch.exists("out/s0.csv"), "the first line");
    batch.write("late.wav", wave(8_000, 4));
    wait_until(&|| batch.exists("out/late.csv"), "a new sound");
    batch.write("more.wav", wave(8_000, 5));
    batch.write("t.csv", "audio\ns0.wav\nlate.wav\nmore.wav\n");
    wait_until(&|| batch.exists("out/more.csv"), "a new row");
    batch.write("s0.wav", "not a sound");
    wait_until(&|| batch.exists("r.json"), "the report");
    signal(&run, "-INT");
    assert_eq!(run.wait().unwrap().code(), Some(8));
    assert_eq!(batch.outputs().len(), 3);
}
