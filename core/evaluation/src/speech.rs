//! Scores of a clip against phones: closures, rounding, openness, silence.

use std::ops::AddAssign;

use metaface_clip::lips::{aperture_mm, closure_threshold_mm};
use metaface_clip::{Channel, Clip, FrameRate};
use serde::Serialize;

use super::closures::{ClosureScore, closures};
use super::labels::{Labels, SAME_TIME};
use super::statistics::{Auc, Share};
use metaface_clip::{Phone, PhoneSpan};

/// Seconds after a sound in which the mouth may still move to rest.
const SETTLING: f64 = 0.150;

/// The AUC of pucker plus funnel for rounded sounds against all other speech.
pub fn rounding(clip: &Clip, phones: &[PhoneSpan]) -> Auc {
    let rounding: Vec<f32> = (clip.frames.iter())
        .map(|frame| frame[Channel::MouthPucker] + frame[Channel::MouthFunnel])
        .collect();
    auc_of(&rounding, clip.rate, phones, Phone::is_rounded)
}

/// The AUC of the lip aperture (millimetres per frame) for open vowels against all other speech.
pub fn openness(apertures_mm: &[f32], rate: FrameRate, phones: &[PhoneSpan]) -> Auc {
    auc_of(apertures_mm, rate, phones, Phone::is_open)
}

fn auc_of(
    signal: &[f32],
    rate: FrameRate,
    phones: &[PhoneSpan],
    is_positive: impl Fn(Phone) -> bool,
) -> Auc {
    let labels = Labels::of(phones);
    let (mut positives, mut negatives) = (Vec::new(), Vec::new());
    for (frame, value) in signal.iter().enumerate() {
        match labels.spoken_at(rate.seconds(frame as f64)) {
            Some(phone) if is_positive(phone) => positives.push(*value),
            Some(_) => negatives.push(*value),
            None => {}
        }
    }
    Auc::of(&positives, &negatives)
}

/// The lips in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SilenceScore {
    /// Silent frames with the lips at rest.
    pub at_rest: usize,
    /// Silent frames.
    pub frames: usize,
}

impl SilenceScore {
    /// The share of silent frames with the lips at rest, 0 to 1. `None` without silence.
    pub fn value(self) -> Option<f64> {
        Share {
            hits: self.at_rest,
            total: self.frames,
        }
        .value()
    }
}

impl AddAssign for SilenceScore {
    fn add_assign(&mut self, other: Self) {
        self.at_rest += other.at_rest;
        self.frames += other.frames;
    }
}

/// Counts the silent frames with closed lips (below [`closure_threshold_mm`] of these apertures, in
/// millimetres per frame). Frames within 150 ms after a sound do not count.
pub fn silence(apertures_mm: &[f32], rate: FrameRate, phones: &[PhoneSpan]) -> SilenceScore {
    let labels = Labels::of(phones);
    let threshold = closure_threshold_mm(apertures_mm);
    let mut score = SilenceScore::default();
    for (frame, gap) in apertures_mm.iter().enumerate() {
        let time = rate.seconds(frame as f64);
        let is_silent = (labels.silences().iter())
            .any(|silence| time > silence.start + SETTLING && time < silence.end - SAME_TIME);
        if is_silent {
            score.frames += 1;
            score.at_rest += usize::from(*gap < threshold);
        }
    }
    score
}

/// The scores of a clip against phones.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SpeechScore {
    /// Lip closures at p, b, m.
    pub closures: ClosureScore,
    /// Pucker and funnel at rounded sounds.
    pub rounding: Auc,
    /// Lip aperture at open vowels.
    pub openness: Auc,
    /// Lips at rest in silence.
    pub silence: SilenceScore,
}

impl SpeechScore {
    /// Scores a clip whose frame 0 is at time 0 of the phones. [`aperture_mm`] measures the lips.
    pub fn of(clip: &Clip, phones: &[PhoneSpan]) -> Self {
        let apertures: Vec<f32> = clip.frames.iter().map(aperture_mm).collect();
        Self::with_apertures(clip, &apertures, phones)
    }

    /// The same with given apertures, in millimetres per frame of the clip.
    pub fn with_apertures(clip: &Clip, apertures_mm: &[f32], phones: &[PhoneSpan]) -> Self {
        Self {
            closures: closures(apertures_mm, clip.rate, phones),
            rounding: rounding(clip, phones),
            openness: openness(apertures_mm, clip.rate, phones),
            silence: silence(apertures_mm, clip.rate, phones),
        }
    }
}
