//! A network that speaks as somebody.

use burn::tensor::{Tensor, backend::Backend};

use super::molora::merged;
use super::relation::{Learner, Memory};
use super::{Manner, Network, NetworkOutput};
use crate::speaker::{Matrix, Speaker};

/// The base network, or one with a speaker's adapters merged in and the speaker's latent and memory
/// beside it.
#[derive(Debug, Clone)]
pub struct Talker<B: Backend> {
    network: Network<B>,
    somebody: Option<Somebody<B>>,
}

#[derive(Debug, Clone)]
struct Somebody<B: Backend> {
    learner: Learner<B>,
    latent: Tensor<B, 2>,
    memory: Memory<B>,
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
        let network = merged(network, &speaker.adapters, strength, device)?;
        let latent = Matrix {
            rows: 1,
            columns: speaker.latent.len(),
            values: speaker.latent.clone(),
        };
        let somebody = Somebody {
            learner,
            latent: super::molora::tensor(&latent, device),
            memory: Memory::from_plain(&speaker.memory, device),
            strength,
        };
        Ok(Self {
            network,
            somebody: Some(somebody),
        })
    }

    /// Normalised log-mel `[batch, 2 * time, 80]` to the face.
    pub fn forward(&self, mel: Tensor<B, 3>) -> NetworkOutput<B> {
        let content = self.network.content(mel);
        let manner = match &self.somebody {
            None => Manner::average(content.dims()[0], &content.device()),
            Some(somebody) => somebody.manner(content.clone()),
        };
        self.network.decode_as(content, &manner, None)
    }
}

impl<B: Backend> Somebody<B> {
    fn manner(&self, content: Tensor<B, 3>) -> Manner<B> {
        let latent = Some(self.latent.clone());
        let manner = (self.learner.relation).manner(content, latent, Some(&self.memory));
        Manner {
            style: manner.style * self.strength,
            hidden: manner.hidden.map(|hidden| hidden * self.strength),
            expression: manner.expression.map(|offset| offset * self.strength),
        }
    }
}
