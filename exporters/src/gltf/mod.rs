//! glTF 2.0 and GLB: reads characters and clips, writes animated characters.
//!
//! ```
//! use metaface_exporters::character::{Character, Mesh, Node, Section};
//!
//! let mut character = Character::default();
//! character.meshes.push(Mesh {
//!     positions: vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
//!     sections: vec![Section { indices: vec![0, 1, 2], material: None }],
//!     ..Mesh::default()
//! });
//! character.nodes.push(Node { mesh: Some(0), ..Node::default() });
//! let glb = metaface_exporters::gltf::write_character(&character, None)?;
//! assert_eq!(&glb[..4], b"glTF");
//! # Ok::<(), metaface_exporters::FormatError>(())
//! ```

mod accessor;
mod animation;
mod bake;
mod choice;
mod document;
mod file;
mod images;
mod join;
mod load;
mod load_influences;
mod load_mesh;
mod precision;
mod read_clip;
mod replace;
mod sampler;
mod vrm;
mod write;
mod write_mesh;

use std::path::{Path, PathBuf};

use crate::Result;

pub use bake::{bake, bake_as};
pub use choice::{AnimationSummary, ClipSummary, animations};
pub use document::Container;
pub use join::join;
pub use load::{load, load_bytes};
pub use precision::Precision;
pub use read_clip::{read_animation, read_clip};
pub(crate) use sampler::slerp;
pub use write::{write_character, write_character_as};

/// How a glTF file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// The container.
    pub container: Container,
    /// The precision of the animations' numbers.
    pub precision: Precision,
}

impl From<Container> for WriteOptions {
    fn from(container: Container) -> Self {
        Self {
            container,
            ..Self::default()
        }
    }
}

/// The files that a character or take consists of: the file itself, and external buffers and
/// images.
///
/// # Errors
/// As [`load`](load()).
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    Ok(file::GltfFile::read(path)?.files())
}
