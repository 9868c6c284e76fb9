//! Measures batches of short lines: `lines_together SOUND [DEVICE] [SPEAKER]`.
//!
//! Cuts 256 lines of 1 to 5 s from the sound, animates them one after the other and together, and
//! prints seconds, lines per minute and the largest difference of the frames.

use std::time::Instant;

use metaface_core::audio::{SAMPLE_RATE, Sound};
use metaface_core::clip::Clip;
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::Speaker;
use metaface_core::{Animator, Options};

const LINES: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sound = Sound::open(
        arguments
            .first()
            .ok_or("usage: lines_together SOUND [DEVICE] [SPEAKER]")?,
    )?;
    let device = arguments
        .get(1)
        .map_or(Ok(DeviceChoice::Auto), |device| device.parse())?;
    let mut animator = Animator::new(device)?;
    if let Some(path) = arguments.get(2) {
        animator = animator.with_speaker(&Speaker::from_bytes(&std::fs::read(path)?)?, 1.0)?;
    }
    let lines: Result<Vec<Sound>, _> = (0..LINES)
        .map(|line| {
            // Lengths in irregular order, with few repetitions.
            let centiseconds = 100 + line * 157 % 400;
            let length = centiseconds * SAMPLE_RATE as usize / 100;
            let samples = sound.samples.iter().cycle().skip(line * 997).take(length);
            Sound::from_samples(&samples.copied().collect::<Vec<f32>>(), SAMPLE_RATE, 1)
        })
        .collect();
    let lines = lines?;
    let named: Vec<(&str, &Sound)> = lines.iter().map(|line| ("line", line)).collect();
    let options = Options::default();
    // The first run includes one-time preparation.
    animator.animate_together(&named[..2], &options)?;
    let start = Instant::now();
    let single: Vec<Clip> = (named.iter())
        .map(|(name, line)| animator.animate(name, line, &options))
        .collect::<Result<_, _>>()?;
    report("one after the other", start, single.len());
    let start = Instant::now();
    let together = animator.animate_together(&named, &options)?;
    report("together", start, together.len());
    let frames = |clips: Vec<Clip>| clips.into_iter().flat_map(|clip| clip.frames);
    let pairs = frames(single).zip(frames(together));
    let differences = pairs.flat_map(|(a, b)| (0..a.0.len()).map(move |i| (a.0[i] - b.0[i]).abs()));
    println!(
        "on the {}; difference {:e}",
        animator.device(),
        differences.fold(0.0, f32::max)
    );
    Ok(())
}

fn report(mode: &str, start: Instant, lines: usize) {
    let seconds = start.elapsed().as_secs_f64();
    let per_minute = 60.0 * lines as f64 / seconds;
    println!("{mode}: {seconds:.2} s, {per_minute:.0} lines per minute");
}
