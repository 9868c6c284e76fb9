//! One step of the neural process and one of the adapters' start.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Param};
use burn::optim::adaptor::OptimizerAdaptor;
use burn::optim::{Adam, AdamConfig, GradientsAccumulator, GradientsParams, Optimizer};
use burn::tensor::backend::AutodiffBackend;
use burn::tensor::{ElementConversion, Tensor};

use super::draw::Drawn;
use crate::model::relation::{Context, RelationProcess};
use crate::model::shown::shown;
use crate::model::{Learner, Network};
use crate::speaker::face_loss::face_loss;
use crate::speaker::fitting::{FIT_RATE, Fitted, Fitter, Frozen};
use crate::speaker::material::Material;

/// How many of a step's episodes the adapters are fitted to.
const FITTED_EPISODES: usize = 2;
/// Gradient steps of a fit in training.
const FIT_STEPS: usize = 6;
/// Output frames that one of them sees at most.
const FIT_WINDOW: usize = 300;
/// Weight of the divergence of posterior from prior.
const DIVERGENCE: f32 = 2e-3;
/// Weight of the error of the teacher's style, in standard deviations.
const STYLE: f32 = 0.05;
/// The highest learning rate of either part.
const RATE: f64 = 1.5e-3;

/// The optimiser of a learner.
pub(super) type LearnerOptimizer<A> = OptimizerAdaptor<Adam, Learner<A>, A>;

/// A fresh one.
pub(super) fn optimizer<A: AutodiffBackend>() -> LearnerOptimizer<A> {
    let clipping = Some(GradientClippingConfig::Norm(1.0));
    AdamConfig::new().with_grad_clipping(clipping).init()
}

/// A learner on its way.
pub(super) struct Training<A: AutodiffBackend> {
    /// The base network, which stays as it is.
    pub(super) network: Network<A>,
    pub(super) learner: Learner<A>,
    pub(super) optimizer: LearnerOptimizer<A>,
}

impl<A: AutodiffBackend> Training<A> {
    /// One step of the neural process at this share of the highest rate. Returns the loss on the
    /// queries: the average speaker's and the process's.
    pub(super) fn process(&mut self, drawn: &Drawn<A>, step: usize, rate: f64) -> [f32; 2] {
        let relation = &self.learner.relation;
        let support = drawn.support.for_learning::<A>();
        let query = drawn.query.for_learning::<A>();
        let (prior, memory) = relation.study(&support.context());
        let (posterior, _) = relation.study(&both(&support, &query));
        // In turn from what is known when a speaker is learned, and from what there is to know.
        let from = if step.is_multiple_of(2) {
            &prior
        } else {
            &posterior
        };
        let manner = relation.manner(query.content.clone(), Some(from.sample()), Some(&memory));
        let output = (self.network).decode_as(query.content.clone(), &manner, None);
        let error = face_loss(shown(output.expression, &query.heard), &query.captured);
        let average = face_loss(query.average.clone(), &query.captured);
        let style = (relation.style(prior.mean.clone()) - drawn.style.clone()).square();
        let loss = error.clone() + posterior.divergence(&prior) * DIVERGENCE + style.mean() * STYLE;
        let gradients = GradientsParams::from_grads(loss.backward(), &self.learner);
        self.learner = (self.optimizer).step(RATE * rate, self.learner.clone(), gradients);
        [average, error].map(scalar)
    }

    /// One step of the adapters' start at this share of the highest rate. Returns the loss on the
    /// queries after the fits.
    pub(super) fn start(&mut self, drawn: &Drawn<A>, step: usize, rate: f64) -> f32 {
        let relation = self.learner.relation.valid();
        let mut accumulator = GradientsAccumulator::new();
        let mut sum = 0.0;
        for episode in 0..FITTED_EPISODES {
            let support = drawn.support.only(episode);
            // Every fourth fit does without the neural process, so that the start serves both.
            let alone = (step + episode) % 4 == 3;
            let (latent, memory) = relation.study(&support.context());
            let frozen = Frozen {
                network: self.network.clone(),
                relation: RelationProcess::<A>::from_inner(relation.clone()),
                memory: (!alone).then(|| memory.for_learning::<A>()),
            };
            let mut fitter = Fitter::new(Fitted {
                adapters: self.learner.adapters.clone(),
                latent: (!alone).then(|| Param::from_tensor(Tensor::from_inner(latent.mean))),
            });
            let support = support.for_learning::<A>();
            let window = support.frames().min(FIT_WINDOW);
            let room = support.frames() - window;
            for fit in 0..FIT_STEPS {
                let first = (step * 7919 + fit * 104_729) % (room + 1);
                fitter.step(&frozen, &support.part(first, window), FIT_RATE);
            }
            let query = drawn.query.only(episode).for_learning::<A>();
            let loss = frozen.loss(&fitter.fitted, &query);
            sum += scalar(loss.clone()) / FITTED_EPISODES as f32;
            // Named as the start's, for a fit keeps the parameters' names.
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

/// Support and query one after the other: what the posterior sees.
fn both<A: AutodiffBackend>(support: &Material<A>, query: &Material<A>) -> Context<A> {
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
