//! Lists and selects the animations of a file.

use std::path::Path;

use serde_json::Value;

use super::file::GltfFile;
use super::load::text;
use crate::{FormatError, Result};

/// An animation of a glTF file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AnimationSummary {
    /// The name.
    pub name: String,
    /// Whether it animates morph targets.
    pub moves_targets: bool,
    /// The clip that it was written from; `None` for animations of other programs.
    pub clip: Option<ClipSummary>,
}

/// The clip that an animation was written from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClipSummary {
    /// The clip's name.
    pub name: String,
    /// Frames per second, exactly.
    pub fps: String,
    /// The number of frames.
    pub frames: u64,
}

/// The animations of a `.glb` or `.gltf` file, in order.
///
/// # Errors
/// [`FormatError::Read`]; [`FormatError::Invalid`] if the file is not glTF.
pub fn animations(path: &Path) -> Result<Vec<AnimationSummary>> {
    let source = GltfFile::read(path)?;
    Ok(source.array("animations").iter().map(summary).collect())
}

fn summary(animation: &Value) -> AnimationSummary {
    let record = &animation["extras"]["metaface"];
    AnimationSummary {
        name: text(&animation["name"]),
        moves_targets: moves_targets(animation),
        clip: record.is_object().then(|| ClipSummary {
            name: text(&record["clip"]),
            fps: text(&record["frameRate"]),
            frames: record["frameCount"].as_u64().unwrap_or(0),
        }),
    }
}

fn moves_targets(animation: &Value) -> bool {
    let mut channels = animation["channels"].as_array().into_iter().flatten();
    channels.any(|channel| channel["target"]["path"] == "weights")
}

/// The last animation that MetaFace wrote, otherwise the first that animates morph targets.
pub(super) fn default_animation(source: &GltfFile) -> Option<&Value> {
    let animations = source.array("animations");
    let is_ours = |animation: &&Value| animation["extras"]["metaface"].is_object();
    let ours = animations.iter().rev().find(is_ours);
    ours.or_else(|| animations.iter().find(|animation| moves_targets(animation)))
}

/// The animation with this name; defaults to [`default_animation`].
pub(super) fn find<'a>(source: &'a GltfFile, name: Option<&str>) -> Result<&'a Value> {
    let invalid =
        |reason: String, remedy: &str| FormatError::invalid(&source.path, "glTF", reason, remedy);
    let Some(wanted) = name else {
        return default_animation(source).ok_or_else(|| {
            invalid(
                "it has no animation of morph targets".to_owned(),
                "give a file with a keyed face, or export it with its animation",
            )
        });
    };
    let animations = source.array("animations");
    let found = animations
        .iter()
        .find(|animation| animation["name"] == wanted);
    found.ok_or_else(|| {
        let names: Vec<String> = (animations.iter())
            .map(|animation| text(&animation["name"]))
            .collect();
        let reason = if names.is_empty() {
            "it has no animation".to_owned()
        } else {
            format!(
                "it has no animation '{wanted}'; it has {}",
                names.join(", ")
            )
        };
        invalid(reason, "give the name of one of its animations")
    })
}
