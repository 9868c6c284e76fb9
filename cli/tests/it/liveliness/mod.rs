//! Liveliness of brows, eyes and head: rates, ranges and spectra over takes.

mod captured;
mod motion;

use std::process::Command;
use std::sync::LazyLock;

use metaface_core::audio::Sound;
use metaface_core::clip::lips::{CLOSED_LIPS_MM, aperture_mm};
use metaface_core::clip::{Channel, ChannelGroup, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::{Animator, Options};
use metaface_exporters::gltf;

use motion::SampledCurve;

const LINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
const LIDS: [Channel; 2] = [Channel::EyeBlinkLeft, Channel::EyeBlinkRight];
const HEAD: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];

static ANIMATOR: LazyLock<Animator> = LazyLock::new(|| Animator::new(DeviceChoice::Cpu).unwrap());
static SPEECH: LazyLock<Sound> = LazyLock::new(long_speech);
/// [`SPEECH`] with default options at 50 frames per second.
static SPOKEN: LazyLock<Clip> = LazyLock::new(|| animate(&SPEECH, at(50)));

fn animate(sound: &Sound, options: Options) -> Clip {
    ANIMATOR.animate("line", sound, &options).unwrap()
}

fn at(fps: u32) -> Options {
    Options {
        fps: FrameRate::whole(fps).unwrap(),
        ..Options::default()
    }
}

/// Some minutes of speech: the repeated sample line with pauses.
fn long_speech() -> Sound {
    let line = Sound::open(LINE).unwrap();
    let mut samples = Vec::new();
    for turn in 0..24 {
        // Pauses and loudness vary.
        let gain = [1.0, 0.8, 1.2][turn % 3];
        samples.extend(line.samples.iter().map(|sample| gain * sample));
        samples.extend(vec![0.0; 6_000 + 2_000 * (turn % 4)]);
    }
    Sound::from_samples(&samples, 16_000, 1).unwrap()
}

fn quiet() -> Sound {
    Sound::from_samples(&vec![0.0; 16_000 * 180], 16_000, 1).unwrap()
}

#[test]
fn blinks_have_human_rates_and_durations_and_do_not_start_on_plosives() {
    for seed in 1..3 {
        let clip = animate(&SPEECH, Options { seed, ..at(50) });
        let blinks = SampledCurve::of(&clip, &LIDS).blinks();
        let minutes = clip.frames.len() as f64 / 50.0 / 60.0;
        let rate = blinks.len() as f64 / minutes;
        assert!((8.0..30.0).contains(&rate), "{rate} per minute");
        let mean = |part: fn(&motion::Blink) -> f64| {
            blinks.iter().map(part).sum::<f64>() / blinks.len() as f64
        };
        let (closing, opening) = (mean(|blink| blink.closing), mean(|blink| blink.opening));
        assert!(closing < opening, "{closing} {opening}");
        let half = closing + opening;
        assert!((0.08..0.25).contains(&half), "half closed for {half} s");
        assert!(mean(|blink| blink.depth) > 0.85);

        let is_closed: Vec<bool> = (clip.frames.iter())
            .map(|frame| aperture_mm(frame) < CLOSED_LIPS_MM)
            .collect();
        let lid = SampledCurve::of(&clip, &LIDS).values;
        for blink in blinks {
            // Lids also follow the gaze, but more slowly.
            let mut closing = blink.peak.saturating_sub(8).max(1)..blink.peak;
            let start = closing.find(|frame| lid[*frame] - lid[frame - 1] > 0.04);
            let start = start.unwrap_or(blink.peak);
            let closed = |frame: &&bool| **frame;
            let before = (is_closed[..start].iter().rev()).take_while(closed).count();
            let after = is_closed[start..].iter().take_while(closed).count();
            // Contacts of more than 9 frames (0.18 s) are pauses. One frame at each end is tolerated.
            let is_plosive = before + after <= 9 && before > 0 && after > 1;
            assert!(!is_plosive, "seed {seed}: a blink starts at frame {start}");
        }
    }
}

#[test]
fn the_head_follows_phrases_without_jumps_or_jitter_at_any_rate() {
    for fps in [24, 60] {
        let clip = animate(&SPEECH, at(fps));
        for channel in HEAD {
            let curve = SampledCurve::of(&clip, &[channel]).scaled(1f64.to_degrees());
            let range = curve.range();
            assert!((1.5..14.0).contains(&range), "{channel}: {range} degrees");
            let shares = curve.power_shares();
            assert!(shares[3] < 0.01, "{channel} at {fps}: {shares:?}");
            assert!(shares[0] < 0.97, "{channel} at {fps}: {shares:?}");
            let [speed, acceleration] = curve.fastest();
            assert!(speed < 50.0, "{channel} at {fps}: {speed} degrees/s");
            assert!(
                acceleration < 1200.0,
                "{channel} at {fps}: {acceleration} degrees/s^2"
            );
        }
    }
}

#[test]
fn brows_move_without_jitter() {
    for (channel, least) in [
        (Channel::BrowInnerUp, 0.12),
        (Channel::BrowOuterUpLeft, 0.08),
        (Channel::BrowOuterUpRight, 0.08),
    ] {
        let curve = SampledCurve::of(&SPOKEN, &[channel]);
        assert!(
            (least..0.45).contains(&curve.range()),
            "{channel}: {}",
            curve.range()
        );
        let shares = curve.power_shares();
        assert!(
            shares[3] < 0.01 && shares[2] < 0.12,
            "{channel}: {shares:?}"
        );
        assert!(shares[0] < 0.85, "{channel}: {shares:?}");
        assert!(curve.fastest()[0] < 6.0, "{channel}: {:?}", curve.fastest());
    }
}

#[test]
fn in_silence_the_face_moves_less_but_does_not_freeze() {
    let silent = animate(&quiet(), at(50));
    let blinks = SampledCurve::of(&silent, &LIDS).blinks().len() as f64 / 3.0;
    assert!((6.0..25.0).contains(&blinks), "{blinks} per minute");
    for channel in HEAD {
        let (calm, lively) = (
            SampledCurve::of(&silent, &[channel]),
            SampledCurve::of(&SPOKEN, &[channel]),
        );
        assert!(calm.range() > 0.005, "{channel} is not frozen");
        assert!(calm.range() < 0.7 * lively.range(), "{channel} is calmer");
        let speed = calm.scaled(1f64.to_degrees()).fastest()[0];
        assert!(speed < 8.0, "{channel}: {speed} degrees/s");
    }
}

#[test]
fn with_zero_liveliness_only_the_mouth_moves() {
    let sound = Sound::open(LINE).unwrap();
    let plain = animate(&sound, at(30));
    let still = Options {
        liveliness: 0.0,
        ..at(30)
    };
    let still = animate(&sound, still);
    for (frame, lively) in still.frames.iter().zip(&plain.frames) {
        for group in [ChannelGroup::Brows, ChannelGroup::Eyes, ChannelGroup::Head] {
            assert!(
                group.channels().all(|channel| frame[channel] == 0.0),
                "{group}"
            );
        }
        assert_eq!(frame[Channel::JawOpen], lively[Channel::JawOpen]);
        assert_eq!(frame[Channel::MouthPucker], lively[Channel::MouthPucker]);
    }
    assert_eq!(still.metadata["liveliness"], "0");
}

#[test]
fn liveliness_and_group_gains_scale_their_channels() {
    let sound = Sound::open(LINE).unwrap();
    let take = |liveliness: f32, gains: &str, head: bool| {
        let default = at(50);
        let options = Options {
            liveliness,
            gains: gains.parse().unwrap(),
            head: default.head.filter(|_| head),
            ..default
        };
        animate(&sound, options)
    };
    let range = |clip: &Clip, channel: Channel| SampledCurve::of(clip, &[channel]).range();
    let plain = take(1.0, "", true);
    let lively = take(1.5, "", true);
    for channel in [Channel::BrowInnerUp, Channel::HeadYaw, Channel::HeadPitch] {
        let (more, plain) = (range(&lively, channel), range(&plain, channel));
        assert!(more > 1.3 * plain, "{channel}: {more} {plain}");
    }
    let gained = take(1.0, "brows=0.5,head=0,mouth=1.2", true);
    let (brow, jaw) = (Channel::BrowInnerUp, Channel::JawOpen);
    assert!((range(&gained, brow) - 0.5 * range(&plain, brow)).abs() < 1e-3);
    assert_eq!(range(&gained, Channel::HeadYaw), 0.0);
    assert!(range(&gained, jaw) > 1.1 * range(&plain, jaw));
    // Eyes compensate the visible head motion: with a still head only their own movements remain.
    let pitches = |clip: &Clip| SampledCurve::of(clip, &[Channel::LeftEyePitch]).values;
    assert_eq!(pitches(&gained), pitches(&take(1.0, "", false)));
    assert_ne!(pitches(&gained), pitches(&plain));
}

#[test]
fn the_program_accepts_liveliness_and_group_gains_and_explains_errors() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("line.glb");
    let animate = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_metaface"))
            .args(["animate", LINE, "--device", "cpu", "-q", "-o"])
            .arg(&output)
            .args(more)
            .output()
            .unwrap()
    };
    let done = animate(&["--liveliness", "0.5", "--gains", "brows=1.3,head=0.5"]);
    assert!(done.status.success(), "{done:?}");
    let clip = gltf::read_clip(&output, None, None).unwrap();
    assert_eq!(clip.metadata["liveliness"], "0.5");
    assert_eq!(clip.metadata["gains"], "brows=1.3,head=0.5");
    for (arguments, reason) in [
        (["--liveliness", "3"], "0 to 2"),
        (["--gains", "brow=1"], "mouth, brows, eyes, head"),
    ] {
        let failed = animate(&arguments);
        assert_eq!(failed.status.code(), Some(2));
        let message = String::from_utf8_lossy(&failed.stderr);
        assert!(message.contains(reason), "{message}");
    }
}
