//! A speaker's own head motion, from ten seconds of it: the pose adapter.
//!
//! ```text
//! training:   angles + units -> tokens (vector quantisation) -> prior over tokens, bank of styles
//! a speaker:  angles + units -> PoseStyle, a small matrix: how the head moves on which speech
//! animating:  PoseStyle -> nearest styles of the bank, interpolated -> tokens drawn given speech
//!             -> angular velocities, cross-faded -> angles
//! ```
//!
//! After the pose adapter of AdaMesh (Chen et al. 2023, arXiv 2310.07236): a discrete prior of
//! head motion, a prior over its tokens given speech, and a semantic-aware pose style matrix by
//! which a style is found without fine-tuning. Everything is at
//! [`PROSODY_HZ`](super::prosody::PROSODY_HZ); angles are yaw, pitch and roll in radians with the
//! signs of [`HeadPose::next`](super::head_pose::HeadPose::next).
//!
//! ```
//! use metaface_core::model::pose::{PosePrior, PoseStream, PoseStyle, SpeechUnits};
//! use metaface_core::model::prosody::Phrasing;
//! use metaface_core::training::pose_teacher::{made_up_speech, pose_examples};
//!
//! let speech = [made_up_speech(20.0, 1)];
//! let examples = pose_examples(&speech, 4, 1, 7);
//! let prior = PosePrior::train(&examples, 7)?;
//! let style = PoseStyle::of(&examples[0].angles, &examples[0].units).expect("it moves");
//! let mut head = PoseStream::new(&prior, &style, 7, 1.0);
//! let (mut phrasing, mut units) = (Phrasing::default(), SpeechUnits::default());
//! for prosody in &speech[0] {
//!     let [_yaw, pitch, _roll] = head.next(units.next(&phrasing.next(prosody)));
//!     assert!(pitch.abs() < 1.0);
//! }
//! # Ok::<(), metaface_core::model::pose::PoseError>(())
//! ```

mod bank;
mod codebook;
mod manner;
mod motion;
mod prior;
mod rehearsal;
mod segment;
mod stream;
mod style;
mod take;
mod tensors;
mod units;

pub use bank::Retrieval;
pub use prior::{PoseError, PoseExample, PosePrior};
pub use stream::PoseStream;
pub use style::{PoseStyle, STATISTICS};
pub use tensors::NamedTensor;
pub use units::{SpeechUnits, UNITS, Unit};

#[cfg(test)]
mod tests;
