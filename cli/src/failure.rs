//! Errors of commands, and their exit codes.

use std::process::ExitCode;

use metaface_core::audio::AudioError;
use metaface_core::clip::ClipError;
use metaface_core::speaker::{LearnError, SpeakerError};
use metaface_core::{AnimateError, model::WeightsError};
use metaface_evaluation::recordings::RecordingError;
use metaface_exporters::FormatError;
use metaface_live::LiveError;
use metaface_microphone::MicrophoneError;
use metaface_pipeline::BatchError;
use metaface_training::RecipeError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments contradict each other.
    #[error("{0}")]
    Usage(String),
    /// A sound cannot be used.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The file of a clip or character cannot be read or written.
    #[error(transparent)]
    File(#[from] FormatError),
    /// An option does not fit the clip, such as a time code that its frame rate does not have.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The base model or its device failed.
    #[error(transparent)]
    Animate(#[from] AnimateError),
    /// A speaker file cannot be used.
    #[error("{error}: {name}")]
    Speaker {
        /// The error.
        error: SpeakerError,
        /// The file.
        name: String,
    },
    /// No speaker can be learned from a reference.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// Training failed.
    #[error(transparent)]
    Train(#[from] RecipeError),
    /// Recordings with phone times cannot be used.
    #[error(transparent)]
    Recordings(#[from] RecordingError),
    /// Standard output cannot be written.
    #[error("cannot print the report: {0}")]
    Report(#[from] std::io::Error),
    /// A whole batch failed.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Lines of a batch are not done.
    #[error("{bad} of {of} lines are not done; {remedy}")]
    Lines {
        /// Lines that failed or are left, and bad rows.
        bad: usize,
        /// Rows of the table, or sounds of the folder.
        of: usize,
        /// Whether any line is done.
        any_done: bool,
        /// What to do.
        remedy: &'static str,
    },
    /// A batch was interrupted.
    #[error("interrupted with {left} lines left; run the same command again to continue")]
    Interrupted {
        /// Lines that are left.
        left: usize,
    },
    /// A microphone cannot be used.
    #[error(transparent)]
    Microphone(#[from] MicrophoneError),
    /// The thread of a live face failed.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Piped sound cannot be used.
    #[error("{0}")]
    Piped(String),
    /// A receiver cannot be reached.
    #[error("{0}")]
    Network(String),
    /// The self-test failed, or an internal error.
    #[error("{0}")]
    Internal(String),
}

impl From<WeightsError> for Failure {
    fn from(error: WeightsError) -> Self {
        Self::Animate(AnimateError::Weights(error))
    }
}

impl Failure {
    /// The exit code, as listed in docs/guide.md.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) | Self::Clip(_) => 2,
            Self::File(FormatError::Ending { .. } | FormatError::OneClip(_)) => 2,
            Self::Audio(_) | Self::Recordings(_) | Self::Microphone(_) | Self::Piped(_) => 3,
            Self::File(FormatError::Write { .. }) | Self::Report(_) | Self::Network(_) => 4,
            Self::File(_) => 3,
            Self::Animate(AnimateError::Cuda(_)) => 5,
            Self::Animate(_) | Self::Speaker { .. } | Self::Learn(_) => 3,
            Self::Batch(BatchError::Animate(AnimateError::Cuda(_))) => 5,
            Self::Batch(BatchError::State { .. }) => 4,
            Self::Batch(_) => 3,
            Self::Lines { any_done: true, .. } => 6,
            Self::Lines {
                any_done: false, ..
            } => 7,
            Self::Interrupted { .. } => 8,
            Self::Train(_) | Self::Live(_) | Self::Internal(_) => 1,
        })
    }
}
