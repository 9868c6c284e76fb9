//! What a speaker is learned from: sounds, and what a face did during them.
//!
//! ```text
//! Take (as recorded) -> check -> 50 Hz -> timing taken out -> cut to what both share -> Reference
//! ```

mod check;
mod eye_habits;
mod lag;
mod measure;
mod quality;

pub(crate) use measure::rest_of;

use std::path::Path;

use super::{ChannelRange, LearnError, TakeNote};
use crate::audio::{SAMPLE_RATE, Sound, loudness_curve};
use crate::clip::{Channel, Clip, Frame, FrameRate};
use crate::model::pose::{PoseStyle, SpeechUnits};
use crate::model::prosody::{Phrasing, prosody};
use crate::model::{FRAME_RATE, NetworkFrame};
use crate::{AnimateError, Animator, Options};
use check::{LEAST_SECONDS, LEAST_SPEECH_SECONDS};
use lag::Timing;

/// More than this is not listened to, in seconds.
const MOST_SECONDS: f64 = 600.0;
/// Samples of sound per frame.
const HOP: usize = (SAMPLE_RATE / FRAME_RATE) as usize;
/// Speech is at most this many decibels below the loudest, and never below the second.
const QUIETEST_SPEECH_DB: (f32, f32) = (40.0, -60.0);

/// A sound and what a face did during it, as recorded.
#[derive(Debug, Clone)]
pub struct Take {
    /// The sound's file name, for messages.
    pub name: String,
    /// The curves' file name, for messages.
    pub curves_name: String,
    /// The sound.
    pub sound: Sound,
    /// The face; its first frame belongs to the start of the sound.
    pub clip: Clip,
}

impl Take {
    /// What was read from these two files.
    pub fn of_files(sound_file: &Path, sound: Sound, curves_file: &Path, clip: Clip) -> Self {
        Self {
            name: file_name(sound_file),
            curves_name: file_name(curves_file),
            sound,
            clip,
        }
    }
}

/// A file's name as reports show it: control characters have no place there.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A take whose sound and curves fit each other in time.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTake {
    /// 16 kHz mono.
    pub samples: Vec<f32>,
    /// The blendshapes at 50 Hz, 0 to 1, one frame for every 320 samples.
    pub motion: Vec<[f32; Channel::BLENDSHAPE_COUNT]>,
    /// The probability that nobody speaks, as many frames.
    pub silence: Vec<f32>,
    /// The head's yaw, pitch and roll in radians, as many frames; none where it never moves.
    pub head: Option<Vec<[f32; 3]>>,
    /// Where it comes from.
    pub note: TakeNote,
}

/// Everything that a speaker is learned from.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The takes, in the order given.
    pub takes: Vec<AlignedTake>,
    /// Which blendshapes were captured: those that change in at least one take.
    pub observed: [bool; Channel::BLENDSHAPE_COUNT],
    /// The pose that the face seldom goes below, less the average speaker's on the same sounds; 0
    /// where not captured, and for the gaze, whose centre depends on where the camera was.
    pub rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// What each blendshape did; none where not captured.
    pub ranges: [Option<ChannelRange>; Channel::BLENDSHAPE_COUNT],
    /// Blinks per minute; none where lids were not captured for at least 10 s.
    pub blinks_per_minute: Option<f32>,
    /// How far the gaze wanders, as a factor on the average speaker's; none where not captured.
    pub gaze: Option<f32>,
    /// What was noticed and handled, in words.
    pub notes: Vec<String>,
}

/// A take beside what the average speaker does on its sound, frame by frame.
struct Pair {
    take: AlignedTake,
    /// Frames in which somebody speaks.
    spoken: usize,
    average: Vec<Frame>,
}

impl Reference {
    /// Checks takes, brings them to 50 Hz and in time with their sounds, and measures them. The
    /// animator is that of the base model, the average speaker.
    ///
    /// # Errors
    /// [`LearnError`], naming the file and what to do.
    pub fn new(takes: Vec<Take>, animator: &Animator) -> Result<Self, LearnError> {
        if takes.is_empty() {
            return Err(LearnError::NoTake);
        }
        takes.iter().try_for_each(check::check)?;
        let mut notes = quality::notes(&takes);
        let names: Vec<String> = takes.iter().map(|take| take.name.clone()).collect();
        let observed = measure::observed(&takes);
        let (mut pairs, mut left) = (Vec::new(), MOST_SECONDS);
        for take in takes {
            if left < LEAST_SECONDS {
                break;
            }
            let pair = pair(take, left, animator, &mut notes)?;
            left -= f64::from(pair.take.note.seconds);
            pairs.push(pair);
        }
        if left < LEAST_SECONDS {
            let minutes = MOST_SECONDS / 60.0;
            notes.push(format!("only the first {minutes:.0} minutes were used"));
        }
        let spoken: usize = pairs.iter().map(|pair| pair.spoken).sum();
        let heard = spoken as f64 / f64::from(FRAME_RATE);
        if heard < LEAST_SPEECH_SECONDS {
            return Err(LearnError::TooLittleSpeech {
                heard,
                needed: LEAST_SPEECH_SECONDS,
                name: names.join(", "),
            });
        }
        let rest = measure::rest(&pairs, &observed);
        notes.extend(quality::rest_note(&rest));
        Ok(Self {
            rest,
            ranges: measure::ranges(&pairs, &observed),
            blinks_per_minute: eye_habits::blinks_per_minute(&pairs, &observed),
            gaze: eye_habits::gaze(&pairs, &observed),
            takes: pairs.into_iter().map(|pair| pair.take).collect(),
            observed,
            notes,
        })
    }

    /// How the head moves on which speech; none where it does not.
    pub fn bearing(&self) -> Option<PoseStyle> {
        let (mut angles, mut units) = (Vec::new(), Vec::new());
        for take in &self.takes {
            let Some(head) = &take.head else { continue };
            let (mut phrasing, mut speech) = (Phrasing::default(), SpeechUnits::default());
            let prosody = prosody(&loudness_curve(&take.samples), &take.silence);
            let said = (prosody.iter()).map(|moment| speech.next(&phrasing.next(moment)));
            let before = units.len();
            units.extend(said.take(head.len()));
            angles.extend_from_slice(&head[..units.len() - before]);
        }
        PoseStyle::of(&angles, &units)
    }

    /// Seconds of all takes together.
    pub fn seconds(&self) -> f32 {
        self.takes.iter().map(|take| take.note.seconds).sum()
    }
}

/// At most `most` seconds of a take, aligned.
fn pair(
    take: Take,
    most: f64,
    animator: &Animator,
    notes: &mut Vec<String>,
) -> Result<Pair, LearnError> {
    let longest = (most * f64::from(SAMPLE_RATE)) as usize;
    let mut samples = take.sound.samples;
    samples.truncate(longest);
    let mut clip = take.clip.clone();
    clip.frames.truncate((most * clip.rate.as_f64()) as usize);
    let mut captured = clip.resampled(rate()?).clamped().frames;
    captured.truncate(longest / HOP);
    let heard = animator.hear(&samples);
    let mut average = animator.faces(&heard, &samples, &Options::default());
    let spoken = spoken(&heard, &samples);
    let mut silence: Vec<f32> = heard.iter().map(|frame| frame.silence).collect();
    let timing = lag::timing(&captured, &average);
    notes.extend(timing_note(&timing, &take.curves_name));
    // Curves that are late lose their first frames; a sound that is late loses its own.
    captured.drain(..timing.lag.max(0).unsigned_abs().min(captured.len()));
    let late = (-timing.lag).max(0).unsigned_abs();
    samples.drain(..(late * HOP).min(samples.len()));
    average.drain(..late.min(average.len()));
    silence.drain(..late.min(silence.len()));
    let frames = (samples.len() / HOP).min(captured.len());
    samples.truncate(frames * HOP);
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
    Ok(Pair {
        take: AlignedTake {
            samples,
            motion: captured.iter().map(blendshapes).collect(),
            silence,
            head: head(&captured),
            note,
        },
        spoken,
        average,
    })
}

fn rate() -> Result<FrameRate, LearnError> {
    FrameRate::whole(FRAME_RATE).map_err(|error| AnimateError::from(error).into())
}

/// In how many frames both the network and the level say that somebody speaks.
fn spoken(heard: &[NetworkFrame], samples: &[f32]) -> usize {
    let levels = loudness_curve(samples);
    let loudest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let quietest = (loudest - QUIETEST_SPEECH_DB.0).max(QUIETEST_SPEECH_DB.1);
    let frames = heard.iter().zip(&levels);
    frames
        .filter(|(frame, level)| frame.silence < 0.5 && **level > quietest)
        .count()
}

fn blendshapes(frame: &Frame) -> [f32; Channel::BLENDSHAPE_COUNT] {
    std::array::from_fn(|index| frame.0[index])
}

fn head(frames: &[Frame]) -> Option<Vec<[f32; 3]>> {
    const ANGLES: [Channel; 3] = [Channel::HeadYaw, Channel::HeadPitch, Channel::HeadRoll];
    let turns: Vec<[f32; 3]> = (frames.iter())
        .map(|frame| ANGLES.map(|angle| frame[angle]))
        .collect();
    let moves = turns.windows(2).any(|pair| pair[0] != pair[1]);
    moves.then_some(turns)
}

fn timing_note(timing: &Timing, curves: &str) -> Option<String> {
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
