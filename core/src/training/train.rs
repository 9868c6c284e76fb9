//! The optimisation loop: checkpoints, resume, progress.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Module};
use burn::optim::{AdamWConfig, GradientsParams, Optimizer};
use burn::tensor::ElementConversion;
use burn::tensor::backend::AutodiffBackend;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::checkpoint::Checkpoint;
use super::dataset::{Dataset, Example};
use super::loss::{Batch, Loss, phone_accuracy};
use crate::model::{BaseModel, Network};

/// How the base model is optimised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainPlan {
    /// Optimisation steps in all.
    pub steps: usize,
    /// Examples per step.
    pub batch: usize,
    /// Output frames (at 50 Hz) per example.
    pub frames: usize,
    /// The highest learning rate, reached after the warm-up.
    pub learning_rate: f64,
    /// Everything random follows from this.
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
    /// Steps over which the learning rate rises.
    const WARM_UP: f64 = 200.0;

    /// Linear warm-up, then half a cosine down to a hundredth.
    fn learning_rate(&self, step: usize) -> f64 {
        let warm = ((step + 1) as f64 / Self::WARM_UP).min(1.0);
        let progress = step as f64 / self.steps.max(1) as f64;
        let cosine = 0.5 + 0.5 * (std::f64::consts::PI * progress).cos();
        self.learning_rate * warm * (0.01 + 0.99 * cosine)
    }

    /// Tells this run from others: what it learns from first and how, as a hash. The number of
    /// steps does not count, so that a run can be made longer.
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
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Draws the examples of one step; the same ones however often a run is resumed.
    fn examples(&self, data: &Dataset, step: usize) -> Vec<Example> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(step as u64);
        (0..self.batch)
            .filter_map(|_| data.draw(self.frames, &mut rng))
            .collect()
    }
}

/// How training stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainProgress {
    /// Steps done.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Parts of the loss, averaged since the last report: expression, velocity, aperture,
    /// closure, phones.
    pub losses: [f32; 5],
    /// Share of frames whose phone is named right, in the last step.
    pub phone_accuracy: f32,
    /// Seconds of speech trained on per second of wall time.
    pub speed: f64,
}

/// What stops a training run.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing to learn from.
    #[error("the corpus holds no speech; make one first, or check the folders given")]
    EmptyCorpus,
    /// A checkpoint cannot be read or written.
    #[error("checkpoint: {reason}: {}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// The loss is no longer a number.
    #[error("training diverged at step {0}; lower the learning rate and start again")]
    Diverged(usize),
}

/// Steps between reports.
const REPORT_EVERY: usize = 25;

/// Steps between checkpoints.
const CHECKPOINT_EVERY: usize = 250;

/// Batches drawn ahead of the network.
const AHEAD: usize = 3;

/// Trains a network: a fresh one or `start`, resuming from `checkpoint` where that file exists.
///
/// `progress` is called every few steps; when it returns false the run stops with a checkpoint,
/// and `None` is returned.
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
    B::seed(device, plan.seed);
    let mut network = Network::<B>::new(device);
    if let Some(model) = start {
        // Through a record: what comes straight from a network for inference learns nothing.
        let start = Network::<B>::from_inner(model.network.clone());
        network = network.load_record(start.into_record());
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
                reason: format!("is {first_step} steps old; ask for as many or more"),
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
            let reporting = (step + 1) % REPORT_EVERY == 0;
            let batch = Batch::<B>::new(&examples, device);
            let output = network.forward(batch.mel.clone(), batch.style.clone());
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
                        / f64::from(crate::model::FRAME_RATE)
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

#[cfg(test)]
mod tests {
    use burn::backend::Autodiff;
    use burn_flex::Flex;

    use super::*;
    use crate::training::{Phone, PhoneSpan, Utterance};

    fn speech() -> Dataset {
        let sounds = [
            (Phone::M, 0.2),
            (Phone::Aa, 0.4),
            (Phone::P, 0.2),
            (Phone::Iy, 0.4),
        ];
        let mut data = Dataset::new(0.0);
        data.add_synthetic(&[Utterance {
            id: "one".to_owned(),
            speaker: "nobody".to_owned(),
            language: "en".to_owned(),
            samples: (0..19_200).map(|i| 0.2 * (i as f32 * 0.07).sin()).collect(),
            phones: PhoneSpan::in_a_row(0.0, &sounds),
        }]);
        data
    }

    fn run(plan: &TrainPlan, checkpoint: &Path) -> Result<Vec<u8>, TrainError> {
        let device = Default::default();
        let done =
            train::<Autodiff<Flex>>(&speech(), plan, None, checkpoint, &device, &mut |_| true)?;
        let network = done.expect("not stopped");
        let (calibration, provenance) = (Default::default(), Default::default());
        Ok(crate::model::weights_to_bytes(&network, &calibration, &provenance).expect("weights"))
    }

    #[test]
    fn a_run_that_starts_from_a_base_model_moves_it_a_little() {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = TrainPlan {
            steps: 2,
            batch: 2,
            frames: 30,
            ..TrainPlan::default()
        };
        let first = run(&plan, &folder.path().join("first")).expect("two steps");
        let second = run_from(Some(&first), &plan, &folder.path().join("second"));
        let weights = |bytes: &[u8]| {
            let model = BaseModel::<Flex>::from_bytes(bytes, &Default::default());
            let output = model.expect("weights").network.forward(
                burn::tensor::Tensor::ones([1, 60, 80], &Default::default()),
                burn::tensor::Tensor::zeros([1, 18], &Default::default()),
            );
            output.phones.into_data().to_vec::<f32>().expect("numbers")
        };
        let (before, after) = (weights(&first), weights(&second.expect("two more")));
        let moved = (before.iter().zip(&after))
            .map(|(before, after)| (before - after).abs())
            .fold(0.0, f32::max);
        assert!(moved > 1e-4 && moved < 0.5, "{moved}");
    }

    #[test]
    fn a_run_goes_on_with_its_own_checkpoint_and_with_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let plan = |steps, seed| TrainPlan {
            steps,
            seed,
            batch: 2,
            frames: 30,
            ..TrainPlan::default()
        };
        run(&plan(1, 7), &at("run")).expect("one step");
        let first = std::fs::read(at("run")).expect("a checkpoint");
        let twice = run(&plan(2, 7), &at("run")).expect("one more");
        std::fs::write(at("again"), &first).expect("copied");
        assert!(
            twice == run(&plan(2, 7), &at("again")).expect("the same"),
            "not repeatable"
        );
        for (plan, reason) in [(plan(2, 8), "another run"), (plan(1, 7), "2 steps")] {
            let error = run(&plan, &at("run")).expect_err("refused").to_string();
            assert!(error.contains(reason), "{error}");
        }
        std::fs::write(at("run"), &first[..60]).expect("cut");
        let error = run(&plan(2, 7), &at("run")).expect_err("cut").to_string();
        assert!(error.contains("damaged"), "{error}");
    }
}
