//! Learns the sample speakers anew, each as a user would learn one: from a sound and curves.
//!
//! ```sh
//! cargo run --release --ignore-rust-version -p metaface-core --example write_speakers -- FOLDER [BASE_MODEL]
//! ```
//!
//! No real person is in them: the sound is a synthetic voice, and synthetic performers move to it.

use std::path::{Path, PathBuf};

use metaface_core::Animator;
use metaface_core::audio::{Sound, loudness_curve};
use metaface_core::clip::{Channel, Clip, FrameRate};
use metaface_core::device::DeviceChoice;
use metaface_core::model::eyes::{Eyes, EyesSettings};
use metaface_core::model::head_pose::HeadPoseSettings;
use metaface_core::model::prosody::Phrasing;
use metaface_core::speaker::{LearnOptions, Reference, Take, learn};
use metaface_core::training::corpus::read_aligned;
use metaface_core::training::pose_teacher::{PoseTeacher, utterance_prosody};
use metaface_core::training::teacher::{FRAME_HZ, Style};
use metaface_core::training::{Performer, Utterance};

/// The recording of samples/speech that speakers are learned from; what they are shown with is
/// another.
const SPLIT: &str = "learned";
/// Head and eyes of the takes follow from it.
const SEED: u64 = 11;

/// A synthetic performer.
struct Part {
    name: &'static str,
    style: Style,
    head: HeadPoseSettings,
    eyes: EyesSettings,
}

fn parts() -> [Part; 3] {
    [
        Part {
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
            head: HeadPoseSettings {
                amplitude: 0.8,
                tempo: 1.4,
                nods: 1.8,
            },
            eyes: EyesSettings {
                blinks_per_minute: 26.0,
                gaze: 0.9,
            },
        },
        Part {
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
            head: HeadPoseSettings {
                amplitude: 0.4,
                tempo: 0.7,
                nods: 0.2,
            },
            eyes: EyesSettings {
                blinks_per_minute: 9.0,
                gaze: 0.5,
            },
        },
        Part {
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
            head: HeadPoseSettings {
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
        return Err("give the folder to write to".into());
    };
    // On the CPU, whose results do not depend on the machine's graphics card.
    let animator = match rest.first() {
        Some(path) => Animator::with_base_model(&std::fs::read(path)?, DeviceChoice::Cpu)?,
        None => Animator::new(DeviceChoice::Cpu)?,
    };
    let speech = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/speech");
    let spoken = read_aligned(&speech, Some(SPLIT))?;
    for part in parts() {
        let takes = spoken.iter().map(|utterance| part.take(utterance));
        let reference = Reference::new(takes.collect::<Result<_, _>>()?, &animator)?;
        let options = LearnOptions {
            name: part.name.to_owned(),
            consent: "not needed: a synthetic performer, no real person".to_owned(),
            licence: format!("{}, as MetaFace itself", env!("CARGO_PKG_LICENSE")),
            ..LearnOptions::default()
        };
        let speaker = learn(&animator, &reference, &options, &mut |_| true)?
            .ok_or("nobody stops the learning")?;
        let bytes = speaker.to_bytes()?;
        let path = folder.join(part.name).with_extension("speaker");
        std::fs::write(&path, &bytes)?;
        println!(
            "{}: {} bytes, {:?} in {} steps; lips on the take's end {:?} mm off (average, instant, fitted)",
            path.display(),
            bytes.len(),
            speaker.about.learning,
            speaker.about.steps,
            speaker.about.tail_error_mm
        );
    }
    Ok(())
}

impl Part {
    /// What the performer does while saying this.
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
            let eyes = eyes.next(&phrasing.next(prosody));
            eyes.stabilised(angles).apply(frame);
        }
        Ok(Take {
            name: format!("{}.wav", utterance.id),
            curves_name: "synthetic performer".to_owned(),
            sound,
            clip,
        })
    }
}

const HEAD: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];
