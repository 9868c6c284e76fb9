//! The network on the selected device.

use burn::tensor::backend::Backend;
use burn_flex::Flex;

use super::pose::PosePrior;
use super::{
    BaseModel, Calibration, ConditionedNetwork, Learner, Network, NetworkFrame, OFFLINE_BLOCK,
    Provenance, SpeakerWeights, Style, WeightsError, Window, Windows, run_together,
};
use crate::audio::{MelFrame, normalized_log_mel};
use crate::device::{CudaSupport, DeviceChoice, cuda_support};

/// Not in this crate's unit tests: compiling the network for CUDA a second time takes longer than
/// all other code. The tests in `tests/` use both devices.
#[cfg(all(feature = "cuda", not(test)))]
type Cuda = burn::backend::Cuda;

/// Why a base model cannot be put on a device.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The base model's file.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// CUDA was requested and cannot be used.
    #[error("CUDA cannot be used: {0}; or choose the device cpu")]
    Cuda(CudaSupport),
}

/// The tensors of a base model on a backend. They are shared, so copies are cheap.
#[derive(Clone)]
pub(crate) struct Models<B: Backend> {
    /// The base network.
    pub(crate) network: Network<B>,
    /// `None` for base models without a learner.
    learner: Option<Learner<B>>,
    /// The network that animates: the base network, alone or conditioned on a speaker.
    conditioned: ConditionedNetwork<B>,
}

impl<B: Backend> Models<B> {
    /// The speaker learner.
    pub(crate) fn learner(&self) -> Result<&Learner<B>, String> {
        self.learner.as_ref().ok_or_else(|| {
            "the base model has no speaker learner, so it cannot use or learn speakers".to_owned()
        })
    }
}

/// A base model's tensors on one of the devices: the base network alone, or also conditioned on a
/// speaker ([`Engine::with_speaker`]).
#[derive(Clone)]
pub(crate) enum Engine {
    Cpu(Box<Models<Flex>>),
    #[cfg(all(feature = "cuda", not(test)))]
    Cuda(Box<Models<Cuda>>),
}

/// Evaluates an expression with the models of an engine's device.
macro_rules! with_models {
    ($engine:expr, $models:ident => $body:expr) => {
        match $engine {
            $crate::model::Engine::Cpu($models) => $body,
            #[cfg(all(feature = "cuda", not(test)))]
            $crate::model::Engine::Cuda($models) => $body,
        }
    };
}
pub(crate) use with_models;

/// A base model on a device, for animating and learning.
pub struct LoadedModel {
    /// Holds the base network alone; [`Engine::with_speaker`] makes conditioned copies.
    pub(crate) engine: Engine,
    /// Measurements of the trained network.
    pub calibration: Calibration,
    /// The prior of head motion; `None` for base models of versions 1 and 2.
    pub pose: Option<PosePrior>,
    /// How it was trained.
    pub provenance: Provenance,
    /// The SHA-256 of the file, in hexadecimal.
    pub hash: String,
}

impl LoadedModel {
    /// Loads a base model from a file's bytes onto a device.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn from_bytes(bytes: &[u8], device: DeviceChoice) -> Result<Self, LoadError> {
        let support = match device {
            DeviceChoice::Cpu => CudaSupport::NoGpu,
            DeviceChoice::Auto | DeviceChoice::Cuda => cuda_support(),
        };
        #[cfg(all(feature = "cuda", not(test)))]
        if support == CudaSupport::Ready {
            let model = BaseModel::<Cuda>::from_bytes(bytes, &Default::default())?;
            return Ok(Self::new(model, |models| Engine::Cuda(Box::new(models))));
        }
        if device == DeviceChoice::Cuda {
            return Err(LoadError::Cuda(support));
        }
        let model = BaseModel::<Flex>::from_bytes(bytes, &Default::default())?;
        Ok(Self::new(model, |models| Engine::Cpu(Box::new(models))))
    }

    fn new<B: Backend>(model: BaseModel<B>, engine: impl FnOnce(Models<B>) -> Engine) -> Self {
        Self {
            engine: engine(Models {
                conditioned: ConditionedNetwork::average(model.network.clone()),
                network: model.network,
                learner: model.learner,
            }),
            calibration: model.calibration,
            pose: model.pose,
            provenance: model.provenance,
            hash: model.hash,
        }
    }

    /// The articulation style of a speaker's latent. `None` if the model cannot learn speakers or
    /// the latent has another model's size.
    pub fn style(&self, latent: &[f32]) -> Option<Style> {
        with_models!(&self.engine, models => {
            let relation = &models.learner().ok()?.relation;
            let style = relation.style_of(latent, &Default::default())?;
            Some(Style::from_vector(&style))
        })
    }
}

impl Engine {
    /// `cpu` or `cuda`.
    pub(crate) fn device(&self) -> &'static str {
        match self {
            Self::Cpu(_) => "cpu",
            #[cfg(all(feature = "cuda", not(test)))]
            Self::Cuda(_) => "cuda",
        }
    }

    /// Whether the models can use and learn speakers; the error is the reason.
    pub(crate) fn check_learner(&self) -> Result<(), String> {
        with_models!(self, models => models.learner().map(|_| ()))
    }

    /// The same models conditioned on a speaker; see [`ConditionedNetwork::with_speaker`].
    pub(crate) fn with_speaker(
        &self,
        weights: &SpeakerWeights,
        strength: f32,
    ) -> Result<Self, String> {
        let mut engine = self.clone();
        with_models!(&mut engine, models => {
            let (network, learner) = (models.network.clone(), models.learner()?.clone());
            let device = Default::default();
            models.conditioned =
                ConditionedNetwork::with_speaker(network, learner, weights, strength, &device)?;
        });
        Ok(engine)
    }

    /// Takes normalised log-mel and returns the frames that are now complete.
    pub(crate) fn push(&self, windows: &mut Windows, mel: &[MelFrame]) -> Vec<NetworkFrame> {
        with_models!(self, models => windows.push(mel, &models.conditioned, &Default::default()))
    }

    /// Returns the last frames.
    pub(crate) fn finish(&self, windows: &mut Windows) -> Vec<NetworkFrame> {
        with_models!(self, models => windows.finish(&models.conditioned, &Default::default()))
    }

    /// The network's frames of a complete sound: 16 kHz mono samples.
    pub(crate) fn network_frames(&self, samples: &[f32]) -> Vec<NetworkFrame> {
        let mut windows = Windows::new(OFFLINE_BLOCK);
        let mut frames = self.push(&mut windows, &normalized_log_mel(samples));
        frames.extend(self.finish(&mut windows));
        frames
    }

    /// Whether the device computes several short lines faster in one pass than one by one. On the
    /// processor each core takes a line; one line does not fill a GPU.
    pub(crate) fn prefers_packing(&self) -> bool {
        match self {
            Self::Cpu(_) => false,
            #[cfg(all(feature = "cuda", not(test)))]
            Self::Cuda(_) => true,
        }
    }

    /// The frames of every line, from windows that share network passes.
    pub(crate) fn run_together(&self, lines: &[Vec<Window>]) -> Vec<Vec<NetworkFrame>> {
        with_models!(self, models => run_together(lines, &models.conditioned, &Default::default()))
    }
}
