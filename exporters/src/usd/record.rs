//! What a file remembers of the clip that it was made from: `metaface` in its custom layer data,
//! with the fields that glTF has.

use std::collections::{BTreeMap, HashMap};

use metaface_clip::FrameRate;
use openusd::sdf::Value;

use super::scene::Scene;
use super::values::{number, text};
use crate::{Performance, Result};

/// The name of the dictionary.
pub(super) const NAME: &str = "metaface";

/// A clip's name, frames and origin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    pub(super) clip: String,
    pub(super) rate: FrameRate,
    pub(super) frame_count: usize,
    pub(super) start_frame: f64,
    pub(super) metadata: BTreeMap<String, String>,
}

impl Record {
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

    /// What a file remembers; none where it is not ours or was changed beyond use.
    pub(super) fn read(scene: &Scene<'_>) -> Result<Option<Self>> {
        let Some(Value::Dictionary(mut custom)) = scene.field("customLayerData")? else {
            return Ok(None);
        };
        let Some(Value::Dictionary(mut entries)) = custom.remove(NAME) else {
            return Ok(None);
        };
        let metadata = match entries.remove("metadata") {
            Some(Value::Dictionary(metadata)) => metadata,
            _ => HashMap::new(),
        };
        let metadata = metadata.into_iter();
        let metadata = metadata.filter_map(|(key, value)| Some((key, text(&value)?)));
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
