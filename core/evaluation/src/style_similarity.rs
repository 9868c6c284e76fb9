//! Style similarity: a classifier of speakers by their motion.

use burn::backend::Autodiff;
use burn::module::{AutodiffModule, Module};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, Optimizer};
use burn::tensor::activation::log_softmax;
use burn::tensor::backend::Backend;
use burn::tensor::{Int, Tensor, TensorData};
use burn_flex::Flex;
use metaface_clip::Channel;

const CHANNELS: usize = Channel::BLENDSHAPE_COUNT;
/// Mean, standard deviation, speed and 95th percentile per channel.
const FEATURES: usize = 4 * CHANNELS;
/// Dimensions of a style embedding.
const EMBEDDING: usize = 32;
/// Gradient steps of the training.
const STEPS: usize = 400;
/// Learning rate of the training.
const RATE: f64 = 3e-3;

#[derive(Module, Debug)]
struct Classifier<B: Backend> {
    embed: Linear<B>,
    speaker: Linear<B>,
}

impl<B: Backend> Classifier<B> {
    fn embed(&self, features: Tensor<B, 2>) -> Tensor<B, 2> {
        self.embed.forward(features).tanh()
    }
}

/// A classifier of speakers by their motion. Its hidden layer is the style embedding.
#[derive(Debug)]
pub struct StyleClassifier {
    classifier: Classifier<Flex>,
    scales: Scales,
}

/// Mean and standard deviation of each feature over the training data.
#[derive(Debug)]
struct Scales {
    mean: Vec<f32>,
    deviation: Vec<f32>,
}

impl Scales {
    fn standardised(&self, row: &[f32]) -> Vec<f32> {
        let scales = self.mean.iter().zip(&self.deviation);
        (row.iter().zip(scales))
            .map(|(value, (mean, deviation))| ((value - mean) / deviation).clamp(-4.0, 4.0))
            .collect()
    }
}

impl StyleClassifier {
    /// Trains a classifier on excerpts of several people's motion (blendshapes at 50 Hz, a few
    /// seconds each). `None` for fewer than two people, or without motion.
    ///
    /// Train on other people than those to evaluate.
    pub fn train(people: &[Vec<Vec<[f32; CHANNELS]>>], seed: u64) -> Option<Self> {
        let rows: Vec<(usize, Vec<f32>)> = (people.iter().enumerate())
            .flat_map(|(person, excerpts)| {
                let excerpts = excerpts.iter().filter(|excerpt| excerpt.len() > 1);
                excerpts.map(move |excerpt| (person, features(excerpt)))
            })
            .collect();
        if people.len() < 2 || rows.is_empty() {
            return None;
        }
        let count = rows.len() as f32;
        let mean: Vec<f32> = (0..FEATURES)
            .map(|i| rows.iter().map(|(_, row)| row[i]).sum::<f32>() / count)
            .collect();
        let deviation: Vec<f32> = (0..FEATURES)
            .map(|i| {
                let squares = rows.iter().map(|(_, row)| (row[i] - mean[i]).powi(2));
                (squares.sum::<f32>() / count).sqrt().max(1e-4)
            })
            .collect();
        let device = Default::default();
        <Autodiff<Flex> as Backend>::seed(&device, seed);
        let mut classifier = Classifier::<Autodiff<Flex>> {
            embed: LinearConfig::new(FEATURES, EMBEDDING).init(&device),
            speaker: LinearConfig::new(EMBEDDING, people.len()).init(&device),
        };
        let scales = Scales { mean, deviation };
        let inputs: Vec<f32> = (rows.iter())
            .flat_map(|(_, row)| scales.standardised(row))
            .collect();
        let labels: Vec<i32> = rows.iter().map(|(person, _)| *person as i32).collect();
        let inputs: Tensor<Autodiff<Flex>, 2> =
            Tensor::from_data(TensorData::new(inputs, [rows.len(), FEATURES]), &device);
        let labels: Tensor<Autodiff<Flex>, 2, Int> =
            Tensor::from_data(TensorData::new(labels, [rows.len(), 1]), &device);
        let mut optimizer = AdamConfig::new().init();
        for _ in 0..STEPS {
            let logits = classifier.speaker.forward(classifier.embed(inputs.clone()));
            let loss = -log_softmax(logits, 1).gather(1, labels.clone()).mean();
            let gradients = GradientsParams::from_grads(loss.backward(), &classifier);
            classifier = optimizer.step(RATE, classifier, gradients);
        }
        Some(Self {
            classifier: classifier.valid(),
            scales,
        })
    }

    /// The style embedding of an excerpt. `None` for fewer than two frames.
    pub fn embedding(&self, motion: &[[f32; CHANNELS]]) -> Option<Vec<f32>> {
        if motion.len() < 2 {
            return None;
        }
        let row = self.scales.standardised(&features(motion));
        let input = Tensor::from_data(TensorData::new(row, [1, FEATURES]), &Default::default());
        self.classifier.embed(input).into_data().to_vec().ok()
    }

    /// Style similarity: the cosine between the style embeddings of two excerpts, -1 to 1. `None`
    /// if either has fewer than two frames.
    pub fn similarity(&self, a: &[[f32; CHANNELS]], b: &[[f32; CHANNELS]]) -> Option<f64> {
        let (a, b) = (self.embedding(a)?, self.embedding(b)?);
        let dot =
            |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum() };
        let norm = (dot(&a, &a) * dot(&b, &b)).sqrt();
        (norm > 0.0).then(|| dot(&a, &b) / norm)
    }
}

/// Features of an excerpt that depend on the person more than on the words.
fn features(motion: &[[f32; CHANNELS]]) -> Vec<f32> {
    let mut out = Vec::with_capacity(FEATURES);
    let count = motion.len() as f32;
    for channel in 0..CHANNELS {
        let mut values: Vec<f32> = motion.iter().map(|frame| frame[channel]).collect();
        let mean = values.iter().sum::<f32>() / count;
        let variance = values
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f32>()
            / count;
        let steps = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let speed = steps.sum::<f32>() / (count - 1.0);
        values.sort_by(f32::total_cmp);
        let high = values[(values.len() - 1) * 95 / 100];
        out.extend([mean, variance.sqrt(), speed, high]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Motion with this size and frequency of jaw openings.
    fn talk(size: f32, hertz: f32, phase: f32) -> Vec<[f32; CHANNELS]> {
        (0..200)
            .map(|frame| {
                let mut face = [0.0; CHANNELS];
                let turn = std::f32::consts::TAU * hertz * frame as f32 / 50.0 + phase;
                face[Channel::JawOpen.index()] = size * (1.0 + turn.sin());
                face[Channel::MouthPucker.index()] = 0.1 * hertz * (1.0 + turn.cos());
                face
            })
            .collect()
    }

    #[test]
    fn excerpts_of_one_person_are_more_similar_than_those_of_two() {
        let people: Vec<_> = (0..12)
            .map(|i| {
                let (size, hertz) = (0.05 + 0.02 * i as f32, 1.0 + 0.3 * (i % 5) as f32);
                (0..6)
                    .map(|j| talk(size, hertz, j as f32))
                    .collect::<Vec<_>>()
            })
            .collect();
        let classifier = StyleClassifier::train(&people, 1).expect("people");
        let same = classifier.similarity(&talk(0.1, 2.0, 0.3), &talk(0.1, 2.0, 2.0));
        let other = classifier.similarity(&talk(0.1, 2.0, 0.3), &talk(0.24, 1.1, 2.0));
        assert!(
            same > Some(0.95) && other < same.map(|same| same - 0.3),
            "{same:?} {other:?}"
        );
        assert!(StyleClassifier::train(&people[..1], 1).is_none());
        assert!(classifier.similarity(&[], &[]).is_none());
    }
}
