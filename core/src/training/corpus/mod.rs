//! The training corpus: speech with known phone times.
//!
//! ```text
//! text (sentences) -> voices (programs that speak and tell phone times) -> recite -> store
//! aligned (real recordings with phone files) -------------------------------------> Utterance
//! ```
//!
//! A [`CorpusPlan`] says what to make; [`Corpus::make`] makes it, the same for the same plan, and
//! continues where a stopped run left off; [`Corpus::open`] reads it back.
//!
//! ```no_run
//! use std::path::Path;
//! use metaface_core::training::corpus::{Corpus, CorpusPlan};
//!
//! let corpus = Corpus::make(&CorpusPlan::of_hours(6.0, 1), Path::new("corpus"), &mut |progress| {
//!     eprintln!("{} of {}", progress.shards_made, progress.shards_planned);
//! })?;
//! for utterance in corpus.iter() {
//!     println!("{} phones", utterance?.phones.len());
//! }
//! # Ok::<(), metaface_core::training::corpus::CorpusError>(())
//! ```
//!
//! Real, aligned speech is read by [`read_aligned`] straight from its own folder.

mod aligned;
mod error;
mod ipa;
mod plan;
mod recite;
mod shard;
mod store;
mod text;
mod voices;

pub use aligned::{AlignedRecording, AlignedSpeech, read_aligned};
pub use error::CorpusError;
pub use plan::{CorpusPlan, Part};
pub use shard::Entry;
pub use store::{Corpus, Progress};
pub use voices::Engine;
