//! A training step of the neural process, and one of the adapters' start.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Param};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsAccumulator, GradientsParams, Optimizer};
use burn::tensor::backend::AutodiffBackend;
use burn::tensor::{ElementConversion, Tensor};

use super::batch::EpisodeBatch;
use metaface_core::model::emphasis::emphasise;
use metaface_core::model::relation::{Context, RelationProcess};
use metaface_core::model::{Dropout, Learner, Network};
use metaface_core::speaker::face_loss::face_loss;
use metaface_core::speaker::fit::{FIT_LEARNING_RATE, FittedParameters, Fitter, FrozenParameters};
use metaface_core::speaker::learning_batch::LearningBatch;

/// Episodes per step to which adapters are fitted.
const FITTED_EPISODES: usize = 2;
/// Gradient steps of a fit in training.
const FIT_STEPS: usize = 6;
/// Largest window of one gradient step, in output frames.
const FIT_WINDOW: usize = 300;
/// Weight of the divergence of the posterior from the prior.
const DIVERGENCE: f32 = 2e-3;
/// Weight of the error of the style, in standard deviations.
const STYLE: f32 = 0.05;
/// The peak learning rate of both steps.
const RATE: f64 = 1.5e-3;

/// The optimiser of a learner.
pub(super) type LearnerOptimizer<A> = OptimizerAdaptor<Adam, Learner<A>, A>;

/// A new optimiser.
pub(super) fn optimizer<A: AutodiffBackend>() -> LearnerOptimizer<A> {
    let clipping = Some(GradientClippingConfig::Norm(1.0));
    AdamConfig::new().with_grad_clipping(clipping).init()
}

/// The state of the learner's training.
pub(super) struct LearnerTraining<A: AutodiffBackend> {
    /// The frozen base network.
    pub(super) network: Network<A>,
    pub(super) learner: Learner<A>,
    pub(super) optimizer: LearnerOptimizer<A>,
}

impl<A: AutodiffBackend> LearnerTraining<A> {
    /// One step of the neural process. `rate` is a share of the peak learning rate. Returns the
    /// loss on the queries: the average speaker's and the process's.
    pub(super) fn step_process(
        &mut self,
        episodes: &EpisodeBatch<A>,
        step: usize,
        rate: f64,
        dropout: &mut Dropout,
    ) -> [f32; 2] {
        let relation = &self.learner.relation;
        let support = episodes.support.for_learning::<A>();
        let query = episodes.query.for_learning::<A>();
        let (prior, memory) = relation.encode(&support.context());
        let (posterior, _) = relation.encode(&joined_context(&support, &query));
        // Alternates between the prior, which is all that `adapt` has, and the posterior.
        let distribution = if step.is_multiple_of(2) {
            &prior
        } else {
            &posterior
        };
        let content = query.content.clone();
        let latent = distribution.sample();
        let conditioning = relation.condition(content.clone(), Some(latent), Some(&memory));
        let network = &self.network;
        let output = network.decode_for_learning(content, &conditioning, None, dropout);
        let error = face_loss(emphasise(output.expression, &query.phones), &query.captured);
        let average = face_loss(query.average.clone(), &query.captured);
        let style = (relation.style(prior.mean.clone()) - episodes.style.clone()).square();
        let loss = error.clone() + posterior.divergence(&prior) * DIVERGENCE + style.mean() * STYLE;
        let gradients = GradientsParams::from_grads(loss.backward(), &self.learner);
        self.learner = (self.optimizer).step(RATE * rate, self.learner.clone(), gradients);
        [average, error].map(scalar)
    }

    /// One step of the adapters' start. `rate` is a share of the peak learning rate. Returns the
    /// loss on the queries after the fits.
    pub(super) fn step_start(
        &mut self,
        episodes: &EpisodeBatch<A>,
        step: usize,
        rate: f64,
        dropout: &mut Dropout,
    ) -> f32 {
        let relation = self.learner.relation.valid();
        let mut accumulator = GradientsAccumulator::new();
        let mut sum = 0.0;
        for episode in 0..FITTED_EPISODES {
            let support = episodes.support.only(episode);
            // Every fourth fit omits the neural process, so that the start suits both cases.
            let adapters_only = (step + episode) % 4 == 3;
            let (latent, memory) = relation.encode(&support.context());
            let frozen = FrozenParameters {
                network: self.network.clone(),
                relation: RelationProcess::<A>::from_inner(relation.clone()),
                memory: (!adapters_only).then(|| memory.for_learning::<A>()),
            };
            let fitted = FittedParameters {
                adapters: self.learner.adapters.clone(),
                latent: (!adapters_only)
                    .then(|| Param::from_tensor(Tensor::from_inner(latent.mean))),
            };
            let mut fitter = Fitter::new(fitted, dropout.clone());
            let support = support.for_learning::<A>();
            let window = support.frames().min(FIT_WINDOW);
            let room = support.frames() - window;
            for fit in 0..FIT_STEPS {
                let first = (step * 7919 + fit * 104_729) % (room + 1);
                fitter.step(&frozen, &support.part(first, window), FIT_LEARNING_RATE);
            }
            let query = episodes.query.only(episode).for_learning::<A>();
            let loss = frozen.loss(&fitter.fitted, &query, &mut fitter.dropout);
            *dropout = fitter.dropout;
            sum += scalar(loss.clone()) / FITTED_EPISODES as f32;
            // A fit keeps the parameter ids, so these gradients apply to the start.
            let fitted = &fitter.fitted.adapters;
            let gradients = GradientsParams::from_grads(loss.backward(), fitted);
            accumulator.accumulate(fitted, gradients);
        }
        let gradients = accumulator.grads();
        self.learner = (self.optimizer).step(RATE * rate, self.learner.clone(), gradients);
        sum
    }
}

fn scalar<A: AutodiffBackend>(value: Tensor<A, 1>) -> f32 {
    value.into_scalar().elem()
}

/// Support and query joined in time: the input of the posterior.
fn joined_context<A: AutodiffBackend>(
    support: &LearningBatch<A>,
    query: &LearningBatch<A>,
) -> Context<A> {
    let (a, b) = (support.context(), query.context());
    let cat = |a: Tensor<A, 3>, b: Tensor<A, 3>| Tensor::cat(vec![a, b], 1);
    Context {
        content: cat(a.content, b.content),
        average: cat(a.average, b.average),
        motion: cat(a.motion, b.motion),
        observed: a.observed,
        weight: cat(a.weight, b.weight),
    }
}
