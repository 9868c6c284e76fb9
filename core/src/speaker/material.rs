//! A stretch of speech as the neural process and the fitting want it.

use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{Tensor, TensorData};

use super::face_loss::Captured;
use crate::audio::{MEL_BANDS, MelFrame};
use crate::clip::Channel;
use crate::model::relation::Context;
use crate::model::shown::{Heard, shown};
use crate::model::{Manner, Network};

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;

/// Speech and what the average speaker does on it: everything that does not change in a fit.
#[derive(Debug, Clone)]
pub struct Material<B: Backend> {
    /// `[batch, time, CONTENT_WIDTH]`
    pub content: Tensor<B, 3>,
    /// What the phones say.
    pub heard: Heard<B>,
    /// What the average speaker shows `[batch, time, 52]`.
    pub average: Tensor<B, 3>,
    /// What this speaker did.
    pub captured: Captured<B>,
}

/// Which blendshapes were captured.
pub type Observed = [bool; CHANNELS];

/// Sound and motion of one stretch: normalised log-mel at 100 Hz, blendshapes at 50 Hz with the
/// rest pose taken out.
#[derive(Debug, Clone, Default)]
pub struct Stretch {
    /// `STRIDE * frames`
    pub mel: Vec<MelFrame>,
    /// `frames`
    pub motion: Vec<[f32; CHANNELS]>,
}

impl<B: Backend> Material<B> {
    /// Listens to stretches of equal length; `observed` says per stretch which channels count.
    pub fn new(
        network: &Network<B>,
        stretches: &[&Stretch],
        observed: &[Observed],
        device: &B::Device,
    ) -> Self {
        let batch = stretches.len();
        let time = stretches.first().map_or(0, |stretch| stretch.motion.len());
        let tensor = |values: Vec<f32>, shape: [usize; 3]| {
            Tensor::<B, 3>::from_data(TensorData::new(values, shape), device)
        };
        let mel = (stretches.iter()).flat_map(|s| s.mel.as_flattened().iter().copied());
        let mel = tensor(mel.collect(), [batch, 2 * time, MEL_BANDS]);
        let motion = (stretches.iter()).flat_map(|s| s.motion.as_flattened().iter().copied());
        let motion = tensor(motion.collect(), [batch, time, CHANNELS]);
        let observed = observed.iter().flatten().map(|seen| f32::from(*seen));
        let observed = tensor(observed.collect(), [batch, 1, CHANNELS]);
        let content = network.content(mel);
        let output = network.decode_as(content.clone(), &Manner::average(batch, device), None);
        let heard = Heard::of(&output);
        Self {
            content,
            average: shown(output.expression, &heard),
            heard,
            captured: Captured { motion, observed },
        }
    }

    /// Frames per stretch.
    pub fn frames(&self) -> usize {
        self.content.dims()[1]
    }

    /// The same with every tensor put through `each`.
    fn map<C: Backend>(&self, each: impl Fn(&Tensor<B, 3>) -> Tensor<C, 3>) -> Material<C> {
        Material {
            content: each(&self.content),
            heard: Heard {
                open_vowel: each(&self.heard.open_vowel),
                rounded: each(&self.heard.rounded),
            },
            average: each(&self.average),
            captured: Captured {
                motion: each(&self.captured.motion),
                observed: each(&self.captured.observed),
            },
        }
    }

    /// `frames` frames from `start` on.
    #[must_use]
    pub fn part(&self, start: usize, frames: usize) -> Self {
        self.map(|x| match x.dims()[1] {
            1 => x.clone(),
            _ => x.clone().narrow(1, start, frames),
        })
    }

    /// Only stretch `index` of the batch.
    #[must_use]
    pub fn only(&self, index: usize) -> Self {
        self.map(|x| x.clone().narrow(0, index, 1))
    }

    /// Several one after the other.
    pub fn in_a_row(all: Vec<Self>) -> Self {
        let cat = |field: fn(&Self) -> &Tensor<B, 3>| {
            Tensor::cat(all.iter().map(|one| field(one).clone()).collect(), 1)
        };
        Self {
            content: cat(|one| &one.content),
            heard: Heard {
                open_vowel: cat(|one| &one.heard.open_vowel),
                rounded: cat(|one| &one.heard.rounded),
            },
            average: cat(|one| &one.average),
            captured: Captured {
                motion: cat(|one| &one.captured.motion),
                // The same for all.
                observed: cat(|one| &one.captured.observed).narrow(1, 0, 1),
            },
        }
    }

    /// For a backend that learns.
    pub fn for_learning<A: AutodiffBackend<InnerBackend = B>>(&self) -> Material<A> {
        self.map(|x| Tensor::from_inner(x.clone()))
    }

    /// What the neural process learns from.
    pub fn context(&self) -> Context<B> {
        let [batch, time, _] = self.content.dims();
        Context {
            content: self.content.clone(),
            average: self.average.clone(),
            motion: self.captured.motion.clone(),
            observed: self.captured.observed.clone(),
            weight: Tensor::ones([batch, time, 1], &self.content.device()),
        }
    }
}
