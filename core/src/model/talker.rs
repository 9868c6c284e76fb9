//! A network that speaks as somebody.

use burn::tensor::{Tensor, backend::Backend};

use super::molora::{merged, tensor};
use super::relation::{LATENT, Learner, Memory};
use super::{Manner, Network, NetworkOutput};
use crate::speaker::{Matrix, Speaker};

/// The base network and, for a speaker, one with the speaker's adapters merged in, their latent and
/// their memory.
///
/// When the lips shut is always the base network's word: nothing that was learned of a speaker can
/// make them miss a b.
#[derive(Debug, Clone)]
pub struct Talker<B: Backend> {
    network: Network<B>,
    somebody: Option<Somebody<B>>,
}

#[derive(Debug, Clone)]
struct Somebody<B: Backend> {
    /// The base network with the adapters merged in.
    network: Network<B>,
    learner: Learner<B>,
    /// None where nothing was learned of it.
    latent: Option<Tensor<B, 2>>,
    memory: Option<Memory<B>>,
    strength: f32,
}

impl<B: Backend> Talker<B> {
    /// The average speaker.
    pub fn average(network: Network<B>) -> Self {
        Self {
            network,
            somebody: None,
        }
    }

    /// A speaker, `strength` times: 0 is the average one, 1 as learned. What is wrong comes as
    /// words.
    pub(crate) fn speaking_as(
        network: Network<B>,
        learner: Learner<B>,
        speaker: &Speaker,
        strength: f32,
        device: &B::Device,
    ) -> Result<Self, String> {
        let Speaker { latent, memory, .. } = speaker;
        let fits = latent.is_empty() || latent.len() == LATENT;
        if !fits || !(memory.mass.is_empty() || memory.fits()) {
            return Err("its latent or memory has another size than the base model's".to_owned());
        }
        let row = Matrix {
            rows: 1,
            columns: latent.len(),
            values: latent.clone(),
        };
        let somebody = Somebody {
            network: merged(network.clone(), &speaker.adapters, strength, device)?,
            learner,
            latent: (!latent.is_empty()).then(|| tensor(&row, device)),
            memory: (!memory.mass.is_empty()).then(|| Memory::from_plain(memory, device)),
            strength,
        };
        Ok(Self {
            network,
            somebody: Some(somebody),
        })
    }

    /// Normalised log-mel `[batch, 2 * time, 80]` to the face.
    pub fn forward(&self, mel: Tensor<B, 3>) -> NetworkOutput<B> {
        self.forward_within(mel, None)
    }

    /// [`Talker::forward`] for sounds of different lengths; see [`Network::content_within`].
    pub(super) fn forward_within(
        &self,
        mel: Tensor<B, 3>,
        within: Option<&Tensor<B, 3>>,
    ) -> NetworkOutput<B> {
        let content = self.network.content_within(mel, within);
        let average = Manner::average(content.dims()[0], &content.device());
        let output = (self.network).decode_within(content.clone(), &average, None, within);
        match &self.somebody {
            None => output,
            Some(somebody) => NetworkOutput {
                expression: somebody.expression(content, within),
                ..output
            },
        }
    }
}

impl<B: Backend> Somebody<B> {
    fn expression(&self, content: Tensor<B, 3>, within: Option<&Tensor<B, 3>>) -> Tensor<B, 3> {
        let manner = self.manner(content.clone());
        let output = self.network.decode_within(content, &manner, None, within);
        output.expression
    }

    fn manner(&self, content: Tensor<B, 3>) -> Manner<B> {
        let [batch, ..] = content.dims();
        let latent = (self.latent.as_ref()).map(|latent| latent.clone().repeat_dim(0, batch));
        let memory = self.memory.as_ref().map(|memory| memory.repeated(batch));
        let manner = (self.learner.relation).manner(content, latent, memory.as_ref());
        Manner {
            style: manner.style * self.strength,
            hidden: manner.hidden.map(|hidden| hidden * self.strength),
            expression: manner.expression.map(|offset| offset * self.strength),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, TensorData};
    use burn_flex::Flex;

    use super::*;
    use crate::model::BaseModel;

    const SPEAKER: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../samples/speakers/theatrical.speaker"
    );

    fn numbers<const D: usize>(tensor: Tensor<Flex, D>) -> TensorData {
        tensor.into_data()
    }

    #[test]
    fn when_the_lips_shut_is_the_base_networks_word_whoever_speaks() {
        let device = Default::default();
        let base = include_bytes!("../../base.safetensors");
        let base = BaseModel::<Flex>::from_bytes(base, &device).expect("the embedded model");
        let learner = base.learner.expect("it knows speakers");
        let speaker = std::fs::read(SPEAKER).expect("the sample speaker");
        let speaker = Speaker::from_bytes(&speaker).expect("a speaker");
        let mel = Tensor::random([2, 100, 80], Distribution::Normal(0.0, 1.0), &device);
        let average = Talker::average(base.network.clone()).forward(mel.clone());
        for strength in [0.5, 1.0, 2.0] {
            let (network, learner) = (base.network.clone(), learner.clone());
            let talker = Talker::speaking_as(network, learner, &speaker, strength, &device);
            let somebody = talker.expect("of this base").forward(mel.clone());
            assert_eq!(numbers(somebody.closure), numbers(average.closure.clone()));
            assert_eq!(numbers(somebody.phones), numbers(average.phones.clone()));
            let moved = (somebody.expression - average.expression.clone())
                .abs()
                .max();
            assert!(moved.into_scalar() > 0.01, "the speaker moves otherwise");
        }
    }
}
