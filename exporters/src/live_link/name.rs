//! Names of devices and subjects in packets.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A device's id or a subject: 1 to 255 bytes without control characters.
///
/// Unreal reserves 256 bytes for each and reads every byte as a character, so it shows only ASCII
/// names correctly ([`Name::is_plain`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Why a text is not a valid name in a packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a subject needs a name, such as Hero")]
    Empty,
    /// More than [`Name::LONGEST`] bytes.
    #[error(
        "a name in a Live Link packet has at most 255 bytes, but this one has {0}; use a shorter one"
    )]
    Long(usize),
    /// A control character.
    #[error(
        "a name in a Live Link packet cannot contain control characters such as {0:?}; use letters and digits"
    )]
    Control(char),
}

impl Name {
    /// The largest number of bytes.
    pub const LONGEST: usize = 255;

    /// The device id for a subject that a computer sends, as a UUID of 36 characters (RFC 9562,
    /// version 8, from a hash). It is determined by computer and subject, and differs between
    /// different pairs.
    ///
    /// ```
    /// use metaface_exporters::live_link::Name;
    ///
    /// let hero = "Hero".parse()?;
    /// assert_eq!(Name::device("stage-2", &hero).as_str().len(), 36);
    /// assert_eq!(Name::device("stage-2", &hero), Name::device("stage-2", &hero));
    /// assert_ne!(Name::device("stage-3", &hero), Name::device("stage-2", &hero));
    /// # Ok::<(), metaface_exporters::live_link::NameError>(())
    /// ```
    pub fn device(computer: &str, subject: &Name) -> Self {
        let mut hash = Sha256::new();
        for part in ["metaface.live-link", computer, subject.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        let mut bits = [0; 16];
        bits.copy_from_slice(&hash[..16]);
        bits[6] = bits[6] & 0x0f | 0x80;
        bits[8] = bits[8] & 0x3f | 0x80;
        let mut id = String::with_capacity(36);
        for (index, byte) in bits.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            id.push_str(&format!("{byte:02X}"));
        }
        Self(id)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether every receiver shows the name correctly.
    pub fn is_plain(&self) -> bool {
        self.0.is_ascii()
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > Self::LONGEST {
            return Err(NameError::Long(text.len()));
        }
        match text.chars().find(|character| character.is_control()) {
            Some(character) => Err(NameError::Control(character)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
