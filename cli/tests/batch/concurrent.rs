//! Several runs at once, and runs that are asked to stop.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Stage, wave};

fn many(count: usize) -> Stage {
    let stage = Stage::with_sounds(count);
    let rows: String = (0..count).map(|i| format!("s{i}.wav\n")).collect();
    stage.write("t.csv", format!("audio\n{rows}"));
    stage
}

const RUN: [&str; 5] = ["t.csv", "-o", "out", "--format", "csv"];

/// A run that says on a pipe what happens.
fn start(stage: &Stage, extra: &[&str]) -> Child {
    let arguments = [&RUN[..], &["--log", "json"], extra].concat();
    let mut command = stage.command(&arguments);
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// The lines that a run tells of with this event.
fn told(child: &mut Child, event: &str) -> Vec<String> {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let events = lines.filter_map(|line| serde_json::from_str::<Value>(&line.unwrap()).ok());
    let named = events.filter(|found| found["event"] == event);
    named
        .map(|found| found["line"].as_str().unwrap().to_owned())
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
    let stage = many(60);
    let mut runs = [start(&stage, &[]), start(&stage, &[])];
    let mut made: Vec<String> = Vec::new();
    for run in &mut runs {
        made.extend(told(run, "done"));
    }
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
    made.sort();
    let count = made.len();
    made.dedup();
    assert_eq!((made.len(), count), (60, 60));
    assert_eq!(stage.outputs().len(), 60);
    assert_eq!(stage.report(&RUN, 0)["totals"]["made_now"], 0);
}

#[cfg(unix)]
#[test]
fn asked_to_stop_it_finishes_what_it_has_in_hand_and_goes_on_later() {
    for name in ["-INT", "-TERM"] {
        let stage = many(80);
        let mut run = start(&stage, &["--jobs", "1"]);
        let mut events = BufReader::new(run.stderr.take().unwrap()).lines();
        let done = |line: &String| line.contains("\"done\"");
        assert!(events.any(|line| done(&line.unwrap())));
        signal(&run, name);
        let rest: Vec<String> = events.map(Result::unwrap).collect();
        assert_eq!(run.wait().unwrap().code(), Some(8), "{rest:?}");
        let made = 1 + rest.iter().filter(|line| done(line)).count();
        assert!(made < 80, "it stopped");
        assert_eq!(stage.outputs().len(), made);
        assert_eq!(stage.report(&RUN, 0)["totals"]["made_now"], 80 - made);
    }
}

#[cfg(unix)]
#[test]
fn watching_takes_up_what_arrives_until_it_is_asked_to_stop() {
    let stage = Stage::with_sounds(1);
    stage.write("t.csv", "audio\ns0.wav\nlate.wav\n");
    let mut run = start(&stage, &["--watch", "--report", "r.json"]);
    let until = |what: &dyn Fn() -> bool, said: &str| {
        let started = Instant::now();
        while !what() {
            assert!(started.elapsed() < Duration::from_secs(60), "{said}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    until(&|| stage.exists("out/s0.csv"), "the first");
    stage.write("late.wav", wave(8_000, 4));
    until(&|| stage.exists("out/late.csv"), "one that came later");
    stage.write("more.wav", wave(8_000, 5));
    stage.write("t.csv", "audio\ns0.wav\nlate.wav\nmore.wav\n");
    until(&|| stage.exists("out/more.csv"), "a row that came later");
    stage.write("s0.wav", "broken on the way");
    until(&|| stage.exists("r.json"), "a report");
    signal(&run, "-INT");
    assert_eq!(run.wait().unwrap().code(), Some(8));
    assert_eq!(stage.outputs().len(), 3);
}
