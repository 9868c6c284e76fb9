//! Measures complete processes of `metaface animate`: `bench PROGRAM RUNS DEVICE`; run by
//! `cargo xtask bench`.
//!
//! Animates 10 seconds and 8 minutes of speech, made by repeating the sample line, and prints a table
//! of time (start, reading, model, writing) and peak memory.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use metaface_tools::AnyResult;
use metaface_tools::process::ProcessRun;

/// The animated speech: name and length in seconds.
const SPEECHES: [(&str, u32); 2] = [("10 seconds", 10), ("8 minutes", 480)];
/// Rhubarb Lip Sync 1.14's published speed, in seconds of speech per second of work.
const RHUBARB: f64 = 28.0;
/// Interval of the memory measurements.
const INTERVAL: Duration = Duration::from_millis(2);

fn main() -> AnyResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, runs, device] = arguments.as_slice() else {
        return Err("usage: bench PROGRAM RUNS DEVICE".into());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target/bench");
    fs::create_dir_all(&folder)?;
    println!(
        "speech to GLB, complete process, device {device}, median of {runs} (fastest to slowest)\n"
    );
    println!("| speech | seconds | real-time factor | times real time | peak memory, MB |");
    println!("|---|---|---|---|---|");
    for (name, seconds) in SPEECHES {
        let speech = folder.join(format!("{seconds}s.wav"));
        repeat(&root.join("samples/speech/line.wav"), &speech, seconds)?;
        let mut animate = Command::new(program);
        (animate.arg("animate").arg(&speech))
            .arg("-o")
            .arg(speech.with_extension("glb"))
            .args(["--device", device, "--quiet"]);
        let measured: AnyResult<Vec<_>> = (0..runs.parse()?)
            .map(|_| ProcessRun::of(&mut animate, INTERVAL))
            .collect();
        println!("{}", row(name, f64::from(seconds), &measured?));
    }
    let factor = 1.0 / RHUBARB;
    println!("| Rhubarb 1.14, as published | | {factor:.4} | {RHUBARB:.0} | 15 |");
    Ok(())
}

/// Writes a 16-bit sound repeatedly, to a length of `seconds`.
fn repeat(line: &Path, speech: &Path, seconds: u32) -> AnyResult<()> {
    let mut line = hound::WavReader::open(line)?;
    let spec = line.spec();
    let samples: Vec<i16> = line.samples().collect::<Result<_, _>>()?;
    let length = seconds * spec.sample_rate * u32::from(spec.channels);
    let mut speech = hound::WavWriter::create(speech, spec)?;
    for sample in samples.iter().cycle().take(length as usize) {
        speech.write_sample(*sample)?;
    }
    Ok(speech.finalize()?)
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
            memory: Vec::new(),
            peak_mb: Some(peak),
        };
        let runs = [run(0.6, 100.0), run(0.4, 120.0), run(0.5, 90.0)];
        assert_eq!(
            row("10 seconds", 10.0, &runs),
            "| 10 seconds | 0.50 (0.40 to 0.60) | 0.0500 | 20 | 120 |"
        );
    }
}
