//! Sound in, facial animation out.
//!
//! ```text
//! audio (decode, 16 kHz mono, log-mel) -> model (content, expression, head, eyes) -> clip
//! reference (sound + captured clip)    -> speaker (learned, blended, in a file) -> model
//! ```
//!
//! [`Animator`] is the facade. Below it, each module uses only those before it: [`audio`] and
//! [`clip`], [`model`], [`speaker`]. This crate does not depend on face file formats, host programs,
//! a terminal, a training corpus or evaluation metrics.

mod animator;
pub mod audio;
pub mod device;
pub mod model;
pub mod random;
pub mod speaker;
pub mod statistics;
pub mod tensor_file;

pub use animator::{AnimateError, Animator, AudioSummary, Options, Progress, SelfTest, Stream};
pub use metaface_clip as clip;

/// The list of options.
pub mod options {
    pub use crate::animator::{OPTIONS, OptionError, OptionKind, OptionSpec, Options};
}
