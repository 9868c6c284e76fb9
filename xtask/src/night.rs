//! `cargo xtask night`: a night's work in small. A dialogue of thousands of lines through one
//! process: how many a minute, and what memory it takes from beginning to end.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::demo;
use crate::dialogue;
use crate::node::Node;
use crate::steps::{Fault, Step, Steps};

/// Lines unless told otherwise: a little over two hours of sound.
const LINES: usize = 2000;
/// How often the process is asked for its memory.
const EVERY: Duration = Duration::from_millis(100);
/// Memory at the start settles while the first so many hundredths of the time pass.
const WARM: f64 = 0.1;

/// The memory of a process over time: seconds, and megabytes.
type Curve = Vec<(f64, f64)>;

/// Makes the dialogue, runs it through `metaface batch` in one process, and again with nothing left
/// to do; prints a table and draws the memory.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), Fault> {
    let lines = read(options)?;
    demo::build(steps, &Node::find(steps)?)?;
    let folder = steps.root.join("target/night");
    let set = folder.join(format!("{lines} lines"));
    let count = lines.to_string();
    let made = set.join("dialogue.csv").is_file();
    if !made {
        let set = set.display().to_string();
        dialogue::run(steps, &[set, "--lines".to_owned(), count])?;
    }
    println!(
        "\n| formats | lines | seconds | lines per minute | peak memory, MB | memory at the end against a tenth in |"
    );
    println!("|---|---|---|---|---|---|");
    for formats in ["csv", "glb,csv"] {
        let out = folder.join(formats.replace(',', "-"));
        if !steps.only_print && out.exists() {
            fs::remove_dir_all(&out)
                .map_err(|error| format!("cannot empty {}: {error}", out.display()))?;
        }
        let batch = Step::new(steps.metaface())
            .args(["batch".into(), set.join("dialogue.csv"), "-o".into(), out])
            .args(["--format", formats, "--quiet", "--device", "cpu"]);
        let (seconds, curve) = watch(steps, &batch)?;
        if steps.only_print {
            continue;
        }
        println!("{}", row(formats, lines, seconds, &curve));
        let picture = folder.join(format!("memory-{}.svg", formats.replace(',', "-")));
        fs::write(&picture, svg(&curve))
            .map_err(|error| format!("cannot write {}: {error}", picture.display()))?;
        let (again, _) = watch(steps, &batch)?;
        println!("| {formats}, nothing left to do | {lines} | {again:.2} | | | |");
    }
    Ok(())
}

fn read(options: &[String]) -> Result<usize, Fault> {
    match options {
        [] => Ok(LINES),
        [option, count] if option == "--lines" => count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| Fault::Usage("--lines takes a whole number".to_owned())),
        [other, ..] => Err(Fault::Usage(format!("night does not take '{other}' alone"))),
    }
}

/// Runs a step to its end and takes its memory down.
fn watch(steps: &Steps, step: &Step) -> Result<(f64, Curve), Fault> {
    if steps.only_print {
        println!("\n$ {}", step.shown(&steps.root));
        return Ok((0.0, Curve::new()));
    }
    let told = |error| format!("cannot run {}: {error}", step.shown(&steps.root));
    let started = Instant::now();
    let mut child = step.command(&steps.root).spawn().map_err(told)?;
    let mut curve = Curve::new();
    let status = loop {
        if let Some(megabytes) = resident(child.id()) {
            curve.push((started.elapsed().as_secs_f64(), megabytes));
        }
        if let Some(status) = child.try_wait().map_err(told)? {
            break status;
        }
        std::thread::sleep(EVERY);
    };
    match status.success() {
        true => Ok((started.elapsed().as_secs_f64(), curve)),
        false => Err(format!("failed ({status}): {}", step.shown(&steps.root)).into()),
    }
}

/// The memory that a process holds at the moment; Linux alone tells.
fn resident(id: u32) -> Option<f64> {
    let status = fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn row(formats: &str, lines: usize, seconds: f64, curve: &Curve) -> String {
    let rate = lines as f64 / seconds * 60.0;
    let peak = curve.iter().map(|(_, mb)| *mb).fold(0.0, f64::max);
    // The mean of a tenth of the time on either side, because lines differ.
    let between = |from: f64, to: f64| {
        let values = curve
            .iter()
            .filter(|(time, _)| (from..to).contains(&(time / seconds)));
        let (sum, count) = values.fold((0.0, 0), |(sum, count), (_, mb)| (sum + mb, count + 1));
        sum / f64::from(count.max(1))
    };
    let (early, late) = (between(WARM, 2.0 * WARM), between(1.0 - WARM, 1.0));
    format!(
        "| {formats} | {lines} | {seconds:.1} | {rate:.0} | {peak:.0} | {late:.0} against {early:.0} |"
    )
}

/// The curve as a picture.
fn svg(curve: &Curve) -> String {
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
    fn a_row_compares_the_end_with_the_beginning() {
        let curve: Curve = (0..100)
            .map(|i| (f64::from(i) / 10.0, if i < 50 { 100.0 } else { 110.0 }))
            .collect();
        assert_eq!(
            row("csv", 100, 10.0, &curve),
            "| csv | 100 | 10.0 | 600 | 110 | 110 against 100 |"
        );
        assert!(svg(&curve).contains("<polyline"));
    }
}
