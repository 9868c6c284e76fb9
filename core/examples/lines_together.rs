//! Measures many short lines: `lines_together SOUND [DEVICE] [SPEAKER]`.
//!
//! Cuts 256 lines of 1 to 5 s out of the sound, animates them one after the other and together,
//! and prints seconds, lines per minute and how far the frames differ at most.

use std::time::Instant;

use metaface_core::audio::{SAMPLE_RATE, Sound};
use metaface_core::clip::Clip;
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::Speaker;
use metaface_core::{Animator, Options};

const LINES: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sound = Sound::open(arguments.first().ok_or("which sound?")?)?;
    let device = arguments
        .get(1)
        .map_or(Ok(DeviceChoice::Auto), |device| device.parse())?;
    let mut animator = Animator::new(device)?;
    if let Some(path) = arguments.get(2) {
        animator = animator.speaking_as(&Speaker::from_bytes(&std::fs::read(path)?)?, 1.0)?;
    }
    let lines: Result<Vec<Sound>, _> = (0..LINES)
        .map(|line| {
            // Lengths that follow no order and hardly repeat.
            let hundredths = 100 + line * 157 % 400;
            let length = hundredths * SAMPLE_RATE as usize / 100;
            let words = sound.samples.iter().cycle().skip(line * 997).take(length);
            Sound::from_samples(&words.copied().collect::<Vec<f32>>(), SAMPLE_RATE, 1)
        })
        .collect();
    let lines = lines?;
    let named: Vec<(&str, &Sound)> = lines.iter().map(|line| ("line", line)).collect();
    let options = Options::default();
    // The first line pays for what is prepared once.
    animator.animate_together(&named[..2], &options)?;
    let start = Instant::now();
    let alone: Result<Vec<Clip>, _> = (named.iter())
        .map(|(name, line)| animator.animate(name, line, &options))
        .collect();
    let alone = told("one after the other", start, alone?);
    let start = Instant::now();
    let together = told(
        "together",
        start,
        animator.animate_together(&named, &options)?,
    );
    let frames = |clips: Vec<Clip>| clips.into_iter().flat_map(|clip| clip.frames);
    let pairs = frames(alone).zip(frames(together));
    let gaps = pairs.flat_map(|(a, b)| (0..a.0.len()).map(move |i| (a.0[i] - b.0[i]).abs()));
    println!(
        "on the {}; difference {:e}",
        animator.device(),
        gaps.fold(0.0, f32::max)
    );
    Ok(())
}

fn told(how: &str, start: Instant, clips: Vec<Clip>) -> Vec<Clip> {
    let seconds = start.elapsed().as_secs_f64();
    let each_minute = 60.0 * clips.len() as f64 / seconds;
    println!("{how}: {seconds:.2} s, {each_minute:.0} lines a minute");
    clips
}
