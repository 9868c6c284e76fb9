//! The memory for animating a file grows with its clip only, not with its sound.
//!
//! A separate program, because the peak memory is measured for the whole process.

use std::path::Path;

use metaface_core::clip::{Frame, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::FRAME_RATE;
use metaface_core::{Animator, Options};

/// The peak memory of this process in bytes; `None` if the system does not report it.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Writes a buzzing tone with pauses, 16-bit mono.
fn write(path: &Path, minutes: usize) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    for i in 0..minutes * 60 * 16_000 {
        let tone = (i % 123) as i16 * 40;
        let sample = if i % 9_000 < 5_000 { tone } else { 0 };
        writer.write_sample(sample).expect("room");
    }
    writer.finalize().expect("room");
}

#[test]
fn a_longer_file_needs_the_memory_of_its_clip_and_not_of_its_sound() {
    /// Both are longer than the sounds that are kept in memory.
    const MINUTES: [usize; 2] = [11, 33];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("talk.wav");
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let options = Options {
        fps: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    let mut peaks = Vec::new();
    for minutes in MINUTES {
        write(&path, minutes);
        let animated = animator.animate_file("talk", &path, &options);
        assert_eq!(animated.expect("a clip").0.frames.len(), minutes * 60 * 50);
        let Some(peak) = peak_memory() else {
            println!("skipped: this system does not report the peak memory");
            return;
        };
        peaks.push(peak);
    }
    let growth = peaks[1] - peaks[0];
    let seconds = (MINUTES[1] - MINUTES[0]) * 60;
    let (clip, sound) = (seconds * 50 * size_of::<Frame>(), seconds * 16_000 * 4);
    println!("{growth} bytes more; the clip {clip}, the sound {sound}");
    assert!(
        growth < sound / 2,
        "{growth} bytes more for a clip of {clip}"
    );
}
