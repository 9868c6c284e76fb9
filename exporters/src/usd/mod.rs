//! USD: writes animated characters and layers over a user's asset, and reads both.
//!
//! ```text
//! Character (+ Performance) --write_character--> a complete UsdSkel asset
//! original.usd + Performance --animate_layer--> a layer over the unchanged original
//! original.usd --load--> Character
//! any.usd --read_clip--> NamedCurves
//! ```
//!
//! Files end in `.usda` (text), `.usdc` (binary), `.usd` (binary) or `.usdz` (a package with its
//! textures).

mod animate;
mod animation;
mod asset_path;
mod clip;
mod clip_frames;
mod clip_record;
mod existing;
mod faces;
mod frames;
mod joint_tree;
mod layer;
mod load;
mod load_material;
mod load_mesh;
mod load_skeleton;
mod material;
mod merge;
mod mesh;
mod names;
mod nesting;
mod original;
mod package;
mod resolver;
mod scene;
mod skeleton;
mod units;
mod values;
mod write;
mod xform;

pub use animate::animate_layer;
pub use clip::{JointCurve, NamedCurves, read_clip, read_clip_at};
pub use load::load;
pub use original::files;
pub use write::{UsdFiles, write_character};

use std::path::Path;

use crate::{FormatError, Result};

/// The encoding of a USD file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UsdEncoding {
    /// `.usda`.
    Text,
    /// `.usdc` and `.usd`.
    Crate,
    /// `.usdz`.
    Package,
}

impl UsdEncoding {
    fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("usda") => Ok(Self::Text),
            Some("usdc" | "usd") => Ok(Self::Crate),
            Some("usdz") => Ok(Self::Package),
            _ => Err(invalid(
                path,
                "it does not end in .usda, .usdc, .usd or .usdz",
                "choose one of these endings",
            )),
        }
    }
}

fn invalid(path: &Path, reason: impl Into<String>, remedy: &str) -> FormatError {
    FormatError::invalid(path, "USD", reason, remedy)
}
