//! Measures of lip-sync quality.
//!
//! ```text
//! predicted clip + phone times    -> closures, rounding, openness, silence  -> SpeechScore  \
//! predicted clip + captured clip  -> correlation, lip error, dynamics, lag  -> CaptureScore -> Evaluation
//! ```
//!
//! Phone times tell whether the face does what every face must do on these sounds; a capture
//! tells whether it does what this face did. [`Evaluation`] pools many utterances and says how
//! far the figures would move with other speakers, which sounds went wrong ([`ClosureErrors`]) and
//! what a [`Control`] scores in the prediction's place: every figure must beat those.
//!
//! A face whose lips never part has perfect closures, and one that never closes has none wrong:
//! recall, precision and openness only mean something side by side.

mod bootstrap;
mod breakdown;
mod capture;
mod closure_errors;
mod closures;
mod controls;
mod evaluation;
mod labels;
mod lip_error;
mod measure;
mod misalignment;
mod speech;
mod statistics;
mod style_similarity;
#[cfg(test)]
mod tests;
mod trial;

pub use bootstrap::{Bootstrap, Interval, ResampledUnit};
pub use breakdown::{ClosureGroup, PhoneErrors};
pub use capture::{CaptureScore, UPPER_FACE, correlation, dynamics_deviation};
pub use closure_errors::{ClosureErrors, FalseClosure, MissedClosure, closure_errors};
pub use closures::{ClosureScore, closures};
pub use controls::{Control, mean_pose};
pub use evaluation::{Evaluation, Figure, Figures, UtteranceScore, figures};
pub use lip_error::{LipError, LipGeometry, lip_error};
pub use measure::Measure;
pub use misalignment::{Misalignment, misalignment};
pub use speech::{SilenceScore, SpeechScore, openness, rounding, silence};
pub use statistics::{Auc, Share};
pub use style_similarity::StyleClassifier;
pub use trial::Trial;
