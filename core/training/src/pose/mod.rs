//! Training the pose prior: examples of head motion -> tokens, probabilities, a bank of styles.
//!
//! ```
//! use metaface_core::model::pose::{LearnedHead, PoseStyle, SpeechUnits};
//! use metaface_core::model::prosody::Phrasing;
//! use metaface_training::pose::{simulated_speech, pose_examples, train_pose_prior};
//!
//! let speech = [simulated_speech(20.0, 1)];
//! let examples = pose_examples(&speech, 4, 1, 7);
//! let prior = train_pose_prior(&examples, 7)?;
//! let style = PoseStyle::of(&examples[0].angles, &examples[0].units).expect("it moves");
//! let mut head = LearnedHead::new(&prior, &style, 7, 1.0);
//! let (mut phrasing, mut units) = (Phrasing::default(), SpeechUnits::default());
//! for prosody in &speech[0] {
//!     let [_yaw, pitch, _roll] = head.next(units.next(&phrasing.next(prosody)));
//!     assert!(pitch.abs() < 1.0);
//! }
//! # Ok::<(), metaface_training::pose::NoMotion>(())
//! ```

mod bank;
mod codebook;
mod measured;
mod prior;
mod teacher;
#[cfg(test)]
mod tests;

pub use prior::{NoMotion, PoseExample, train_pose_prior};
pub use teacher::{PoseTeacher, pose_examples, simulated_speech, utterance_prosody};
