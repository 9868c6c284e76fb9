//! From material to what a speaker file holds: the neural process, then gradient steps as far as
//! they help on a part of the reference that they do not see.

use std::collections::BTreeMap;

use burn::module::{AutodiffModule, Param};
use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{ElementConversion, Tensor};

use super::face_loss::lip_error_mm;
use super::fitting::{FIT_RATE, Fitted, Fitter, Frozen};
use super::material::Material;
use super::{LowRank, RelationMemory};
use crate::model::molora::{MoLora, RANKS, matrix};
use crate::model::relation::{Learner, Memory, RelationProcess};
use crate::model::shown::shown;
use crate::model::{FRAME_RATE, Manner, Network, trainable};

/// Where the fitting of adapters starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Changing nothing, random into the low rank.
    Fresh,
    /// The same with a single expert of as many ranks in place of the mixture.
    FreshSingle,
    /// Where meta-training found that fits should start (MetaFace's RMIS).
    Learned,
}

/// Which parts of the method learn a speaker; every part can be left out to see what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The neural process's global latent.
    pub latent: bool,
    /// Its memory of the reference, to which each frame attends.
    pub memory: bool,
    /// Low-rank adapters; none learns without gradient steps.
    pub adapters: Option<Start>,
}

impl Default for Method {
    fn default() -> Self {
        Self::FITTED
    }
}

impl Method {
    /// The neural process alone.
    pub const INSTANT: Self = Self {
        latent: true,
        memory: true,
        adapters: None,
    };
    /// Everything.
    pub const FITTED: Self = Self {
        adapters: Some(Start::Learned),
        ..Self::INSTANT
    };
}

/// The most gradient steps of a fit.
pub const MOST_STEPS: usize = 80;
/// Gradient steps between looks at the tail.
const LOOK_EVERY: usize = 4;
/// A fit ends after so many looks without a better one.
const PATIENCE: usize = 5;
/// Frames that one gradient step sees at most.
const WINDOW: usize = 10 * FRAME_RATE as usize;
/// The share of a reference that is its tail.
const TAIL: f32 = 0.25;
/// A reference with a shorter tail has none, in frames.
const SHORTEST_TAIL: usize = FRAME_RATE as usize;
/// Frames of reference at which what adapters were fitted to counts half: ten seconds tell the
/// direction better than the distance.
const ADAPTERS_HALF: f32 = 6.0 * FRAME_RATE as f32;
/// Everything random in a fit follows from it.
const SEED: u64 = 7;
/// Gradient steps where there is no tail to ask.
const STEPS_WITHOUT_TAIL: usize = 12;

/// What was learned, as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The global latent.
    pub latent: Vec<f32>,
    /// The memory of the reference.
    pub memory: RelationMemory,
    /// Changes of the decoder's layers; empty if there were no gradient steps.
    pub adapters: BTreeMap<String, LowRank>,
    /// Gradient steps taken.
    pub steps: usize,
    /// Lip error on the tail in millimetres: average speaker in this rest pose, neural process,
    /// fitted; as many as were asked for, none without a tail.
    pub tail_error_mm: Vec<f32>,
}

/// A base network that can learn speakers.
#[derive(Debug, Clone)]
pub struct Teachable<B: Backend> {
    /// The network.
    pub network: Network<B>,
    /// What learns.
    pub learner: Learner<B>,
}

/// Sees the steps done, can ask for the state after them, and returns false to stop.
type Look<'a, B> = dyn FnMut(usize, &dyn Fn() -> State<B>) -> bool + 'a;

/// Neural process and adapters of one speaker on a device.
#[derive(Debug, Clone)]
struct State<B: Backend> {
    latent: Option<Tensor<B, 2>>,
    memory: Option<Memory<B>>,
    adapters: Option<MoLora<B>>,
}

impl<B: Backend> Teachable<B> {
    /// Learns from material whose rest pose has been taken out. `progress` is told of gradient
    /// steps done and returns false to stop; then there is none.
    pub fn learn<A: AutodiffBackend<InnerBackend = B>>(
        &self,
        material: &Material<B>,
        method: Method,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Option<Learned> {
        let frames = material.frames();
        let tail = (frames as f32 * TAIL) as usize;
        if tail < SHORTEST_TAIL {
            let all = self.study(material, method);
            let Some(start) = method.adapters else {
                return Some(all.to_plain(0, Vec::new()));
            };
            let steps = STEPS_WITHOUT_TAIL;
            let fitted =
                self.fit::<A>(material, &all, start, steps, &mut |step, _| progress(step))?;
            return Some(fitted.to_plain(steps, Vec::new()));
        }
        let seen = material.part(0, frames - tail);
        let unseen = material.part(frames - tail, tail);
        let average = scalar(lip_error_mm(unseen.average.clone(), &unseen.captured));
        let mut studied = self.study(&seen, method);
        let mut at_once = self.error(&studied, &unseen);
        let mut errors = vec![average, at_once];
        let mut method = method;
        if at_once > average {
            // Somebody whom the neural process takes for somebody else.
            (method.latent, method.memory) = (false, false);
            studied = self.study(&seen, method);
            at_once = average;
        }
        let all = self.study(material, method);
        let Some(start) = method.adapters else {
            return Some(all.to_plain(0, errors));
        };
        let (mut best, mut least) = (0, at_once);
        let (mut idle, mut stopped) = (0, false);
        self.fit::<A>(&seen, &studied, start, MOST_STEPS, &mut |steps, state| {
            if steps % LOOK_EVERY == 0 {
                idle += 1;
                let error = self.error(&state(), &unseen);
                if error < least {
                    (best, least, idle) = (steps, error, 0);
                }
            }
            stopped = !progress(steps);
            !stopped && idle < PATIENCE
        });
        if stopped {
            return None;
        }
        errors.push(least);
        if best == 0 {
            return Some(all.to_plain(0, errors));
        }
        // Once more with everything that there is.
        let fitted = self.fit::<A>(material, &all, start, best, &mut |step, _| {
            progress(MOST_STEPS + step)
        })?;
        Some(fitted.to_plain(best, errors))
    }

    /// The neural process's view of a reference.
    fn study(&self, material: &Material<B>, method: Method) -> State<B> {
        let (latent, memory) = self.learner.relation.study(&material.context());
        State {
            latent: method.latent.then_some(latent.mean),
            memory: method.memory.then_some(memory),
            adapters: None,
        }
    }

    /// So many gradient steps on what the neural process made of the material; `look` can ask for the
    /// state after each and returns false to stop early. None if it was stopped.
    fn fit<A: AutodiffBackend<InnerBackend = B>>(
        &self,
        material: &Material<B>,
        studied: &State<B>,
        start: Start,
        steps: usize,
        look: &mut Look<'_, B>,
    ) -> Option<State<B>> {
        let material = material.for_learning::<A>();
        let device = material.content.device();
        // What is left out of the network at a step is drawn at random: the same reference is to
        // give the same speaker.
        A::seed(&device, SEED);
        let adapters = match start {
            Start::Fresh => MoLora::<A>::new(&device),
            Start::FreshSingle => MoLora::with_ranks(&[RANKS.iter().sum()], &device),
            Start::Learned => trainable(MoLora::new(&device), self.learner.adapters.clone()),
        };
        let frozen = Frozen {
            network: Network::<A>::from_inner(self.network.clone()),
            relation: RelationProcess::<A>::from_inner(self.learner.relation.clone()),
            memory: studied.memory.as_ref().map(Memory::for_learning),
        };
        let latent = studied.latent.clone();
        let mut fitter = Fitter::new(Fitted {
            adapters,
            latent: latent.map(|latent| Param::from_tensor(Tensor::from_inner(latent))),
        });
        let frames = material.frames() as f32;
        let share = frames / (frames + ADAPTERS_HALF);
        let state = |fitter: &Fitter<A>| State {
            latent: (fitter.fitted.latent.as_ref()).map(|latent| latent.val().inner()),
            memory: studied.memory.clone(),
            adapters: Some(fitter.fitted.adapters.valid().scaled(share)),
        };
        let window = material.frames().min(WINDOW);
        let room = material.frames() - window;
        for step in 1..=steps {
            // Windows in turn, each starting where no other did.
            let start = if room == 0 {
                0
            } else {
                step * (WINDOW * 5 / 8) % (room + 1)
            };
            fitter.step(&frozen, &material.part(start, window), FIT_RATE);
            if !look(step, &|| state(&fitter)) {
                return None;
            }
        }
        Some(state(&fitter))
    }

    /// The lip error of a state on some material, in millimetres.
    fn error(&self, state: &State<B>, material: &Material<B>) -> f32 {
        scalar(lip_error_mm(self.face(state, material), &material.captured))
    }

    /// What a state shows `[1, time, 52]`, rest pose taken out.
    fn face(&self, state: &State<B>, material: &Material<B>) -> Tensor<B, 3> {
        let content = material.content.clone();
        let manner: Manner<B> = self.learner.relation.manner(
            content.clone(),
            state.latent.clone(),
            state.memory.as_ref(),
        );
        let output = (self.network).decode_as(content, &manner, state.adapters.as_ref());
        shown(output.expression, &material.heard)
    }
}

impl<B: Backend> State<B> {
    fn to_plain(&self, steps: usize, tail_error_mm: Vec<f32>) -> Learned {
        let latent = self.latent.clone().map(|latent| matrix(latent).values);
        Learned {
            latent: latent.unwrap_or_default(),
            memory: self
                .memory
                .as_ref()
                .map(Memory::to_plain)
                .unwrap_or_default(),
            adapters: (self.adapters.as_ref())
                .map(MoLora::low_ranks)
                .unwrap_or_default(),
            steps,
            tail_error_mm,
        }
    }
}

fn scalar<B: Backend>(value: Tensor<B, 1>) -> f32 {
    value.into_scalar().elem()
}
