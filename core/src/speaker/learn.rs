//! From a reference to a speaker.

use super::learning::{MOST_STEPS, Method};
use super::{About, LearnError, Learning, Reference, Speaker, SpeakerError};
use crate::Animator;

/// How far learning has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnStep {
    /// The reference is being listened to.
    Listening,
    /// Gradient steps.
    Fitting {
        /// Steps done.
        step: usize,
        /// Steps in all.
        steps: usize,
    },
}

/// How a speaker is learned, and what is said about them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LearnOptions {
    /// From the neural process alone or with gradient steps.
    pub method: Method,
    /// A short name.
    pub name: String,
    /// The performer's consent, as the user states it.
    pub consent: String,
    /// The licence under which the speaker may be used, as the user states it.
    pub licence: String,
}

/// Learns a speaker from a reference. `progress` returns false to stop; then there is none.
///
/// # Errors
/// [`LearnError`] if what was learned cannot be kept.
pub fn learn(
    animator: &Animator,
    reference: &Reference,
    options: &LearnOptions,
    progress: &mut dyn FnMut(LearnStep) -> bool,
) -> Result<Option<Speaker>, LearnError> {
    if !progress(LearnStep::Listening) {
        return Ok(None);
    }
    let steps = 2 * MOST_STEPS;
    let learned = animator.study(reference, options.method, &mut |step| {
        progress(LearnStep::Fitting { step, steps })
    });
    let Some(learned) = learned.map_err(|reason| SpeakerError::Invalid { reason })? else {
        return Ok(None);
    };
    let mut notes = reference.notes.clone();
    if options.method.adapters.is_some() && learned.steps == 0 {
        notes.push("gradient steps did not help on the end of the reference; the speaker is as learned instantly".to_owned());
    }
    if options.method.latent && learned.latent.is_empty() {
        notes.push(
            "the neural process took this speaker for somebody else and was left out".to_owned(),
        );
    }
    let speaker = Speaker {
        name: options.name.clone(),
        base: animator.base_hash().to_owned(),
        about: About {
            learning: match learned.steps {
                0 => Learning::Instant,
                _ => Learning::Fitted,
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
        latent: learned.latent,
        memory: learned.memory,
        adapters: learned.adapters,
        head: reference.bearing(),
    };
    speaker.validate()?;
    Ok(Some(speaker))
}
