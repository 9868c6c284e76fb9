//! Killed at any moment, nothing is lost, nothing is half-written, nothing is done twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::Stage;

/// Lines of the batch.
const LINES: usize = 240;
/// How often it is killed.
const KILLS: usize = 20;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % (most + 1)
    }
}

#[test]
fn a_batch_that_is_killed_twenty_times_ends_with_every_line_whole_and_made_once() {
    let stage = Stage::with_sounds(LINES);
    let rows: String = (0..LINES)
        .map(|i| format!("s{i}.wav,chapter {}/s{i}\n", i / 50))
        .collect();
    stage.write("t.csv", format!("audio,output\n{rows}"));
    let run = ["t.csv", "-o", "out", "--format", "csv,a2f.json"];
    stage.report(&run, 0);
    let truth = stage.outputs();
    std::fs::remove_dir_all(stage.at("out")).unwrap();

    let mut dice = Dice(2026);
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
        let mut command = stage.command(&arguments);
        let mut child = command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut events = BufReader::new(child.stderr.take().unwrap()).lines();
        for _ in 0..dice.up_to(12) {
            let Some(event) = events.next() else { break };
            count(&event.unwrap());
        }
        sleep(Duration::from_micros(dice.up_to(8_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        for event in events.map_while(Result::ok) {
            count(&event);
        }
        // Whatever is there now is whole.
        for (name, bytes) in stage.outputs() {
            let is_temporary = name.rsplit('/').next().unwrap().starts_with(".metaface-");
            let same = truth
                .iter()
                .any(|(known, all)| *known == name && *all == bytes);
            assert!(same || is_temporary, "{name} is half-written");
        }
    }
    let report = stage.report(&run, 0);
    let left = report["totals"]["made_now"].as_u64().unwrap() as usize;
    assert_eq!(stage.outputs(), truth, "every line, and nothing else");
    assert!(left > 0, "the kills came before the end");
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "made twice: {twice:?}");
    // A kill can fall between a line's last file and the note that it is done, or between that and
    // the event, once for each line in the making; such lines alone are made again, or not told.
    let told = times.len();
    let cores = std::thread::available_parallelism().unwrap().get();
    let odd = (told + left).abs_diff(LINES);
    assert!(odd <= KILLS * cores, "{told} + {left}");
    println!("{LINES} lines, {KILLS} kills: {told} made before, {left} after the last");
}
