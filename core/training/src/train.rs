//! The optimisation loop: checkpoints, resume, progress.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::AutodiffModule;
use burn::optim::{AdamWConfig, GradientsParams, Optimizer};
use burn::tensor::ElementConversion;
use burn::tensor::backend::AutodiffBackend;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::checkpoint::Checkpoint;
use super::dataset::{Dataset, Example};
use super::loss::{ExampleBatch, Loss, phone_accuracy};
use metaface_core::model::{BaseModel, Dropout, Network, trainable};
use metaface_core::tensor_file::hexadecimal;

/// Settings of the base model's optimisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainPlan {
    /// Number of optimisation steps.
    pub steps: usize,
    /// Examples per step.
    pub batch: usize,
    /// Output frames (at 50 Hz) per example.
    pub frames: usize,
    /// The peak learning rate, after the warm-up.
    pub learning_rate: f64,
    /// Seed of all random numbers.
    pub seed: u64,
}

impl Default for TrainPlan {
    fn default() -> Self {
        Self {
            steps: 6_000,
            batch: 16,
            frames: 200,
            learning_rate: 1.5e-3,
            seed: 7,
        }
    }
}

impl TrainPlan {
    /// Steps of the warm-up.
    const WARM_UP: f64 = 200.0;

    /// Linear warm-up, then half a cosine down to a hundredth.
    fn learning_rate(&self, step: usize) -> f64 {
        let warm = ((step + 1) as f64 / Self::WARM_UP).min(1.0);
        let progress = step as f64 / self.steps.max(1) as f64;
        let cosine = 0.5 + 0.5 * (std::f64::consts::PI * progress).cos();
        self.learning_rate * warm * (0.01 + 0.99 * cosine)
    }

    /// Identifies a run: a hash of its first examples, learning rate and start. The number of steps
    /// is excluded, so that a run can be extended.
    fn fingerprint(&self, data: &Dataset, start: Option<&str>) -> String {
        let mut hash = Sha256::new();
        hash.update(self.learning_rate.to_le_bytes());
        hash.update(start.unwrap_or_default());
        for example in self.examples(data, 0) {
            let values = (example.mel.iter().flatten())
                .chain(&example.style)
                .chain(example.expression.iter().flatten())
                .chain(&example.closure);
            for value in values {
                hash.update(value.to_le_bytes());
            }
            for phone in &example.phones {
                hash.update(phone.to_le_bytes());
            }
        }
        hexadecimal(&hash.finalize())
    }

    /// Draws the examples of one step; they depend only on the seed and the step.
    fn examples(&self, data: &Dataset, step: usize) -> Vec<Example> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(step as u64);
        (0..self.batch)
            .filter_map(|_| data.draw(self.frames, &mut rng))
            .collect()
    }
}

/// Progress of training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainProgress {
    /// Completed steps.
    pub step: usize,
    /// Number of steps of the run.
    pub steps: usize,
    /// Terms of the loss, averaged since the last report: expression, velocity, aperture,
    /// closure, phones.
    pub losses: [f32; 5],
    /// Share of frames with the right phone, in the last step.
    pub phone_accuracy: f32,
    /// Seconds of speech trained on per second of wall time.
    pub speed: f64,
}

/// An error of a training run.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The data set is empty.
    #[error("the corpus holds no speech; make a corpus first, or check the given folders")]
    EmptyCorpus,
    /// A checkpoint cannot be read or written.
    #[error("checkpoint: {reason}: {}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// The loss is not finite.
    #[error("training diverged at step {0}; lower the learning rate and start again")]
    Diverged(usize),
}

/// Steps between reports.
const REPORT_EVERY: usize = 25;

/// Steps between checkpoints.
const CHECKPOINT_EVERY: usize = 250;

/// Batches prepared in advance.
const AHEAD: usize = 3;

/// Trains a new network or continues from `start`; resumes from `checkpoint` if that file exists.
///
/// `progress` is called every few steps. If it returns false, the run writes a checkpoint and
/// returns `None`.
///
/// # Errors
/// [`TrainError`].
pub fn train<B: AutodiffBackend>(
    data: &Dataset,
    plan: &TrainPlan,
    start: Option<&BaseModel<B::InnerBackend>>,
    checkpoint: &Path,
    device: &B::Device,
    progress: &mut dyn FnMut(&TrainProgress) -> bool,
) -> Result<Option<Network<B::InnerBackend>>, TrainError> {
    if data.is_empty() {
        return Err(TrainError::EmptyCorpus);
    }
    // The initial weights come from burn's random stream; dropout and examples have their own.
    B::seed(device, plan.seed);
    let mut network = Network::<B>::new(device);
    if let Some(model) = start {
        network = trainable(network, model.network.clone());
    }
    let mut optimizer = AdamWConfig::new()
        .with_weight_decay(0.01)
        .with_grad_clipping(Some(GradientClippingConfig::Norm(1.0)))
        .init::<B, Network<B>>();
    let mut first_step = 0;
    let run = plan.fingerprint(data, start.map(|model| model.hash.as_str()));
    if checkpoint.exists() {
        let saved = Checkpoint::read(checkpoint, &run)?;
        first_step = saved.step();
        if first_step > plan.steps {
            return Err(TrainError::Checkpoint {
                path: checkpoint.to_owned(),
                reason: format!(
                    "already has {first_step} steps; request at least {first_step} steps"
                ),
            });
        }
        network = saved.network(network, device)?;
        optimizer = saved.optimizer(optimizer, device)?;
    }
    let save = |step: usize, network: &Network<B>, optimizer: &_| {
        Checkpoint::write(checkpoint, &run, step, network, optimizer)
    };

    let (sender, receiver) = sync_channel::<Vec<Example>>(AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for step in first_step..plan.steps {
                if sender.send(plan.examples(data, step)).is_err() {
                    return;
                }
            }
        });
        let receiver = receiver;
        let mut since_report = Instant::now();
        let mut sums = [0.0f32; 5];
        for step in first_step..plan.steps {
            let Ok(examples) = receiver.recv() else {
                return Err(TrainError::EmptyCorpus);
            };
            // Dropout depends only on the seed and the step, like the examples.
            let mut dropout = Dropout::new(plan.seed.rotate_left(32) ^ step as u64);
            let reporting = (step + 1) % REPORT_EVERY == 0;
            let batch = ExampleBatch::<B>::new(&examples, device);
            let (mel, style) = (batch.mel.clone(), batch.style.clone());
            let output = network.forward_for_learning(mel, style, &mut dropout);
            let accuracy = if reporting {
                phone_accuracy(&output, &batch)
            } else {
                0.0
            };
            let loss = Loss::new(output, &batch);
            let gradients = GradientsParams::from_grads(loss.total().backward(), &network);
            network = optimizer.step(plan.learning_rate(step), network, gradients);
            let parts = loss.parts().map(|part| part.into_scalar().elem::<f32>());
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part;
            }
            if !sums.iter().all(|sum| sum.is_finite()) {
                return Err(TrainError::Diverged(step));
            }
            if reporting {
                let frames = (REPORT_EVERY * plan.batch * plan.frames) as f64;
                let report = TrainProgress {
                    step: step + 1,
                    steps: plan.steps,
                    losses: sums.map(|sum| sum / REPORT_EVERY as f32),
                    phone_accuracy: accuracy,
                    speed: frames
                        / f64::from(metaface_core::model::FRAME_RATE)
                        / since_report.elapsed().as_secs_f64(),
                };
                sums = [0.0; 5];
                since_report = Instant::now();
                if !progress(&report) {
                    save(step + 1, &network, &optimizer)?;
                    return Ok(None);
                }
            }
            if (step + 1) % CHECKPOINT_EVERY == 0 || step + 1 == plan.steps {
                save(step + 1, &network, &optimizer)?;
            }
        }
        Ok(Some(network.valid()))
    })
}
