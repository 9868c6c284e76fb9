//! An animator conditioned on a speaker.

use std::sync::Arc;

use super::Animator;
use crate::clip::Channel;
use crate::model::eyes::EyesSettings;
use crate::model::pose::LearnedHead;
use crate::model::{FaceAnimator, FaceSettings, LipAnimator, LipRules, Style};
use crate::speaker::{Speaker, SpeakerError};

/// A speaker's differences from the average speaker, besides the conditioned network.
#[derive(Debug, Clone)]
pub(super) struct AppliedSpeaker {
    name: String,
    hash: String,
    strength: f32,
    /// Added to the blendshapes of every frame.
    rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// Factor on the speed of the lips.
    pace: f32,
    /// Factor on the blink rate.
    blinks: f32,
    /// Factor on gaze shifts.
    gaze: f32,
    head: HeadMotion,
}

/// How a speaker's head moves.
#[derive(Debug, Clone)]
enum HeadMotion {
    /// The average speaker's motion, at strength 0.
    Average,
    /// No motion, because no head was captured.
    Still,
    /// A learned style, with corrected sizes.
    Learned(Box<LearnedHead>),
}

impl Animator {
    /// The same base model conditioned on a speaker at this strength: 0 is the average speaker, 1
    /// the speaker as learned, 2 exaggerated.
    ///
    /// # Errors
    /// [`SpeakerError::WrongBase`] for a speaker of another base model, [`SpeakerError::BaseModel`] for
    /// a base model without speakers, [`SpeakerError::Invalid`] for weights of another size.
    pub fn with_speaker(&self, speaker: &Speaker, strength: f32) -> Result<Self, SpeakerError> {
        let model = &self.model;
        if speaker.base != model.hash {
            return Err(SpeakerError::WrongBase {
                wanted: speaker.base.clone(),
                found: model.hash.clone(),
            });
        }
        model
            .engine
            .check_learner()
            .map_err(SpeakerError::BaseModel)?;
        let engine = model.engine.with_speaker(&speaker.weights, strength);
        let scaled = |factor: f32| (1.0 + strength * (factor - 1.0)).max(0.0);
        let average_rate = EyesSettings::default().blinks_per_minute;
        let blinks = speaker.blinks_per_minute;
        Ok(Self {
            model: model.clone(),
            engine: Arc::new(engine.map_err(|reason| SpeakerError::Invalid { reason })?),
            speaker: Some(AppliedSpeaker {
                name: speaker.name.clone(),
                hash: speaker.hash()?,
                strength,
                rest: speaker.rest.map(|rest| strength * rest),
                pace: scaled(pace(speaker)),
                blinks: scaled(blinks.map_or(1.0, |rate| rate / average_rate)),
                gaze: scaled(speaker.gaze.unwrap_or(1.0)),
                head: match (&model.pose, &speaker.head) {
                    _ if strength == 0.0 => HeadMotion::Average,
                    (Some(prior), Some(style)) => {
                        HeadMotion::Learned(Box::new(LearnedHead::new(prior, style, 0, 1.0)))
                    }
                    _ => HeadMotion::Still,
                },
            }),
        })
    }

    /// The articulation style closest to a speaker, as a description of the learned motion.
    /// `None` for a speaker of another base model, or if the model cannot learn speakers.
    pub fn style_of(&self, speaker: &Speaker) -> Option<Style> {
        (speaker.base == self.model.hash)
            .then(|| self.model.style(&speaker.weights.latent))
            .flatten()
    }
}

/// Factor on the speed of the lips: the ratio of this speaker's jaw range to the average speaker's,
/// 1 to 2.
fn pace(speaker: &Speaker) -> f32 {
    let jaw = speaker.ranges[Channel::JawOpen.index()];
    let ratio = jaw.map_or(1.0, |range| {
        range.high / range.average_high.max(f32::EPSILON)
    });
    ratio.clamp(1.0, 2.0)
}

impl AppliedSpeaker {
    /// This speaker's [`FaceAnimator`] at the start of a line.
    pub(super) fn face(&self, rules: LipRules, settings: FaceSettings) -> FaceAnimator {
        let eyes = settings.eyes.map(|eyes| EyesSettings {
            blinks_per_minute: eyes.blinks_per_minute * self.blinks,
            gaze: eyes.gaze * self.gaze,
        });
        let is_still = matches!(self.head, HeadMotion::Still);
        let settings = FaceSettings {
            eyes,
            head: settings.head.filter(|_| !is_still),
            ..settings
        };
        let face = FaceAnimator::new(
            LipAnimator::of_speaker(rules, self.rest, self.pace),
            &settings,
        );
        match &self.head {
            HeadMotion::Learned(head) => face.with_head_style(head, settings.seed, self.strength),
            HeadMotion::Average | HeadMotion::Still => face,
        }
    }

    /// The metadata with which a take can be reproduced.
    pub(super) fn metadata(&self) -> [(&'static str, String); 3] {
        [
            ("speaker", self.name.clone()),
            ("speaker_hash", self.hash.chars().take(16).collect()),
            ("style_strength", self.strength.to_string()),
        ]
    }
}
