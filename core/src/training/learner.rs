//! Training what learns speakers: the neural process (DRMN) and the adapters' start (RMIS).
//!
//! The base network stays as it is. Each step draws episodes of several performers. The neural
//! process learns to turn a support into a manner that animates the query (Garnelo et al. 2018,
//! with the divergence of the posterior, which also saw the query, from the prior). The adapters'
//! start is meta-learned to the first order (Finn et al. 2017, FOMAML): adapters are fitted to the
//! support by the very code that `adapt` runs ([`crate::speaker::fitting`]), and the gradient of
//! the query's loss *after* the fit moves the start.

mod draw;
mod steps;

use std::path::Path;

use burn::module::AutodiffModule;
use burn::tensor::backend::AutodiffBackend;
use serde::{Deserialize, Serialize};

use self::draw::Drawn;
use self::steps::{Training, optimizer};
use super::TrainError;
use super::checkpoint::Checkpoint;
use super::dataset::Dataset;
use crate::model::{BaseModel, Learner, Network, trainable};
use crate::tensor_file::sha256;

/// How the learner is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnerPlan {
    /// Steps of the neural process alone.
    pub process_steps: usize,
    /// Steps in which the adapters' start is learned too, after those.
    pub meta_steps: usize,
    /// Everything random follows from this.
    pub seed: u64,
    /// Whether supports are damaged: noisy, late, incomplete, at other rates.
    pub robust: bool,
}

impl Default for LearnerPlan {
    fn default() -> Self {
        Self::of_steps(4000, 7)
    }
}

impl LearnerPlan {
    /// So many steps in all, three eighths of them with the adapters' start.
    pub fn of_steps(steps: usize, seed: u64) -> Self {
        let meta_steps = steps * 3 / 8;
        Self {
            process_steps: steps - meta_steps,
            meta_steps,
            seed,
            robust: true,
        }
    }

    /// Steps in all.
    pub fn steps(&self) -> usize {
        self.process_steps + self.meta_steps
    }

    /// The share of the highest learning rate: a warm-up, then half a cosine down to a fiftieth.
    fn rate(&self, step: usize) -> f64 {
        let warm = ((step + 1) as f64 / 100.0).min(1.0);
        let progress = step as f64 / self.steps().max(1) as f64;
        let cosine = 0.5 + 0.5 * (std::f64::consts::PI * progress).cos();
        warm * (0.02 + 0.98 * cosine)
    }

    /// Tells this run from others.
    fn fingerprint(&self, base: &str) -> String {
        let plan = serde_json::to_string(self).unwrap_or_default();
        sha256(format!("learner {plan} {base}"))
    }
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearnerProgress {
    /// Steps done.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Loss on queries, averaged since the last report: average speaker, neural process, fitted
    /// (zero before its steps).
    pub losses: [f32; 3],
}

/// Steps between reports.
const REPORT_EVERY: usize = 25;
/// Steps between checkpoints.
const CHECKPOINT_EVERY: usize = 250;

/// Trains a learner for a base model, on from the model's own where it has one, resuming from
/// `checkpoint` where that file exists.
///
/// `progress` is called every few steps; when it returns false the run stops with a checkpoint,
/// and `None` is returned.
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
    let mut training = Training {
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
        // What is drawn at random in a step follows from the step, as its episodes do.
        A::seed(device, plan.seed.rotate_left(32) ^ step as u64);
        let Some(drawn) = Drawn::<A>::new(plan, data, &model.network, step, device) else {
            return Err(TrainError::EmptyCorpus);
        };
        let rate = plan.rate(step);
        let [average, process] = training.process(&drawn, step, rate);
        let fitted = match step >= plan.process_steps {
            true => training.start(&drawn, step, rate),
            false => 0.0,
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
