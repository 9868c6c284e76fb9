//! Sound as it is spoken: the microphones of this machine.
//!
//! [`microphones`] lists them, [`listen`] opens one. What comes is mono, at the microphone's own
//! rate, in short [`Block`]s that know when they arrived.
//!
//! On Linux this needs the feature `alsa`, which links the system's ALSA library; a program built
//! without it starts on machines that have none, and says [`MicrophoneError::NotBuiltIn`] when it
//! is asked for a microphone.

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
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Instant;

/// Whether this build can open microphones.
pub const IS_BUILT_IN: bool = backend::IS_BUILT_IN;

/// A microphone of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microphone {
    /// What the system calls it when it is opened: unique.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is the one that is used when none is named.
    pub is_default: bool,
}

impl fmt::Display for Microphone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name == self.id {
            true => write!(f, "{}", self.id),
            false => write!(f, "{}: {}", self.id, self.name),
        }
    }
}

/// A piece of sound, a few milliseconds long.
#[derive(Debug, Clone)]
pub struct Block {
    /// Mono samples; full scale is 1.
    pub samples: Vec<f32>,
    /// When the last of them arrived here.
    pub arrived: Instant,
}

/// What a microphone gives: sound, or the reason why no more will come.
pub type Heard = Result<Block, MicrophoneError>;

/// An open microphone. It listens until this is dropped.
pub struct Listening {
    /// Which one it is.
    pub microphone: Microphone,
    /// Samples per second.
    pub sample_rate: u32,
    _stream: backend::Stream,
}

/// What can go wrong with a microphone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MicrophoneError {
    /// A build without microphones.
    #[error(
        "this build opens no microphone. Build it with --features microphone (on Debian and Ubuntu after apt install libasound2-dev pkg-config), or let another program listen and pipe its sound: arecord -q -t raw -f S16_LE -r 16000 -c 1 | metaface stream - --to HOST"
    )]
    NotBuiltIn,
    /// The system's sound is not there.
    #[error("the system's sound cannot be reached ({0}); is a sound server or driver running?")]
    NoSound(String),
    /// No microphone at all.
    #[error("this machine has no microphone; plug one in, or allow this program to use it")]
    None,
    /// No microphone of that name.
    #[error("no microphone is called '{wanted}'; there is {there}")]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// The microphones that there are.
        there: String,
    },
    /// A name that several have.
    #[error("'{wanted}' is part of several microphones' names; say which one: {there}")]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The microphones that it could be.
        there: String,
    },
    /// A microphone that cannot be opened.
    #[error(
        "the microphone {name} cannot be opened ({reason}); is it plugged in, allowed and not in use? metaface stream --list-microphones lists them"
    )]
    Refused {
        /// The microphone.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// A microphone that stopped.
    #[error(
        "the microphone {name} gives no more sound ({reason}); plug it in again and start anew"
    )]
    Lost {
        /// The microphone.
        name: String,
        /// What the system said.
        reason: String,
    },
}

/// The microphones of this machine, the one used by default first.
///
/// # Errors
/// [`MicrophoneError::NotBuiltIn`], [`MicrophoneError::NoSound`].
pub fn microphones() -> Result<Vec<Microphone>, MicrophoneError> {
    backend::microphones()
}

/// Opens the microphone of this id, or the only one whose id or name has this text in it, or by
/// default the system's own choice; blocks go to `heard`, errors as the last of them.
///
/// # Errors
/// [`MicrophoneError`], whatever stands in the way.
pub fn listen(wanted: Option<&str>) -> Result<(Listening, Receiver<Heard>), MicrophoneError> {
    let (ear, heard) = std::sync::mpsc::sync_channel(WAITING);
    Ok((backend::listen(wanted, ear)?, heard))
}

/// Which of these is meant: by its id, or else by a part of its id or name, in any letter case.
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
    let fitting: Vec<_> = (microphones.iter())
        .filter(|one| has(&one.name) || has(&one.id))
        .collect();
    let list = |these: &[&Microphone]| {
        let names: Vec<_> = these.iter().map(|one| one.to_string()).collect();
        names.join("; ")
    };
    let wanted = wanted.to_owned();
    match fitting[..] {
        [one] => Ok(one),
        [] if microphones.is_empty() => Err(MicrophoneError::None),
        [] => Err(MicrophoneError::Unknown {
            wanted,
            there: list(&microphones.iter().collect::<Vec<_>>()),
        }),
        _ => Err(MicrophoneError::Ambiguous {
            wanted,
            there: list(&fitting),
        }),
    }
}

/// Blocks that wait to be heard, ten seconds of them; more are lost, so that a device that gives
/// sound without end takes no memory without end.
const WAITING: usize = 1000;

/// Where a backend puts what it hears.
type Ear = SyncSender<Heard>;

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
        assert!(unknown.contains("there is hw:0: Built-in"), "{unknown}");
        assert_eq!(choose("headset", &[]), Err(MicrophoneError::None));
    }
}
