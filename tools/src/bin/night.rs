//! An overnight batch on a smaller scale: `night PROGRAM LINES`; run by `cargo xtask night`.
//!
//! Writes the dialogue, runs `metaface batch` on it in one process, and again with all lines already
//! done; prints a table, and draws the memory over time in `target/night`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use metaface_tools::AnyResult;
use metaface_tools::dialogue;
use metaface_tools::process::ProcessRun;

/// Interval of the memory measurements.
const INTERVAL: Duration = Duration::from_millis(100);
/// The share of the time in which the memory settles at the start.
const WARM_UP: f64 = 0.1;

fn main() -> AnyResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, lines] = arguments.as_slice() else {
        return Err("usage: night PROGRAM LINES".into());
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/night");
    let dialogue = folder.join(format!("{lines} lines"));
    let table = dialogue.join("dialogue.csv");
    let lines = lines.parse()?;
    if !table.is_file() {
        dialogue::write(&dialogue, lines)?;
    }
    println!(
        "| formats | lines | seconds | lines per minute | peak memory, MB | memory in the last tenth against the second tenth, MB |"
    );
    println!("|---|---|---|---|---|---|");
    for formats in ["csv", "glb,csv"] {
        let name = formats.replace(',', "-");
        let out = folder.join(&name);
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let mut batch = Command::new(program);
        (batch.arg("batch").arg(&table).arg("-o").arg(&out))
            .args(["--format", formats, "--quiet", "--device", "cpu"]);
        let run = ProcessRun::of(&mut batch, INTERVAL)?;
        println!("{}", row(formats, lines, &run));
        fs::write(folder.join(format!("memory-{name}.svg")), svg(&run.memory))?;
        let again = ProcessRun::of(&mut batch, INTERVAL)?.seconds;
        println!("| {formats}, all lines already done | {lines} | {again:.2} | | | |");
    }
    Ok(())
}

fn row(formats: &str, lines: usize, run: &ProcessRun) -> String {
    let seconds = run.seconds;
    let rate = lines as f64 / seconds * 60.0;
    let peak = run.peak_mb.unwrap_or(0.0);
    // Means over a tenth of the time, because lines differ.
    let between = |from: f64, to: f64| {
        let values = (run.memory.iter()).filter(|(time, _)| (from..to).contains(&(time / seconds)));
        let (sum, count) = values.fold((0.0, 0), |(sum, count), (_, mb)| (sum + mb, count + 1));
        sum / f64::from(count.max(1))
    };
    let (early, late) = (between(WARM_UP, 2.0 * WARM_UP), between(1.0 - WARM_UP, 1.0));
    format!(
        "| {formats} | {lines} | {seconds:.1} | {rate:.0} | {peak:.0} | {late:.0} against {early:.0} |"
    )
}

/// The curve as an SVG picture.
fn svg(memory: &[(f64, f64)]) -> String {
    let (width, height, left, bottom) = (720.0, 240.0, 56.0, 36.0);
    let last = memory
        .last()
        .map_or(1.0, |(time, _)| time.max(f64::MIN_POSITIVE));
    let peak = memory.iter().map(|(_, mb)| *mb).fold(1.0, f64::max);
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
    let points: Vec<String> = memory
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
        let memory = |i| (f64::from(i) / 10.0, if i < 50 { 100.0 } else { 110.0 });
        let run = ProcessRun {
            seconds: 10.0,
            memory: (0..100).map(memory).collect(),
            peak_mb: Some(110.0),
        };
        assert_eq!(
            row("csv", 100, &run),
            "| csv | 100 | 10.0 | 600 | 110 | 110 against 100 |"
        );
        assert!(svg(&run.memory).contains("<polyline"));
    }
}
