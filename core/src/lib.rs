//! Sound in, facial animation out.
//!
//! ```text
//! audio (decode, 16 kHz mono, log-mel) -> model (content, expression, head, eyes) -> clip
//! ```
//!
//! Beside that line stand [`speaker`] (a person's way of moving: learned, blended, in a file),
//! [`training`] (corpus, articulation teacher, optimisation) and [`metrics`]. Nothing here knows a file format of faces, a host program or a terminal.

mod animator;
pub mod audio;
pub mod device;
pub mod metrics;
pub mod model;
mod random;
pub mod speaker;
mod tensor_file;
pub mod training;

pub use animator::{AnimateError, Animator, Heard, Options, SelfTest, Stream, Watch};
pub use metaface_clip as clip;
