//! Measures what animating a sound file takes: `file_memory file|sound FILE [FPS]`.
//!
//! `file` animates it with `Animator::animate_file`, `sound` with `Sound::open` and
//! `Animator::animate`. Prints seconds and the most memory that the process had.

use std::time::Instant;

use metaface_core::audio::Sound;
use metaface_core::clip::Frame;
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (way, path) = match arguments.as_slice() {
        [way, path] | [way, path, _] => (way.as_str(), path),
        _ => return Err("give `file` or `sound`, then a sound file".into()),
    };
    let mut options = Options::default();
    if let Some(rate) = arguments.get(2) {
        options.rate = rate.parse()?;
    }
    let animator = Animator::new(DeviceChoice::Cpu)?;
    let start = Instant::now();
    let clip = match way {
        "file" => animator.animate_file("file", path, &options)?.0,
        "sound" => animator.animate("sound", &Sound::open(path)?, &options)?,
        _ => return Err("the first word is `file` or `sound`".into()),
    };
    let seconds = start.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!(
        "{way}: {:.0} s of face in {seconds:.2} s; most memory {}, of which the clip {:.0} MB",
        clip.duration(),
        peak.map_or("unknown", str::trim),
        (clip.frames.len() * size_of::<Frame>()) as f64 / 1e6
    );
    Ok(())
}
