//! The base model's file: safetensors with half-precision weights and text metadata.

use std::collections::HashMap;

use burn::tensor::backend::Backend;
use burn_store::{HalfPrecisionAdapter, ModuleSnapshot, SafetensorsStore};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use super::pose::PosePrior;
use super::{Calibration, Learner, Network};
use crate::tensor_file::{from_halves, halves, in_order, sha256};

/// The name that every base model file carries.
const FORMAT: &str = "metaface.base";

/// The newest version of the file that this program reads, and the one it writes.
pub const BASE_MODEL_VERSION: u32 = 3;

/// Larger files are refused before they are read: the network itself needs 4 MB.
pub const LARGEST_BASE_MODEL: usize = 64 << 20;

/// What is wrong with a base model file.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// Not a base model at all, or a damaged one.
    #[error("not a MetaFace base model: {0}; use a file written by `metaface train`")]
    Invalid(String),
    /// Made by a later version of the program.
    #[error(
        "this base model has version {0}, newer than this program reads ({BASE_MODEL_VERSION}); update MetaFace"
    )]
    TooNew(u32),
}

/// How a base model came to be.
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
    /// Steps in which it learned to learn speakers.
    #[serde(default)]
    pub learner_steps: usize,
}

/// Trained weights and where they come from.
#[derive(Debug, Clone)]
pub struct BaseModel<B: Backend> {
    /// The weights.
    pub network: Network<B>,
    /// What learns speakers; files of the first two versions have none.
    pub learner: Option<Learner<B>>,
    /// How heads move; files of the first two versions have none.
    pub pose: Option<PosePrior>,
    /// What was measured once it was trained.
    pub calibration: Calibration,
    /// How they came to be.
    pub provenance: Provenance,
    /// SHA-256 of the file, in hexadecimal; speaker files name it.
    pub hash: String,
}

/// Before the names of the learner's tensors.
const LEARNER: &str = "learner.";
/// Before the names of the pose prior's.
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

/// The learner in a file, if there is one.
fn read_learner<B: Backend>(
    tensors: &SafeTensors<'_>,
    device: &B::Device,
) -> Result<Option<Learner<B>>, WeightsError> {
    let own: Vec<_> = (tensors.tensors().into_iter())
        .filter_map(|(name, tensor)| Some((name.strip_prefix(LEARNER)?.to_owned(), tensor)))
        .collect();
    if own.is_empty() {
        return Ok(None);
    }
    let bytes = safetensors::serialize(own, None).map_err(invalid)?;
    let mut store =
        SafetensorsStore::from_bytes(Some(bytes)).with_from_adapter(HalfPrecisionAdapter::new());
    let mut learner = Learner::new(device);
    learner.load_from(&mut store).map_err(invalid)?;
    Ok(Some(learner))
}

/// The pose prior in a file, if there is one.
fn read_pose(tensors: &SafeTensors<'_>) -> Result<Option<PosePrior>, WeightsError> {
    let mut own = Vec::new();
    for (name, tensor) in tensors.tensors() {
        if name.starts_with(POSE) {
            if tensor.dtype() != Dtype::F16 {
                return Err(invalid(format!("'{name}' is not in half precision")));
            }
            let values = from_halves(tensor.data());
            own.push((name, tensor.shape().to_vec(), values));
        }
    }
    if own.is_empty() {
        return Ok(None);
    }
    PosePrior::from_tensors(&own).map(Some).map_err(invalid)
}

impl<B: Backend> BaseModel<B> {
    /// A network that cannot learn speakers yet.
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

    /// The model as a file; the hash has no part in it.
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
        let network = module_bytes(&self.network)?;
        let learner = self.learner.as_ref().map(module_bytes).transpose()?;
        let pose = self.pose.as_ref().map(PosePrior::tensors);
        let pose: Vec<_> = (pose.unwrap_or_default().into_iter())
            .map(|(name, shape, values)| (name, shape, halves(&values)))
            .collect();
        let network = SafeTensors::deserialize(&network).map_err(invalid)?;
        let learner = learner.as_deref().map(SafeTensors::deserialize);
        let learner = learner.transpose().map_err(invalid)?;
        let mut tensors = network.tensors();
        let learned = learner.iter().flat_map(|learner| learner.tensors());
        tensors.extend(learned.map(|(name, tensor)| (format!("{LEARNER}{name}"), tensor)));
        for (name, shape, bytes) in &pose {
            let view = TensorView::new(Dtype::F16, shape.clone(), bytes).map_err(invalid)?;
            tensors.push((name.clone(), view));
        }
        let bytes = safetensors::serialize(tensors, Some(metadata)).map_err(invalid)?;
        in_order(&bytes).ok_or_else(|| WeightsError::Invalid("its header".to_owned()))
    }

    /// Reads a base model file.
    ///
    /// # Errors
    /// [`WeightsError`] if it is damaged, too large, not a base model or too new.
    pub fn from_bytes(bytes: &[u8], device: &B::Device) -> Result<Self, WeightsError> {
        if bytes.len() > LARGEST_BASE_MODEL {
            return Err(invalid(format!("{} bytes are too many", bytes.len())));
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
            .map_err(|error| invalid(format!("its provenance: {error}")))?;
        // The first files had none.
        let calibration = match metadata.get("calibration") {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| invalid(format!("its calibration: {error}")))?,
            None => Calibration::default(),
        };
        let mut store = SafetensorsStore::from_bytes(Some(bytes.to_vec()))
            .with_from_adapter(HalfPrecisionAdapter::new())
            .allow_partial(version == 1);
        let mut network = Network::new(device);
        network.load_from(&mut store).map_err(invalid)?;
        if version == 1 {
            network = network.without_closures_ahead();
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
    use crate::training::pose_teacher::{made_up_speech, pose_examples};
    use burn::tensor::{Distribution, Tensor};
    use burn_flex::Flex;

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
        let speech = [made_up_speech(12.0, 1)];
        let mut model =
            BaseModel::<Flex>::new(Network::new(&device), calibration.clone(), provenance());
        model.learner = Some(Learner::new(&device));
        model.pose = PosePrior::train(&pose_examples(&speech, 3, 1, 7), 7).ok();
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
    fn damaged_foreign_and_newer_files_are_refused() {
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
        let newer = SafetensorsStore::from_bytes(None)
            .metadata("format", FORMAT)
            .metadata("version", (BASE_MODEL_VERSION + 1).to_string());
        let mut newer = newer;
        network.save_into(&mut newer).expect("written");
        let bytes = newer.get_bytes().expect("bytes");
        let error = BaseModel::<Flex>::from_bytes(&bytes, &device).expect_err("refused");
        assert!(error.to_string().contains("newer"), "{error}");
    }

    #[test]
    fn the_first_version_is_read_with_the_present_closure_for_those_ahead() {
        let device = Default::default();
        let network = Network::<Flex>::new(&device);
        let bytes = BaseModel::new(network.clone(), Calibration::default(), provenance())
            .to_bytes()
            .expect("written");
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("a header");
        let mut metadata = header.metadata().clone().expect("metadata");
        metadata.insert("version".to_owned(), "1".to_owned());
        let tensors = SafeTensors::deserialize(&bytes).expect("tensors").tensors();
        let known = (tensors.into_iter()).filter(|(name, _)| !name.starts_with("closure_ahead"));
        let old = safetensors::serialize(known, Some(metadata.into_iter().collect()));
        let old = BaseModel::<Flex>::from_bytes(&old.expect("written"), &device).expect("read");
        let mel = Tensor::random([1, 60, 80], Distribution::Default, &device);
        let style = Tensor::zeros([1, STYLE_DIMENSIONS], &device);
        let closure = old.network.forward(mel, style).closure;
        let [now, ahead] = [0, 1].map(|k| closure.clone().narrow(2, k, 1));
        let difference: f32 = (now - ahead).abs().max().into_scalar();
        assert!(difference < 1e-6, "{difference}");
    }
}
