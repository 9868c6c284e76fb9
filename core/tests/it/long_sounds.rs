//! Sound files of any length give the same clip as their loaded sound, in bounded memory.

use std::path::Path;

use metaface_core::audio::Sound;
use metaface_core::clip::{FrameRate, Smoothing};
use metaface_core::device::DeviceChoice;
use metaface_core::{AnimateError, Animator, AudioSummary, Options};

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");

fn animator() -> Animator {
    Animator::new(DeviceChoice::Cpu).expect("the embedded model")
}

/// Writes the sample line, repeated for `minutes`, as 16-bit mono.
fn write(path: &Path, minutes: f64, sample_rate: u32) {
    let line = Sound::open(LINE).expect("the sample line").samples;
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    let samples = (minutes * 60.0 * f64::from(sample_rate)) as usize;
    for sample in line.iter().cycle().take(samples) {
        writer
            .write_sample((sample * 32_767.0) as i16)
            .expect("room");
    }
    writer.finalize().expect("room");
}

fn assert_same_as_loaded(path: &Path, options: &Options) {
    let animator = animator();
    let (clip, summary) = animator
        .animate_file("line", path, options)
        .expect("a clip");
    let sound = Sound::open(path).expect("a sound");
    assert_eq!(summary, AudioSummary::of(&sound));
    let whole = animator.animate("line", &sound, options).expect("a clip");
    assert!(clip == whole, "{} frames", clip.frames.len());
}

#[test]
fn a_short_file_gives_the_clip_of_its_sound() {
    let options = Options {
        fps: FrameRate::whole(30).expect("a rate"),
        strength: 1.2,
        gains: "JawOpen=1.1, brows=0.5".parse().expect("gains"),
        smoothing: Some(Smoothing::amount(0.3).expect("an amount")),
        ..Options::default()
    };
    assert_same_as_loaded(LINE.as_ref(), &options);
}

#[test]
fn a_file_too_long_for_memory_gives_the_clip_of_its_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("talk.wav");
    write(&path, 10.3, 22_050);
    assert_same_as_loaded(&path, &Options::default());
}

#[test]
fn the_sound_is_summarised() {
    let (_, summary) = animator()
        .animate_file("line", LINE, &Options::default())
        .expect("a clip");
    assert!((summary.seconds - 6.2).abs() < 0.1, "{}", summary.seconds);
    assert!(
        (-30.0..0.0).contains(&summary.loudest_db),
        "{}",
        summary.loudest_db
    );
    assert!(summary.warnings.is_empty(), "{:?}", summary.warnings);
    let silence = Sound::from_samples(&[0.0; 8_000], 16_000, 1).expect("a sound");
    assert_eq!(AudioSummary::of(&silence).loudest_db, -100.0);
}

#[test]
fn errors_name_a_file_without_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("notes.wav");
    std::fs::write(&text, "no sound").expect("room");
    for path in [
        text,
        folder.path().join("gone.wav"),
        folder.path().to_owned(),
    ] {
        let error = animator()
            .animate_file("line", &path, &Options::default())
            .expect_err("no sound");
        assert!(matches!(error, AnimateError::Audio(_)), "{error:?}");
        let name = path.display().to_string();
        assert!(error.to_string().ends_with(&format!("({name})")), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_gives_the_clip_of_its_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: no pipes here");
        return;
    }
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::copy(LINE, pipe))
    };
    let options = Options::default();
    let (clip, _) = animator()
        .animate_file("line", &pipe, &options)
        .expect("a clip");
    let written = writer.join().expect("no panic");
    assert!(written.is_ok(), "{written:?}");
    let sound = Sound::open(LINE).expect("the sample line");
    let whole = animator()
        .animate("line", &sound, &options)
        .expect("a clip");
    assert!(clip == whole);
}
