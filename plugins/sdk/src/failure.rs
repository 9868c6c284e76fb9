//! Errors across the bridge.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use metaface_core::AnimateError;
use metaface_core::audio::AudioError;
use metaface_core::clip::ClipError;
use metaface_core::speaker::{LearnError, SpeakerError};
use metaface_exporters::FormatError;
use metaface_live::LiveError;

/// Kinds of errors, in the order of `metaface::ErrorKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    Argument,
    Read,
    Write,
    File,
    Speaker,
    Device,
    Cancelled,
    Internal,
}

/// An error that crosses to C++ as text: a digit for the kind, then the message.
#[derive(Debug)]
pub struct Failure {
    kind: ErrorKind,
    message: String,
}

/// The result of a bridge function.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }

    /// An error of reading a speaker from a file or writing it to one.
    pub fn of_speaker(error: &SpeakerError, path: &Path) -> Self {
        let kind = match error {
            SpeakerError::Unreadable(_) => ErrorKind::Read,
            _ => ErrorKind::Speaker,
        };
        Self::new(kind, format!("{error}: {}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind as u8, self.message)
    }
}

impl From<ClipError> for Failure {
    fn from(error: ClipError) -> Self {
        Self::argument(error.to_string())
    }
}

impl From<AudioError> for Failure {
    fn from(error: AudioError) -> Self {
        let kind = match error {
            AudioError::Unreadable { .. } => ErrorKind::Read,
            _ => ErrorKind::File,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<SpeakerError> for Failure {
    fn from(error: SpeakerError) -> Self {
        let kind = match error {
            SpeakerError::Share(_) => ErrorKind::Argument,
            _ => ErrorKind::Speaker,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<AnimateError> for Failure {
    fn from(error: AnimateError) -> Self {
        let kind = match error {
            AnimateError::Audio(error) => return error.into(),
            AnimateError::Clip(error) => return error.into(),
            AnimateError::Weights(_) => ErrorKind::File,
            AnimateError::Cuda(_) => ErrorKind::Device,
            AnimateError::Stopped => ErrorKind::Cancelled,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<LearnError> for Failure {
    fn from(error: LearnError) -> Self {
        match error {
            LearnError::Clip(error) => error.into(),
            error => Self::new(ErrorKind::Speaker, error.to_string()),
        }
    }
}

impl From<FormatError> for Failure {
    fn from(error: FormatError) -> Self {
        let kind = match error {
            FormatError::Read { .. } => ErrorKind::Read,
            FormatError::Write { .. } => ErrorKind::Write,
            FormatError::Ending { .. } | FormatError::OneClip(_) => ErrorKind::Argument,
            FormatError::NoPagePlayer => ErrorKind::Internal,
            _ => ErrorKind::File,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        Self::new(ErrorKind::Internal, error.to_string())
    }
}

/// Runs `work` and returns a panic as an error, so that it does not end the host program.
pub fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = format!(
            "internal error in MetaFace; please report it with what you did ({})",
            panic_message(panic.as_ref())
        );
        Err(Failure::new(ErrorKind::Internal, message))
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    let formatted = || panic.downcast_ref::<String>().map(String::as_str);
    literal.or_else(formatted).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)]
    fn a_panic_becomes_an_error() {
        let failure = guard::<()>(|| panic!("at the disco")).expect_err("a panic");
        assert_eq!(failure.kind, ErrorKind::Internal);
        assert!(
            failure
                .to_string()
                .starts_with("7internal error in MetaFace")
        );
        assert!(failure.message.contains("at the disco"));
    }
}
