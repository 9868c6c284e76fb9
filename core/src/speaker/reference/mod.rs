//! References: sounds and the faces captured with them, from which a speaker is learned.
//!
//! ```text
//! Take (as recorded) -> check -> 50 Hz -> lag removed -> cut to the common length -> Reference
//! ```

mod check;
mod eye_habits;
mod lag;
mod measure;
mod quality;

pub use measure::rest_of;

use std::path::Path;

use super::bounds::MAX_NAME_LENGTH;
use super::{ChannelRange, LearnError, TakeNote};
use crate::audio::{SAMPLE_RATE, Sound, loudness_curve};
use crate::clip::{Channel, Clip, Frame, FrameRate};
use crate::model::pose::{PoseStyle, SpeechUnits};
use crate::model::prosody::{Phrasing, prosody};
use crate::model::{
    FRAME_RATE, FaceAnimator, FaceSettings, LipAnimator, LoadedModel, NetworkFrame,
    SAMPLES_PER_FRAME,
};
use check::{MIN_SECONDS, MIN_SPEECH_SECONDS};
use lag::TakeTiming;

/// The longest part of the takes that is used, in seconds.
const MAX_SECONDS: f64 = 600.0;
/// The largest distance of speech below the loudest frame, in decibels.
const SPEECH_RANGE_DB: f32 = 40.0;
/// The lowest level of speech, in decibels relative to full scale.
const QUIETEST_SPEECH_DB: f32 = -60.0;

/// A sound and the face captured with it, as recorded.
#[derive(Debug, Clone)]
pub struct Take {
    /// The sound's file name, for messages.
    pub name: String,
    /// The curves' file name, for messages.
    pub curves_name: String,
    /// The sound.
    pub sound: Sound,
    /// The captured face; its first frame is at the start of the sound.
    pub clip: Clip,
}

impl Take {
    /// A take with the contents and names of two files.
    pub fn of_files(sound_file: &Path, sound: Sound, curves_file: &Path, clip: Clip) -> Self {
        Self {
            name: file_name(sound_file),
            curves_name: file_name(curves_file),
            sound,
            clip,
        }
    }
}

/// A file name for messages and speaker files: shortened, without control characters.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME_LENGTH)
        .collect()
}

/// A take with its sound and curves aligned in time.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTake {
    /// 16 kHz mono.
    pub samples: Vec<f32>,
    /// The blendshapes at 50 Hz, 0 to 1, one frame for every 320 samples.
    pub motion: Vec<[f32; Channel::BLENDSHAPE_COUNT]>,
    /// The probability of silence in each frame, 0 to 1.
    pub silence: Vec<f32>,
    /// The head's yaw, pitch and roll in each frame, in radians; `None` if the head never moves.
    pub head: Option<Vec<[f32; 3]>>,
    /// The origin of the take.
    pub note: TakeNote,
}

/// The takes and measurements from which a speaker is learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The takes in the given order.
    pub takes: Vec<AlignedTake>,
    /// Whether each blendshape was captured, which means that it changes in at least one take.
    pub observed: [bool; Channel::BLENDSHAPE_COUNT],
    /// The rest pose (a low percentile) minus the average speaker's on the same sounds; 0 for
    /// channels that were not captured and for the gaze, whose centre depends on the camera.
    pub rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// The range of each blendshape; `None` if it was not captured.
    pub ranges: [Option<ChannelRange>; Channel::BLENDSHAPE_COUNT],
    /// Blinks per minute; `None` if the eyelids were captured for less than 10 s.
    pub blinks_per_minute: Option<f32>,
    /// The gaze shifts as a factor on the average speaker's; `None` if the gaze was not captured.
    pub gaze: Option<f32>,
    /// Notes on problems of the takes that do not prevent learning.
    pub notes: Vec<String>,
}

/// A take, compared with the average speaker on the same sound.
struct ComparedTake {
    take: AlignedTake,
    /// The number of frames with speech.
    speech_frames: usize,
    /// The average speaker's face in each frame of the take.
    average: Vec<Frame>,
}

impl Reference {
    /// Checks takes, resamples them to 50 Hz, aligns them with their sounds, and compares them with
    /// the average speaker.
    ///
    /// # Errors
    /// [`LearnError`], with the file and what to do.
    pub fn new(takes: Vec<Take>, model: &LoadedModel) -> Result<Self, LearnError> {
        if takes.is_empty() {
            return Err(LearnError::NoTake);
        }
        takes.iter().try_for_each(check::check)?;
        let mut notes = quality::notes(&takes);
        let names: Vec<String> = takes.iter().map(|take| take.name.clone()).collect();
        let observed = measure::observed(&takes);
        let (mut compared, mut remaining) = (Vec::new(), MAX_SECONDS);
        for take in takes {
            if remaining < MIN_SECONDS {
                break;
            }
            let next = align(take, remaining, model, &mut notes)?;
            remaining -= f64::from(next.take.note.seconds);
            compared.push(next);
        }
        if remaining < MIN_SECONDS {
            let minutes = MAX_SECONDS / 60.0;
            notes.push(format!("only the first {minutes:.0} minutes were used"));
        }
        let speech_frames: usize = compared.iter().map(|take| take.speech_frames).sum();
        let seconds = speech_frames as f64 / f64::from(FRAME_RATE);
        if seconds < MIN_SPEECH_SECONDS {
            return Err(LearnError::TooLittleSpeech {
                seconds,
                needed: MIN_SPEECH_SECONDS,
                name: names.join(", "),
            });
        }
        let rest = measure::rest(&compared, &observed);
        notes.extend(quality::rest_note(&rest));
        Ok(Self {
            rest,
            ranges: measure::ranges(&compared, &observed),
            blinks_per_minute: eye_habits::blinks_per_minute(&compared, &observed),
            gaze: eye_habits::gaze(&compared, &observed),
            takes: compared.into_iter().map(|compared| compared.take).collect(),
            observed,
            notes,
        })
    }

    /// The style of head motion, depending on the speech; `None` if the head does not move.
    pub fn head_style(&self) -> Option<PoseStyle> {
        let (mut angles, mut units) = (Vec::new(), Vec::new());
        for take in &self.takes {
            let Some(head) = &take.head else { continue };
            let (mut phrasing, mut speech) = (Phrasing::default(), SpeechUnits::default());
            let prosody = prosody(&loudness_curve(&take.samples), &take.silence);
            let take_units = (prosody.iter()).map(|moment| speech.next(&phrasing.next(moment)));
            let before = units.len();
            units.extend(take_units.take(head.len()));
            angles.extend_from_slice(&head[..units.len() - before]);
        }
        PoseStyle::of(&angles, &units)
    }

    /// The length of all takes together in seconds.
    pub fn seconds(&self) -> f32 {
        self.takes.iter().map(|take| take.note.seconds).sum()
    }
}

/// Aligns at most `max_seconds` of a take and compares it with the average speaker.
fn align(
    take: Take,
    max_seconds: f64,
    model: &LoadedModel,
    notes: &mut Vec<String>,
) -> Result<ComparedTake, LearnError> {
    let max_samples = (max_seconds * f64::from(SAMPLE_RATE)) as usize;
    let mut samples = take.sound.samples;
    samples.truncate(max_samples);
    let mut clip = take.clip.clone();
    clip.frames
        .truncate((max_seconds * clip.rate.as_f64()) as usize);
    let mut captured = clip.resampled(rate()?).clamped().frames;
    captured.truncate(max_samples / SAMPLES_PER_FRAME);
    let network = model.engine.network_frames(&samples);
    let mut average = average_face(model, &network, &samples);
    let speech_frames = count_speech_frames(&network, &samples);
    let mut silence: Vec<f32> = network.iter().map(|frame| frame.silence).collect();
    let timing = lag::timing(&captured, &average);
    notes.extend(timing_note(&timing, &take.curves_name));
    // Late curves lose their first frames; a late sound loses its first samples.
    captured.drain(..timing.lag.max(0).unsigned_abs().min(captured.len()));
    let late = (-timing.lag).max(0).unsigned_abs();
    samples.drain(..(late * SAMPLES_PER_FRAME).min(samples.len()));
    average.drain(..late.min(average.len()));
    silence.drain(..late.min(silence.len()));
    let frames = (samples.len() / SAMPLES_PER_FRAME).min(captured.len());
    samples.truncate(frames * SAMPLES_PER_FRAME);
    captured.truncate(frames);
    average.resize(frames, Frame::NEUTRAL);
    silence.resize(frames, 1.0);
    let note = TakeNote {
        sound: take.name,
        curves: take.curves_name,
        fps: take.clip.rate.as_f64() as f32,
        seconds: frames as f32 / FRAME_RATE as f32,
        lag_ms: timing.lag as f32 * 1e3 / FRAME_RATE as f32,
    };
    Ok(ComparedTake {
        take: AlignedTake {
            samples,
            motion: captured.iter().map(blendshapes).collect(),
            silence,
            head: head_angles(&captured),
            note,
        },
        speech_frames,
        average,
    })
}

fn rate() -> Result<FrameRate, LearnError> {
    Ok(FrameRate::whole(FRAME_RATE)?)
}

/// The average speaker's face for these samples, at the network's frame rate.
fn average_face(model: &LoadedModel, network: &[NetworkFrame], samples: &[f32]) -> Vec<Frame> {
    let lips = LipAnimator::new(model.calibration.lips);
    let mut face = FaceAnimator::new(lips, &FaceSettings::default());
    face.push_loudness(loudness_curve(samples));
    let mut frames = face.frames(network);
    frames.iter_mut().for_each(Frame::clamp);
    frames
}

/// The number of frames that are speech according to both the network and the level.
fn count_speech_frames(network: &[NetworkFrame], samples: &[f32]) -> usize {
    let levels = loudness_curve(samples);
    let loudest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let quietest = (loudest - SPEECH_RANGE_DB).max(QUIETEST_SPEECH_DB);
    let frames = network.iter().zip(&levels);
    frames
        .filter(|(frame, level)| frame.silence < 0.5 && **level > quietest)
        .count()
}

fn blendshapes(frame: &Frame) -> [f32; Channel::BLENDSHAPE_COUNT] {
    std::array::from_fn(|index| frame.0[index])
}

fn head_angles(frames: &[Frame]) -> Option<Vec<[f32; 3]>> {
    const ANGLES: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];
    let angles: Vec<[f32; 3]> = (frames.iter())
        .map(|frame| ANGLES.map(|channel| frame[channel]))
        .collect();
    let moves = angles.windows(2).any(|pair| pair[0] != pair[1]);
    moves.then_some(angles)
}

fn timing_note(timing: &TakeTiming, curves: &str) -> Option<String> {
    let seconds = |frames: isize| frames.unsigned_abs() as f32 / FRAME_RATE as f32;
    let direction = |frames: isize| if frames > 0 { "late" } else { "early" };
    if let Some(lag) = timing.too_far {
        return Some(format!(
            "the curves seem to be {:.2} s {}, more than can be taken out; cut sound and curves to the same start ({curves})",
            seconds(lag),
            direction(lag)
        ));
    }
    if timing.is_weak {
        return Some(format!(
            "the curves hardly follow this sound (likeness {:.2}; 0.4 or more is usual); are they of the same take? ({curves})",
            timing.likeness
        ));
    }
    (timing.lag != 0).then(|| {
        format!(
            "the curves were {:.2} s {}; that was taken out ({curves})",
            seconds(timing.lag),
            direction(timing.lag)
        )
    })
}
