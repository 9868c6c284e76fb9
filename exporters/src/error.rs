//! What can go wrong with a file, said so that a user knows what to do.

use std::path::{Path, PathBuf};

/// The result of reading or writing a file.
pub type Result<T> = std::result::Result<T, ExportError>;

/// What can go wrong with a clip's or a character's file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The operating system could not read the file.
    #[error("cannot read the file ({source}): {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The operating system could not write the file.
    #[error("cannot write the file ({source}); check the folder, its permissions and free space: {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is not what its name says, or is damaged.
    #[error("not a usable {format} file: {reason}; {remedy}: {}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The format that was expected, such as `glTF`.
        format: &'static str,
        /// Where in the file and what is wrong there.
        reason: String,
        /// What the user can do about it.
        remedy: String,
    },
    /// A file name whose ending does not say what is to be written.
    #[error("the file's ending does not say what to write; {remedy}: {}", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
        /// The endings that would.
        remedy: String,
    },
    /// Several clips for a file that holds one.
    #[error("this format holds one clip; write .glb or .gltf, which hold one animation per clip, or convert each clip to a file of its own: {}", .0.display())]
    OneClip(PathBuf),
    /// A character without a single morph target or joint that a channel could drive.
    #[error("this character has nothing to animate: {reason}; looked for {looked_for}: {}", path.display())]
    NothingToDrive {
        /// The character's file.
        path: PathBuf,
        /// What it has instead.
        reason: String,
        /// The names that were looked for.
        looked_for: String,
    },
    /// A mesh whose geometry lies in the file in a compressed form that is not decoded here.
    #[error(
        "mesh '{mesh}' cannot be written anew: {reason}; write .glb or .gltf from the original glTF file, which keeps it as it is, or export the character without compression: {}",
        path.display()
    )]
    Undecoded {
        /// The character's file.
        path: PathBuf,
        /// The mesh's name.
        mesh: String,
        /// How it is compressed.
        reason: String,
    },
    /// A build without Node.js, which bundles the preview page's player.
    #[error(
        "this build has no page player: install Node.js 20 or later and build again, or run the project's demo command, which brings its own"
    )]
    NoPagePlayer,
}

impl ExportError {
    /// An [`ExportError::Invalid`].
    pub fn invalid(
        path: &Path,
        format: &'static str,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            path: path.to_owned(),
            format,
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}
