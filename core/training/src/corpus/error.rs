//! Errors of making and reading a corpus.

use std::path::{Path, PathBuf};

use metaface_core::audio::AudioError;

/// A failure while making or reading a training corpus.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// Speech synthesisers that the plan needs are not installed.
    #[error(
        "not installed: {}. Install with: apt-get install {} (or use only the installed voices)",
        missing.join(", "),
        packages.join(" ")
    )]
    MissingPrograms {
        /// Programs, libraries or voices that were not found.
        missing: Vec<String>,
        /// The Debian packages that provide them.
        packages: Vec<String>,
    },
    /// A language of the plan has no words.
    #[error(
        "there are no words for the language '{language}'; choose 'en' or a language of core/training/src/corpus/text/languages.rs"
    )]
    UnknownLanguage {
        /// The language's tag.
        language: String,
    },
    /// A speech synthesiser ran and failed.
    #[error("{program} failed: {reason}")]
    Program {
        /// The program.
        program: String,
        /// The last line of its error output, or what its output lacks.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} ({source}): {}", path.display())]
    Io {
        /// The failed action, such as `read the file`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file is malformed.
    #[error("{}{}: {reason}", path.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1; `None` for a binary file.
        line: Option<usize>,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A sound cannot be used.
    #[error(transparent)]
    Sound(#[from] AudioError),
    /// The folder holds a corpus made from another plan.
    #[error(
        "{} holds a corpus made from another plan or seed, or by another version of the program; choose an empty folder, or delete this folder to make the corpus again",
        folder.display()
    )]
    OtherPlan {
        /// The corpus folder.
        folder: PathBuf,
    },
    /// The folder's corpus is unfinished.
    #[error(
        "the corpus in {} is incomplete: {missing} of {planned} shards are missing; run the same command again to continue",
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
