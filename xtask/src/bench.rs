//! `cargo xtask bench`: complete processes (start, reading, model, writing); the network alone,
//! compared with ONNX Runtime; and a live stream.

use std::fs;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use crate::demo::{self, LINE};
use crate::node::NodeJs;
use crate::python;
use crate::steps::{Step, Steps, TaskError};
use crate::wave::Wave;

/// The animated speech: name and length in seconds.
const SPEECHES: [(&str, u32); 2] = [("10 seconds", 10), ("8 minutes", 480)];
/// Rhubarb Lip Sync 1.14's published speed, in seconds of speech per second of work.
const RHUBARB: f64 = 28.0;
/// Interval of the memory measurements of a running process.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A process: its duration in seconds and its peak memory in MB.
struct ProcessRun {
    seconds: f64,
    peak_mb: Option<f64>,
}

/// Builds the program and prints a table of its speed and memory.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), TaskError> {
    let (runs, device) = read(options)?;
    let node = NodeJs::find(steps)?;
    demo::build(steps, &node)?;
    let folder = steps.root.join("target").join("bench");
    let line = steps.root.join(LINE);
    let mut rows = Vec::new();
    for (name, seconds) in SPEECHES {
        let (speech, output) = (
            folder.join(format!("{seconds}s.wav")),
            folder.join(format!("{seconds}s.glb")),
        );
        if !steps.only_print {
            repeat(&line, &speech, seconds)?;
        }
        let animate = Step::new(steps.metaface())
            .args(["animate".into(), speech, "-o".into(), output])
            .args(["--device", &device, "--quiet"]);
        println!("\n$ {}    # {runs} times", animate.shown(&steps.root));
        if steps.only_print {
            continue;
        }
        let timed: Result<Vec<ProcessRun>, TaskError> =
            (0..runs).map(|_| time(steps, &animate)).collect();
        rows.push(row(name, f64::from(seconds), &timed?));
    }
    if steps.only_print {
        return Ok(());
    }
    println!(
        "\nspeech to GLB, complete process, device {device}, median of {runs} (fastest to slowest)\n"
    );
    println!("| speech | seconds | real-time factor | times real time | peak memory, MB |");
    println!("|---|---|---|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    let factor = 1.0 / RHUBARB;
    println!("| Rhubarb 1.14, as published | | {factor:.4} | {RHUBARB:.0} | 15 |");
    network(steps)
}

/// The network alone and a live stream, on the CPU.
fn network(steps: &Steps) -> Result<(), TaskError> {
    let tool = |name: &str| {
        let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        steps.metaface().with_file_name(program)
    };
    let build = Step::cargo("build").args(["-p", "metaface-tools"]);
    steps.run(&build)?;
    println!();
    steps.run(&Step::new(tool("stream_delay")).args([steps.root.join(LINE)]))?;
    let folder = steps.tools_folder().join("onnx-venv");
    let pinned = include_str!("../bench/requirements.txt");
    let programs = python::environment(steps, &folder, pinned)?;
    let compare = Step::new(programs.join("python")).args([
        steps.root.join("xtask/bench/onnx_runtime.py"),
        steps.root.join("core/base.safetensors"),
        tool("network_speed"),
    ]);
    steps.run(&compare)
}

fn read(options: &[String]) -> Result<(usize, String), TaskError> {
    let (mut runs, mut device) = (5, "auto".to_owned());
    let mut remaining = options.iter();
    while let Some(option) = remaining.next() {
        let value = remaining.next();
        match (option.as_str(), value) {
            ("--runs", Some(count)) => {
                let count = count.parse().ok().filter(|count| *count > 0);
                runs = count
                    .ok_or_else(|| TaskError::Usage("--runs takes a positive integer".into()))?;
            }
            ("--device", Some(name)) => device = name.clone(),
            _ => {
                return Err(TaskError::Usage(format!(
                    "bench does not take '{option}', or its value is missing"
                )));
            }
        }
    }
    Ok((runs, device))
}

fn repeat(line: &Path, speech: &Path, seconds: u32) -> Result<(), TaskError> {
    if let Some(folder) = speech.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let bytes =
        fs::read(line).map_err(|error| format!("cannot read {}: {error}", line.display()))?;
    let wave = Wave::parse(&bytes).map_err(|reason| format!("{}: {reason}", line.display()))?;
    Ok(wave.write_repeated(speech, seconds)?)
}

fn time(steps: &Steps, step: &Step) -> Result<ProcessRun, TaskError> {
    let run_error = |error| format!("cannot run {}: {error}", step.shown(&steps.root));
    let start = Instant::now();
    let mut child = step.command(&steps.root).spawn().map_err(run_error)?;
    let mut peak_mb = None;
    let status: ExitStatus = loop {
        // The kernel records the peak, so only growth after the last measurement is missed.
        peak_mb = peak_of(&child).or(peak_mb);
        if let Some(status) = child.try_wait().map_err(run_error)? {
            break status;
        }
        std::thread::sleep(POLL_INTERVAL);
    };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("failed ({status}): {}", step.shown(&steps.root)).into());
    }
    Ok(ProcessRun { seconds, peak_mb })
}

/// The peak resident memory of a running process so far. `None` except on Linux.
fn peak_of(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    peak_in(&status)
}

fn peak_in(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn row(name: &str, length: f64, runs: &[ProcessRun]) -> String {
    let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let median = (seconds[(seconds.len() - 1) / 2] + seconds[seconds.len() / 2]) / 2.0;
    let (fastest, slowest) = (seconds[0], seconds[seconds.len() - 1]);
    let peak_mb = runs.iter().filter_map(|run| run.peak_mb).reduce(f64::max);
    let peak = peak_mb.map_or_else(|| "unknown".to_owned(), |mb| format!("{mb:.0}"));
    let (factor, speed) = (median / length, length / median);
    format!(
        "| {name} | {median:.2} ({fastest:.2} to {slowest:.2}) | {factor:.4} | {speed:.0} | {peak} |"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_median_the_real_time_factor_and_the_largest_peak() {
        let run = |seconds, peak| ProcessRun {
            seconds,
            peak_mb: Some(peak),
        };
        let runs = [run(0.6, 100.0), run(0.4, 120.0), run(0.5, 90.0)];
        assert_eq!(
            row("10 seconds", 10.0, &runs),
            "| 10 seconds | 0.50 (0.40 to 0.60) | 0.0500 | 20 | 120 |"
        );
    }

    #[test]
    fn the_peak_is_parsed_from_the_process_status() {
        let status = "Name:\tmetaface\nVmPeak:\t  999 kB\nVmHWM:\t  250000 kB\n";
        assert_eq!(peak_in(status), Some(256.0));
        assert_eq!(peak_in("Name:\tmetaface\n"), None);
    }
}
