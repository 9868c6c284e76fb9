//! What goes wrong, as it crosses the bridge.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use metaface_core::AnimateError;
use metaface_core::audio::AudioError;
use metaface_core::clip::ClipError;
use metaface_core::speaker::{LearnError, SpeakerError};
use metaface_exporters::ExportError;

/// Kinds of errors, in the order of `metaface::ErrorKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Argument,
    Read,
    Write,
    File,
    Speaker,
    Device,
    Cancelled,
    Internal,
}

/// An error on its way to C++, where its text is taken apart again: a digit for the kind, then
/// the message.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    message: String,
}

/// The result of what the bridge offers.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(Kind::Argument, message)
    }

    /// A fault of a speaker that was read from, or is written to, a file.
    pub fn of_speaker(error: &SpeakerError, path: &Path) -> Self {
        let kind = match error {
            SpeakerError::Unreadable(_) => Kind::Read,
            _ => Kind::Speaker,
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
            AudioError::Unreadable { .. } => Kind::Read,
            _ => Kind::File,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<SpeakerError> for Failure {
    fn from(error: SpeakerError) -> Self {
        Self::new(Kind::Speaker, error.to_string())
    }
}

impl From<AnimateError> for Failure {
    fn from(error: AnimateError) -> Self {
        let kind = match error {
            AnimateError::Audio(error) => return error.into(),
            AnimateError::Clip(error) => return error.into(),
            AnimateError::Weights(_) => Kind::File,
            AnimateError::Cuda(_) => Kind::Device,
            AnimateError::Stopped => Kind::Cancelled,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<LearnError> for Failure {
    fn from(error: LearnError) -> Self {
        match error {
            LearnError::Animate(error) => error.into(),
            error => Self::new(Kind::Speaker, error.to_string()),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let kind = match error {
            ExportError::Read { .. } => Kind::Read,
            ExportError::Write { .. } => Kind::Write,
            ExportError::Ending { .. } | ExportError::OneClip(_) => Kind::Argument,
            ExportError::NoPagePlayer => Kind::Internal,
            _ => Kind::File,
        };
        Self::new(kind, error.to_string())
    }
}

/// Does work for a host, which a panic would bring down.
pub fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = format!(
            "MetaFace has a fault; please report it with what you did ({})",
            told(panic.as_ref())
        );
        Err(Failure::new(Kind::Internal, message))
    })
}

/// What a panic says.
fn told(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)]
    fn a_panic_becomes_an_error() {
        let failure = guard::<()>(|| panic!("at the disco")).expect_err("a panic");
        assert_eq!(failure.kind, Kind::Internal);
        assert!(failure.to_string().starts_with("7MetaFace has a fault"));
        assert!(failure.message.contains("at the disco"));
    }
}
