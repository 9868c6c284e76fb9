//! The network on the device chosen.

use burn::tensor::backend::Backend;
use burn_flex::Flex;

use super::AnimateError;
use crate::audio::MelFrame;
use crate::device::{CudaSupport, DeviceChoice, cuda_support};
use crate::model::{BaseModel, Calibration, Network, NetworkFrame, Provenance, Windows};

#[cfg(feature = "cuda")]
type Cuda = burn::backend::Cuda;

/// What a base model file holds besides the network.
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) calibration: Calibration,
    pub(super) provenance: Provenance,
    pub(super) hash: String,
}

impl Loaded {
    fn new<B: Backend>(model: BaseModel<B>, engine: impl FnOnce(Network<B>) -> Engine) -> Self {
        Self {
            engine: engine(model.network),
            calibration: model.calibration,
            provenance: model.provenance,
            hash: model.hash,
        }
    }
}

#[derive(Clone)]
pub(super) enum Engine {
    Cpu(Network<Flex>),
    #[cfg(feature = "cuda")]
    Cuda(Network<Cuda>),
}

impl Engine {
    pub(super) fn load(bytes: &[u8], device: DeviceChoice) -> Result<Loaded, AnimateError> {
        let support = match device {
            DeviceChoice::Cpu => CudaSupport::NoGpu,
            DeviceChoice::Auto | DeviceChoice::Cuda => cuda_support(),
        };
        #[cfg(feature = "cuda")]
        if support == CudaSupport::Ready {
            let model = BaseModel::<Cuda>::from_bytes(bytes, &Default::default())?;
            return Ok(Loaded::new(model, Self::Cuda));
        }
        if device == DeviceChoice::Cuda {
            return Err(AnimateError::Cuda(support));
        }
        let model = BaseModel::<Flex>::from_bytes(bytes, &Default::default())?;
        Ok(Loaded::new(model, Self::Cpu))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cpu(_) => "cpu",
            #[cfg(feature = "cuda")]
            Self::Cuda(_) => "cuda",
        }
    }

    pub(super) fn push(&self, windows: &mut Windows, mel: &[MelFrame]) -> Vec<NetworkFrame> {
        match self {
            Self::Cpu(network) => windows.push(mel, network, &Default::default()),
            #[cfg(feature = "cuda")]
            Self::Cuda(network) => windows.push(mel, network, &Default::default()),
        }
    }

    pub(super) fn finish(&self, windows: &mut Windows) -> Vec<NetworkFrame> {
        match self {
            Self::Cpu(network) => windows.finish(network, &Default::default()),
            #[cfg(feature = "cuda")]
            Self::Cuda(network) => windows.finish(network, &Default::default()),
        }
    }
}
