//! The frames of a clip that tell most about its lips.

use metaface_clip::lips::LipMotion;
use metaface_clip::{Channel, Clip};

/// Lips open at least this far in a picture of an open mouth, in millimetres.
const OPEN_MM: f32 = 3.0;
/// Funnel and pucker together reach at least this in a picture of rounded lips.
const ROUND: f32 = 0.15;
/// Pictures lie at least this far apart, in seconds, or they would show the same twice.
const APART: f64 = 0.08;
/// Lips that stay closed longer than this, in seconds, are a pause rather than a sound.
const LONGEST_SOUND: f64 = 0.4;

/// A frame worth a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The frame, from 0.
    pub frame: usize,
    /// The same in seconds from the clip's start.
    pub seconds: f64,
    /// What is to be seen there, in a few words.
    pub caption: &'static str,
}

/// Up to three distinct frames, in order: the mouth at its widest, the lips at their roundest,
/// and the lips closed while speaking. What a clip does not show is left out; one that shows
/// none of them, such as silence, has its middle frame, and only an empty clip has none.
///
/// ```
/// use metaface_clip::{Channel, Clip, FrameRate};
/// use metaface_exporters::thumbnail::telling_moments;
///
/// let mut clip = Clip::neutral("ah", FrameRate::whole(30)?, 30);
/// clip.frames[12][Channel::JawOpen] = 0.7;
/// let moments = telling_moments(&clip);
/// assert_eq!((moments[0].seconds, moments[0].caption), (0.4, "mouth wide open"));
/// # Ok::<(), metaface_clip::ClipError>(())
/// ```
pub fn telling_moments(clip: &Clip) -> Vec<Moment> {
    let lips = LipMotion::of(clip);
    let mut moments: Vec<Moment> = Vec::new();
    let moment = |frame: usize, caption: &'static str| Moment {
        frame,
        seconds: clip.rate.seconds(frame as f64),
        caption,
    };
    let gap = |frame: usize| lips.apertures.get(frame).copied();
    if let Some(frame) = highest(0..clip.frames.len(), gap, OPEN_MM) {
        moments.push(moment(frame, "mouth wide open"));
    }
    if let Some(frame) = closed_in_speech(clip, &lips) {
        moments.push(moment(frame, "lips closed"));
    }
    let roundness = |frame: usize| {
        let seconds = clip.rate.seconds(frame as f64);
        let apart = moments.iter().all(|m| (m.seconds - seconds).abs() >= APART);
        let frame = apart.then(|| clip.frames.get(frame))??;
        Some(frame[Channel::MouthPucker] + frame[Channel::MouthFunnel])
    };
    if let Some(frame) = highest(0..clip.frames.len(), roundness, ROUND) {
        moments.push(moment(frame, "lips rounded"));
    }
    if moments.is_empty() && !clip.frames.is_empty() {
        moments.push(moment(clip.frames.len() / 2, "at rest"));
    }
    moments.sort_by_key(|moment| moment.frame);
    moments
}

/// The first of the frames with the largest finite value, if that reaches `least`.
fn highest(
    frames: impl Iterator<Item = usize>,
    value: impl Fn(usize) -> Option<f32>,
    least: f32,
) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for frame in frames {
        let Some(value) = value(frame).filter(|v| v.is_finite() && *v >= least) else {
            continue;
        };
        if best.is_none_or(|(_, highest)| value > highest) {
            best = Some((frame, value));
        }
    }
    best.map(|(frame, _)| frame)
}

/// Where the lips press hardest in a closure between two openings, a short one if there is any.
fn closed_in_speech(clip: &Clip, lips: &LipMotion) -> Option<usize> {
    let inner =
        |closure: &&std::ops::Range<usize>| closure.start > 0 && closure.end < clip.frames.len();
    let short = |closure: &&std::ops::Range<usize>| {
        clip.rate.seconds(closure.len() as f64) <= LONGEST_SOUND
    };
    let pressed = |frame: usize| lips.apertures.get(frame).map(|gap| -gap);
    let closures = || lips.closures.iter().filter(inner);
    let sounds = closures().filter(short).cloned().flatten();
    highest(sounds, pressed, f32::MIN)
        .or_else(|| highest(closures().cloned().flatten(), pressed, f32::MIN))
}
