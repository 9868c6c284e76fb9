//! A speaker learned from one line moves the lips of another line as that speaker would.

use std::path::Path;

use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::lips::{LIP_POINTS_MM, LIP_POINTS_REST_MM};
use metaface_core::clip::{Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::metrics::{LipGeometry, lip_error};
use metaface_core::model::FRAME_RATE;
use metaface_core::speaker::{LearnOptions, Method, Reference, Speaker, Take, learn};
use metaface_core::training::corpus::read_aligned;
use metaface_core::training::{Breadth, Performer, Utterance};
use metaface_core::{Animator, Options};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The recording of samples/speech in this split.
fn spoken(split: &str) -> Utterance {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/speech");
    let mut all = read_aligned(&folder, Some(split)).expect("the sample speech");
    all.pop().expect("a recording")
}

/// Somebody whose style training never draws, before a rig that distorts it.
fn performer(seed: u64) -> Performer {
    Performer::sample(Breadth::Unusual, &mut ChaCha8Rng::seed_from_u64(seed))
}

fn sound(line: &Utterance) -> Sound {
    Sound::from_samples(&line.samples, 16_000, 1).expect("a sound")
}

/// What the performer does while saying this.
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
    let line = spoken("learned");
    let take = Take {
        name: "take.wav".to_owned(),
        curves_name: "take.csv".to_owned(),
        sound: sound(&line),
        clip: performed(performer, &line),
    };
    let reference = Reference::new(vec![take], animator).expect("a reference");
    let options = LearnOptions {
        method,
        name: "performer".to_owned(),
        ..LearnOptions::default()
    };
    let speaker = learn(animator, &reference, &options, &mut |_| true);
    speaker.expect("something to learn").expect("not stopped")
}

/// How far an animator's lips are from a captured line's, in millimetres on the sample head.
fn error_mm(animator: &Animator, line: &Utterance, captured: &Clip) -> f64 {
    let options = Options {
        rate: captured.rate,
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
fn a_speaker_is_nearer_to_themselves_than_the_average_and_than_another() {
    let animator = Animator::new(DeviceChoice::Cpu).expect("the embedded model");
    let (anna, ben) = (performer(3), performer(8));
    let line = spoken("shown");
    let captured = performed(&anna, &line);
    let as_speaker = |speaker: &Speaker| {
        let somebody = animator.speaking_as(speaker, 1.0).expect("of this base");
        error_mm(&somebody, &line, &captured)
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

    assert!(!file.adapters.is_empty(), "gradient steps helped");
    let again = learned(&animator, &anna, Method::FITTED);
    let bytes = |speaker: &Speaker| speaker.to_bytes().expect("a file");
    assert!(bytes(&file) == bytes(&again), "the same take, other bytes");
}
