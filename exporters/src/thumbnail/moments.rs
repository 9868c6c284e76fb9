//! Selects the frames of a clip that show characteristic lip poses.

use metaface_clip::lips::LipMotion;
use metaface_clip::{Channel, Clip};

/// The least aperture of an open mouth, in millimetres.
const OPEN_MM: f32 = 3.0;
/// The least sum of funnel and pucker of rounded lips.
const ROUND: f32 = 0.15;
/// The least distance between pictures, in seconds, so that they differ.
const MIN_DISTANCE_SECONDS: f64 = 0.08;
/// Lips that stay closed longer than this, in seconds, are a pause, not a consonant.
const LONGEST_CONSONANT_SECONDS: f64 = 0.4;

/// A selected frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The frame, from 0.
    pub frame: usize,
    /// The time in seconds from the clip's start.
    pub seconds: f64,
    /// A short description of the pose.
    pub caption: &'static str,
}

/// Up to three distinct frames in order of time: the mouth at its widest, the lips at their
/// roundest, and the lips closed in speech. Poses that do not occur are omitted. If no pose occurs,
/// as in silence, the middle frame is returned. An empty clip has no frames.
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
    let aperture = |frame: usize| lips.apertures.get(frame).copied();
    if let Some(frame) = highest(0..clip.frames.len(), aperture, OPEN_MM) {
        moments.push(moment(frame, "mouth wide open"));
    }
    if let Some(frame) = closed_in_speech(clip, &lips) {
        moments.push(moment(frame, "lips closed"));
    }
    let roundness = |frame: usize| {
        let seconds = clip.rate.seconds(frame as f64);
        let is_distinct = moments
            .iter()
            .all(|m| (m.seconds - seconds).abs() >= MIN_DISTANCE_SECONDS);
        let frame = is_distinct.then(|| clip.frames.get(frame))??;
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

/// The first frame with the largest finite value, if it is at least `least`.
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

/// The frame with the smallest aperture in a closure between two openings; short closures are
/// preferred.
fn closed_in_speech(clip: &Clip, lips: &LipMotion) -> Option<usize> {
    let inner =
        |closure: &&std::ops::Range<usize>| closure.start > 0 && closure.end < clip.frames.len();
    let short = |closure: &&std::ops::Range<usize>| {
        clip.rate.seconds(closure.len() as f64) <= LONGEST_CONSONANT_SECONDS
    };
    let pressure = |frame: usize| lips.apertures.get(frame).map(|aperture| -aperture);
    let closures = || lips.closures.iter().filter(inner);
    let consonants = closures().filter(short).cloned().flatten();
    highest(consonants, pressure, f32::MIN)
        .or_else(|| highest(closures().cloned().flatten(), pressure, f32::MIN))
}
