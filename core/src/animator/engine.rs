//! The network on the device chosen.

use burn_flex::Flex;

use super::AnimateError;
use crate::audio::MelFrame;
use crate::device::{CudaSupport, DeviceChoice, cuda_support};
use crate::model::{BaseModel, Network, NetworkFrame, Provenance, Windows};

#[cfg(feature = "cuda")]
type Cuda = burn::backend::Cuda;

pub(super) enum Engine {
    Cpu(Network<Flex>),
    #[cfg(feature = "cuda")]
    Cuda(Network<Cuda>),
}

impl Engine {
    pub(super) fn load(
        bytes: &[u8],
        device: DeviceChoice,
    ) -> Result<(Self, Provenance, String), AnimateError> {
        let support = match device {
            DeviceChoice::Cpu => CudaSupport::NoGpu,
            DeviceChoice::Auto | DeviceChoice::Cuda => cuda_support(),
        };
        #[cfg(feature = "cuda")]
        if support == CudaSupport::Ready {
            let model = BaseModel::<Cuda>::from_bytes(bytes, &Default::default())?;
            return Ok((Self::Cuda(model.network), model.provenance, model.hash));
        }
        if device == DeviceChoice::Cuda {
            return Err(AnimateError::Cuda(support));
        }
        let model = BaseModel::<Flex>::from_bytes(bytes, &Default::default())?;
        Ok((Self::Cpu(model.network), model.provenance, model.hash))
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

    pub(super) fn finish(&self, windows: Windows) -> Vec<NetworkFrame> {
        match self {
            Self::Cpu(network) => windows.finish(network, &Default::default()),
            #[cfg(feature = "cuda")]
            Self::Cuda(network) => windows.finish(network, &Default::default()),
        }
    }
}
