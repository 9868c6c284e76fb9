//! References: takes are checked, aligned and measured.

use std::sync::LazyLock;

use metaface_core::audio::Sound;
use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::speaker::{LearnError, LearnOptions, Reference, SpeakerError, Take};
use metaface_core::{Animator, Options};

static ANIMATOR: LazyLock<Animator> =
    LazyLock::new(|| Animator::new(DeviceChoice::Cpu).expect("the embedded base model"));
static LINE: LazyLock<Sound> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/speech/line.wav");
    let line = Sound::open(path).expect("the sample line");
    let repeated = [line.samples.as_slice(), &line.samples].concat();
    Sound::from_samples(&repeated, 16_000, 1).expect("a sound")
});

fn face(fps: u32) -> Clip {
    let options = Options {
        fps: FrameRate::whole(fps).expect("a rate"),
        seed: 3,
        ..Options::default()
    };
    ANIMATOR.animate("line", &LINE, &options).expect("animated")
}

fn take(clip: Clip) -> Take {
    Take {
        name: "line.wav".to_owned(),
        curves_name: "line.csv".to_owned(),
        sound: LINE.clone(),
        clip,
    }
}

fn reference(clip: Clip) -> Reference {
    ANIMATOR.reference(vec![take(clip)]).expect("usable")
}

fn refusal(take: Take) -> String {
    let error = ANIMATOR.reference(vec![take]).expect_err("refused");
    let message = error.to_string();
    assert!(message.contains("line."), "{message} names a file");
    message
}

#[test]
fn curves_of_any_rate_are_resampled_to_fifty_hertz_in_time_with_their_sound() {
    for fps in [25, 30, 50, 60] {
        let found = reference(face(fps));
        let take = &found.takes[0];
        assert_eq!(take.samples.len(), take.motion.len() * 320, "{fps}");
        assert_eq!(take.note.lag_ms, 0.0, "{fps}");
        let seconds = f64::from(take.note.seconds);
        assert!((seconds - LINE.duration()).abs() < 0.06, "{fps}: {seconds}");
        assert_eq!(take.head.as_ref().map(Vec::len), Some(take.motion.len()));
        assert!(found.rest.iter().all(|rest| rest.abs() < 0.1), "{fps}");
    }
}

#[test]
fn a_shifted_take_is_shifted_back() {
    for lag in [-400, -240, -100, 100, 240, 400] {
        let late = face(30).offset(f64::from(lag) / 1e3);
        let found = reference(late);
        let take = &found.takes[0];
        let off = take.note.lag_ms - lag as f32;
        assert!(off.abs() <= 40.0, "{lag}: {}", take.note.lag_ms);
        assert_eq!(take.samples.len(), take.motion.len() * 320);
        assert!(found.notes.iter().any(|note| note.contains("taken out")));
        // After alignment, the jaw matches that of the unshifted take.
        let aligned = reference(face(30));
        let jaw = Channel::JawOpen.index();
        let late = (-(take.note.lag_ms / 20.0)).max(0.0) as usize;
        let pairs = take.motion.iter().zip(&aligned.takes[0].motion[late..]);
        let pairs: Vec<(f32, f32)> = pairs
            .skip(30)
            .take(400)
            .map(|(a, b)| (a[jaw], b[jaw]))
            .collect();
        let mean = pairs.iter().map(|(a, b)| (a - b).abs()).sum::<f32>() / pairs.len() as f32;
        assert!(mean < 0.03, "{lag}: {mean}");
    }
}

#[test]
fn channels_that_were_not_captured_are_not_observed() {
    let mut clip = face(30);
    for frame in &mut clip.frames {
        for channel in Channel::ALL {
            let name = channel.name();
            if name.starts_with("Eye") || name.starts_with("Brow") || channel.is_angle() {
                frame[channel] = 0.0;
            }
        }
    }
    let found = reference(clip);
    assert!(!found.observed[Channel::EyeBlinkLeft.index()]);
    assert!(found.observed[Channel::JawOpen.index()]);
    assert_eq!(found.rest[Channel::BrowInnerUp.index()], 0.0);
    assert!(found.ranges[Channel::BrowInnerUp.index()].is_none());
    assert_eq!((found.blinks_per_minute, found.gaze), (None, None));
    assert!(found.takes[0].head.is_none());
    assert!(found.notes[0].contains("do not move"), "{:?}", found.notes);
}

#[test]
fn another_rest_pose_clipped_ranges_and_values_out_of_range_are_noted() {
    let mut clip = face(30);
    for frame in &mut clip.frames {
        frame[Channel::MouthSmileLeft] += 0.3;
        frame[Channel::JawOpen] = frame[Channel::JawOpen].min(0.15);
        frame[Channel::BrowDownLeft] = -0.2;
    }
    let found = reference(clip);
    let smile = found.rest[Channel::MouthSmileLeft.index()];
    assert!((smile - 0.3).abs() < 0.05, "{smile}");
    let notes = found.notes.join("\n");
    for words in [
        "MouthSmileLeft +0.3",
        "ceiling, so that the true range is larger: JawOpen",
        "outside 0 to 1",
    ] {
        assert!(notes.contains(words), "{words}: {notes}");
    }
}

#[test]
fn blinks_and_gaze_are_measured() {
    let usual = reference(face(50));
    let rate = usual.blinks_per_minute.expect("a rate");
    assert!((5.0..40.0).contains(&rate), "{rate}");
    let gaze = usual.gaze.expect("a factor");
    assert!((0.4..2.5).contains(&gaze), "{gaze}");
    let mut calm = face(50);
    for frame in &mut calm.frames {
        for channel in Channel::blendshapes() {
            if channel.name().starts_with("EyeLook") {
                frame[*channel] *= 0.5;
            }
        }
    }
    let calm = reference(calm).gaze.expect("a factor");
    assert!((calm / gaze - 0.5).abs() < 0.05, "{calm} of {gaze}");
}

#[test]
fn curves_of_another_take_are_noted() {
    let mut foreign = face(50);
    foreign.frames.rotate_left(155);
    let notes = reference(foreign).notes.join("\n");
    assert!(notes.contains("same take?"), "{notes}");
}

#[test]
fn unusable_takes_are_refused_with_advice() {
    let rate = FrameRate::whole(30).expect("a rate");
    let frames = (LINE.duration() * 30.0) as usize;
    let still = refusal(take(Clip::neutral("line", rate, frames)));
    assert!(still.contains("mouth never moves"), "{still}");
    let mut clip = face(30);
    clip.frames.truncate(45);
    assert!(refusal(take(clip)).contains("last 1.50 s"));
    let mut clip = face(30);
    clip.frames.truncate(120);
    assert!(refusal(take(clip)).contains("same start and end"));
    let mut clip = face(30);
    clip.frames[9][Channel::JawOpen] = f32::NAN;
    assert!(refusal(take(clip)).contains("JawOpen is NaN at frame 9"));
    let mut clip = face(30);
    clip.frames[9][Channel::JawOpen] = 37.0;
    assert!(refusal(take(clip)).contains("per cent"));

    let length = LINE.samples.len();
    let with_sound = |samples: Vec<f32>| Take {
        sound: Sound::from_samples(&samples, 16_000, 1).expect("a sound"),
        ..take(face(30))
    };
    let silent = refusal(with_sound(vec![0.0; length]));
    assert!(silent.contains("silent"), "{silent}");
    let mut short = vec![0.0; length];
    short[..9_000].copy_from_slice(&LINE.samples[..9_000]);
    let little = refusal(with_sound(short));
    assert!(little.contains("s of speech"), "{little}");
    assert!(matches!(
        ANIMATOR.reference(Vec::new()),
        Err(LearnError::NoTake)
    ));
}

#[test]
fn a_learned_speaker_works_only_with_its_base_model() {
    let options = LearnOptions {
        name: "anna".to_owned(),
        ..LearnOptions::default()
    };
    let found = reference(face(30));
    let learned = ANIMATOR.learn(&found, &options, &mut |_| true);
    let mut speaker = learned.expect("learned").expect("not stopped");
    let stopped = ANIMATOR.learn(&found, &options, &mut |_| false);
    assert!(stopped.expect("no error").is_none());
    assert!(ANIMATOR.with_speaker(&speaker, 1.0).is_ok());
    speaker.base = "0".repeat(64);
    let error = ANIMATOR.with_speaker(&speaker, 1.0).err().expect("refused");
    assert!(matches!(error, SpeakerError::WrongBase { .. }));
    assert!(
        error.to_string().contains("learn the speaker again"),
        "{error}"
    );
}
