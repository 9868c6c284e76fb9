//! `cargo xtask night`: an overnight batch on a smaller scale. Runs thousands of lines through one
//! process and measures the lines per minute and the memory over time.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::demo;
use crate::dialogue;
use crate::node::NodeJs;
use crate::steps::{Step, Steps, TaskError};

/// Default number of lines: a little over two hours of sound.
const LINES: usize = 2000;
/// Interval of the memory measurements.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The share of the time in which the memory settles at the start.
const WARM_UP: f64 = 0.1;

/// The memory of a process over time: (seconds, megabytes).
type MemoryCurve = Vec<(f64, f64)>;

/// Makes the dialogue, runs `metaface batch` on it in one process, and again with all lines already
/// done; prints a table and draws the memory.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), TaskError> {
    let lines = read(options)?;
    demo::build(steps, &NodeJs::find(steps)?)?;
    let folder = steps.root.join("target/night");
    let dialogue = folder.join(format!("{lines} lines"));
    let table = dialogue.join("dialogue.csv");
    if !table.is_file() {
        let folder = dialogue.display().to_string();
        dialogue::run(steps, &[folder, "--lines".to_owned(), lines.to_string()])?;
    }
    println!(
        "\n| formats | lines | seconds | lines per minute | peak memory, MB | memory in the last tenth against the second tenth, MB |"
    );
    println!("|---|---|---|---|---|---|");
    for formats in ["csv", "glb,csv"] {
        let out = folder.join(formats.replace(',', "-"));
        if !steps.only_print && out.exists() {
            fs::remove_dir_all(&out)
                .map_err(|error| format!("cannot empty {}: {error}", out.display()))?;
        }
        let batch = Step::new(steps.metaface())
            .args(["batch".into(), table.clone(), "-o".into(), out])
            .args(["--format", formats, "--quiet", "--device", "cpu"]);
        let (seconds, curve) = measure(steps, &batch)?;
        if steps.only_print {
            continue;
        }
        println!("{}", row(formats, lines, seconds, &curve));
        let picture = folder.join(format!("memory-{}.svg", formats.replace(',', "-")));
        fs::write(&picture, svg(&curve))
            .map_err(|error| format!("cannot write {}: {error}", picture.display()))?;
        let (repeated, _) = measure(steps, &batch)?;
        println!("| {formats}, all lines already done | {lines} | {repeated:.2} | | | |");
    }
    Ok(())
}

fn read(options: &[String]) -> Result<usize, TaskError> {
    match options {
        [] => Ok(LINES),
        [option, count] if option == "--lines" => count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| TaskError::Usage("--lines takes a positive integer".to_owned())),
        [other, ..] => Err(TaskError::Usage(format!(
            "night does not take '{other}', or its value is missing"
        ))),
    }
}

/// Runs a step and measures its duration and memory.
fn measure(steps: &Steps, step: &Step) -> Result<(f64, MemoryCurve), TaskError> {
    if steps.only_print {
        println!("\n$ {}", step.shown(&steps.root));
        return Ok((0.0, MemoryCurve::new()));
    }
    let run_error = |error| format!("cannot run {}: {error}", step.shown(&steps.root));
    let started = Instant::now();
    let mut child = step.command(&steps.root).spawn().map_err(run_error)?;
    let mut curve = MemoryCurve::new();
    let status = loop {
        if let Some(megabytes) = resident(child.id()) {
            curve.push((started.elapsed().as_secs_f64(), megabytes));
        }
        if let Some(status) = child.try_wait().map_err(run_error)? {
            break status;
        }
        std::thread::sleep(POLL_INTERVAL);
    };
    if status.success() {
        Ok((started.elapsed().as_secs_f64(), curve))
    } else {
        Err(format!("failed ({status}): {}", step.shown(&steps.root)).into())
    }
}

/// The current resident memory of a process in MB. `None` except on Linux.
fn resident(id: u32) -> Option<f64> {
    let status = fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn row(formats: &str, lines: usize, seconds: f64, curve: &MemoryCurve) -> String {
    let rate = lines as f64 / seconds * 60.0;
    let peak = curve.iter().map(|(_, mb)| *mb).fold(0.0, f64::max);
    // Means over a tenth of the time, because lines differ.
    let between = |from: f64, to: f64| {
        let values = curve
            .iter()
            .filter(|(time, _)| (from..to).contains(&(time / seconds)));
        let (sum, count) = values.fold((0.0, 0), |(sum, count), (_, mb)| (sum + mb, count + 1));
        sum / f64::from(count.max(1))
    };
    let (early, late) = (between(WARM_UP, 2.0 * WARM_UP), between(1.0 - WARM_UP, 1.0));
    format!(
        "| {formats} | {lines} | {seconds:.1} | {rate:.0} | {peak:.0} | {late:.0} against {early:.0} |"
    )
}

/// The curve as an SVG picture.
fn svg(curve: &MemoryCurve) -> String {
    let (width, height, left, bottom) = (720.0, 240.0, 56.0, 36.0);
    let last = curve
        .last()
        .map_or(1.0, |(time, _)| time.max(f64::MIN_POSITIVE));
    let peak = curve.iter().map(|(_, mb)| *mb).fold(1.0, f64::max);
    let top = (peak / 100.0).ceil() * 100.0;
    let x = |time: f64| left + time / last * (width - left - 12.0);
    let y = |mb: f64| 12.0 + (1.0 - mb / top) * (height - bottom - 12.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for step in 0..=4 {
        let mb = top * f64::from(step) / 4.0;
        let _ = writeln!(
            out,
            "<path d=\"M{left} {0:.1}H{1}\" stroke=\"#dde\"/><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{mb:.0} MB</text>",
            y(mb),
            width - 12.0,
            left - 6.0,
            y(mb) + 4.0
        );
        let time = last * f64::from(step) / 4.0;
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{time:.0} s</text>",
            x(time),
            height - 14.0
        );
    }
    let points: Vec<String> = curve
        .iter()
        .map(|(time, mb)| format!("{:.1},{:.1}", x(*time), y(*mb)))
        .collect();
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#2f6db5\" stroke-width=\"1.5\"/>\n</svg>",
        points.join(" ")
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_compares_the_last_tenth_with_the_second() {
        let curve: MemoryCurve = (0..100)
            .map(|i| (f64::from(i) / 10.0, if i < 50 { 100.0 } else { 110.0 }))
            .collect();
        assert_eq!(
            row("csv", 100, 10.0, &curve),
            "| csv | 100 | 10.0 | 600 | 110 | 110 against 100 |"
        );
        assert!(svg(&curve).contains("<polyline"));
    }
}
