//! A killed run loses no line, leaves no partial file and causes no repeated work.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::BatchFolder;

/// Lines of the batch.
const LINES: usize = 240;
/// Number of killed runs.
const KILLS: usize = 20;

/// A deterministic random number generator: a 64-bit linear congruential generator with Knuth's
/// multiplier.
struct Random(u64);

impl Random {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % (most + 1)
    }
}

#[test]
fn a_batch_that_is_killed_twenty_times_makes_every_line_completely_and_once() {
    let batch = BatchFolder::with_sounds(LINES);
    let rows: String = (0..LINES)
        .map(|i| format!("s{i}.wav,chapter {}/s{i}\n", i / 50))
        .collect();
    batch.write("t.csv", format!("audio,output\n{rows}"));
    let run = ["t.csv", "-o", "out", "--format", "csv,a2f.json"];
    batch.report(&run, 0);
    let expected = batch.outputs();
    std::fs::remove_dir_all(batch.at("out")).unwrap();

    let mut random = Random(2026);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |event: &str| {
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        if event["event"] == "done" {
            *times
                .entry(event["line"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    };
    for _ in 0..KILLS {
        let arguments = [&run[..], &["--log", "json"]].concat();
        let mut command = batch.command(&arguments);
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut events = BufReader::new(child.stderr.take().unwrap()).lines();
        for _ in 0..random.up_to(12) {
            let Some(event) = events.next() else { break };
            count(&event.unwrap());
        }
        sleep(Duration::from_micros(random.up_to(8_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        for event in events.map_while(Result::ok) {
            count(&event);
        }
        // All files are complete.
        for (name, bytes) in batch.outputs() {
            let is_temporary = name.rsplit('/').next().unwrap().starts_with(".metaface-");
            let is_complete = expected
                .iter()
                .any(|(known, all)| *known == name && *all == bytes);
            assert!(is_complete || is_temporary, "{name} is incomplete");
        }
    }
    let report = batch.report(&run, 0);
    let left = report["totals"]["made_now"].as_u64().unwrap() as usize;
    assert_eq!(batch.outputs(), expected, "every line, and nothing else");
    assert!(left > 0, "the runs were killed before the end");
    let repeated: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(repeated.is_empty(), "made twice: {repeated:?}");
    // A kill between a line's last file and its journal entry makes the line again; a kill between the
    // entry and the event loses the event. Both can happen once per line in progress.
    let reported = times.len();
    let cores = std::thread::available_parallelism().unwrap().get();
    let difference = (reported + left).abs_diff(LINES);
    assert!(difference <= KILLS * cores, "{reported} + {left}");
    println!("{LINES} lines, {KILLS} kills: {reported} made before, {left} after the last");
}
