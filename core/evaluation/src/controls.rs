//! Controls: trivial animations that any method must beat.

use metaface_clip::{Channel, Clip, Frame, FrameRate};
use serde::Serialize;

use super::capture::CaptureScore;
use super::evaluation::UtteranceScore;
use super::lip_error::LipGeometry;
use super::trial::Trial;
use metaface_core::audio::{LOUDNESS_FLOOR_DB, LOUDNESS_RATE};

/// A trivial animation that replaces the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// A still face at the capture's mean pose: the score of a known pose without motion.
    MeanPose,
    /// A still, neutral face. Its lips are closed, so it hits every p, b and m.
    Neutral,
    /// The prediction for the next recording, cut or repeated to the same length: the score of a
    /// talking face that is independent of the sound.
    Shuffled,
    /// The sound's level in decibels as JawOpen: the score of loudness alone.
    Loudness,
}

impl Control {
    /// All controls, in the table's order.
    pub const ALL: &[Self] = &[
        Self::MeanPose,
        Self::Neutral,
        Self::Shuffled,
        Self::Loudness,
    ];

    /// The control's name in tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::MeanPose => "still, at the mean pose",
            Self::Neutral => "still, neutral",
            Self::Shuffled => "another recording's",
            Self::Loudness => "loudness as JawOpen",
        }
    }

    /// The control's scores on these recordings. Recordings to which the control does not apply
    /// are skipped, such as a single recording for [`Self::Shuffled`].
    pub fn scores(self, trials: &[Trial], lips: Option<&LipGeometry>) -> Vec<UtteranceScore> {
        let next = trials.iter().cycle().skip(1);
        (trials.iter().zip(next))
            .filter_map(|(trial, next)| self.score(trial, next, trials.len(), lips))
            .collect()
    }

    fn score(
        self,
        trial: &Trial,
        next: &Trial,
        trials: usize,
        lips: Option<&LipGeometry>,
    ) -> Option<UtteranceScore> {
        let frames = trial.predicted.frames.len();
        match self {
            Self::MeanPose => {
                let captured = trial.captured.as_ref()?;
                let score = CaptureScore::of(&mean_pose(captured), captured, lips);
                Some(trial.without_speech(score))
            }
            Self::Neutral => {
                let name = trial.predicted.name.as_str();
                let still = Clip::neutral(name, trial.predicted.rate, frames);
                Some(trial.score_of(&still, lips))
            }
            Self::Shuffled => {
                (trials > 1).then(|| trial.score_of(&looped(&next.predicted, frames), lips))
            }
            Self::Loudness => {
                let captured = trial.captured.as_ref()?;
                let clip = loudness_as_jaw(&trial.loudness_db)?;
                let score = CaptureScore::of(&clip, captured, None);
                // Loudness does not predict the rest of the face.
                Some(trial.without_speech(CaptureScore {
                    rounding: None,
                    dynamics_deviation: None,
                    ..score
                }))
            }
        }
    }
}

/// A still clip: every frame is the mean of the given clip.
pub fn mean_pose(clip: &Clip) -> Clip {
    let mut sums = [0.0f64; Channel::COUNT];
    for frame in &clip.frames {
        for (sum, value) in sums.iter_mut().zip(frame.0) {
            *sum += f64::from(value);
        }
    }
    let count = clip.frames.len().max(1) as f64;
    let mean = Frame(sums.map(|sum| (sum / count) as f32));
    Clip {
        frames: vec![mean; clip.frames.len()],
        ..clip.clone()
    }
}

/// A clip cut or repeated to `frames` frames; empty if the clip is empty.
fn looped(clip: &Clip, frames: usize) -> Clip {
    Clip {
        frames: clip.frames.iter().cycle().take(frames).cloned().collect(),
        ..clip.clone()
    }
}

/// JawOpen from a level in decibels at [`LOUDNESS_RATE`]: 0 at the floor, 1 at full scale.
fn loudness_as_jaw(level_db: &[f32]) -> Option<Clip> {
    let rate = FrameRate::whole(LOUDNESS_RATE).ok()?;
    let mut clip = Clip::neutral("loudness", rate, level_db.len());
    for (frame, level) in clip.frames.iter_mut().zip(level_db) {
        frame[Channel::JawOpen] = 1.0 - level / LOUDNESS_FLOOR_DB;
    }
    Some(clip)
}

#[cfg(test)]
mod tests {
    use metaface_clip::{Channel, Clip, FrameRate};

    use super::{Control, looped, mean_pose};
    use crate::Trial;
    use metaface_clip::{Phone, PhoneSpan};

    fn clip(frames: usize) -> Clip {
        Clip::neutral("line", FrameRate::whole(50).expect("a rate"), frames)
    }

    #[test]
    fn the_mean_pose_is_still_at_the_average() {
        let mut clip = clip(4);
        clip.frames[1][Channel::JawOpen] = 0.8;
        clip.frames[2][Channel::HeadYaw] = -0.4;
        let still = mean_pose(&clip);
        assert_eq!(still.frames.len(), 4);
        for frame in &still.frames {
            assert!((frame[Channel::JawOpen] - 0.2).abs() < 1e-6);
            assert!((frame[Channel::HeadYaw] + 0.1).abs() < 1e-6);
        }
        clip.frames.clear();
        assert!(mean_pose(&clip).frames.is_empty());
    }

    #[test]
    fn a_clip_is_cut_or_repeated() {
        let mut three = clip(3);
        three.frames[1][Channel::JawOpen] = 1.0;
        let jaw = |frames| -> Vec<f32> {
            let looped = looped(&three, frames);
            looped.curve(Channel::JawOpen).collect()
        };
        assert_eq!(jaw(5), [0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(jaw(2), [0.0, 1.0]);
        assert!(looped(&clip(0), 5).frames.is_empty());
    }

    fn trial(captured: Option<Clip>, phones: Vec<PhoneSpan>) -> Trial {
        Trial {
            id: "line".to_owned(),
            speaker: "anna".to_owned(),
            language: "en".to_owned(),
            phones,
            predicted: clip(100),
            captured,
            loudness_db: (0..100).map(|frame| frame as f32 - 100.0).collect(),
        }
    }

    #[test]
    fn controls_give_only_the_scores_that_apply() {
        let mut opening = clip(100);
        for (index, frame) in opening.frames.iter_mut().enumerate() {
            frame[Channel::JawOpen] = index as f32 / 100.0;
        }
        let phones = PhoneSpan::sequence(0.5, &[(Phone::B, 0.1), (Phone::Aa, 0.3)]);
        let trials = [trial(Some(opening), Vec::new()), trial(None, phones)];
        let rows = |control: Control| control.scores(&trials, None);
        let kinds = |control: Control| -> Vec<_> {
            (rows(control).iter())
                .map(|row| (row.speech.is_some(), row.capture.is_some()))
                .collect()
        };
        assert_eq!(kinds(Control::MeanPose), [(false, true)]);
        assert_eq!(kinds(Control::Neutral), [(false, true), (true, false)]);
        assert_eq!(kinds(Control::Shuffled), [(false, true), (true, false)]);
        assert_eq!(kinds(Control::Loudness), [(false, true)]);

        let loudness = rows(Control::Loudness)[0].capture.clone().expect("a score");
        assert!(loudness.jaw_open > Some(0.999), "{loudness:?}");
        assert_eq!(
            (loudness.rounding, loudness.dynamics_deviation),
            (None, None)
        );
        let closed = rows(Control::Neutral)[1].speech.clone().expect("phones");
        assert_eq!(closed.closures.recall(), Some(1.0));
        assert!(Control::Shuffled.scores(&trials[..1], None).is_empty());
    }
}
