//! A recording with its prediction and its ground truth.

use metaface_clip::Clip;

use super::capture::CaptureScore;
use super::evaluation::UtteranceScore;
use super::lip_error::LipGeometry;
use metaface_clip::PhoneSpan;

/// A recording: the predicted clip, and the phones and capture to score it against.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The recording's name.
    pub id: String,
    /// The speaker's name.
    pub speaker: String,
    /// A language tag such as `en`; empty if unknown.
    pub language: String,
    /// The phones; empty if unknown.
    pub phones: Vec<PhoneSpan>,
    /// The animation; frame 0 is at the start of the sound.
    pub predicted: Clip,
    /// The captured face, if any; frame 0 is at the start of the sound.
    pub captured: Option<Clip>,
    /// The sound's level in decibels; see [`loudness_curve`](metaface_core::audio::loudness_curve).
    pub loudness_db: Vec<f32>,
}

impl Trial {
    /// Scores the prediction against the phones and the capture, as far as they are known.
    pub fn score(&self, lips: Option<&LipGeometry>) -> UtteranceScore {
        self.score_of(&self.predicted, lips)
    }

    /// Scores another clip instead of the prediction.
    pub(super) fn score_of(&self, clip: &Clip, lips: Option<&LipGeometry>) -> UtteranceScore {
        let (id, speaker, language) = (&self.id, &self.speaker, &self.language);
        let row = UtteranceScore::of(id, speaker, language, clip, &self.phones);
        match &self.captured {
            Some(captured) => row.with_capture(CaptureScore::of(clip, captured, lips)),
            None => row,
        }
    }

    /// A row that has only this score.
    pub(super) fn without_speech(&self, capture: CaptureScore) -> UtteranceScore {
        let (id, speaker, language) = (&self.id, &self.speaker, &self.language);
        UtteranceScore::of(id, speaker, language, &self.predicted, &[]).with_capture(capture)
    }
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Channel, Clip, FrameRate};

    use super::Trial;
    use crate::{Bootstrap, Control, Evaluation, LipGeometry, Measure};

    #[test]
    fn a_perfect_prediction_beats_every_control() {
        let rate = FrameRate::whole(100).expect("a rate");
        let trial = |id: &str, tempo: f32| {
            let mut captured = Clip::neutral(id, rate, 400);
            for (time, frame) in captured.frames.iter_mut().enumerate() {
                frame[Channel::JawOpen] = 0.2 + 0.2 * (time as f32 / tempo).sin();
            }
            Trial {
                id: id.to_owned(),
                speaker: id.to_owned(),
                language: String::new(),
                phones: Vec::new(),
                predicted: captured.clone(),
                captured: Some(captured),
                loudness_db: (0..200).map(|time| (time as f32).cos()).collect(),
            }
        };
        let lips = LipGeometry {
            rest: vec![[0.0; 3]],
            deltas: vec![(Channel::JawOpen, vec![[0.0, -30.0, 0.0]])],
        };
        let trials = [trial("a", 7.0), trial("b", 11.0)];
        let found = Evaluation::of_trials(&trials, Some(&lips), Bootstrap::default());
        assert_eq!(found.value(Measure::LipMotionErrorSquareM), Some(0.0));
        for control in Control::ALL {
            let figures = &found.controls[control];
            let correlation = figures[&Measure::JawOpenCorrelation].value;
            assert!(correlation < 0.5, "{control:?}: {correlation}");
            if let Some(error) = figures.get(&Measure::LipMotionErrorMm) {
                // The mean magnitude of a sine is 2 / pi of its amplitude of 6 mm.
                assert!(error.value > 3.5, "{control:?}: {error:?}");
            }
        }
        assert!(!found.controls[&Control::Loudness].contains_key(&Measure::LipErrorMm));
    }
}
