//! An animator that speaks as a person.

use std::sync::Arc;

use super::face::Face;
use super::{Animator, Options};
use crate::clip::Channel;
use crate::model::eyes::EyesSettings;
use crate::model::pose::PoseStream;
use crate::model::{LipRules, Lips};
use crate::speaker::{Speaker, SpeakerError};
use crate::training::teacher::Style;

/// What a speaker adds to the average one.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    name: String,
    hash: String,
    strength: f32,
    /// Added to the blendshapes at all times.
    rest: [f32; Channel::BLENDSHAPE_COUNT],
    /// Factor on how fast the lips travel.
    pace: f32,
    /// Factor on the rate of blinks.
    blinks: f32,
    /// Factor on gaze shifts.
    gaze: f32,
    head: Bearing,
}

/// How a speaker's head moves.
#[derive(Debug, Clone)]
enum Bearing {
    /// As the average speaker's: the speaker has no part in it.
    Average,
    /// Not at all: nothing is known of it.
    Still,
    /// Like this one, which has been rehearsed.
    Learned(Box<PoseStream>),
}

impl Animator {
    /// The same base model with a speaker's way of moving, `strength` times: 0 is the average
    /// speaker, 1 this one, up to 2 exaggerates.
    ///
    /// # Errors
    /// [`SpeakerError::WrongBase`] for a speaker of another base model.
    pub fn speaking_as(&self, speaker: &Speaker, strength: f32) -> Result<Self, SpeakerError> {
        if speaker.base != self.hash {
            return Err(SpeakerError::WrongBase {
                wanted: speaker.base.clone(),
                found: self.hash.clone(),
            });
        }
        let towards = |factor: f32| (1.0 + strength * (factor - 1.0)).max(0.0);
        let usual = EyesSettings::default().blinks_per_minute;
        Ok(Self {
            engine: Arc::new(
                (self.engine.speaking_as(speaker, strength))
                    .map_err(|reason| SpeakerError::Invalid { reason })?,
            ),
            calibration: self.calibration.clone(),
            pose: self.pose.clone(),
            provenance: self.provenance.clone(),
            hash: self.hash.clone(),
            voice: Some(Voice {
                name: speaker.name.clone(),
                hash: speaker.hash()?,
                strength,
                rest: speaker.rest.map(|rest| strength * rest),
                pace: towards(pace(speaker)),
                blinks: towards(speaker.blinks_per_minute.map_or(1.0, |rate| rate / usual)),
                gaze: towards(speaker.gaze.unwrap_or(1.0)),
                head: match (&self.pose, &speaker.head) {
                    _ if strength == 0.0 => Bearing::Average,
                    (Some(prior), Some(style)) => {
                        Bearing::Learned(Box::new(PoseStream::new(prior, style, 0, 1.0)))
                    }
                    _ => Bearing::Still,
                },
            }),
        })
    }

    /// The articulation teacher's style that comes nearest to how a speaker moves: what was
    /// learned, in words. None for a speaker of another base model, or if the model knows none.
    pub fn style_of(&self, speaker: &Speaker) -> Option<Style> {
        (speaker.base == self.hash)
            .then(|| self.engine.style(&speaker.latent))
            .flatten()
    }
}

/// How much wider than the average speaker's this jaw opens, 1 to 2.
fn pace(speaker: &Speaker) -> f32 {
    let jaw = speaker.ranges[Channel::JawOpen.index()];
    let wider = jaw.map_or(1.0, |range| {
        range.high / range.average_high.max(f32::EPSILON)
    });
    wider.clamp(1.0, 2.0)
}

impl Voice {
    /// This person's face at the start of a line.
    pub(super) fn face(&self, lips: LipRules, options: &Options) -> Face {
        let eyes = options.eyes.map(|eyes| EyesSettings {
            blinks_per_minute: eyes.blinks_per_minute * self.blinks,
            gaze: eyes.gaze * self.gaze,
        });
        let still = matches!(self.head, Bearing::Still);
        let own = Options {
            eyes,
            head: options.head.filter(|_| !still),
            ..options.clone()
        };
        let face = Face::new(Lips::of_speaker(lips, self.rest, self.pace), &own);
        match &self.head {
            Bearing::Learned(head) => face.turning_like(head, options.seed, self.strength),
            Bearing::Average | Bearing::Still => face,
        }
    }

    /// What a take needs to be made again.
    pub(super) fn metadata(&self) -> [(&'static str, String); 3] {
        [
            ("speaker", self.name.clone()),
            ("speaker_hash", self.hash.chars().take(16).collect()),
            ("style_strength", self.strength.to_string()),
        ]
    }
}
