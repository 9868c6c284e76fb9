//! A recording and what is known about it.

use metaface_clip::Clip;

use super::capture::CaptureScore;
use super::evaluation::UtteranceScore;
use super::lip_error::LipGeometry;
use crate::training::PhoneSpan;

/// One recording: what was predicted for it, and what that is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The recording's name.
    pub id: String,
    /// Who speaks.
    pub speaker: String,
    /// A language tag such as `en`; empty where it is not known.
    pub language: String,
    /// What is said when; empty where it is not known.
    pub phones: Vec<PhoneSpan>,
    /// The animation; frame 0 is at the start of the sound.
    pub predicted: Clip,
    /// What the face did, where it was captured; frame 0 is at the start of the sound.
    pub captured: Option<Clip>,
    /// The sound's level in decibels; see [`loudness_curve`](crate::audio::loudness_curve).
    pub loudness_db: Vec<f32>,
}

impl Trial {
    /// Scores the prediction against the phones and the capture, each where there is one.
    pub fn score(&self, lips: Option<&LipGeometry>) -> UtteranceScore {
        self.score_of(&self.predicted, lips)
    }

    /// Scores another clip in the prediction's place.
    pub(super) fn score_of(&self, clip: &Clip, lips: Option<&LipGeometry>) -> UtteranceScore {
        let (id, speaker, language) = (&self.id, &self.speaker, &self.language);
        let row = UtteranceScore::of(id, speaker, language, clip, &self.phones);
        match &self.captured {
            Some(captured) => row.with_capture(CaptureScore::of(clip, captured, lips)),
            None => row,
        }
    }

    /// A row with nothing but this score.
    pub(super) fn without_speech(&self, capture: CaptureScore) -> UtteranceScore {
        let (id, speaker, language) = (&self.id, &self.speaker, &self.language);
        UtteranceScore::of(id, speaker, language, &self.predicted, &[]).with_capture(capture)
    }
}
