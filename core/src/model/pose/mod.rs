//! The pose adapter: a speaker's head motion, learned from ten seconds. [`LearnedHead`] generates
//! it; without a speaker [`AverageHead`](super::average_head::AverageHead) moves the head.
//!
//! ```text
//! training:   angles + units -> tokens (vector quantisation) -> prior over tokens, bank of styles
//! learning:   angles + units -> PoseStyle, a small matrix: how the head moves on which speech
//! animating:  PoseStyle -> nearest styles of the bank, interpolated -> tokens sampled given speech
//!             -> angular velocities, cross-faded -> angles
//! ```
//!
//! Based on the pose adapter of AdaMesh (Chen et al. 2023, arXiv 2310.07236): a discrete prior of
//! head motion, a prior over its tokens given speech, and a semantic-aware pose style matrix with
//! which a style is retrieved without fine-tuning. All motion is at
//! [`PROSODY_HZ`](super::prosody::PROSODY_HZ); angles are yaw, pitch and roll in radians with the
//! signs of [`AverageHead::next`](super::average_head::AverageHead::next).

mod bank;
mod codebook;
mod motion;
mod prior;
mod sampler;
mod segment;
mod size_correction;
mod stream;
mod style;
mod tensors;
mod units;

pub use bank::{MOST_STYLES, Retrieval, StyleEntry, StyleScales, style_distance, style_matrix};
pub use codebook::{CODE_SIZE, CODES, Code, code_distance, draw, frame_weights, quantise};
pub use motion::Motion;
pub use prior::{PoseError, PosePrior};
pub use segment::{HOP, TokenBorders, WINDOW};
pub use stream::LearnedHead;
pub use style::{PoseStyle, ROWS, STATISTICS, StyleMatrix};
pub use tensors::{MOST_RUNS, NamedTensor};
pub use units::{SpeechUnits, UNITS, Unit};
