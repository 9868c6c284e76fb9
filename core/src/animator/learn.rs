//! Learning a speaker with an [`Animator`].

use super::Animator;
use crate::speaker::{
    LearnError, LearnOptions, LearnProgress, Reference, Speaker, Take, learn_speaker,
};

impl Animator {
    /// Prepares takes to learn a speaker from; see [`Reference::new`].
    ///
    /// # Errors
    /// [`LearnError`], with the file and what to do.
    pub fn reference(&self, takes: Vec<Take>) -> Result<Reference, LearnError> {
        Reference::new(takes, &self.model)
    }

    /// Learns a speaker from a reference. `progress` returns false to stop; the result is then
    /// `None`.
    ///
    /// # Errors
    /// [`LearnError`] if the base model cannot learn speakers, or if the result does not fit into
    /// a speaker file.
    pub fn learn(
        &self,
        reference: &Reference,
        options: &LearnOptions,
        progress: &mut dyn FnMut(LearnProgress) -> bool,
    ) -> Result<Option<Speaker>, LearnError> {
        learn_speaker(&self.model, reference, options, progress)
    }
}
