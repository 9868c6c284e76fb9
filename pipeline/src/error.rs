//! Errors that stop a whole batch. The error of a single line is in its
//! [`JournalEntry`](crate::JournalEntry).

use std::path::PathBuf;

use metaface_core::AnimateError;

/// Why a batch cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The table or the folder of sounds could not be read.
    #[error("cannot read the lines ({source}): {}", path.display())]
    Unreadable {
        /// The table or folder.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The table has no usable header or format.
    #[error("not a usable table of lines: {reason}: {}", path.display())]
    Table {
        /// The table.
        path: PathBuf,
        /// The reason and the remedy.
        reason: String,
    },
    /// The state in the output folder could not be read or written.
    #[error(
        "cannot read or write the state of the batch ({source}); check the folder, its permissions and free space: {}",
        path.display()
    )]
    State {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The state was written by a later version of the program.
    #[error(
        "the state has version {version}, newer than this program reads; update MetaFace, or choose another output folder: {}",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The base model or its device failed.
    #[error(transparent)]
    Animate(#[from] AnimateError),
}
