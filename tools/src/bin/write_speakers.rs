//! Learns the sample speakers, each like a user's: from a sound and curves.
//!
//! ```sh
//! cargo run --release --ignore-rust-version --bin write_speakers -- FOLDER [BASE_MODEL]
//! ```
//!
//! They are not real people: the sound is a synthetic voice, the curves are simulated performers'.

use std::path::{Path, PathBuf};

use metaface_core::Animator;
use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::Style;
use metaface_core::model::average_head::HeadSettings;
use metaface_core::model::eyes::{Eyes, EyesSettings};
use metaface_core::model::prosody::Phrasing;
use metaface_core::speaker::{LearnOptions, Take};
use metaface_evaluation::recordings::Utterance;
use metaface_evaluation::recordings::read_aligned;
use metaface_training::Performer;
use metaface_training::pose::{PoseTeacher, utterance_prosody};
use metaface_training::teacher::FRAME_HZ;

/// The split of `samples/speech` from which speakers are learned. Demos use another recording.
const SPLIT: &str = "learned";
/// Seed of the takes' head and eyes.
const SEED: u64 = 11;

/// A simulated performer.
struct SampleSpeaker {
    name: &'static str,
    style: Style,
    head: HeadSettings,
    eyes: EyesSettings,
}

fn sample_speakers() -> [SampleSpeaker; 3] {
    [
        SampleSpeaker {
            name: "crisp-smiler",
            style: Style {
                lip_gain: 1.3,
                smile_bias: 0.2,
                closure_strength: 1.5,
                coarticulation: 0.8,
                undershoot: 0.1,
                upper_raise: 1.6,
                brow_habit: 1.3,
                brow_rest: 0.05,
                ..Style::average()
            },
            head: HeadSettings {
                amplitude: 0.8,
                tempo: 1.4,
                nods: 1.8,
            },
            eyes: EyesSettings {
                blinks_per_minute: 26.0,
                gaze: 0.9,
            },
        },
        SampleSpeaker {
            name: "mumbler",
            style: Style {
                jaw_gain: 0.58,
                lip_gain: 0.6,
                protrusion: 0.6,
                smile_bias: -0.05,
                lip_tension: 0.08,
                closure_strength: 0.6,
                coarticulation: 1.35,
                undershoot: 0.6,
                loudness_following: 0.4,
                upper_raise: 0.45,
                lower_drop: 0.5,
                brow_habit: 0.2,
                brow_rest: -0.08,
                ..Style::average()
            },
            head: HeadSettings {
                amplitude: 0.4,
                tempo: 0.7,
                nods: 0.2,
            },
            eyes: EyesSettings {
                blinks_per_minute: 9.0,
                gaze: 0.5,
            },
        },
        SampleSpeaker {
            name: "theatrical",
            style: Style {
                jaw_gain: 1.55,
                lip_gain: 1.5,
                protrusion: 1.5,
                coarticulation: 0.9,
                undershoot: 0.15,
                loudness_following: 1.5,
                upper_raise: 1.6,
                lower_drop: 1.7,
                brow_habit: 2.4,
                brow_rest: 0.06,
                breath: 0.05,
                ..Style::average()
            },
            head: HeadSettings {
                amplitude: 1.9,
                tempo: 1.1,
                nods: 2.0,
            },
            eyes: EyesSettings {
                blinks_per_minute: 20.0,
                gaze: 1.6,
            },
        },
    ]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, rest @ ..] = arguments.as_slice() else {
        return Err("usage: write_speakers FOLDER [BASE_MODEL]".into());
    };
    // On the CPU: the result must not depend on the machine's graphics card.
    let animator = match rest.first() {
        Some(path) => Animator::with_base_model(&std::fs::read(path)?, DeviceChoice::Cpu)?,
        None => Animator::new(DeviceChoice::Cpu)?,
    };
    let speech = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/speech");
    let utterances = read_aligned(&speech, Some(SPLIT))?;
    for sample in sample_speakers() {
        let takes = utterances.iter().map(|utterance| sample.take(utterance));
        let reference = animator.reference(takes.collect::<Result<_, _>>()?)?;
        let options = LearnOptions {
            name: sample.name.to_owned(),
            consent: "not needed: a synthetic performer, no real person".to_owned(),
            licence: format!("{}, as MetaFace itself", env!("CARGO_PKG_LICENSE")),
            ..LearnOptions::default()
        };
        let speaker = animator
            .learn(&reference, &options, &mut |_| true)?
            .ok_or("learning was stopped")?;
        let bytes = speaker.to_bytes()?;
        let path = folder.join(sample.name).with_extension("speaker");
        std::fs::write(&path, &bytes)?;
        println!(
            "{}: {} bytes, {:?} in {} steps; lip error on the take's end {:?} mm (average, instant, fitted)",
            path.display(),
            bytes.len(),
            speaker.about.learning,
            speaker.about.steps,
            speaker.about.tail_error_mm
        );
    }
    Ok(())
}

impl SampleSpeaker {
    /// The performer's take of an utterance.
    fn take(&self, utterance: &Utterance) -> Result<Take, Box<dyn std::error::Error>> {
        let sound = Sound::from_samples(&utterance.samples, 16_000, 1)?;
        let rate = FrameRate::whole(FRAME_HZ as u32)?;
        let frames = (sound.duration() * rate.as_f64()) as usize;
        let loudness = loudness_curve(&utterance.samples);
        let face =
            Performer::plain(self.style.clone()).perform(&utterance.phones, &loudness, frames);
        let prosody = utterance_prosody(utterance);
        let head = PoseTeacher::new(self.head).perform(self.name, &prosody, SEED);
        let mut phrasing = Phrasing::default();
        let mut eyes = Eyes::new(SEED, self.eyes);
        let mut clip = Clip::neutral(self.name, rate, frames);
        let moments = prosody.iter().zip(head.angles).zip(face);
        for (frame, ((prosody, angles), face)) in clip.frames.iter_mut().zip(moments) {
            frame.0[..face.len()].copy_from_slice(&face);
            for (channel, angle) in HEAD.into_iter().zip(angles) {
                frame[channel] = angle;
            }
            let gaze = eyes.next(&phrasing.next(prosody));
            gaze.stabilised(angles).apply(frame);
        }
        Ok(Take {
            name: format!("{}.wav", utterance.id),
            curves_name: "synthetic performer".to_owned(),
            sound,
            clip,
        })
    }
}

/// The channels of the head's angles.
const HEAD: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];
