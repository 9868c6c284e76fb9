//! Learns a speaker from a reference.

use super::fit::{MAX_STEPS, Method, learn_weights};
use super::learning_batch::Segment;
use super::{About, AlignedTake, LearnError, LearningKind, Reference, Speaker, SpeakerError};
use crate::audio::{MEL_BANDS, normalized_log_mel};
use crate::clip::Channel;
use crate::model::{LoadedModel, STRIDE, with_models};

/// The progress of learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnProgress {
    /// The network encodes the reference.
    Encoding,
    /// Gradient steps.
    Fitting {
        /// Steps done.
        step: usize,
        /// The most steps.
        steps: usize,
    },
}

/// How a speaker is learned, and the texts of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LearnOptions {
    /// With the neural process alone or also with gradient steps.
    pub method: Method,
    /// Display name.
    pub name: String,
    /// The performer's consent, as the user states it.
    pub consent: String,
    /// The licence under which the speaker may be used, as the user states it.
    pub licence: String,
}

/// Learns a speaker from a reference. `progress` returns false to stop; the result is then `None`.
///
/// # Errors
/// [`LearnError`] if the base model cannot learn speakers, or if the result does not fit into a
/// speaker file.
pub(crate) fn learn_speaker(
    model: &LoadedModel,
    reference: &Reference,
    options: &LearnOptions,
    progress: &mut dyn FnMut(LearnProgress) -> bool,
) -> Result<Option<Speaker>, LearnError> {
    if !progress(LearnProgress::Encoding) {
        return Ok(None);
    }
    let takes = reference.takes.iter();
    let segments: Vec<_> = takes.map(|take| segment(take, &reference.rest)).collect();
    let (observed, method) = (reference.observed, options.method);
    let mut fitting = |step| {
        let steps = 2 * MAX_STEPS;
        progress(LearnProgress::Fitting { step, steps })
    };
    let learned = with_models!(&model.engine, models => {
        learn_weights(models, &segments, observed, method, &mut fitting)
    });
    let Some(learned) = learned.map_err(SpeakerError::BaseModel)? else {
        return Ok(None);
    };
    let mut notes = reference.notes.clone();
    if method.adapter_start.is_some() && learned.steps == 0 {
        notes.push("gradient steps did not help on the end of the reference; the speaker is as learned instantly".to_owned());
    }
    if method.latent && learned.weights.latent.is_empty() {
        notes.push(
            "the neural process did not help on the end of the reference and is not used"
                .to_owned(),
        );
    }
    let speaker = Speaker {
        name: options.name.clone(),
        base: model.hash.clone(),
        about: About {
            learning: if learned.steps == 0 {
                LearningKind::Instant
            } else {
                LearningKind::Fitted
            },
            takes: (reference.takes.iter())
                .map(|take| take.note.clone())
                .collect(),
            steps: learned.steps,
            tail_error_mm: learned.tail_error_mm,
            notes,
            consent: options.consent.clone(),
            licence: options.licence.clone(),
            generator: format!("MetaFace {}", env!("CARGO_PKG_VERSION")),
        },
        rest: reference.rest,
        ranges: reference.ranges,
        blinks_per_minute: reference.blinks_per_minute,
        gaze: reference.gaze,
        weights: learned.weights,
        head: reference.head_style(),
    };
    speaker.validate()?;
    Ok(Some(speaker))
}

/// A take as input of the network, with the rest pose subtracted.
fn segment(take: &AlignedTake, rest: &[f32; Channel::BLENDSHAPE_COUNT]) -> Segment {
    let mut mel = normalized_log_mel(&take.samples);
    let last = mel.last().copied().unwrap_or([0.0; MEL_BANDS]);
    mel.resize(STRIDE * take.motion.len(), last);
    let without_rest = |frame: &[f32; Channel::BLENDSHAPE_COUNT]| {
        std::array::from_fn(|channel| frame[channel] - rest[channel])
    };
    Segment {
        mel,
        motion: take.motion.iter().map(without_rest).collect(),
    }
}
