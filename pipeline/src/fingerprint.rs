//! What a line was made of, by content.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use metaface_core::Animator;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hashes of everything that a line's files follow from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The program's version and the base model.
    pub program: String,
    /// The sound.
    pub sound: String,
    /// The speaker's file; empty for the average speaker.
    pub speaker: String,
    /// The character with all its files, and the rig map; empty where none is shown.
    pub character: String,
    /// Options, formats and metadata.
    pub choices: String,
}

impl Fingerprint {
    /// What differs, in words.
    pub fn changes(&self, old: &Self) -> Vec<&'static str> {
        let parts = [
            ("the program", &self.program, &old.program),
            ("the sound", &self.sound, &old.sound),
            ("the speaker", &self.speaker, &old.speaker),
            ("the character", &self.character, &old.character),
            ("the options", &self.choices, &old.choices),
        ];
        let changed = parts.iter().filter(|(_, new, old)| new != old);
        changed.map(|(name, ..)| *name).collect()
    }

    /// The program's part.
    pub fn program(animator: &Animator) -> String {
        let base = animator.base_hash();
        short(&format!("{} {base}", env!("CARGO_PKG_VERSION")))
    }
}

/// As much of a text's SHA-256 as tells forty thousand lines apart, in hexadecimal.
pub fn short(text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(text);
    hexadecimal(hash)
}

fn hexadecimal(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// How a file looks from outside: while that stays, its content is taken to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: u64,
}

impl Stamp {
    /// Of a file as it is now.
    pub fn of(path: &Path) -> io::Result<Self> {
        let file = std::fs::metadata(path)?;
        let modified = file.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self {
            size: file.len(),
            modified: modified.map_or(0, |since| since.as_nanos() as u64),
        })
    }
}

/// A file's hash, and how the file looked when it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashed {
    /// How it looked.
    pub stamp: Stamp,
    /// Its hash.
    pub hash: String,
}

/// Hashes of files, each taken once.
#[derive(Debug, Default)]
pub struct Hashes {
    known: Mutex<HashMap<PathBuf, Hashed>>,
}

impl Hashes {
    /// Takes over what an earlier run found.
    pub fn remember(&self, path: PathBuf, hashed: Hashed) {
        if let Ok(mut known) = self.known.lock() {
            known.insert(path, hashed);
        }
    }

    /// The hash of a file's content, which is read only if the file looks different than before.
    pub fn of(&self, path: &Path) -> io::Result<Hashed> {
        let stamp = Stamp::of(path)?;
        let known = self.known.lock().ok();
        let known = known.and_then(|known| known.get(path).cloned());
        if let Some(known) = known.filter(|known| known.stamp == stamp) {
            return Ok(known);
        }
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut hash)?;
        let hashed = Hashed {
            stamp,
            hash: hexadecimal(hash),
        };
        self.remember(path.to_owned(), hashed.clone());
        Ok(hashed)
    }
}
