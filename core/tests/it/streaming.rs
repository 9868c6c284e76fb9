//! A stream in chunks of any size gives the same frames as the whole file.

use metaface_core::audio::{Normalizer, Sound, log_mel};
use metaface_core::clip::lips::LipMotion;
use metaface_core::clip::{Channel, Clip, Frame, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::FRAME_RATE;
use metaface_core::{Animator, Options};

/// Four seconds similar to speech: a buzzing source, syllables, pauses.
fn babble() -> Vec<f32> {
    (0..64_123)
        .map(|i| {
            let time = i as f32 / 16_000.0;
            let pitch = 120.0 + 20.0 * (time * 3.0).sin();
            let buzz: f32 = (1..20)
                .map(|k| (std::f32::consts::TAU * pitch * k as f32 * time).sin() / k as f32)
                .sum();
            let syllable = (time * 13.0).sin().max(0.0) * f32::from((time % 1.7) < 1.2);
            0.1 * buzz * syllable
        })
        .collect()
}

fn max_difference(a: &[Frame], b: &[Frame]) -> f32 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b).flat_map(|(a, b)| a.0.iter().zip(b.0));
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn chunks_of_any_size_give_the_frames_of_the_whole_file() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let samples = babble();
    let sound = Sound::from_samples(&samples, 16_000, 1).expect("a sound");
    let options = Options {
        fps: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    let whole = animator
        .animate("babble", &sound, &options)
        .expect("a clip");
    assert_eq!(whole.frames.len(), samples.len().div_ceil(320));
    let opening = whole.curve(Channel::JawOpen).fold(0.0, f32::max);
    assert!(opening > 0.02, "the mouth moves: {opening}");

    for (size, block) in [(160, 1), (1_037, 5), (7, 50), (50_000, 1)] {
        let normalizer = Normalizer::of(&log_mel(&samples));
        let mut stream = animator.stream_with(normalizer, block, &options);
        let mut frames = Vec::new();
        for chunk in samples.chunks(size) {
            frames.extend(stream.push(chunk));
        }
        frames.extend(stream.finish());
        let difference = max_difference(&frames, &whole.frames);
        assert!(difference < 1e-4, "chunks of {size}: {difference}");
    }
}

#[test]
fn brows_head_and_eyes_of_a_stream_are_those_of_the_whole_file() {
    let line = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
    let sound = Sound::open(line).expect("the sample line");
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let options = Options {
        fps: FrameRate::whole(FRAME_RATE).expect("a rate"),
        liveliness: 1.5,
        gains: "head=0.5,brows=1.2".parse().expect("gains"),
        ..Options::default()
    };
    let whole = animator.animate("line", &sound, &options).expect("a clip");
    for channel in [Channel::BrowInnerUp, Channel::EyeBlinkLeft] {
        let most = whole.curve(channel).fold(0.0, f32::max);
        assert!(most > 0.15, "{channel}: {most}");
    }
    for (size, block) in [(333, 1), (20_000, 40)] {
        let normalizer = Normalizer::of(&log_mel(&sound.samples));
        let mut stream = animator.stream_with(normalizer, block, &options);
        let mut frames = Vec::new();
        for chunk in sound.samples.chunks(size) {
            frames.extend(stream.push(chunk));
        }
        frames.extend(stream.finish());
        let difference = max_difference(&frames, &whole.frames);
        assert!(difference < 1e-4, "chunks of {size}: {difference}");
    }
}

#[test]
fn a_frame_is_returned_within_two_tenths_of_a_second_of_its_sound() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let mut stream = animator.stream(&Options::default());
    let (mut received, mut frames) = (0, 0);
    for chunk in babble().chunks(160) {
        received += chunk.len();
        frames += stream.push(chunk).len();
        // The next frame is at sample `position`; the chunks are 160 samples long.
        let position = frames * 320;
        assert!(
            received < position + 3_200 + 160,
            "{received} received, frame at {position}"
        );
    }
}

#[test]
fn the_lips_of_a_stream_close_where_those_of_the_file_close() {
    let line = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
    let sound = Sound::open(line).expect("the sample line");
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let options = Options {
        fps: FrameRate::whole(FRAME_RATE).expect("a rate"),
        ..Options::default()
    };
    let whole = animator.animate("line", &sound, &options).expect("a clip");
    // The second is 26 dB quieter than the file, like a distant microphone.
    for gain in [1.0, 0.05] {
        let mut stream = animator.stream(&options);
        let mut live = Clip::neutral("live", options.fps, 0);
        for chunk in sound.samples.chunks(160) {
            let scaled: Vec<f32> = chunk.iter().map(|sample| gain * sample).collect();
            live.frames.extend(stream.push(&scaled));
        }
        live.frames.extend(stream.finish());
        assert_eq!(live.frames.len(), whole.frames.len());
        let (live, whole) = (LipMotion::of(&live), LipMotion::of(&whole));
        let closed = (whole.closures.iter())
            .filter(|closure| (*closure).clone().any(|frame| live.is_closed(frame)))
            .count();
        let all = whole.closures.len();
        assert!(
            10 * closed >= 8 * all,
            "gain {gain}: {closed} of {all} closures"
        );
    }
}

#[test]
fn a_stream_applies_gains_and_ignores_invalid_samples() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let mut samples = babble();
    samples[20_000] = f32::NAN;
    samples[20_500] = 1e30;
    let take = |options: &Options| {
        let mut stream = animator.stream(options);
        let mut frames = stream.push(&samples);
        frames.extend(stream.finish());
        frames
    };
    let plain = take(&Options::default());
    assert!((plain.iter()).all(|frame| frame.0.iter().all(|value| value.is_finite())));
    let late = &plain[150..];
    assert!(late.iter().any(|frame| frame[Channel::JawOpen] > 0.02));
    let still = take(&Options {
        gains: "JawOpen=0".parse().expect("gains"),
        ..Options::default()
    });
    assert!(still.iter().all(|frame| frame[Channel::JawOpen] == 0.0));
}

#[test]
fn the_same_seed_gives_the_same_clip_and_another_seed_another() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let sound = Sound::from_samples(&babble(), 16_000, 1).expect("a sound");
    let take = |seed| {
        let options = Options {
            seed,
            ..Options::default()
        };
        animator
            .animate("babble", &sound, &options)
            .expect("a clip")
    };
    assert_eq!(take(1), take(1));
    assert_ne!(take(1).frames, take(2).frames);
}

#[test]
fn silence_leaves_the_mouth_at_rest() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let mut state = 1u32;
    let hiss: Vec<f32> = (0..48_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / 8_388_608.0 - 1.0) * 3e-4
        })
        .collect();
    for samples in [vec![0.0; 48_000], hiss] {
        let sound = Sound::from_samples(&samples, 16_000, 1).expect("a sound");
        let clip = animator
            .animate("silence", &sound, &Options::default())
            .expect("a clip");
        let widest = clip
            .frames
            .iter()
            .map(metaface_core::clip::lips::aperture_mm)
            .fold(0.0, f32::max);
        assert!(widest < 1.5, "lips {widest} mm apart");
    }
}
