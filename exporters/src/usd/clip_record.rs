//! The record of a file's clip: the dictionary `metaface` in the custom layer data, with the same
//! fields as in glTF.

use std::collections::{BTreeMap, HashMap};

use metaface_clip::FrameRate;
use openusd::sdf::Value;

use super::scene::Scene;
use super::values::{number, text};
use crate::{Performance, Result};

/// The name of the dictionary.
pub(super) const NAME: &str = "metaface";

/// A clip's name, timing and metadata.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClipRecord {
    pub(super) clip: String,
    pub(super) rate: FrameRate,
    pub(super) frame_count: usize,
    pub(super) start_frame: f64,
    pub(super) metadata: BTreeMap<String, String>,
}

impl ClipRecord {
    /// The dictionary's entries for a performance.
    pub(super) fn entries(performance: &Performance) -> HashMap<String, Value> {
        let texts = performance.metadata.iter();
        let metadata = texts.map(|(key, text)| (key.clone(), Value::String(text.clone())));
        let count = i32::try_from(performance.frame_count).unwrap_or(i32::MAX);
        let entries = [
            ("clip", Value::String(performance.name.clone())),
            ("frameRate", Value::String(performance.rate.to_string())),
            ("frameCount", Value::Int(count)),
            ("startFrame", Value::Double(performance.start_frame)),
            ("metadata", Value::Dictionary(metadata.collect())),
        ];
        entries.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// Reads the record; `None` if there is none or it is invalid.
    pub(super) fn read(scene: &Scene<'_>) -> Result<Option<Self>> {
        let Some(Value::Dictionary(mut custom)) = scene.field("customLayerData")? else {
            return Ok(None);
        };
        let Some(Value::Dictionary(mut entries)) = custom.remove(NAME) else {
            return Ok(None);
        };
        let dictionary = match entries.remove("metadata") {
            Some(Value::Dictionary(dictionary)) => dictionary,
            _ => HashMap::new(),
        };
        let metadata =
            (dictionary.into_iter()).filter_map(|(key, value)| Some((key, text(&value)?)));
        let record = || {
            let start_frame = number(entries.get("startFrame")?)?;
            let frame_count = number(entries.get("frameCount")?)?;
            Some(Self {
                clip: text(entries.get("clip")?)?,
                rate: text(entries.get("frameRate")?)?.parse().ok()?,
                frame_count: Some(frame_count).filter(|count| *count >= 1.0)? as usize,
                start_frame: Some(start_frame).filter(|start| start.is_finite())?,
                metadata: metadata.collect(),
            })
        };
        Ok(record())
    }
}
