//! Segments of speech as tensors: the input of the neural process and of fitting.

use burn::tensor::backend::{AutodiffBackend, Backend};
use burn::tensor::{Tensor, TensorData};

use super::face_loss::Captured;
use crate::audio::{MEL_BANDS, MelFrame};
use crate::clip::Channel;
use crate::model::emphasis::{PhoneProbabilities, emphasise};
use crate::model::relation::Context;
use crate::model::{Conditioning, Network, STRIDE};

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;

/// Segments of speech and the average speaker's face on them: the constants of a fit.
#[derive(Debug, Clone)]
pub struct LearningBatch<B: Backend> {
    /// `[batch, time, CONTENT_WIDTH]`
    pub content: Tensor<B, 3>,
    /// The network's phone probabilities.
    pub phones: PhoneProbabilities<B>,
    /// The average speaker's face `[batch, time, 52]`.
    pub average: Tensor<B, 3>,
    /// The captured face of this speaker.
    pub captured: Captured<B>,
}

/// Whether each blendshape was captured.
pub type ObservedChannels = [bool; CHANNELS];

/// Sound and motion of one segment: normalised log-mel at 100 Hz, blendshapes at 50 Hz minus the
/// rest pose.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    /// `STRIDE * frames`
    pub mel: Vec<MelFrame>,
    /// `frames`
    pub motion: Vec<[f32; CHANNELS]>,
}

impl<B: Backend> LearningBatch<B> {
    /// Runs the network on segments of equal length; `observed` marks the captured channels of each
    /// segment.
    pub fn new(
        network: &Network<B>,
        segments: &[&Segment],
        observed: &[ObservedChannels],
        device: &B::Device,
    ) -> Self {
        let batch = segments.len();
        let time = segments.first().map_or(0, |segment| segment.motion.len());
        let tensor = |values: Vec<f32>, shape: [usize; 3]| {
            Tensor::<B, 3>::from_data(TensorData::new(values, shape), device)
        };
        let mel_values = (segments.iter()).flat_map(|s| s.mel.as_flattened().iter().copied());
        let mel = tensor(mel_values.collect(), [batch, STRIDE * time, MEL_BANDS]);
        let motion_values = (segments.iter()).flat_map(|s| s.motion.as_flattened().iter().copied());
        let motion = tensor(motion_values.collect(), [batch, time, CHANNELS]);
        let mask_values = observed.iter().flatten().map(|seen| f32::from(*seen));
        let mask = tensor(mask_values.collect(), [batch, 1, CHANNELS]);
        let content = network.content(mel);
        let output =
            network.decode_as(content.clone(), &Conditioning::average(batch, device), None);
        let phones = PhoneProbabilities::of(&output);
        Self {
            content,
            average: emphasise(output.expression, &phones),
            phones,
            captured: Captured {
                motion,
                observed: mask,
            },
        }
    }

    /// Frames per segment.
    pub fn frames(&self) -> usize {
        self.content.dims()[1]
    }

    /// Applies `convert` to every tensor.
    fn map<C: Backend>(&self, convert: impl Fn(&Tensor<B, 3>) -> Tensor<C, 3>) -> LearningBatch<C> {
        LearningBatch {
            content: convert(&self.content),
            phones: PhoneProbabilities {
                open_vowel: convert(&self.phones.open_vowel),
                rounded: convert(&self.phones.rounded),
            },
            average: convert(&self.average),
            captured: Captured {
                motion: convert(&self.captured.motion),
                observed: convert(&self.captured.observed),
            },
        }
    }

    /// The `frames` frames from `first_frame`.
    #[must_use]
    pub fn part(&self, first_frame: usize, frames: usize) -> Self {
        self.map(|x| match x.dims()[1] {
            // Constant over time: `observed`.
            1 => x.clone(),
            _ => x.clone().narrow(1, first_frame, frames),
        })
    }

    /// Only segment `index` of the batch.
    #[must_use]
    pub fn only(&self, index: usize) -> Self {
        self.map(|x| x.clone().narrow(0, index, 1))
    }

    /// Concatenates batches in time.
    pub fn concatenated(batches: Vec<Self>) -> Self {
        let cat = |field: fn(&Self) -> &Tensor<B, 3>| {
            Tensor::cat(
                batches.iter().map(|batch| field(batch).clone()).collect(),
                1,
            )
        };
        Self {
            content: cat(|batch| &batch.content),
            phones: PhoneProbabilities {
                open_vowel: cat(|batch| &batch.phones.open_vowel),
                rounded: cat(|batch| &batch.phones.rounded),
            },
            average: cat(|batch| &batch.average),
            captured: Captured {
                motion: cat(|batch| &batch.captured.motion),
                // The same in all batches.
                observed: cat(|batch| &batch.captured.observed).narrow(1, 0, 1),
            },
        }
    }

    /// The batch on a backend with gradients.
    pub fn for_learning<A: AutodiffBackend<InnerBackend = B>>(&self) -> LearningBatch<A> {
        self.map(|x| Tensor::from_inner(x.clone()))
    }

    /// The input of the neural process.
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
