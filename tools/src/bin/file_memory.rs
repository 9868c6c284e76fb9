//! Measures time and memory of animating a sound file: `file_memory file|sound FILE [FPS]`.
//!
//! `file` uses `Animator::animate_file`, `sound` uses `Sound::open` and `Animator::animate`. Prints
//! the seconds and the peak memory of the process.

use std::time::Instant;

use metaface_core::audio::Sound;
use metaface_core::clip::Frame;
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mode, path) = match arguments.as_slice() {
        [mode, path] | [mode, path, _] => (mode.as_str(), path),
        _ => return Err("usage: file_memory file|sound FILE [FPS]".into()),
    };
    let mut options = Options::default();
    if let Some(rate) = arguments.get(2) {
        options.fps = rate.parse()?;
    }
    let animator = Animator::new(DeviceChoice::Cpu)?;
    let start = Instant::now();
    let clip = match mode {
        "file" => animator.animate_file("file", path, &options)?.0,
        "sound" => animator.animate("sound", &Sound::open(path)?, &options)?,
        _ => return Err("the first argument must be `file` or `sound`".into()),
    };
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!(
        "{mode}: {:.0} s of animation in {seconds:.2} s; peak memory {}, the clip alone {:.0} MB",
        clip.duration(),
        peak.map_or("unknown", str::trim),
        (clip.frames.len() * size_of::<Frame>()) as f64 / 1e6
    );
    Ok(())
}
