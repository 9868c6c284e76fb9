//! What can go wrong while a corpus is made or read.

use std::path::{Path, PathBuf};

use crate::audio::AudioError;

/// A failure while making or reading a training corpus.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// Speech synthesisers that the plan needs are not installed.
    #[error(
        "not installed: {}. Install with: apt-get install {} (or make a plan from the voices that are there)",
        missing.join(", "),
        packages.join(" ")
    )]
    MissingPrograms {
        /// Programs, libraries or voices that were looked for and not found.
        missing: Vec<String>,
        /// The Debian packages that bring them.
        packages: Vec<String>,
    },
    /// A speech synthesiser ran and failed.
    #[error("{program} failed: {reason}")]
    Program {
        /// The program that was run.
        program: String,
        /// Its last words, or what was missing from its output.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `make`...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}{}: {reason}", path.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from one, where there is one.
        line: Option<usize>,
        /// What is wrong and what to do about it.
        reason: String,
    },
    /// A sound cannot be used.
    #[error(transparent)]
    Sound(#[from] AudioError),
    /// The folder holds a corpus made from another plan.
    #[error(
        "{} holds a corpus made from another plan or seed, or by another version of the program; choose an empty folder, or delete this one to make it anew",
        folder.display()
    )]
    OtherPlan {
        /// The corpus folder.
        folder: PathBuf,
    },
    /// The folder's corpus was not finished.
    #[error(
        "the corpus in {} is incomplete: {missing} of {planned} shards are missing; run the same command again, it continues",
        folder.display()
    )]
    Incomplete {
        /// The corpus folder.
        folder: PathBuf,
        /// Shards not yet made.
        missing: usize,
        /// Shards in the plan.
        planned: usize,
    },
}

impl CorpusError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(super) fn malformed(path: &Path, line: Option<usize>, reason: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_path_buf(),
            line,
            reason: reason.into(),
        }
    }

    pub(super) fn program(program: &str, reason: impl Into<String>) -> Self {
        Self::Program {
            program: program.to_owned(),
            reason: reason.into(),
        }
    }
}
