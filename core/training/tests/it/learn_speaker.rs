//! A speaker learned from one line predicts the lips of another line.

use std::path::Path;

use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::lips::{LIP_POINTS_MM, LIP_POINTS_REST_MM};
use metaface_core::clip::{Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::FRAME_RATE;
use metaface_core::speaker::{LearnOptions, Method, Speaker, Take};
use metaface_core::{Animator, Options};
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::recordings::read_aligned;
use metaface_evaluation::{LipGeometry, lip_error};
use metaface_training::{Breadth, Performer};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The recording of this split of `samples/speech`.
fn recording(split: &str) -> Utterance {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/speech");
    let mut all = read_aligned(&folder, Some(split)).expect("the sample speech");
    all.pop().expect("a recording")
}

/// A performer with a style outside the training range and a distorting capture rig.
fn performer(seed: u64) -> Performer {
    Performer::sample(Breadth::Unusual, &mut ChaCha8Rng::seed_from_u64(seed))
}

fn sound(line: &Utterance) -> Sound {
    Sound::from_samples(&line.samples, 16_000, 1).expect("a sound")
}

/// The performer's captured face for this line.
fn performed(performer: &Performer, line: &Utterance) -> Clip {
    let rate = FrameRate::whole(FRAME_RATE).expect("a rate");
    let frames = line.samples.len() / 320;
    let motion = performer.perform(&line.phones, &loudness_curve(&line.samples), frames);
    let mut clip = Clip::neutral("performance", rate, frames);
    for (frame, values) in clip.frames.iter_mut().zip(motion) {
        frame.0[..values.len()].copy_from_slice(&values);
    }
    clip
}

fn learned(animator: &Animator, performer: &Performer, method: Method) -> Speaker {
    let line = recording("learned");
    let take = Take {
        name: "take.wav".to_owned(),
        curves_name: "take.csv".to_owned(),
        sound: sound(&line),
        clip: performed(performer, &line),
    };
    let reference = animator.reference(vec![take]).expect("a reference");
    let options = LearnOptions {
        method,
        name: "performer".to_owned(),
        ..LearnOptions::default()
    };
    let speaker = animator.learn(&reference, &options, &mut |_| true);
    speaker.expect("something to learn").expect("not stopped")
}

/// Distance between an animator's lips and a captured line's, in mm on the sample head.
fn error_mm(animator: &Animator, line: &Utterance, captured: &Clip) -> f64 {
    let options = Options {
        fps: captured.rate,
        ..Options::default()
    };
    let clip = animator.animate("line", &sound(line), &options);
    let lips = LipGeometry {
        rest: LIP_POINTS_REST_MM.to_vec(),
        deltas: (LIP_POINTS_MM.iter())
            .map(|(channel, points)| {
                let points = points.chunks_exact(3);
                (
                    *channel,
                    points.map(|xyz| [xyz[0], xyz[1], xyz[2]]).collect(),
                )
            })
            .collect(),
    };
    let clip = clip.expect("a clip");
    lip_error(&clip.frames, &captured.frames, &lips)
        .expect("frames")
        .mm
}

#[test]
fn a_learned_speaker_has_a_smaller_lip_error_than_the_average_and_another_speaker() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let (anna, ben) = (performer(3), performer(8));
    let line = recording("shown");
    let captured = performed(&anna, &line);
    let as_speaker = |speaker: &Speaker| {
        let conditioned = animator
            .with_speaker(speaker, 1.0)
            .expect("same base model");
        error_mm(&conditioned, &line, &captured)
    };
    let average = error_mm(&animator, &line, &captured);
    let instant = as_speaker(&learned(&animator, &anna, Method::INSTANT));
    let file = learned(&animator, &anna, Method::FITTED);
    let fitted = as_speaker(&file);
    let another = as_speaker(&learned(&animator, &ben, Method::INSTANT));
    println!(
        "average {average:.2}, instant {instant:.2}, fitted {fitted:.2}, another {another:.2} mm"
    );
    assert!(instant < 0.9 * average, "{instant} against {average} mm");
    assert!(fitted < 0.9 * average, "{fitted} against {average} mm");
    assert!(another > 1.1 * fitted, "{another} against {fitted} mm");

    assert!(!file.weights.adapters.is_empty(), "gradient steps helped");
    let again = learned(&animator, &anna, Method::FITTED);
    let bytes = |speaker: &Speaker| speaker.to_bytes().expect("a file");
    assert!(
        bytes(&file) == bytes(&again),
        "the same take gives other bytes"
    );
}
