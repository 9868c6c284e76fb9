//! How commands fail, and with which exit code.

use std::process::ExitCode;

use metaface_core::audio::AudioError;
use metaface_core::clip::ClipError;
use metaface_core::speaker::{LearnError, SpeakerError};
use metaface_core::training::RecipeError;
use metaface_core::training::corpus::CorpusError;
use metaface_core::{AnimateError, model::WeightsError};
use metaface_exporters::ExportError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments contradict each other.
    #[error("{0}")]
    Usage(String),
    /// A sound.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A clip's or a character's file.
    #[error(transparent)]
    File(#[from] ExportError),
    /// An option's value.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The base model or its device.
    #[error(transparent)]
    Animate(#[from] AnimateError),
    /// A speaker's file.
    #[error("{error}: {name}")]
    Speaker {
        /// What is wrong.
        error: SpeakerError,
        /// The file.
        name: String,
    },
    /// A reference that nothing can be learned from.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// Training.
    #[error(transparent)]
    Train(#[from] RecipeError),
    /// A corpus.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// Standard output.
    #[error("the report cannot be printed: {0}")]
    Report(#[from] std::io::Error),
    /// The self-test found something that does not work.
    #[error("{0}")]
    Unhealthy(String),
}

impl From<WeightsError> for Failure {
    fn from(error: WeightsError) -> Self {
        Self::Animate(error.into())
    }
}

impl Failure {
    /// The exit codes that docs/guide.md lists.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) | Self::Clip(_) => 2,
            Self::File(ExportError::Ending { .. } | ExportError::OneClip(_)) => 2,
            Self::Audio(_) | Self::Corpus(_) => 3,
            Self::File(ExportError::Write { .. }) | Self::Report(_) => 4,
            Self::File(_) => 3,
            Self::Animate(AnimateError::Cuda(_)) => 5,
            Self::Animate(_) | Self::Speaker { .. } | Self::Learn(_) => 3,
            Self::Train(_) | Self::Unhealthy(_) => 1,
        })
    }
}
