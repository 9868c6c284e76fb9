//! Live sound from the microphones of this machine.
//!
//! [`microphones`] lists them, [`open`] opens one, which pushes its sound into a [`SoundInput`].
//!
//! On Linux this needs the feature `alsa`, which links the system's ALSA library. A program without
//! the feature also starts on machines without ALSA; its functions return
//! [`MicrophoneError::NotBuiltIn`].

#[cfg_attr(
    any(windows, target_os = "macos", feature = "alsa"),
    path = "sound_card.rs"
)]
#[cfg_attr(
    not(any(windows, target_os = "macos", feature = "alsa")),
    path = "absent.rs"
)]
mod backend;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use metaface_live::SoundInput;

/// Whether this build can open microphones.
pub const IS_BUILT_IN: bool = backend::IS_BUILT_IN;

/// A microphone of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microphone {
    /// The system's unique id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Whether it is the system's default.
    pub is_default: bool,
}

impl fmt::Display for Microphone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name == self.id {
            write!(f, "{}", self.id)
        } else {
            write!(f, "{}: {}", self.id, self.name)
        }
    }
}

/// An open microphone. It records until this is dropped.
pub struct OpenMicrophone {
    /// The microphone.
    pub microphone: Microphone,
    error: SharedError,
    _stream: backend::Stream,
}

impl OpenMicrophone {
    /// The error that ended the sound.
    pub fn error(&self) -> Option<MicrophoneError> {
        let error = self.error.lock();
        error.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The error that the backend's threads leave.
type SharedError = Arc<Mutex<Option<MicrophoneError>>>;

/// The error of a microphone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MicrophoneError {
    /// The build has no microphone support.
    #[error(
        "this build does not support microphones. Build it with --features microphone (on Debian and Ubuntu after apt install libasound2-dev pkg-config), or pipe the sound of another program: arecord -q -t raw -f S16_LE -r 16000 -c 1 | metaface stream - --to HOST"
    )]
    NotBuiltIn,
    /// The system's audio is not available.
    #[error(
        "the system's audio is not available ({0}); check that a sound server or driver is running"
    )]
    NoSound(String),
    /// The machine has no microphone.
    #[error("no microphone found; connect one, or allow this program to use it")]
    None,
    /// No microphone has this name.
    #[error("no microphone matches '{wanted}'; available: {available}")]
    Unknown {
        /// The wanted name.
        wanted: String,
        /// All microphones.
        available: String,
    },
    /// Several microphones match the name.
    #[error("'{wanted}' matches several microphones; choose one: {matching}")]
    Ambiguous {
        /// The wanted name.
        wanted: String,
        /// The microphones that match.
        matching: String,
    },
    /// The microphone cannot be opened.
    #[error(
        "cannot open the microphone {name} ({reason}); check that it is connected, allowed and not in use. metaface stream --list-microphones lists all microphones"
    )]
    Refused {
        /// The microphone.
        name: String,
        /// The system's error.
        reason: String,
    },
    /// The microphone stopped.
    #[error("the microphone {name} stopped ({reason}); reconnect it and start again")]
    Lost {
        /// The microphone.
        name: String,
        /// The system's error.
        reason: String,
    },
}

/// The microphones of this machine, the default one first.
///
/// # Errors
/// [`MicrophoneError::NotBuiltIn`], [`MicrophoneError::NoSound`].
pub fn microphones() -> Result<Vec<Microphone>, MicrophoneError> {
    backend::microphones()
}

/// Opens the microphone with this id, or the only one whose id or name contains this text. Defaults to
/// the system's default microphone. If the microphone fails later, the input is closed, and
/// [`OpenMicrophone::error`] is the error.
///
/// # Errors
/// All of [`MicrophoneError`] but [`MicrophoneError::Lost`].
pub fn open(wanted: Option<&str>, input: SoundInput) -> Result<OpenMicrophone, MicrophoneError> {
    backend::open(wanted, input)
}

/// Chooses a microphone by its id, or by a part of its id or name. Ignores letter case.
#[cfg_attr(
    not(any(windows, target_os = "macos", feature = "alsa")),
    allow(dead_code)
)]
fn choose<'a>(
    wanted: &str,
    microphones: &'a [Microphone],
) -> Result<&'a Microphone, MicrophoneError> {
    if let Some(exact) = microphones.iter().find(|one| one.id == wanted) {
        return Ok(exact);
    }
    let part = wanted.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&part);
    let matching: Vec<_> = (microphones.iter())
        .filter(|one| has(&one.name) || has(&one.id))
        .collect();
    let list = |these: &[&Microphone]| {
        let names: Vec<_> = these.iter().map(|one| one.to_string()).collect();
        names.join("; ")
    };
    let wanted = wanted.to_owned();
    match matching[..] {
        [one] => Ok(one),
        [] if microphones.is_empty() => Err(MicrophoneError::None),
        [] => Err(MicrophoneError::Unknown {
            wanted,
            available: list(&microphones.iter().collect::<Vec<_>>()),
        }),
        _ => Err(MicrophoneError::Ambiguous {
            wanted,
            matching: list(&matching),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn microphone(id: &str, name: &str) -> Microphone {
        Microphone {
            id: id.to_owned(),
            name: name.to_owned(),
            is_default: false,
        }
    }

    #[test]
    fn a_microphone_is_found_by_its_id_or_by_a_part_of_its_name() {
        let all = [
            microphone("hw:0", "Built-in"),
            microphone("hw:1", "Blue Yeti"),
            microphone("hw:10", "Yeti Nano"),
        ];
        assert_eq!(choose("hw:1", &all), Ok(&all[1]));
        assert_eq!(choose("built", &all), Ok(&all[0]));
        assert_eq!(choose("NANO", &all), Ok(&all[2]));
        let several = choose("yeti", &all).expect_err("two").to_string();
        assert!(
            several.contains("hw:1: Blue Yeti; hw:10: Yeti Nano"),
            "{several}"
        );
        let unknown = choose("headset", &all).expect_err("none").to_string();
        assert!(unknown.contains("available: hw:0: Built-in"), "{unknown}");
        assert_eq!(choose("headset", &[]), Err(MicrophoneError::None));
    }
}
