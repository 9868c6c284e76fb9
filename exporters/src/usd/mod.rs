//! USD: whole animated characters, thin layers over a user's own asset, and reading both back.
//!
//! ```text
//! Character (+ Performance) --write_character--> a complete UsdSkel asset
//! original.usd + Performance --animate_layer--> a layer that leaves the original untouched
//! original.usd --load--> Character              any.usd --read_clip--> NamedCurves
//! ```
//!
//! Files end in `.usda` (text), `.usdc` (binary), `.usd` (binary) or `.usdz` (a package with its
//! textures).

mod animate;
mod animation;
mod asset_path;
mod clip;
mod clip_frames;
mod existing;
mod faces;
mod frames;
mod joint_tree;
mod kept;
mod layer;
mod load;
mod load_material;
mod load_mesh;
mod load_skeleton;
mod material;
mod mesh;
mod names;
mod nesting;
mod original;
mod package;
mod record;
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

use crate::{ExportError, Result};

/// How a USD file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// `.usda`.
    Text,
    /// `.usdc` and `.usd`.
    Crate,
    /// `.usdz`.
    Package,
}

impl Encoding {
    fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("usda") => Ok(Self::Text),
            Some("usdc" | "usd") => Ok(Self::Crate),
            Some("usdz") => Ok(Self::Package),
            _ => Err(invalid(
                path,
                "its name does not end in .usda, .usdc, .usd or .usdz",
                "choose one of these endings",
            )),
        }
    }
}

fn invalid(path: &Path, reason: impl Into<String>, remedy: &str) -> ExportError {
    ExportError::invalid(path, "USD", reason, remedy)
}
