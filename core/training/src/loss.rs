//! The training loss of the network.

use burn::tensor::activation::log_softmax;
use burn::tensor::{ElementConversion, Int, Tensor, TensorData, backend::Backend};

use super::dataset::Example;
use metaface_clip::Channel;
use metaface_core::audio::MEL_BANDS;
use metaface_core::model::emphasis::{aperture_millimetres, channels};
use metaface_core::model::loss::{channel_importance, robust};
use metaface_core::model::{CLOSURES_AHEAD, NetworkOutput, STYLE_DIMENSIONS};

/// Weights of the loss terms, chosen so that each term starts between 0.1 and 2.
const EXPRESSION: f32 = 2.5;
const VELOCITY: f32 = 100.0;
const APERTURE: f32 = 0.1;
const CLOSURE: f32 = 1.5;
const PHONES: f32 = 0.45;

/// The loss is quadratic below these errors and linear above: for an ambiguous sound the network
/// then predicts the likelier face, not the blurred mean of both.
const EXPRESSION_KNEE: f32 = 0.03;
const APERTURE_KNEE_MM: f32 = 0.7;

/// Additional weight of a frame with shut lips.
const SHUT_WEIGHT: f32 = 3.0;

/// Examples as tensors.
pub struct ExampleBatch<B: Backend> {
    /// `[batch, STRIDE * time, 80]`
    pub mel: Tensor<B, 3>,
    /// `[batch, STYLE_DIMENSIONS]`
    pub style: Tensor<B, 2>,
    expression: Tensor<B, 3>,
    /// `[batch, time, 1 + CLOSURES_AHEAD]`
    closure: Tensor<B, 3>,
    phones: Tensor<B, 3, Int>,
}

impl<B: Backend> ExampleBatch<B> {
    /// Copies examples of equal length to a device.
    pub fn new(examples: &[Example], device: &B::Device) -> Self {
        let batch = examples.len();
        let time = examples.first().map_or(0, |example| example.closure.len());
        let gather = |width: usize, values: Vec<f32>| {
            let rows = values.len() / width / batch.max(1);
            Tensor::<B, 3>::from_data(TensorData::new(values, [batch, rows, width]), device)
        };
        let flat = |example: &Example| example.phones.clone();
        let labels: Vec<i32> = examples.iter().flat_map(flat).collect();
        Self {
            mel: gather(
                MEL_BANDS,
                examples
                    .iter()
                    .flat_map(|e| e.mel.iter().flatten().copied())
                    .collect(),
            ),
            style: Tensor::from_data(
                TensorData::new(
                    examples.iter().flat_map(|e| e.style).collect::<Vec<f32>>(),
                    [batch, STYLE_DIMENSIONS],
                ),
                device,
            ),
            expression: gather(
                Channel::BLENDSHAPE_COUNT,
                examples
                    .iter()
                    .flat_map(|e| e.expression.iter().flatten().copied())
                    .collect(),
            ),
            closure: gather(
                1 + CLOSURES_AHEAD,
                examples.iter().flat_map(|e| ahead(&e.closure)).collect(),
            ),
            phones: Tensor::from_data(TensorData::new(labels, [batch, time, 1]), device),
        }
    }
}

/// Per frame its value and the following [`CLOSURES_AHEAD`] values; the last value is repeated.
fn ahead(values: &[f32]) -> Vec<f32> {
    let last = values.len().saturating_sub(1);
    (0..values.len())
        .flat_map(|i| (i..=i + CLOSURES_AHEAD).map(move |j| values[j.min(last)]))
        .collect()
}

/// The weighted terms of the loss, as scalars.
pub struct Loss<B: Backend> {
    /// Robust error of the blendshapes.
    pub expression: Tensor<B, 1>,
    /// Squared error of the blendshapes' change from frame to frame.
    pub velocity: Tensor<B, 1>,
    /// Robust error of the lip aperture in millimetres.
    pub aperture: Tensor<B, 1>,
    /// Cross-entropy of lip closures.
    pub closure: Tensor<B, 1>,
    /// Cross-entropy of phones.
    pub phones: Tensor<B, 1>,
}

impl<B: Backend> Loss<B> {
    /// Compares the network's output with the teacher's face.
    pub fn new(output: NetworkOutput<B>, batch: &ExampleBatch<B>) -> Self {
        let device = output.expression.device();
        let [count, time, width] = output.expression.dims();
        let importance = channels::<B>(&device, channel_importance);
        let frame_weight = batch.closure.clone().narrow(2, 0, 1) * SHUT_WEIGHT + 1.0;

        let error = output.expression - batch.expression.clone();
        let expression =
            (robust(error.clone(), EXPRESSION_KNEE) * importance.clone() * frame_weight.clone())
                .mean();
        let later = error.clone().slice([0..count, 1..time, 0..width]);
        let earlier = error.clone().slice([0..count, 0..time - 1, 0..width]);
        let velocity = ((later - earlier).square() * importance).mean();
        let millimetres = (error * channels(&device, aperture_millimetres)).sum_dim(2);
        let aperture = (robust(millimetres, APERTURE_KNEE_MM) * frame_weight).mean();

        // Binary cross-entropy on logits, in a form that does not overflow.
        let logit = output.closure;
        let closure = (logit.clone().clamp_min(0.0) - logit.clone() * batch.closure.clone()
            + (-logit.abs()).exp().log1p())
        .mean();
        let likelihood = log_softmax(output.phones, 2).gather(2, batch.phones.clone());
        let phones = -likelihood.mean();
        Self {
            expression: expression * EXPRESSION,
            velocity: velocity * VELOCITY,
            aperture: aperture * APERTURE,
            closure: closure * CLOSURE,
            phones: phones * PHONES,
        }
    }

    /// Expression, velocity, aperture, closure, phones.
    pub fn parts(&self) -> [Tensor<B, 1>; 5] {
        [
            self.expression.clone(),
            self.velocity.clone(),
            self.aperture.clone(),
            self.closure.clone(),
            self.phones.clone(),
        ]
    }

    /// The sum of the parts.
    pub fn total(&self) -> Tensor<B, 1> {
        Tensor::cat(self.parts().to_vec(), 0).sum()
    }
}

/// The share of frames whose most likely phone is the labelled phone.
pub fn phone_accuracy<B: Backend>(output: &NetworkOutput<B>, batch: &ExampleBatch<B>) -> f32 {
    let hit = output
        .phones
        .clone()
        .argmax(2)
        .equal(batch.phones.clone())
        .float();
    hit.mean().into_scalar().elem()
}
