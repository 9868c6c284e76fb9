//! The animations of a file, and which of them is meant.

use std::path::Path;

use serde_json::Value;

use super::load::text;
use super::source::Source;
use crate::{ExportError, Result};

/// An animation of a glTF file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AnimationSummary {
    /// Its name.
    pub name: String,
    /// Whether it animates morph targets.
    pub moves_targets: bool,
    /// What our own animations remember; none for others.
    pub clip: Option<ClipSummary>,
}

/// The clip that an animation was written from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ClipSummary {
    /// The clip's name.
    pub name: String,
    /// Frames per second, exactly.
    pub fps: String,
    /// How many frames it has.
    pub frames: u64,
}

/// The animations of a `.glb` or `.gltf`, in their order.
///
/// # Errors
/// [`ExportError::Read`]; [`ExportError::Invalid`] where the file is no glTF.
pub fn animations(path: &Path) -> Result<Vec<AnimationSummary>> {
    let source = Source::read(path)?;
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

/// MetaFace's last animation or, without one, the first that animates morph targets.
pub(super) fn choose(source: &Source) -> Option<&Value> {
    let animations = source.array("animations");
    let ours = |animation: &&Value| animation["extras"]["metaface"].is_object();
    let mine = animations.iter().rev().find(ours);
    mine.or_else(|| animations.iter().find(|animation| moves_targets(animation)))
}

/// As [`choose`], or the animation of this name.
pub(super) fn named<'a>(source: &'a Source, name: Option<&str>) -> Result<&'a Value> {
    let fault =
        |reason: String, remedy: &str| ExportError::invalid(&source.path, "glTF", reason, remedy);
    let Some(wanted) = name else {
        return choose(source).ok_or_else(|| {
            fault(
                "it has no animation of morph targets".to_owned(),
                "give a file with a keyed face, or export it with its animation",
            )
        });
    };
    let animations = source.array("animations").iter();
    let mut found = animations.filter(|animation| animation["name"] == wanted);
    found.next().ok_or_else(|| {
        let all = source.array("animations").iter();
        let all: Vec<String> = all.map(|animation| text(&animation["name"])).collect();
        let reason = match all.is_empty() {
            true => "it has no animation".to_owned(),
            false => format!("it has no animation '{wanted}', but {}", all.join(", ")),
        };
        fault(reason, "give the name of one that it has")
    })
}
