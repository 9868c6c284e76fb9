//! The base model's file: safetensors with half-precision weights and JSON metadata.

use std::collections::HashMap;

use burn::tensor::backend::Backend;
use burn_store::{HalfPrecisionAdapter, ModuleSnapshot, SafetensorsStore};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use super::pose::PosePrior;
use super::{Calibration, Learner, Network};
use crate::tensor_file::{from_f16_bytes, sha256, to_f16_bytes, with_sorted_header};

/// The format name in the metadata of every base model file.
const FORMAT: &str = "metaface.base";

/// The file version that this program writes, and the newest that it reads.
pub const BASE_MODEL_VERSION: u32 = 3;

/// Maximum size of a base model file in bytes, checked before reading; the network has 4 MB.
pub const LARGEST_BASE_MODEL: usize = 64 << 20;

/// An error of a base model file.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// Not a base model, or damaged.
    #[error("not a MetaFace base model: {0}; use a file written by `metaface train`")]
    Invalid(String),
    /// Written by a later version of the program.
    #[error(
        "this base model has version {0}, newer than this program reads ({BASE_MODEL_VERSION}); update MetaFace"
    )]
    TooNew(u32),
}

/// How a base model was trained.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// Optimisation steps.
    pub steps: usize,
    /// Hours of synthetic speech in the corpus.
    pub synthetic_hours: f64,
    /// Hours of recorded speech in the corpus.
    pub recorded_hours: f64,
    /// The names of the recorded collections, if any.
    pub recordings: Vec<String>,
    /// The seed of the training run.
    pub seed: u64,
    /// Optimisation steps of the speaker learner.
    #[serde(default)]
    pub learner_steps: usize,
}

/// Trained weights and their provenance.
#[derive(Debug, Clone)]
pub struct BaseModel<B: Backend> {
    /// The weights of the network.
    pub network: Network<B>,
    /// The speaker learner; `None` if it was not trained, and for files of versions 1 and 2.
    pub learner: Option<Learner<B>>,
    /// The prior of head motion; `None` if it was not trained, and for files of versions 1 and 2.
    pub pose: Option<PosePrior>,
    /// Measurements of the trained network.
    pub calibration: Calibration,
    /// How the model was trained.
    pub provenance: Provenance,
    /// SHA-256 of the file, in hexadecimal; speaker files refer to it.
    pub hash: String,
}

/// Name prefix of the learner's tensors.
const LEARNER: &str = "learner.";
/// Name prefix of the pose prior's tensors.
const POSE: &str = "pose.";

fn invalid(reason: impl std::fmt::Display) -> WeightsError {
    WeightsError::Invalid(reason.to_string())
}

/// A module's weights in half precision.
fn module_bytes<B: Backend>(module: &impl ModuleSnapshot<B>) -> Result<Vec<u8>, WeightsError> {
    let mut store = SafetensorsStore::from_bytes(None)
        .clear_metadata()
        .with_to_adapter(HalfPrecisionAdapter::new());
    module.save_into(&mut store).map_err(invalid)?;
    store.get_bytes().map_err(invalid)
}

/// Reads the learner; `None` if the file has none.
fn read_learner<B: Backend>(
    tensors: &SafeTensors<'_>,
    device: &B::Device,
) -> Result<Option<Learner<B>>, WeightsError> {
    let learner_tensors: Vec<_> = (tensors.tensors().into_iter())
        .filter_map(|(name, tensor)| Some((name.strip_prefix(LEARNER)?.to_owned(), tensor)))
        .collect();
    if learner_tensors.is_empty() {
        return Ok(None);
    }
    let bytes = safetensors::serialize(learner_tensors, None).map_err(invalid)?;
    let mut store =
        SafetensorsStore::from_bytes(Some(bytes)).with_from_adapter(HalfPrecisionAdapter::new());
    let mut learner = Learner::new(device);
    learner.load_from(&mut store).map_err(invalid)?;
    Ok(Some(learner))
}

/// Reads the pose prior; `None` if the file has none.
fn read_pose(tensors: &SafeTensors<'_>) -> Result<Option<PosePrior>, WeightsError> {
    let mut pose_tensors = Vec::new();
    for (name, tensor) in tensors.tensors() {
        if name.starts_with(POSE) {
            if tensor.dtype() != Dtype::F16 {
                return Err(invalid(format!("'{name}' is not in half precision")));
            }
            let values = from_f16_bytes(tensor.data());
            pose_tensors.push((name, tensor.shape().to_vec(), values));
        }
    }
    if pose_tensors.is_empty() {
        return Ok(None);
    }
    PosePrior::from_tensors(&pose_tensors)
        .map(Some)
        .map_err(invalid)
}

impl<B: Backend> BaseModel<B> {
    /// A model without a learner and a pose prior.
    pub fn new(network: Network<B>, calibration: Calibration, provenance: Provenance) -> Self {
        Self {
            network,
            learner: None,
            pose: None,
            calibration,
            provenance,
            hash: String::new(),
        }
    }

    /// The model as a file; ignores `hash`.
    ///
    /// # Errors
    /// [`WeightsError::Invalid`] if a tensor cannot be stored.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let metadata = HashMap::from([
            ("format".to_owned(), FORMAT.to_owned()),
            ("version".to_owned(), BASE_MODEL_VERSION.to_string()),
            (
                "provenance".to_owned(),
                serde_json::to_string(&self.provenance).map_err(invalid)?,
            ),
            (
                "calibration".to_owned(),
                serde_json::to_string(&self.calibration).map_err(invalid)?,
            ),
        ]);
        let network_bytes = module_bytes(&self.network)?;
        let learner_bytes = self.learner.as_ref().map(module_bytes).transpose()?;
        let pose_tensors = self.pose.as_ref().map(PosePrior::tensors);
        let pose_bytes: Vec<_> = (pose_tensors.unwrap_or_default().into_iter())
            .map(|(name, shape, values)| (name, shape, to_f16_bytes(&values)))
            .collect();
        let network = SafeTensors::deserialize(&network_bytes).map_err(invalid)?;
        let learner = (learner_bytes.as_deref().map(SafeTensors::deserialize))
            .transpose()
            .map_err(invalid)?;
        let mut tensors = network.tensors();
        let learner_tensors = learner.iter().flat_map(|learner| learner.tensors());
        tensors.extend(learner_tensors.map(|(name, tensor)| (format!("{LEARNER}{name}"), tensor)));
        for (name, shape, bytes) in &pose_bytes {
            let view = TensorView::new(Dtype::F16, shape.clone(), bytes).map_err(invalid)?;
            tensors.push((name.clone(), view));
        }
        let bytes = safetensors::serialize(tensors, Some(metadata)).map_err(invalid)?;
        with_sorted_header(&bytes)
            .ok_or_else(|| WeightsError::Invalid("its header is invalid".to_owned()))
    }

    /// Reads a base model file.
    ///
    /// # Errors
    /// [`WeightsError`] if it is damaged, too large, not a base model or too new.
    pub fn from_bytes(bytes: &[u8], device: &B::Device) -> Result<Self, WeightsError> {
        if bytes.len() > LARGEST_BASE_MODEL {
            return Err(invalid(format!(
                "{} bytes are more than the maximum of {LARGEST_BASE_MODEL}",
                bytes.len()
            )));
        }
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(invalid)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let field = |name: &str| {
            metadata
                .get(name)
                .ok_or_else(|| invalid(format!("its metadata has no '{name}'")))
        };
        if field("format")? != FORMAT {
            return Err(invalid(format!("its format is '{}'", field("format")?)));
        }
        let version: u32 = field("version")?
            .parse()
            .map_err(|_| invalid("its version is not a number"))?;
        if version > BASE_MODEL_VERSION {
            return Err(WeightsError::TooNew(version));
        }
        let provenance = serde_json::from_str(field("provenance")?)
            .map_err(|error| invalid(format!("its provenance is invalid: {error}")))?;
        // Early files have no calibration.
        let calibration = match metadata.get("calibration") {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| invalid(format!("its calibration is invalid: {error}")))?,
            None => Calibration::default(),
        };
        let mut store = SafetensorsStore::from_bytes(Some(bytes.to_vec()))
            .with_from_adapter(HalfPrecisionAdapter::new())
            .allow_partial(version == 1);
        let mut network = Network::new(device);
        network.load_from(&mut store).map_err(invalid)?;
        if version == 1 {
            network = network.with_copied_closures_ahead();
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(invalid)?;
        let learner = read_learner(&tensors, device)?;
        let hash = sha256(bytes);
        Ok(Self {
            network,
            learner,
            pose: read_pose(&tensors)?,
            calibration,
            provenance,
            hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::STYLE_DIMENSIONS;
    use burn::tensor::{Distribution, Tensor};
    use burn_flex::Flex;

    const BASE_MODEL: &[u8] = include_bytes!("../../base.safetensors");

    fn provenance() -> Provenance {
        Provenance {
            steps: 1,
            synthetic_hours: 0.5,
            recorded_hours: 0.0,
            recordings: Vec::new(),
            seed: 7,
            learner_steps: 0,
        }
    }

    #[test]
    fn weights_read_back_within_half_precision_and_fit_the_size_limit() {
        let device = Default::default();
        let mut calibration = Calibration::default();
        calibration.lips.shut_above = 0.7;
        let mut model =
            BaseModel::<Flex>::new(Network::new(&device), calibration.clone(), provenance());
        model.learner = Some(Learner::new(&device));
        let embedded =
            BaseModel::<Flex>::from_bytes(BASE_MODEL, &device).expect("the embedded model");
        model.pose = embedded.pose;
        let bytes = model.to_bytes().expect("written");
        assert!(bytes.len() < 8 << 20, "{} bytes", bytes.len());
        let network = model.network;
        let model = BaseModel::<Flex>::from_bytes(&bytes, &device).expect("read");
        assert_eq!(model.provenance, provenance());
        assert!(model.learner.is_some() && model.pose.is_some());
        assert_eq!(model.calibration, calibration);
        let again = model.to_bytes().expect("written");
        assert!(again == bytes, "the same weights are the same bytes");
        assert_eq!(model.hash.len(), 64);
        let mel = Tensor::random([1, 40, 80], Distribution::Normal(0.0, 1.0), &device);
        let style = Tensor::zeros([1, STYLE_DIMENSIONS], &device);
        let a = network.forward(mel.clone(), style.clone()).expression;
        let b = model.network.forward(mel, style).expression;
        let difference: f32 = (a - b).abs().max().into_scalar();
        assert!(difference < 1e-2, "{difference}");
    }

    #[test]
    fn damaged_files_other_formats_and_newer_versions_are_refused() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let bytes = BaseModel::new(network.clone(), Calibration::default(), provenance())
            .to_bytes()
            .expect("written");
        for broken in [
            &bytes[..0],
            &bytes[..100],
            &bytes[..bytes.len() - 9],
            b"RIFF....",
        ] {
            assert!(BaseModel::<Flex>::from_bytes(broken, &device).is_err());
        }
        let mut newer = SafetensorsStore::from_bytes(None)
            .metadata("format", FORMAT)
            .metadata("version", (BASE_MODEL_VERSION + 1).to_string());
        network.save_into(&mut newer).expect("written");
        let bytes = newer.get_bytes().expect("bytes");
        let error = BaseModel::<Flex>::from_bytes(&bytes, &device).expect_err("refused");
        assert!(error.to_string().contains("newer"), "{error}");
    }

    #[test]
    fn version_1_is_read_with_the_present_closure_as_future_closures() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let bytes = BaseModel::new(network.clone(), Calibration::default(), provenance())
            .to_bytes()
            .expect("written");
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("a header");
        let mut metadata = header.metadata().clone().expect("metadata");
        metadata.insert("version".to_owned(), "1".to_owned());
        let tensors = SafeTensors::deserialize(&bytes).expect("tensors").tensors();
        let version_1 =
            (tensors.into_iter()).filter(|(name, _)| !name.starts_with("closure_ahead"));
        let bytes = safetensors::serialize(version_1, Some(metadata.into_iter().collect()));
        let old = BaseModel::<Flex>::from_bytes(&bytes.expect("written"), &device).expect("read");
        let mel = Tensor::random([1, 60, 80], Distribution::Default, &device);
        let style = Tensor::zeros([1, STYLE_DIMENSIONS], &device);
        let closure = old.network.forward(mel, style).closure;
        let [now, ahead] = [0, 1].map(|k| closure.clone().narrow(2, k, 1));
        let difference: f32 = (now - ahead).abs().max().into_scalar();
        assert!(difference < 1e-6, "{difference}");
    }
}
