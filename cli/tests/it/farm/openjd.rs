//! The Open Job Description template, run with the reference implementation.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::dialogue::{Dialogue, metaface, root, sample};

const TEMPLATE: &str = "metaface-batch.openjd.yaml";

/// A Python with `openjd-cli`; `None` if it is not installed.
pub fn python() -> Option<PathBuf> {
    let python = std::env::var_os("METAFACE_TEST_PYTHON").map_or_else(
        || root().join("target/test-tools/venv/bin/python3"),
        PathBuf::from,
    );
    let import = Command::new(&python)
        .args(["-c", "import openjd.cli"])
        .output();
    let is_installed = import.is_ok_and(|output| output.status.success());
    if !is_installed {
        println!("skipped: no Python with openjd-cli; see METAFACE_TEST_PYTHON");
    }
    is_installed.then_some(python)
}

fn openjd(python: &PathBuf, subcommand: &str) -> Command {
    let mut command = Command::new(python);
    command
        .args(["-m", "openjd", subcommand])
        .arg(sample(TEMPLATE));
    command
}

/// A run of the template over a dialogue.
fn run(python: &PathBuf, dialogue: &Dialogue, shards: usize) -> Command {
    let mut command = openjd(python, "run");
    // Paths are relative to the current folder, as for a user.
    command.current_dir(dialogue.folder());
    let parameters = [
        "Table=dialogue.csv".to_owned(),
        "OutputFolder=build".to_owned(),
        "Formats=glb,csv".to_owned(),
        "MoreOptions=--device cpu --no-head".to_owned(),
        format!("Shards={shards}"),
        format!("Metaface={}", metaface().display()),
        format!("Python={}", python.display()),
    ];
    for parameter in parameters {
        command.args(["-p", &parameter]);
    }
    command
}

/// Whether a command succeeds, and its output.
fn result_of(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text.into_owned())
}

#[test]
fn the_template_conforms_to_the_specification() {
    let Some(python) = python() else { return };
    let (succeeded, text) = result_of(&mut openjd(&python, "check"));
    assert!(succeeded, "{text}");
}

#[test]
fn three_tasks_share_a_table_and_a_fourth_gathers_their_report() {
    let Some(python) = python() else { return };
    let dialogue = Dialogue::of(7);
    let (succeeded, text) = result_of(&mut run(&python, &dialogue, 3));
    assert!(succeeded, "{text}");
    assert_eq!(text.matches("Running Task").count(), 4, "{text}");
    assert_eq!(text.matches("openjd_progress: 100").count(), 3, "{text}");
    dialogue.assert_complete(&["glb", "csv"], 0);
}

#[test]
fn tasks_may_run_one_by_one_in_any_order() {
    let Some(python) = python() else { return };
    let dialogue = Dialogue::of(5);
    let mut count = 0;
    for shard in ["3", "1", "2"] {
        let mut task = run(&python, &dialogue, 3);
        task.args([
            "--step",
            "Animate",
            "--task-param",
            &format!("Shard={shard}"),
        ]);
        let (succeeded, text) = result_of(&mut task);
        assert!(succeeded, "{text}");
        let done = dialogue.done("glb").len();
        assert!(done >= count && done < 5 || shard == "2", "{shard}: {done}");
        count = done;
    }
    let mut gather = run(&python, &dialogue, 3);
    gather.args(["--step", "Gather", "--no-run-dependencies"]);
    let (succeeded, text) = result_of(&mut gather);
    assert!(succeeded, "{text}");
    dialogue.assert_complete(&["glb", "csv"], 0);
}

#[test]
fn a_failed_line_fails_the_job_after_all_other_lines_are_done_and_gathered() {
    let Some(python) = python() else { return };
    let dialogue = Dialogue::of(3).with_a_bad_line();
    let (succeeded, text) = result_of(&mut run(&python, &dialogue, 2));
    assert!(!succeeded, "{text}");
    assert!(text.contains("exited with code: 6"), "{text}");
    dialogue.assert_complete(&["glb", "csv"], 1);
}

#[cfg(unix)]
#[test]
fn a_cancelled_job_continues_when_it_is_started_again() {
    let Some(python) = python() else { return };
    let dialogue = Dialogue::of(60);
    let mut job = run(&python, &dialogue, 2);
    let job = job.stdout(Stdio::piped()).stderr(Stdio::piped());
    let job = job.spawn().unwrap();
    let start = Instant::now();
    while dialogue.done("csv").is_empty() {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing is done");
        sleep(Duration::from_millis(10));
    }
    let id = job.id().to_string();
    let stopped = Command::new("kill").args(["-TERM", &id]).status();
    assert!(stopped.unwrap().success());
    let output = job.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("exited with code: 8"), "{text}");
    let before = dialogue.done("csv");
    assert!(before.len() < 60, "the job was not cancelled");
    let (succeeded, text) = result_of(&mut run(&python, &dialogue, 2));
    assert!(succeeded, "{text}");
    dialogue.assert_complete(&["glb", "csv"], 0);
    let after = dialogue.done("csv");
    assert!(
        before.iter().all(|line| after.contains(line)),
        "a line was made twice"
    );
}
