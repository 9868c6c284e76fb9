//! Learns a speaker's weights from a reference. The neural process encodes it; then gradient steps,
//! whose number a held-out part chooses, fit adapters and latent.
//!
//! ```text
//! segments -> LearningBatch (content, the average speaker's face) -> encode (neural process)
//!          -> fit (gradient steps)
//! ```

mod step;

use burn::backend::Autodiff;
use burn::module::{AutodiffModule, Param};
use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{ElementConversion, Tensor};

use super::face_loss::lip_error_mm;
use super::learning_batch::{LearningBatch, ObservedChannels, Segment};
use crate::model::emphasis::emphasise;
use crate::model::molora::{MoLora, RANKS};
use crate::model::relation::{Learner, Memory, RelationProcess};
use crate::model::{Dropout, FRAME_RATE, Matrix, Models, Network, SpeakerWeights, trainable};

pub use step::{FIT_LEARNING_RATE, FittedParameters, Fitter, FrozenParameters};

/// The initial adapters of a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Adapters without an effect: `down` random, `up` zero ([`LowRank`](crate::model::LowRank)).
    Fresh,
    /// Like [`Start::Fresh`], with a single expert of the same total rank instead of the mixture.
    FreshSingle,
    /// The meta-learned start (MetaFace's RMIS).
    Learned,
}

/// The parts of the method that learn a speaker. Each can be disabled to measure its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The neural process's global latent.
    pub latent: bool,
    /// The neural process's memory of the reference, to which each frame attends.
    pub memory: bool,
    /// The start of the low-rank adapters; `None` learns without gradient steps.
    pub adapter_start: Option<Start>,
}

impl Default for Method {
    fn default() -> Self {
        Self::FITTED
    }
}

impl Method {
    /// Only the neural process.
    pub const INSTANT: Self = Self {
        latent: true,
        memory: true,
        adapter_start: None,
    };
    /// Neural process and adapters.
    pub const FITTED: Self = Self {
        adapter_start: Some(Start::Learned),
        ..Self::INSTANT
    };
}

/// The most gradient steps of a fit.
pub const MAX_STEPS: usize = 80;
/// Gradient steps between evaluations on the tail.
const EVALUATE_EVERY: usize = 4;
/// A fit ends after this many evaluations without an improvement.
const PATIENCE: usize = 5;
/// The most frames of one gradient step.
const WINDOW: usize = 10 * FRAME_RATE as usize;
/// The held-out fraction at the end of a reference: its tail.
const TAIL: f32 = 0.25;
/// The shortest tail, in frames; a shorter reference has no tail.
const MIN_TAIL: usize = FRAME_RATE as usize;
/// The fitted adapters are scaled by `frames / (frames + this)`, because a short reference determines
/// the direction of the change better than its size.
const ADAPTER_SHRINKAGE_FRAMES: f32 = 6.0 * FRAME_RATE as f32;
/// The seed of all random numbers of a fit.
const SEED: u64 = 7;
/// Gradient steps on a reference without a tail (shorter than [`MIN_TAIL`] / [`TAIL`], 4 s), where
/// no error can choose their number.
const STEPS_WITHOUT_TAIL: usize = 12;

/// The weights learned from a reference, and how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedWeights {
    /// The weights for the speaker file.
    pub weights: SpeakerWeights,
    /// Gradient steps taken.
    pub steps: usize,
    /// Lip errors on the tail in millimetres, in order: the average speaker with this rest pose,
    /// the neural process and, with adapters, the fit. Empty without a tail.
    pub tail_error_mm: Vec<f32>,
}

/// Learns from segments whose rest pose has been subtracted. `progress` is called with the number
/// of gradient steps done and returns false to stop; the result is then `None`.
///
/// # Errors
/// The reason, if the base model cannot learn speakers.
pub(super) fn learn_weights<B: Backend>(
    models: &Models<B>,
    segments: &[Segment],
    observed: ObservedChannels,
    method: Method,
    progress: &mut dyn FnMut(usize) -> bool,
) -> Result<Option<LearnedWeights>, String> {
    let device = Default::default();
    let learning = SpeakerLearning {
        network: models.network.clone(),
        learner: models.learner()?.clone(),
    };
    let of_segment =
        |segment: &Segment| LearningBatch::new(&models.network, &[segment], &[observed], &device);
    let batch = LearningBatch::concatenated(segments.iter().map(of_segment).collect());
    Ok(learning.run::<Autodiff<B>>(&batch, method, progress))
}

/// The base network and the modules that learn a speaker.
struct SpeakerLearning<B: Backend> {
    network: Network<B>,
    learner: Learner<B>,
}

/// Callback after each gradient step, with the number of steps and a function that returns the
/// current state; returns false to stop.
type Observer<'a, B> = dyn FnMut(usize, &dyn Fn() -> FitState<B>) -> bool + 'a;

/// The latent, memory and adapters of one speaker on a device.
#[derive(Debug, Clone)]
struct FitState<B: Backend> {
    latent: Option<Tensor<B, 2>>,
    memory: Option<Memory<B>>,
    adapters: Option<MoLora<B>>,
}

impl<B: Backend> SpeakerLearning<B> {
    /// The neural process, then gradient steps; `None` if `progress` stopped them.
    fn run<A: AutodiffBackend<InnerBackend = B>>(
        &self,
        batch: &LearningBatch<B>,
        method: Method,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Option<LearnedWeights> {
        let frames = batch.frames();
        let tail = (frames as f32 * TAIL) as usize;
        if tail < MIN_TAIL {
            let encoded_all = self.encode(batch, method);
            let Some(adapter_start) = method.adapter_start else {
                return Some(encoded_all.to_learned_weights(0, Vec::new()));
            };
            let steps = STEPS_WITHOUT_TAIL;
            let fitted =
                self.fit::<A>(batch, &encoded_all, adapter_start, steps, &mut |step, _| {
                    progress(step)
                })?;
            return Some(fitted.to_learned_weights(steps, Vec::new()));
        }
        let seen = batch.part(0, frames - tail);
        let unseen = batch.part(frames - tail, tail);
        let average_error = scalar(lip_error_mm(unseen.average.clone(), &unseen.captured));
        let mut encoded = self.encode(&seen, method);
        let mut instant_error = self.error(&encoded, &unseen);
        let mut errors = vec![average_error, instant_error];
        let mut method = method;
        if instant_error > average_error {
            // The neural process makes this speaker worse than the average: skip it.
            (method.latent, method.memory) = (false, false);
            encoded = self.encode(&seen, method);
            instant_error = average_error;
        }
        let encoded_all = self.encode(batch, method);
        let Some(adapter_start) = method.adapter_start else {
            return Some(encoded_all.to_learned_weights(0, errors));
        };
        let (mut best_step, mut least_error) = (0, instant_error);
        let (mut without_gain, mut stopped) = (0, false);
        self.fit::<A>(
            &seen,
            &encoded,
            adapter_start,
            MAX_STEPS,
            &mut |steps, state| {
                if steps % EVALUATE_EVERY == 0 {
                    without_gain += 1;
                    let error = self.error(&state(), &unseen);
                    if error < least_error {
                        (best_step, least_error, without_gain) = (steps, error, 0);
                    }
                }
                stopped = !progress(steps);
                !stopped && without_gain < PATIENCE
            },
        );
        if stopped {
            return None;
        }
        errors.push(least_error);
        if best_step == 0 {
            return Some(encoded_all.to_learned_weights(0, errors));
        }
        // Repeats the best number of steps on the whole reference.
        let fitted = self.fit::<A>(
            batch,
            &encoded_all,
            adapter_start,
            best_step,
            &mut |step, _| progress(MAX_STEPS + step),
        )?;
        Some(fitted.to_learned_weights(best_step, errors))
    }

    /// The neural process's encoding of a reference.
    fn encode(&self, batch: &LearningBatch<B>, method: Method) -> FitState<B> {
        let (latent, memory) = self.learner.relation.encode(&batch.context());
        FitState {
            latent: method.latent.then_some(latent.mean),
            memory: method.memory.then_some(memory),
            adapters: None,
        }
    }

    /// Takes gradient steps from the neural process's encoding; `None` if `observer` stopped them.
    fn fit<A: AutodiffBackend<InnerBackend = B>>(
        &self,
        batch: &LearningBatch<B>,
        encoded: &FitState<B>,
        adapter_start: Start,
        steps: usize,
        observer: &mut Observer<'_, B>,
    ) -> Option<FitState<B>> {
        let batch = batch.for_learning::<A>();
        let device = batch.content.device();
        let adapters = match adapter_start {
            Start::Fresh => MoLora::<A>::new(&RANKS, SEED, &device),
            Start::FreshSingle => MoLora::new(&[RANKS.iter().sum()], SEED, &device),
            Start::Learned => {
                let fresh = MoLora::new(&RANKS, SEED, &device);
                trainable(fresh, self.learner.adapters.clone())
            }
        };
        let frozen = FrozenParameters {
            network: Network::<A>::from_inner(self.network.clone()),
            relation: RelationProcess::<A>::from_inner(self.learner.relation.clone()),
            memory: encoded.memory.as_ref().map(Memory::for_learning),
        };
        let latent = encoded.latent.clone();
        let fitted = FittedParameters {
            adapters,
            latent: latent.map(|latent| Param::from_tensor(Tensor::from_inner(latent))),
        };
        let mut fitter = Fitter::new(fitted, Dropout::new(SEED));
        let frames = batch.frames() as f32;
        let scale = frames / (frames + ADAPTER_SHRINKAGE_FRAMES);
        let state = |fitter: &Fitter<A>| FitState {
            latent: (fitter.fitted.latent.as_ref()).map(|latent| latent.val().inner()),
            memory: encoded.memory.clone(),
            adapters: Some(fitter.fitted.adapters.valid().scaled(scale)),
        };
        let window = batch.frames().min(WINDOW);
        let last_first_frame = batch.frames() - window;
        for step in 1..=steps {
            // Windows overlap by 3/8 and wrap around, so that their first frames differ.
            let first_frame = if last_first_frame == 0 {
                0
            } else {
                step * (WINDOW * 5 / 8) % (last_first_frame + 1)
            };
            let part = batch.part(first_frame, window);
            fitter.step(&frozen, &part, FIT_LEARNING_RATE);
            if !observer(step, &|| state(&fitter)) {
                return None;
            }
        }
        Some(state(&fitter))
    }

    /// The lip error of a state on a batch, in millimetres.
    fn error(&self, state: &FitState<B>, batch: &LearningBatch<B>) -> f32 {
        scalar(lip_error_mm(self.face(state, batch), &batch.captured))
    }

    /// The face of a state `[1, time, 52]`, minus the rest pose.
    fn face(&self, state: &FitState<B>, batch: &LearningBatch<B>) -> Tensor<B, 3> {
        let content = batch.content.clone();
        let (latent, memory) = (state.latent.clone(), state.memory.as_ref());
        let conditioning = self
            .learner
            .relation
            .condition(content.clone(), latent, memory);
        let output = (self.network).decode_as(content, &conditioning, state.adapters.as_ref());
        emphasise(output.expression, &batch.phones)
    }
}

impl<B: Backend> FitState<B> {
    fn to_learned_weights(&self, steps: usize, tail_error_mm: Vec<f32>) -> LearnedWeights {
        let latent = self.latent.clone().map(Matrix::from_tensor);
        LearnedWeights {
            weights: SpeakerWeights {
                latent: latent.map(|latent| latent.values).unwrap_or_default(),
                memory: (self.memory.as_ref())
                    .map(Memory::to_plain)
                    .unwrap_or_default(),
                adapters: (self.adapters.as_ref())
                    .map(MoLora::low_ranks)
                    .unwrap_or_default(),
            },
            steps,
            tail_error_mm,
        }
    }
}

fn scalar<B: Backend>(value: Tensor<B, 1>) -> f32 {
    value.into_scalar().elem()
}
