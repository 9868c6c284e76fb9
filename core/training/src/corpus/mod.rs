//! The training corpus: speech with known phone times.
//!
//! ```text
//! text (sentences) -> voices (synthesisers that report phone times) -> synthesis -> store
//! ```
//!
//! A [`CorpusPlan`] describes a corpus. [`Corpus::make`] makes it, always the same for the same
//! plan, and continues where a stopped run left off. [`Corpus::open`] reads it back.
//!
//! ```no_run
//! use std::path::Path;
//! use metaface_training::corpus::{Corpus, CorpusPlan};
//!
//! let corpus = Corpus::make(&CorpusPlan::of_hours(6.0, 1), Path::new("corpus"), &mut |progress| {
//!     eprintln!("{} of {}", progress.shards_made, progress.shards_planned);
//! })?;
//! for utterance in corpus.iter() {
//!     println!("{} phones", utterance?.phones.len());
//! }
//! # Ok::<(), metaface_training::corpus::CorpusError>(())
//! ```
//!
//! [`read_aligned`](metaface_evaluation::recordings::read_aligned) reads real recordings.

mod error;
mod plan;
mod shard;
mod store;
mod synthesis;
mod text;
mod voices;

pub use error::CorpusError;
pub use plan::{CorpusPart, CorpusPlan};
pub use shard::CorpusEntry;
pub use store::{Corpus, CorpusProgress};
pub use text::sentences;
pub use voices::SpeechEngine;
