//! The network on the device chosen.

use burn::backend::Autodiff;
use burn::tensor::backend::Backend;
use burn_flex::Flex;

use super::AnimateError;
use crate::audio::MelFrame;
use crate::device::{CudaSupport, DeviceChoice, cuda_support};
use crate::model::pose::PosePrior;
use crate::model::{
    BaseModel, Calibration, Learner, Network, NetworkFrame, Provenance, Talker, Window, Windows,
    run_together,
};
use crate::speaker::Speaker;
use crate::speaker::learning::{Learned, Method, Teachable};
use crate::speaker::material::{Material, Observed, Stretch};
use crate::training::teacher::Style;

/// Not for the tests inside this crate: compiling the network for CUDA once more takes longer than
/// everything else together. Those in `tests/` have either device.
#[cfg(all(feature = "cuda", not(test)))]
type Cuda = burn::backend::Cuda;

/// What a base model file holds besides the network.
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) calibration: Calibration,
    pub(super) pose: Option<PosePrior>,
    pub(super) provenance: Provenance,
    pub(super) hash: String,
}

impl Loaded {
    fn new<B: Backend>(model: BaseModel<B>, engine: impl FnOnce(Models<B>) -> Engine) -> Self {
        Self {
            engine: engine(Models {
                talker: Talker::average(model.network.clone()),
                network: model.network,
                learner: model.learner,
            }),
            calibration: model.calibration,
            pose: model.pose,
            provenance: model.provenance,
            hash: model.hash,
        }
    }
}

/// The base network and who speaks with it. Tensors are shared, so copies are cheap.
#[derive(Clone)]
pub(super) struct Models<B: Backend> {
    talker: Talker<B>,
    network: Network<B>,
    learner: Option<Learner<B>>,
}

/// Why a base model knows no speakers.
const NO_LEARNER: &str = "the base model was trained by an earlier version and knows no speakers";

impl<B: Backend> Models<B> {
    fn learner(&self) -> Result<Learner<B>, String> {
        self.learner.clone().ok_or_else(|| NO_LEARNER.to_owned())
    }

    fn speaking_as(&self, speaker: &Speaker, strength: f32) -> Result<Self, String> {
        let device = Default::default();
        let (network, learner) = (self.network.clone(), self.learner()?);
        Ok(Self {
            talker: Talker::speaking_as(network, learner, speaker, strength, &device)?,
            ..self.clone()
        })
    }

    fn style(&self, latent: &[f32]) -> Option<Style> {
        let relation = &self.learner.as_ref()?.relation;
        let style = relation.style_of(latent, &Default::default())?;
        Some(Style::from_vector(&style))
    }

    fn learn(
        &self,
        takes: &[Stretch],
        observed: Observed,
        method: Method,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Learned>, String> {
        let teachable = Teachable {
            network: self.network.clone(),
            learner: self.learner()?,
        };
        let device = Default::default();
        let of_take = |take: &Stretch| Material::new(&self.network, &[take], &[observed], &device);
        let material = Material::in_a_row(takes.iter().map(of_take).collect());
        Ok(teachable.learn::<Autodiff<B>>(&material, method, progress))
    }
}

#[derive(Clone)]
pub(super) enum Engine {
    Cpu(Box<Models<Flex>>),
    #[cfg(all(feature = "cuda", not(test)))]
    Cuda(Box<Models<Cuda>>),
}

/// Does the same with the models of either device.
macro_rules! with_models {
    ($engine:expr, $models:ident => $body:expr) => {
        match $engine {
            Engine::Cpu($models) => $body,
            #[cfg(all(feature = "cuda", not(test)))]
            Engine::Cuda($models) => $body,
        }
    };
}

impl Engine {
    pub(super) fn load(bytes: &[u8], device: DeviceChoice) -> Result<Loaded, AnimateError> {
        let support = match device {
            DeviceChoice::Cpu => CudaSupport::NoGpu,
            DeviceChoice::Auto | DeviceChoice::Cuda => cuda_support(),
        };
        #[cfg(all(feature = "cuda", not(test)))]
        if support == CudaSupport::Ready {
            let model = BaseModel::<Cuda>::from_bytes(bytes, &Default::default())?;
            return Ok(Loaded::new(model, |models| Self::Cuda(Box::new(models))));
        }
        if device == DeviceChoice::Cuda {
            return Err(AnimateError::Cuda(support));
        }
        let model = BaseModel::<Flex>::from_bytes(bytes, &Default::default())?;
        Ok(Loaded::new(model, |models| Self::Cpu(Box::new(models))))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cpu(_) => "cpu",
            #[cfg(all(feature = "cuda", not(test)))]
            Self::Cuda(_) => "cuda",
        }
    }

    /// The same models with a speaker; what is wrong comes as words.
    pub(super) fn speaking_as(&self, speaker: &Speaker, strength: f32) -> Result<Self, String> {
        Ok(match self {
            Self::Cpu(models) => Self::Cpu(Box::new(models.speaking_as(speaker, strength)?)),
            #[cfg(all(feature = "cuda", not(test)))]
            Self::Cuda(models) => Self::Cuda(Box::new(models.speaking_as(speaker, strength)?)),
        })
    }

    /// The teacher's style that a latent comes nearest to, if the model knows speakers.
    pub(super) fn style(&self, latent: &[f32]) -> Option<Style> {
        with_models!(self, models => models.style(latent))
    }

    /// Learns from takes whose rest pose has been taken out; none if `progress` stopped it.
    pub(super) fn learn(
        &self,
        takes: &[Stretch],
        observed: Observed,
        method: Method,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Learned>, String> {
        with_models!(self, models => models.learn(takes, observed, method, progress))
    }

    pub(super) fn push(&self, windows: &mut Windows, mel: &[MelFrame]) -> Vec<NetworkFrame> {
        with_models!(self, models => windows.push(mel, &models.talker, &Default::default()))
    }

    /// Whether the device computes several short lines at once faster than one after the other.
    /// The processor's cores have a line each; a GPU has far more of them than a line has frames.
    pub(super) fn wants_packs(&self) -> bool {
        match self {
            Self::Cpu(_) => false,
            #[cfg(all(feature = "cuda", not(test)))]
            Self::Cuda(_) => true,
        }
    }

    /// The frames of every line, from windows that are computed together.
    pub(super) fn run_together(&self, lines: &[Vec<Window>]) -> Vec<Vec<NetworkFrame>> {
        with_models!(self, models => run_together(lines, &models.talker, &Default::default()))
    }

    pub(super) fn finish(&self, windows: &mut Windows) -> Vec<NetworkFrame> {
        with_models!(self, models => windows.finish(&models.talker, &Default::default()))
    }
}
