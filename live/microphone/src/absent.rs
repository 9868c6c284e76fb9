//! The backend of a build without microphones.

use metaface_live::SoundInput;

use super::{Microphone, MicrophoneError, OpenMicrophone};

pub(super) const IS_BUILT_IN: bool = false;

/// A stream cannot exist in this build.
pub(super) type Stream = std::convert::Infallible;

pub(super) fn microphones() -> Result<Vec<Microphone>, MicrophoneError> {
    Err(MicrophoneError::NotBuiltIn)
}

pub(super) fn open(
    _wanted: Option<&str>,
    _input: SoundInput,
) -> Result<OpenMicrophone, MicrophoneError> {
    Err(MicrophoneError::NotBuiltIn)
}
