//! The tests of this package's public interface: one program, because each one links every dependency.

#![allow(clippy::unwrap_used, clippy::panic)]

mod learn_speaker;
mod teacher_scores;
mod training_corpus;
