//! The training pipeline: from a plan to a base model file.

use std::path::PathBuf;

use burn::backend::Autodiff;
use burn::tensor::backend::AutodiffBackend;
use burn_flex::Flex;

use super::calibrate::calibrate;
use super::corpus::{Corpus, CorpusError, CorpusPlan, CorpusProgress};
use super::pose::{NoMotion, pose_examples, simulated_speech, train_pose_prior, utterance_prosody};
use super::{
    Dataset, LearnerPlan, LearnerProgress, TrainError, TrainPlan, TrainProgress, train,
    train_learner,
};
use metaface_core::device::{CudaSupport, DeviceChoice, cuda_support};
use metaface_core::model::pose::PosePrior;
use metaface_core::model::{BaseModel, Calibration, Provenance, WeightsError};
use metaface_evaluation::recordings::{RecordingError, read_aligned};

/// The share of examples from real recordings, if there are any. Much larger shares reduce quality.
const REAL_SHARE: f64 = 0.4;

/// Styles of head motion in the pose prior's training data.
const POSE_STYLES: usize = 48;
/// Utterances per style.
const POSE_UTTERANCES: usize = 24;
/// Lines of simulated speech, used if there are no recordings.
const POSE_LINES: u64 = 60;

/// The inputs of a training run.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The folder of the corpus and the checkpoints; a later run continues from it.
    pub folder: PathBuf,
    /// The synthetic corpus.
    pub corpus: CorpusPlan,
    /// Folders of real recordings with phone times (`manifest.tsv`, `audio/`, `phones/`). The
    /// network is trained on the `train` split; the lip thresholds are calibrated on `valid`.
    pub recordings: Vec<PathBuf>,
    /// A base model file to continue from. `None` trains a new network.
    pub start: Option<Vec<u8>>,
    /// The network's optimisation. With 0 steps, the network of `start` is kept.
    pub plan: TrainPlan,
    /// The learner's training. With 0 steps, it is skipped.
    pub learner: LearnerPlan,
}

/// The stage of a run, with its progress.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Making the corpus.
    Corpus(CorpusProgress),
    /// Computing features: completed utterances, number of utterances.
    Features(usize, usize),
    /// Training the network.
    Training(TrainProgress),
    /// Training the learner of speakers.
    Learner(LearnerProgress),
}

/// An error of a run.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The corpus cannot be made or read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The recordings cannot be read.
    #[error(transparent)]
    Recordings(#[from] RecordingError),
    /// The optimisation failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// No example for the pose prior has head motion.
    #[error(transparent)]
    Pose(#[from] NoMotion),
    /// CUDA was requested but cannot be used.
    #[error("CUDA cannot be used: {0}; or choose the device cpu")]
    Cuda(CudaSupport),
    /// The start weights cannot be read, or the trained weights cannot be encoded.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

/// Runs a recipe on a device; see [`Recipe::run`].
///
/// # Errors
/// [`RecipeError`].
pub fn train_on(
    recipe: &Recipe,
    device: DeviceChoice,
    progress: &mut dyn FnMut(&Stage) -> bool,
) -> Result<Option<Vec<u8>>, RecipeError> {
    let support = cuda_support();
    #[cfg(all(feature = "cuda", not(test)))]
    if device != DeviceChoice::Cpu && support == CudaSupport::Ready {
        return recipe.run::<Autodiff<burn::backend::Cuda>>(&Default::default(), progress);
    }
    if device == DeviceChoice::Cuda {
        return Err(RecipeError::Cuda(support));
    }
    recipe.run::<Autodiff<Flex>>(&Default::default(), progress)
}

impl Recipe {
    /// Makes the corpus, trains, and returns the bytes of the base model file. `None` if `progress`
    /// returned false; the next run then continues.
    ///
    /// # Errors
    /// [`RecipeError`].
    pub fn run<B: AutodiffBackend>(
        &self,
        device: &B::Device,
        progress: &mut dyn FnMut(&Stage) -> bool,
    ) -> Result<Option<Vec<u8>>, RecipeError> {
        let start = (self.start.as_ref())
            .map(|bytes| BaseModel::<B::InnerBackend>::from_bytes(bytes, device))
            .transpose()?;
        let corpus = Corpus::make(&self.corpus, &self.folder.join("corpus"), &mut |report| {
            progress(&Stage::Corpus(report));
        })?;
        let mut data = Dataset::new(REAL_SHARE);
        for (i, entries) in corpus.entries().chunks(200).enumerate() {
            let utterances: Result<Vec<_>, _> = entries
                .iter()
                .map(|entry| corpus.utterance(entry))
                .collect();
            data.add_synthetic(&utterances?);
            if !progress(&Stage::Features(i * 200, corpus.len())) {
                return Ok(None);
            }
        }
        let mut names = Vec::new();
        for folder in &self.recordings {
            data.add_real(&read_aligned(folder, Some("train"))?);
            names.extend(
                folder
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
        let mut model = match start {
            Some(start) if self.plan.steps == 0 => start,
            start => match self.network::<B>(&data, start, names, device, progress)? {
                Some(model) => model,
                None => return Ok(None),
            },
        };
        if self.learner.steps() > 0 {
            let learner = train_learner::<B>(
                &data,
                &model,
                &self.learner,
                &self.folder.join("learner.bin"),
                device,
                &mut |report| progress(&Stage::Learner(report.clone())),
            )?;
            if learner.is_none() {
                return Ok(None);
            }
            model.learner = learner;
            model.provenance.learner_steps += self.learner.steps();
        }
        if model.learner.is_some() && model.pose.is_none() {
            model.pose = Some(self.pose()?);
        }
        Ok(Some(model.to_bytes()?))
    }

    /// The trained and calibrated network.
    fn network<B: AutodiffBackend>(
        &self,
        data: &Dataset,
        start: Option<BaseModel<B::InnerBackend>>,
        recordings: Vec<String>,
        device: &B::Device,
        progress: &mut dyn FnMut(&Stage) -> bool,
    ) -> Result<Option<BaseModel<B::InnerBackend>>, RecipeError> {
        let checkpoint = self.folder.join("checkpoint.bin");
        let network = train::<B>(
            data,
            &self.plan,
            start.as_ref(),
            &checkpoint,
            device,
            &mut |report| progress(&Stage::Training(report.clone())),
        )?;
        let Some(network) = network else {
            return Ok(None);
        };
        let mut unseen = Vec::new();
        for folder in &self.recordings {
            unseen.extend(read_aligned(folder, Some("valid"))?);
        }
        let calibration = Calibration {
            lips: calibrate(&network, device, &unseen),
            typical_speech: data.typical_speech(),
        };
        let [synthetic, recorded] = data.seconds();
        let provenance = Provenance {
            steps: self.plan.steps + start.map_or(0, |model| model.provenance.steps),
            synthetic_hours: synthetic / 3600.0,
            recorded_hours: recorded / 3600.0,
            recordings,
            seed: self.plan.seed,
            learner_steps: 0,
        };
        Ok(Some(BaseModel::new(network, calibration, provenance)))
    }

    /// The pose prior: the pose teacher's head motion on the recordings, or on simulated speech if
    /// there are no recordings.
    fn pose(&self) -> Result<PosePrior, RecipeError> {
        let mut speech = Vec::new();
        for folder in &self.recordings {
            let utterances = read_aligned(folder, Some("train"))?;
            speech.extend(utterances.iter().map(utterance_prosody));
        }
        if speech.is_empty() {
            speech = (0..POSE_LINES)
                .map(|line| simulated_speech(20.0, line))
                .collect();
        }
        let examples = pose_examples(&speech, POSE_STYLES, POSE_UTTERANCES, self.plan.seed);
        Ok(train_pose_prior(&examples, self.plan.seed)?)
    }
}
