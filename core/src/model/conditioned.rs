//! The network conditioned on a speaker.

use std::collections::BTreeMap;

use burn::tensor::{Tensor, backend::Backend};

use super::matrix::{LowRank, Matrix};
use super::molora::merged;
use super::relation::{LATENT, Learner, Memory, RelationMemory};
use super::{Conditioning, Network, NetworkOutput};

/// The weights of one speaker, as stored in a speaker file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpeakerWeights {
    /// Global latent of the neural process; empty if it was not learned.
    pub latent: Vec<f32>,
    /// Memory of the reference in the neural process; empty if it was not learned.
    pub memory: RelationMemory,
    /// Low-rank changes of the decoder's layers by name; empty after instant learning.
    pub adapters: BTreeMap<String, LowRank>,
}

/// The base network and, for a speaker, a second network with the speaker's adapters merged in, and
/// the speaker's latent and memory.
///
/// Lip closures always come from the base network, so that no speaker file can suppress a closure.
#[derive(Debug, Clone)]
pub struct ConditionedNetwork<B: Backend> {
    network: Network<B>,
    /// `None` for the average speaker.
    speaker: Option<SpeakerNetwork<B>>,
}

#[derive(Debug, Clone)]
struct SpeakerNetwork<B: Backend> {
    /// The base network with the adapters merged in.
    network: Network<B>,
    learner: Learner<B>,
    latent: Option<Tensor<B, 2>>,
    memory: Option<Memory<B>>,
    strength: f32,
}

impl<B: Backend> ConditionedNetwork<B> {
    /// The average speaker.
    pub fn average(network: Network<B>) -> Self {
        Self {
            network,
            speaker: None,
        }
    }

    /// A speaker at this strength: 0 is the average speaker, 1 the speaker as learned.
    ///
    /// # Errors
    /// The reason, if the weights belong to another base model.
    pub fn with_speaker(
        network: Network<B>,
        learner: Learner<B>,
        weights: &SpeakerWeights,
        strength: f32,
        device: &B::Device,
    ) -> Result<Self, String> {
        let SpeakerWeights {
            latent,
            memory,
            adapters,
        } = weights;
        let latent_fits = latent.is_empty() || latent.len() == LATENT;
        let memory_fits = memory.mass.is_empty() || memory.fits();
        if !latent_fits || !memory_fits {
            return Err("its latent or memory does not have the base model's size".to_owned());
        }
        let latent_row = Matrix {
            rows: 1,
            columns: latent.len(),
            values: latent.clone(),
        };
        let speaker = SpeakerNetwork {
            network: merged(network.clone(), adapters, strength, device)?,
            learner,
            latent: (!latent.is_empty()).then(|| latent_row.to_tensor(device)),
            memory: (!memory.mass.is_empty()).then(|| Memory::from_plain(memory, device)),
            strength,
        };
        Ok(Self {
            network,
            speaker: Some(speaker),
        })
    }

    /// Normalised log-mel `[batch, 2 * time, 80]` to the face.
    pub fn forward(&self, mel: Tensor<B, 3>) -> NetworkOutput<B> {
        self.forward_masked(mel, None)
    }

    /// [`ConditionedNetwork::forward`] for padded sounds of different lengths; see
    /// [`Network::content_masked`].
    pub(super) fn forward_masked(
        &self,
        mel: Tensor<B, 3>,
        mask: Option<&Tensor<B, 3>>,
    ) -> NetworkOutput<B> {
        let content = self.network.content_masked(mel, mask);
        let average = Conditioning::average(content.dims()[0], &content.device());
        let output = (self.network).decode_masked(content.clone(), &average, None, mask);
        match &self.speaker {
            None => output,
            Some(speaker) => NetworkOutput {
                expression: speaker.expression(content, mask),
                ..output
            },
        }
    }
}

impl<B: Backend> SpeakerNetwork<B> {
    fn expression(&self, content: Tensor<B, 3>, mask: Option<&Tensor<B, 3>>) -> Tensor<B, 3> {
        let conditioning = self.conditioning(content.clone());
        let output = self
            .network
            .decode_masked(content, &conditioning, None, mask);
        output.expression
    }

    fn conditioning(&self, content: Tensor<B, 3>) -> Conditioning<B> {
        let [batch, ..] = content.dims();
        let latent = (self.latent.as_ref()).map(|latent| latent.clone().repeat_dim(0, batch));
        let memory = self.memory.as_ref().map(|memory| memory.repeated(batch));
        let conditioning = (self.learner.relation).condition(content, latent, memory.as_ref());
        Conditioning {
            style: conditioning.style * self.strength,
            hidden: conditioning.hidden.map(|hidden| hidden * self.strength),
            expression: conditioning.expression.map(|offset| offset * self.strength),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, TensorData};
    use burn_flex::Flex;

    use super::*;
    use crate::clip::Channel;
    use crate::model::relation::{KEY, SLOTS, VALUE};
    use crate::model::{BaseModel, CONTENT_WIDTH};

    /// A speaker with every part: latent, memory and adapters.
    fn weights() -> SpeakerWeights {
        let wave = |rows: usize, columns: usize| Matrix {
            rows,
            columns,
            values: (0..rows * columns).map(|i| (i as f32).sin()).collect(),
        };
        let adapter = LowRank {
            down: wave(CONTENT_WIDTH, 2),
            up: wave(2, Channel::BLENDSHAPE_COUNT),
        };
        SpeakerWeights {
            latent: wave(1, LATENT).values,
            memory: RelationMemory {
                keys: wave(SLOTS, KEY),
                values: wave(SLOTS, VALUE),
                mass: vec![10.0; SLOTS],
            },
            adapters: BTreeMap::from([("expression".to_owned(), adapter)]),
        }
    }

    fn values<const D: usize>(tensor: Tensor<Flex, D>) -> TensorData {
        tensor.into_data()
    }

    #[test]
    fn closures_come_from_the_base_network_for_every_speaker() {
        let device = Default::default();
        let base = include_bytes!("../../base.safetensors");
        let base = BaseModel::<Flex>::from_bytes(base, &device).expect("the embedded model");
        let learner = base.learner.expect("a learner");
        let weights = weights();
        let mel = Tensor::random([2, 100, 80], Distribution::Normal(0.0, 1.0), &device);
        let average = ConditionedNetwork::average(base.network.clone()).forward(mel.clone());
        for strength in [0.5, 1.0, 2.0] {
            let (network, learner) = (base.network.clone(), learner.clone());
            let conditioned =
                ConditionedNetwork::with_speaker(network, learner, &weights, strength, &device);
            let speaker = conditioned
                .expect("weights of this base model")
                .forward(mel.clone());
            assert_eq!(values(speaker.closure), values(average.closure.clone()));
            assert_eq!(values(speaker.phones), values(average.phones.clone()));
            let moved = (speaker.expression - average.expression.clone())
                .abs()
                .max();
            assert!(
                moved.into_scalar() > 0.01,
                "the speaker changes the expression"
            );
        }
    }
}
