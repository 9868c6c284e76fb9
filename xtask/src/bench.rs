//! `cargo xtask bench`: whole processes, as a user waits for them (start, reading, model, writing);
//! the network alone beside ONNX Runtime; and a live stream.

use std::fs;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use crate::demo::{self, LINE};
use crate::node::Node;
use crate::python;
use crate::steps::{Fault, Step, Steps};
use crate::wave::Wave;

/// What is animated: a name, and how long it lasts in seconds.
const SPEECHES: [(&str, u32); 2] = [("10 seconds", 10), ("8 minutes", 480)];
/// Rhubarb Lip Sync 1.14's published speed, in seconds of speech per second of work.
const RHUBARB: f64 = 28.0;
/// How often a running process is asked for its memory.
const EVERY: Duration = Duration::from_millis(2);

/// One process: seconds from start to end, and the most memory it held, in MB.
struct Run {
    seconds: f64,
    peak_mb: Option<f64>,
}

/// Builds the program and prints a table of its speed and memory.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), Fault> {
    let (runs, device) = read(options)?;
    let node = Node::find(steps)?;
    demo::build(steps, &node)?;
    let folder = steps.root.join("target").join("bench");
    let line = steps.root.join(LINE);
    let mut rows = Vec::new();
    for (name, seconds) in SPEECHES {
        let (speech, take) = (
            folder.join(format!("{seconds}s.wav")),
            folder.join(format!("{seconds}s.glb")),
        );
        if !steps.only_print {
            repeat(&line, &speech, seconds)?;
        }
        let animate = Step::new(steps.metaface())
            .args(["animate".into(), speech, "-o".into(), take])
            .args(["--device", &device, "--quiet"]);
        println!("\n$ {}    # {runs} times", animate.shown(&steps.root));
        if steps.only_print {
            continue;
        }
        let timed: Result<Vec<Run>, Fault> = (0..runs).map(|_| time(steps, &animate)).collect();
        rows.push(row(name, f64::from(seconds), &timed?));
    }
    if steps.only_print {
        return Ok(());
    }
    println!(
        "\nspeech to GLB, whole process, device {device}, median of {runs} (fastest to slowest)\n"
    );
    println!("| speech | seconds | real-time factor | times real time | peak memory, MB |");
    println!("|---|---|---|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    let factor = 1.0 / RHUBARB;
    println!("| Rhubarb 1.14, as published | | {factor:.4} | {RHUBARB:.0} | 15 |");
    network(steps)
}

/// The network alone and in a live stream, on the processor.
fn network(steps: &Steps) -> Result<(), Fault> {
    let example = |name: &str| {
        let program = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        steps.metaface().with_file_name("examples").join(program)
    };
    let build = Step::cargo("build").args(["-p", "metaface-core", "--examples"]);
    steps.run(&build)?;
    println!();
    steps.run(&Step::new(example("stream_delay")).args([steps.root.join(LINE)]))?;
    let folder = steps.tools_folder().join("onnx-venv");
    let pinned = include_str!("../bench/requirements.txt");
    let programs = python::environment(steps, &folder, pinned)?;
    let compare = Step::new(programs.join("python")).args([
        steps.root.join("xtask/bench/onnx_runtime.py"),
        steps.root.join("core/base.safetensors"),
        example("network_speed"),
    ]);
    steps.run(&compare)
}

fn read(options: &[String]) -> Result<(usize, String), Fault> {
    let (mut runs, mut device) = (5, "auto".to_owned());
    let mut left = options.iter();
    while let Some(option) = left.next() {
        let value = left.next();
        match (option.as_str(), value) {
            ("--runs", Some(count)) => {
                let count = count.parse().ok().filter(|count| *count > 0);
                runs = count.ok_or_else(|| Fault::Usage("--runs takes a whole number".into()))?;
            }
            ("--device", Some(name)) => device = name.clone(),
            _ => {
                return Err(Fault::Usage(format!(
                    "bench does not take '{option}' alone"
                )));
            }
        }
    }
    Ok((runs, device))
}

fn repeat(line: &Path, speech: &Path, seconds: u32) -> Result<(), Fault> {
    if let Some(folder) = speech.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let bytes =
        fs::read(line).map_err(|error| format!("cannot read {}: {error}", line.display()))?;
    let wave = Wave::parse(&bytes).map_err(|reason| format!("{}: {reason}", line.display()))?;
    Ok(wave.write_repeated(speech, seconds)?)
}

fn time(steps: &Steps, step: &Step) -> Result<Run, Fault> {
    let told = |error| format!("cannot run {}: {error}", step.shown(&steps.root));
    let start = Instant::now();
    let mut child = step.command(&steps.root).spawn().map_err(told)?;
    let mut peak_mb = None;
    let status: ExitStatus = loop {
        // The kernel keeps the peak itself, so only growth in the last moment can be missed.
        peak_mb = peak_of(&child).or(peak_mb);
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        std::thread::sleep(EVERY);
    };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("failed ({status}): {}", step.shown(&steps.root)).into());
    }
    Ok(Run { seconds, peak_mb })
}

/// The largest resident memory of a running process so far; Linux alone tells.
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

fn row(name: &str, length: f64, runs: &[Run]) -> String {
    let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let median = (seconds[(seconds.len() - 1) / 2] + seconds[seconds.len() / 2]) / 2.0;
    let (fastest, slowest) = (seconds[0], seconds[seconds.len() - 1]);
    let peak = runs.iter().filter_map(|run| run.peak_mb).reduce(f64::max);
    let peak = peak.map_or_else(|| "not told here".to_owned(), |mb| format!("{mb:.0}"));
    let (factor, speed) = (median / length, length / median);
    format!(
        "| {name} | {median:.2} ({fastest:.2} to {slowest:.2}) | {factor:.4} | {speed:.0} | {peak} |"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_the_median_the_real_time_factor_and_the_largest_peak() {
        let run = |seconds, peak| Run {
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
    fn the_peak_is_read_from_the_kernels_words() {
        let status = "Name:\tmetaface\nVmPeak:\t  999 kB\nVmHWM:\t  250000 kB\n";
        assert_eq!(peak_in(status), Some(256.0));
        assert_eq!(peak_in("Name:\tmetaface\n"), None);
    }
}
