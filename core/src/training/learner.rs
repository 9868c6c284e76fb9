//! Training what learns speakers: the neural process (DRMN) and the adapters' start (RMIS).
//!
//! The base network stays as it is. Each step draws episodes of several performers. The neural
//! process learns to turn a support into a manner that animates the query (Garnelo et al. 2018,
//! with the divergence of the posterior, which also saw the query, from the prior). The adapters'
//! start is meta-learned to the first order (Finn et al. 2017, FOMAML): adapters are fitted to the
//! support by the very code of `speaker::fit`, and the gradient of the query's loss *after* the fit
//! moves the start.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{AutodiffModule, Module, Param};
use burn::optim::{AdamConfig, GradientsAccumulator, GradientsParams, Optimizer};
use burn::tensor::backend::AutodiffBackend;
use burn::tensor::{ElementConversion, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::dataset::Dataset;
use super::episodes::{Episode, Robustness};
use super::performer::{Breadth, Performer};
use crate::model::molora::MoLora;
use crate::model::relation::{Latent, RelationProcess};
use crate::model::shown::shown;
use crate::model::{FRAME_RATE, Learner, Network};
use crate::speaker::face_loss::face_loss;
use crate::speaker::fitting::{FIT_RATE, Fitted, Fitter, Frozen, closure_loss};
use crate::speaker::material::Material;

/// How the learner is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnerPlan {
    /// Steps of the neural process alone.
    pub process_steps: usize,
    /// Steps in which the adapters' start is learned too, after those.
    pub meta_steps: usize,
    /// Everything random follows from this.
    pub seed: u64,
    /// Whether supports are damaged.
    pub robust: bool,
}

impl Default for LearnerPlan {
    fn default() -> Self {
        Self {
            process_steps: 2500,
            meta_steps: 1500,
            seed: 7,
            robust: true,
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearnerProgress {
    /// Steps done.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Loss on queries, averaged since the last report: average speaker, neural process, fitted.
    pub losses: [f32; 3],
}

/// Episodes per step.
const EPISODES: usize = 4;
/// How many of them the adapters are fitted to.
const FITTED_EPISODES: usize = 2;
/// Gradient steps of a fit in training.
const FIT_STEPS: usize = 6;
/// Output frames of a query.
const QUERY: usize = 5 * FRAME_RATE as usize;
/// Output frames of a support: 2 to 30 s.
const SUPPORT: [usize; 2] = [2 * FRAME_RATE as usize, 30 * FRAME_RATE as usize];
/// Weight of the divergence of posterior from prior.
const DIVERGENCE: f32 = 2e-3;
/// Weight of the error of the teacher's style, in standard deviations.
const STYLE: f32 = 0.05;
/// Highest learning rates of the neural process and of the adapters' start.
const RATES: [f64; 2] = [1.5e-3, 1.5e-3];
/// Steps between reports.
const REPORT_EVERY: usize = 25;

struct Drawn<A: AutodiffBackend> {
    support: Material<A::InnerBackend>,
    query: Material<A::InnerBackend>,
    style: Tensor<A, 2>,
}

impl LearnerPlan {
    fn draw<A: AutodiffBackend>(
        &self,
        data: &Dataset,
        network: &Network<A::InnerBackend>,
        step: usize,
        device: &A::Device,
    ) -> Option<Drawn<A>> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(step as u64);
        let [least, most] = SUPPORT.map(|frames| (frames as f32).ln());
        let support = rng.random_range(least..most).exp() as usize;
        let robustness = match self.robust {
            true => Robustness::Robust,
            false => Robustness::Clean,
        };
        let mut episodes = Vec::new();
        let mut styles = Vec::new();
        for _ in 0..EPISODES {
            let performer = Performer::sample(Breadth::Usual, &mut rng);
            styles.push(performer.style.to_vector());
            let frames = [support, QUERY];
            episodes.push(Episode::draw(
                data, &performer, frames, robustness, &mut rng,
            )?);
        }
        let supports: Vec<_> = episodes.iter().map(|episode| &episode.support).collect();
        let queries: Vec<_> = episodes.iter().map(|episode| &episode.query).collect();
        let observed: Vec<_> = episodes.iter().map(|episode| episode.observed).collect();
        let all = [[true; crate::clip::Channel::BLENDSHAPE_COUNT]; EPISODES];
        let width = crate::model::STYLE_DIMENSIONS;
        let styles = burn::tensor::TensorData::new(styles.concat(), [EPISODES, width]);
        Some(Drawn {
            support: Material::new(network, &supports, &observed, device),
            query: Material::new(network, &queries, &all, device),
            style: Tensor::from_data(styles, device),
        })
    }

    fn rate(&self, step: usize) -> f64 {
        let steps = (self.process_steps + self.meta_steps).max(1);
        let warm = ((step + 1) as f64 / 100.0).min(1.0);
        let cosine = 0.5 + 0.5 * (std::f64::consts::PI * step as f64 / steps as f64).cos();
        warm * (0.02 + 0.98 * cosine)
    }
}

/// Trains a learner for a base network. `progress` is called every few steps with the learner as
/// it is; when it returns false, training stops and what was learned so far is returned.
///
/// `start` goes on from an earlier learner, at `first_step`.
pub fn train_learner<A: AutodiffBackend>(
    data: &Dataset,
    network: &Network<A::InnerBackend>,
    plan: &LearnerPlan,
    start: Option<(Learner<A::InnerBackend>, usize)>,
    device: &A::Device,
    progress: &mut dyn FnMut(&LearnerProgress, &Learner<A::InnerBackend>) -> bool,
) -> Learner<A::InnerBackend> {
    A::seed(device, plan.seed);
    let frozen_network = Network::<A>::from_inner(network.clone());
    let mut relation = RelationProcess::<A>::new(device);
    let mut adapters = MoLora::<A>::new(device);
    let mut first = 0;
    if let Some((learner, step)) = start {
        // Through records: what comes straight from a module for inference learns nothing.
        relation =
            relation.load_record(RelationProcess::<A>::from_inner(learner.relation).into_record());
        adapters = adapters.load_record(MoLora::<A>::from_inner(learner.adapters).into_record());
        first = step;
    }
    let clipping = || Some(GradientClippingConfig::Norm(1.0));
    let mut process_optimizer = AdamConfig::new().with_grad_clipping(clipping()).init();
    let mut start_optimizer = AdamConfig::new().with_grad_clipping(clipping()).init();
    let steps = plan.process_steps + plan.meta_steps;
    let mut sums = [0.0f32; 3];
    let learner = |relation: &RelationProcess<A>, adapters: &MoLora<A>| Learner {
        relation: relation.valid(),
        adapters: adapters.valid(),
    };
    for step in first..steps {
        A::seed(device, plan.seed.rotate_left(32) ^ step as u64);
        let Some(drawn) = plan.draw::<A>(data, network, step, device) else {
            break;
        };
        let rate = plan.rate(step);

        // The neural process.
        let support = drawn.support.for_learning::<A>();
        let query = drawn.query.for_learning::<A>();
        let (prior, memory) = relation.study(&support.context());
        let (posterior, _) = relation.study(&both(&support, &query));
        let from: &Latent<A> = if step % 2 == 0 { &prior } else { &posterior };
        let latent = from.sample();
        let manner = relation.manner(query.content.clone(), Some(latent.clone()), Some(&memory));
        let output = frozen_network.decode_as(query.content.clone(), &manner, None);
        let error = face_loss(shown(output.expression, &query.heard), &query.captured);
        let closures = closure_loss(output.closure, &query.closure);
        sums[0] += scalar(face_loss(query.average.clone(), &query.captured));
        sums[1] += scalar(error.clone());
        let style = (relation.style(prior.mean.clone()) - drawn.style)
            .square()
            .mean();
        let loss = error + closures + posterior.divergence(&prior) * DIVERGENCE + style * STYLE;
        let gradients = GradientsParams::from_grads(loss.backward(), &relation);
        relation = process_optimizer.step(RATES[0] * rate, relation, gradients);

        // The adapters' start.
        if step >= plan.process_steps {
            let studied = RelationProcess::<A>::from_inner(relation.valid());
            let mut accumulator = GradientsAccumulator::new();
            for episode in 0..FITTED_EPISODES {
                let support = drawn.support.only(episode);
                // Every other fit does without the neural process, so that the start serves both.
                let alone = (step + episode) % 4 == 3;
                let (latent, memory) = relation.valid().study(&support.context());
                let frozen = Frozen {
                    network: frozen_network.clone(),
                    relation: studied.clone(),
                    memory: (!alone).then(|| memory.for_learning::<A>()),
                };
                let mut fitter = Fitter::new(Fitted {
                    adapters: Some(adapters.clone()),
                    latent: (!alone).then(|| Param::from_tensor(Tensor::from_inner(latent.mean))),
                });
                let support = support.for_learning::<A>();
                let window = support.frames().min(300);
                for fit in 0..FIT_STEPS {
                    let room = support.frames() - window;
                    let start = (step * 7919 + fit * 104_729) % (room + 1);
                    fitter.step(&frozen, &support.part(start, window), FIT_RATE);
                }
                let query = drawn.query.only(episode).for_learning::<A>();
                let loss = frozen.loss(&fitter.fitted, &query);
                sums[2] += scalar(loss.clone()) / FITTED_EPISODES as f32;
                if let Some(fitted) = &fitter.fitted.adapters {
                    let gradients = GradientsParams::from_grads(loss.backward(), fitted);
                    accumulator.accumulate(fitted, gradients);
                }
            }
            adapters = start_optimizer.step(RATES[1] * rate, adapters, accumulator.grads());
        }
        if (step + 1) % REPORT_EVERY == 0 || step + 1 == steps {
            let report = LearnerProgress {
                step: step + 1,
                steps,
                losses: sums.map(|sum| sum / REPORT_EVERY as f32),
            };
            sums = [0.0; 3];
            if !progress(&report, &learner(&relation, &adapters)) {
                break;
            }
        }
    }
    learner(&relation, &adapters)
}

fn scalar<A: AutodiffBackend>(value: Tensor<A, 1>) -> f32 {
    value.into_scalar().elem()
}

/// Support and query one after the other: what the posterior sees.
fn both<A: AutodiffBackend>(
    support: &Material<A>,
    query: &Material<A>,
) -> crate::model::relation::Context<A> {
    let (a, b) = (support.context(), query.context());
    let cat = |a: Tensor<A, 3>, b: Tensor<A, 3>| Tensor::cat(vec![a, b], 1);
    crate::model::relation::Context {
        content: cat(a.content, b.content),
        average: cat(a.average, b.average),
        motion: cat(a.motion, b.motion),
        observed: a.observed,
        weight: cat(a.weight, b.weight),
    }
}
