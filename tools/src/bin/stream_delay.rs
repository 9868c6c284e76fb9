//! Measures the delay of a live stream: `stream_delay SOUND`.
//!
//! Passes 10 ms of sound at a time to the embedded base model, like a microphone, and prints a table
//! of the duration of each call and of the delay of each frame.

use std::time::Instant;

use metaface_core::audio::{SAMPLE_RATE, Sound};
use metaface_core::device::DeviceChoice;
use metaface_core::model::FRAME_RATE;
use metaface_core::{Animator, Options};

/// Samples per call: 10 ms.
const CHUNK: usize = SAMPLE_RATE as usize / 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: stream_delay SOUND")?;
    let sound = Sound::open(&path)?;
    let animator = Animator::new(DeviceChoice::Cpu)?;
    let mut stream = animator.stream(&Options::default());
    let (mut milliseconds, mut delays, mut frame_count) = (Vec::new(), Vec::new(), 0usize);
    for (chunk, samples) in sound.samples.chunks_exact(CHUNK).enumerate() {
        let start = Instant::now();
        let frames = stream.push(samples);
        milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
        for _ in frames {
            let received = (chunk + 1) as f64 * 10.0;
            delays.push(received - frame_count as f64 * 1e3 / f64::from(FRAME_RATE));
            frame_count += 1;
        }
    }
    println!("| live stream, 10 ms at a time | median | 99th percentile | maximum |");
    println!("|---|---|---|---|");
    row("computing time per 10 ms, ms", milliseconds, 2);
    row("sound received beyond a frame's time, ms", delays, 0);
    Ok(())
}

fn row(name: &str, mut values: Vec<f64>, digits: usize) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (share * values.len() as f64) as usize;
        let value = values.get(rank.min(values.len().saturating_sub(1)));
        format!("{:.digits$}", value.copied().unwrap_or(0.0))
    };
    println!("| {name} | {} | {} | {} |", at(0.5), at(0.99), at(1.0));
}
