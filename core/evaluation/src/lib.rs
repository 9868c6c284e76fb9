//! Measures of lip-sync quality, and the recordings to evaluate on.
//!
//! ```text
//! predicted clip + phone times    -> closures, rounding, openness, silence  -> SpeechScore  \
//! predicted clip + captured clip  -> correlation, lip error, dynamics, lag  -> CaptureScore -> Evaluation
//! ```
//!
//! Scores against phone times measure what every face must do on these sounds. Scores against a
//! capture measure the similarity to one person's face. [`Evaluation`] pools many utterances, with
//! confidence intervals, a list of errors ([`ClosureErrors`]) and the scores of trivial animations
//! ([`Control`]), which every method must beat.
//!
//! A mouth that stays shut has perfect closures, and one that never closes has no wrong closures.
//! Recall, precision and openness are therefore meaningful only together.

pub mod adaptation;
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
pub mod recordings;
mod speech;
mod statistics;
mod style_similarity;
#[cfg(test)]
mod tests;
mod trial;

pub use bootstrap::{Bootstrap, Interval, ResampledUnit};
pub use breakdown::{ClosureGroup, PhoneErrors};
pub use capture::{CaptureScore, UPPER_FACE, dynamics_deviation};
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
