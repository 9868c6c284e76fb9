//! From a reference to a speaker.

use super::{About, LearnError, Learning, Reference, RelationMemory, Speaker};
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
    /// From the neural process alone, without gradient steps.
    pub instant: bool,
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
    let speaker = Speaker {
        name: options.name.clone(),
        base: animator.base_hash().to_owned(),
        about: About {
            learning: Learning::Instant,
            takes: reference
                .takes
                .iter()
                .map(|take| take.note.clone())
                .collect(),
            steps: 0,
            tail_error_mm: Vec::new(),
            notes: reference.notes.clone(),
            consent: options.consent.clone(),
            licence: options.licence.clone(),
            generator: format!("MetaFace {}", env!("CARGO_PKG_VERSION")),
        },
        rest: reference.rest,
        ranges: reference.ranges,
        blinks_per_minute: reference.blinks_per_minute,
        gaze: reference.gaze,
        latent: Vec::new(),
        memory: RelationMemory::default(),
        adapters: Default::default(),
        head: None,
    };
    speaker.validate()?;
    Ok(Some(speaker))
}
