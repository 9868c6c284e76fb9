//! Errors of reading and writing files. Each message names the file and a remedy.

use std::path::{Path, PathBuf};

/// The result of reading or writing a file.
pub type Result<T> = std::result::Result<T, FormatError>;

/// An error in reading or writing a clip or a character.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The operating system could not read the file.
    #[error("cannot read the file ({source}): {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The operating system could not write the file.
    #[error("cannot write the file ({source}); check the folder, its permissions and free space: {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file does not have the expected format, or is damaged.
    #[error("not a usable {format} file: {reason}; {remedy}: {}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The format that was expected, such as `glTF`.
        format: &'static str,
        /// The location in the file and the problem.
        reason: String,
        /// What the user can do.
        remedy: String,
    },
    /// A file name whose ending does not determine the output format.
    #[error("the file's ending does not determine the format; {remedy}: {}", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
        /// Endings that would, or what else the user can do.
        remedy: String,
    },
    /// Several clips for a format that holds one.
    #[error("this format holds one clip; write .glb or .gltf, which hold one animation per clip, or convert each clip to a separate file: {}", .0.display())]
    OneClip(PathBuf),
    /// A character without a morph target or joint that a channel could drive.
    #[error("this character has nothing to animate: {reason}; looked for {looked_for}: {}", path.display())]
    NothingToDrive {
        /// The character's file.
        path: PathBuf,
        /// What the character has instead.
        reason: String,
        /// The names that were searched for.
        looked_for: String,
    },
    /// A mesh whose geometry is compressed in an unsupported way.
    #[error(
        "mesh '{mesh}' cannot be written to a new file: {reason}; write .glb or .gltf from the original glTF file, which keeps the compressed data, or export the character without compression: {}",
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
    /// A build without the preview page's player, which Node.js bundles.
    #[error(
        "this build has no page player: install Node.js 20 or later and build again, or run the project's demo command, which fetches Node.js if needed"
    )]
    NoPagePlayer,
}

impl FormatError {
    /// Creates a [`FormatError::Invalid`].
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
