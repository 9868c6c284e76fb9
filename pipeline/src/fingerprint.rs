//! Hashes of the inputs of a line.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use metaface_core::Animator;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hashes of everything that determines the files of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The program's version and the base model.
    pub program: String,
    /// The sound.
    pub sound: String,
    /// The speaker file; empty for the average speaker.
    pub speaker: String,
    /// The character with all its files, and the rig map; empty if no character is shown.
    pub character: String,
    /// Options, formats and metadata.
    pub choices: String,
}

impl Fingerprint {
    /// The parts that differ, as reasons to make a line again.
    pub fn changes(&self, old: &Self) -> Vec<&'static str> {
        let parts = [
            ("the program changed", &self.program, &old.program),
            ("the sound changed", &self.sound, &old.sound),
            ("the speaker changed", &self.speaker, &old.speaker),
            (
                "the character or its rig map changed",
                &self.character,
                &old.character,
            ),
            ("the options changed", &self.choices, &old.choices),
        ];
        let changed = parts.iter().filter(|(_, new, old)| new != old);
        changed.map(|(name, ..)| *name).collect()
    }

    /// The hash of the program's version and the base model.
    pub fn program(animator: &Animator) -> String {
        let base = animator.base_hash();
        short_hash(&format!("{} {base}", env!("CARGO_PKG_VERSION")))
    }
}

/// The first 128 bits of a text's SHA-256, in hexadecimal.
pub fn short_hash(text: &str) -> String {
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

/// Size and time of a file. A file with an unchanged stamp is assumed to have the same content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified: u64,
}

impl Stamp {
    /// The current stamp of a file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let file = std::fs::metadata(path)?;
        let modified = file.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self {
            size: file.len(),
            modified: modified.map_or(0, |since| since.as_nanos() as u64),
        })
    }
}

/// A file's hash, and the file's stamp when the hash was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    /// The stamp.
    pub stamp: Stamp,
    /// The hash of the content.
    pub hash: String,
}

/// A cache of file hashes.
#[derive(Debug, Default)]
pub struct FileHashes {
    known: Mutex<HashMap<PathBuf, HashedFile>>,
}

impl FileHashes {
    /// Adds a hash that an earlier run computed.
    pub fn insert(&self, path: PathBuf, hashed: HashedFile) {
        if let Ok(mut known) = self.known.lock() {
            known.insert(path, hashed);
        }
    }

    /// The hash of a file. The file is read only if its stamp has changed.
    pub fn of(&self, path: &Path) -> io::Result<HashedFile> {
        let stamp = Stamp::of(path)?;
        let known = self.known.lock().ok();
        let cached = known.and_then(|known| known.get(path).cloned());
        if let Some(cached) = cached.filter(|cached| cached.stamp == stamp) {
            return Ok(cached);
        }
        let mut hash = Sha256::new();
        io::copy(&mut File::open(path)?, &mut hash)?;
        let hashed = HashedFile {
            stamp,
            hash: hexadecimal(hash),
        };
        self.insert(path.to_owned(), hashed.clone());
        Ok(hashed)
    }
}
