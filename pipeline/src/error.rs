//! What stops a whole batch; what stops a line is in its [`Record`](crate::Record).

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
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The table is not one.
    #[error("not a usable table of lines: {reason}: {}", path.display())]
    Table {
        /// The table.
        path: PathBuf,
        /// What is wrong, and what to do about it.
        reason: String,
    },
    /// The state in the output folder could not be read or written.
    #[error(
        "cannot keep the state of the batch ({source}); check the folder, its permissions and free space: {}",
        path.display()
    )]
    State {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The state was written by a later version of the program.
    #[error(
        "the state has version {version}, newer than this program reads; update MetaFace, or give another output folder: {}",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The base model or its device.
    #[error(transparent)]
    Animate(#[from] AnimateError),
}
