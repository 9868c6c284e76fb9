//! From nothing to a base model file.

use std::path::PathBuf;

use burn::backend::Autodiff;
use burn::tensor::backend::AutodiffBackend;
use burn_flex::Flex;

use super::calibrate::calibrate;
use super::corpus::{Corpus, CorpusError, CorpusPlan, Progress, read_aligned};
use super::pose_teacher::{made_up_speech, pose_examples, utterance_prosody};
use super::{
    Dataset, LearnerPlan, LearnerProgress, TrainError, TrainPlan, TrainProgress, train,
    train_learner,
};
use crate::device::{CudaSupport, DeviceChoice, cuda_support};
use crate::model::pose::{PoseError, PosePrior};
use crate::model::{BaseModel, Calibration, Provenance, WeightsError};

/// The share of real recordings among the examples, where there are any: about a third moves
/// real speech most; far more hurts.
const REAL_SHARE: f64 = 0.4;

/// Styles of head motion that the pose prior learns, and utterances of each.
const POSE_STYLES: usize = 48;
const POSE_UTTERANCES: usize = 24;
/// Lines of made-up speech, where there is no other.
const POSE_LINES: u64 = 60;

/// What the base model is made from, and where the work is kept.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The folder for the corpus and the checkpoint; a later run continues from it.
    pub folder: PathBuf,
    /// The synthetic corpus.
    pub corpus: CorpusPlan,
    /// Folders of real recordings with phone times (`manifest.tsv`, `audio/`, `phones/`). The
    /// network learns from the `train` split; on the `valid` split the lips' thresholds are chosen.
    pub recordings: Vec<PathBuf>,
    /// A base model file to go on from; without one, training starts afresh.
    pub start: Option<Vec<u8>>,
    /// The optimisation; of no steps to keep the network to start from as it is.
    pub plan: TrainPlan,
    /// Then it learns to learn speakers; of no steps to leave that out.
    pub learner: LearnerPlan,
}

/// What a run is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Voices are speaking.
    Corpus(Progress),
    /// Speech is read and turned into features: utterances so far, in all.
    Features(usize, usize),
    /// The network learns.
    Training(TrainProgress),
    /// It learns to learn speakers.
    Learner(LearnerProgress),
}

/// What stops a run.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The corpus cannot be made or read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The optimisation failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The pose prior has nothing to learn from.
    #[error(transparent)]
    Pose(#[from] PoseError),
    /// CUDA was asked for and cannot be used.
    #[error("CUDA cannot be used: {0}; or choose --device cpu")]
    Cuda(CudaSupport),
    /// The weights cannot be written as a file, or those to start from cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

/// Runs a recipe on the device chosen; see [`Recipe::run`].
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
    /// Makes the corpus, trains and returns the base model's file; `None` if `progress` returned
    /// false, in which case the next run continues.
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
        let corpus = Corpus::make(&self.corpus, &self.folder.join("corpus"), &mut |made| {
            progress(&Stage::Corpus(made));
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

    /// How heads move: from the pose teacher on recorded speech, on made-up speech without any.
    fn pose(&self) -> Result<PosePrior, RecipeError> {
        let mut speech = Vec::new();
        for folder in &self.recordings {
            let said = read_aligned(folder, Some("train"))?;
            speech.extend(said.iter().map(utterance_prosody));
        }
        if speech.is_empty() {
            speech = (0..POSE_LINES)
                .map(|line| made_up_speech(20.0, line))
                .collect();
        }
        let examples = pose_examples(&speech, POSE_STYLES, POSE_UTTERANCES, self.plan.seed);
        Ok(PosePrior::train(&examples, self.plan.seed)?)
    }
}
