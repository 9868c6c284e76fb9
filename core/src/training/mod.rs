//! Training the base model: corpus -> articulation teacher -> optimisation -> calibration.
//!
//! [`Recipe::run`] does all of it from nothing and picks up where an earlier run stopped.

mod augment;
mod backgrounds;
mod calibrate;
mod checkpoint;
pub mod corpus;
mod dataset;
mod episodes;
mod learner;
mod loss;
mod performer;
mod phone;
pub mod pose_teacher;
mod recipe;
pub mod teacher;
mod train;

pub use dataset::{Dataset, Example};
pub use episodes::{Episode, Robustness};
pub use learner::{LearnerPlan, LearnerProgress, train_learner};
pub(crate) use loss::{channel_importance, robust};
pub use performer::{Breadth, Performer};
pub use phone::{Phone, PhoneSpan, Utterance};
pub use recipe::{Recipe, RecipeError, Stage, train_on};
pub use train::{TrainError, TrainPlan, TrainProgress, train};
