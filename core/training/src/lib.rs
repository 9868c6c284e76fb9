//! Training the base model: corpus -> articulation teacher -> optimisation -> calibration.
//!
//! [`Recipe::run`] runs all stages and continues where an earlier run stopped.

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
pub mod pose;
mod recipe;
pub mod teacher;
mod train;

pub use dataset::{Dataset, Example};
pub use episodes::{Episode, Robustness};
pub use learner::{LearnerPlan, LearnerProgress, train_learner};
pub use performer::{Breadth, Performer};
pub use recipe::{Recipe, RecipeError, Stage, train_on};
pub use train::{TrainError, TrainPlan, TrainProgress, train};
