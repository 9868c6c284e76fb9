//! A file's length costs the memory of its clip and no more.
//!
//! In a program of its own: the most memory is that of the whole process.

use std::path::Path;

use metaface_core::clip::{Frame, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::FRAME_RATE;
use metaface_core::{Animator, Options};

/// The most memory that this process has had, in bytes; none where that cannot be told.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// So many minutes of a buzzing tone with pauses, 16-bit mono.
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
fn a_longer_file_takes_the_memory_of_its_clip_and_not_of_its_sound() {
    /// Both are too long to be held.
    const MINUTES: [usize; 2] = [11, 33];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("talk.wav");
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let options = Options {
        rate: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    let mut peaks = Vec::new();
    for minutes in MINUTES {
        write(&path, minutes);
        let made = animator.animate_file("talk", &path, &options);
        assert_eq!(made.expect("a clip").0.frames.len(), minutes * 60 * 50);
        let Some(peak) = peak() else {
            println!("skipped: this system does not tell");
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
