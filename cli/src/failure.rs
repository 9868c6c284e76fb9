//! How commands fail, and with which exit code.

use std::process::ExitCode;

use metaface_core::audio::AudioError;
use metaface_core::clip::ClipError;
use metaface_core::speaker::{LearnError, SpeakerError};
use metaface_core::training::RecipeError;
use metaface_core::training::corpus::CorpusError;
use metaface_core::{AnimateError, model::WeightsError};
use metaface_exporters::ExportError;
use metaface_microphone::MicrophoneError;
use metaface_pipeline::BatchError;

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
    /// A whole batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Lines of a batch that are not done.
    #[error("{bad} of {of} lines are not done; mend them and run the same command again")]
    Lines {
        /// Lines that failed or are left, and bad rows.
        bad: usize,
        /// Rows of the table, or sounds of the folder.
        of: usize,
        /// Whether any line is done.
        any: bool,
    },
    /// A batch that was asked to stop.
    #[error("interrupted with {left} lines left; the same command goes on from here")]
    Interrupted {
        /// Lines that are left.
        left: usize,
    },
    /// A microphone.
    #[error(transparent)]
    Microphone(#[from] MicrophoneError),
    /// Sound that comes through a pipe.
    #[error("{0}")]
    Piped(String),
    /// A receiver that cannot be sent to.
    #[error("{0}")]
    Network(String),
    /// Something in the program itself does not work.
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
            Self::Audio(_) | Self::Corpus(_) | Self::Microphone(_) | Self::Piped(_) => 3,
            Self::File(ExportError::Write { .. }) | Self::Report(_) | Self::Network(_) => 4,
            Self::File(_) => 3,
            Self::Animate(AnimateError::Cuda(_)) => 5,
            Self::Animate(_) | Self::Speaker { .. } | Self::Learn(_) => 3,
            Self::Batch(BatchError::Animate(AnimateError::Cuda(_))) => 5,
            Self::Batch(BatchError::State { .. }) => 4,
            Self::Batch(_) => 3,
            Self::Lines { any: true, .. } => 6,
            Self::Lines { any: false, .. } => 7,
            Self::Interrupted { .. } => 8,
            Self::Train(_) | Self::Unhealthy(_) => 1,
        })
    }
}
