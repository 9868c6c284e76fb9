//! A build without microphones.

use super::{Ear, Listening, Microphone, MicrophoneError};

pub(super) const IS_BUILT_IN: bool = false;

/// Nothing can be open here.
pub(super) type Stream = std::convert::Infallible;

pub(super) fn microphones() -> Result<Vec<Microphone>, MicrophoneError> {
    Err(MicrophoneError::NotBuiltIn)
}

pub(super) fn listen(_wanted: Option<&str>, _ear: Ear) -> Result<Listening, MicrophoneError> {
    Err(MicrophoneError::NotBuiltIn)
}
