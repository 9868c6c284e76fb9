//! Training the learner of speakers: the neural process (DRMN) and the adapters' start (RMIS).
//!
//! The base network is frozen. Each step draws episodes of several performers. The neural process
//! learns to encode a support into a conditioning that animates the query (Garnelo et al. 2018; the
//! loss includes the divergence of the posterior, which also encodes the query, from the prior).
//! The adapters' start is meta-learned to the first order (Finn et al. 2017, FOMAML): the code of
//! `adapt` ([`metaface_core::speaker::fit`]) fits adapters to the support, and the gradient of the
//! query's loss *after* the fit updates the start.

mod batch;
mod steps;

use std::path::Path;

use burn::module::AutodiffModule;
use burn::tensor::backend::AutodiffBackend;
use serde::{Deserialize, Serialize};

use self::batch::EpisodeBatch;
use self::steps::{LearnerTraining, optimizer};
use super::TrainError;
use super::checkpoint::Checkpoint;
use super::dataset::Dataset;
use metaface_core::model::{BaseModel, Dropout, Learner, Network, trainable};
use metaface_core::tensor_file::sha256;

/// Settings of the learner's training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnerPlan {
    /// Steps that train only the neural process.
    pub process_steps: usize,
    /// Steps after those, which also train the adapters' start.
    pub meta_steps: usize,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Whether supports are degraded: noisy, late, incomplete, at other frame rates.
    pub robust: bool,
}

impl Default for LearnerPlan {
    fn default() -> Self {
        Self::of_steps(4000, 7)
    }
}

impl LearnerPlan {
    /// A plan of `steps` steps; three eighths of them also train the adapters' start.
    pub fn of_steps(steps: usize, seed: u64) -> Self {
        let meta_steps = steps * 3 / 8;
        Self {
            process_steps: steps - meta_steps,
            meta_steps,
            seed,
            robust: true,
        }
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.process_steps + self.meta_steps
    }

    /// The learning rate as a share of its peak: a warm-up, then half a cosine down to a fiftieth.
    fn rate(&self, step: usize) -> f64 {
        let warm = ((step + 1) as f64 / 100.0).min(1.0);
        let progress = step as f64 / self.steps().max(1) as f64;
        let cosine = 0.5 + 0.5 * (std::f64::consts::PI * progress).cos();
        warm * (0.02 + 0.98 * cosine)
    }

    /// Identifies a run.
    fn fingerprint(&self, base: &str) -> String {
        let plan = serde_json::to_string(self).unwrap_or_default();
        sha256(format!("learner {plan} {base}"))
    }
}

/// Progress of the learner's training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearnerProgress {
    /// Completed steps.
    pub step: usize,
    /// Number of steps of the run.
    pub steps: usize,
    /// Loss on queries, averaged since the last report: average speaker, neural process, fitted
    /// adapters (0 before the meta steps).
    pub losses: [f32; 3],
}

/// Steps between reports.
const REPORT_EVERY: usize = 25;
/// Steps between checkpoints.
const CHECKPOINT_EVERY: usize = 250;

/// Trains a learner for a base model, continuing from the model's learner if it has one; resumes
/// from `checkpoint` if that file exists.
///
/// `progress` is called every few steps. If it returns false, the run writes a checkpoint and
/// returns `None`.
///
/// # Errors
/// [`TrainError`].
pub fn train_learner<A: AutodiffBackend>(
    data: &Dataset,
    model: &BaseModel<A::InnerBackend>,
    plan: &LearnerPlan,
    checkpoint: &Path,
    device: &A::Device,
    progress: &mut dyn FnMut(&LearnerProgress) -> bool,
) -> Result<Option<Learner<A::InnerBackend>>, TrainError> {
    A::seed(device, plan.seed);
    let mut learner = Learner::<A>::new(device);
    if let Some(known) = &model.learner {
        learner = trainable(learner, known.clone());
    }
    let mut training = LearnerTraining {
        network: Network::<A>::from_inner(model.network.clone()),
        learner,
        optimizer: optimizer(),
    };
    let run = plan.fingerprint(&model.hash);
    let mut first = 0;
    if checkpoint.exists() {
        let saved = Checkpoint::read(checkpoint, &run)?;
        first = saved.step();
        training.learner = saved.network(training.learner, device)?;
        training.optimizer = saved.optimizer(training.optimizer, device)?;
    }
    let mut sums = [0.0f32; 3];
    for step in first..plan.steps() {
        // All random numbers of a step depend only on the seed and the step.
        let seed = plan.seed.rotate_left(32) ^ step as u64;
        A::seed(device, seed);
        let mut dropout = Dropout::new(seed);
        let Some(episodes) = EpisodeBatch::<A>::new(plan, data, &model.network, step, device)
        else {
            return Err(TrainError::EmptyCorpus);
        };
        let rate = plan.rate(step);
        let [average, process] = training.step_process(&episodes, step, rate, &mut dropout);
        let fitted = if step >= plan.process_steps {
            training.step_start(&episodes, step, rate, &mut dropout)
        } else {
            0.0
        };
        for (sum, loss) in sums.iter_mut().zip([average, process, fitted]) {
            *sum += loss;
        }
        if !sums.iter().all(|sum| sum.is_finite()) {
            return Err(TrainError::Diverged(step));
        }
        let done = step + 1;
        let mut stop = false;
        if done % REPORT_EVERY == 0 {
            let losses = sums.map(|sum| sum / REPORT_EVERY as f32);
            sums = [0.0; 3];
            stop = !progress(&LearnerProgress {
                step: done,
                steps: plan.steps(),
                losses,
            });
        }
        if stop || done % CHECKPOINT_EVERY == 0 || done == plan.steps() {
            Checkpoint::write(
                checkpoint,
                &run,
                done,
                &training.learner,
                &training.optimizer,
            )?;
        }
        if stop {
            return Ok(None);
        }
    }
    Ok(Some(training.learner.valid()))
}
