//! The speaker file: safetensors with text metadata, described in docs/files.md.

mod tensors;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::tensors::{Tensor, Tensors};
use super::{ChannelRange, Speaker, SpeakerError, bounds};
use crate::clip::Channel;
use crate::model::{RelationMemory, SpeakerWeights};
use crate::tensor_file::{sha256, with_sorted_header};

/// The metadata's `format` in every speaker file.
const FORMAT: &str = "metaface.speaker";

/// The version that is written, and the newest that can be read.
pub const SPEAKER_VERSION: u32 = 1;

/// The largest speaker file that is written or read, in bytes.
pub const LARGEST_SPEAKER: usize = 500_000;

/// The metadata's `eyes`.
#[derive(Serialize, Deserialize)]
struct EyesMetadata {
    blinks_per_minute: Option<f32>,
    gaze: Option<f32>,
}

impl Speaker {
    /// Reads a speaker file. Errors do not contain its path.
    ///
    /// # Errors
    /// [`SpeakerError::Unreadable`], and as [`Speaker::from_bytes`].
    pub fn read(path: &Path) -> Result<Self, SpeakerError> {
        // One byte above the limit is enough to reject a file of any size.
        let mut bytes = Vec::new();
        let limit = LARGEST_SPEAKER as u64 + 1;
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes)
    }

    /// The bytes of the speaker's file. Equal speakers give equal bytes.
    ///
    /// # Errors
    /// [`SpeakerError::Invalid`] or [`SpeakerError::TooLarge`] if the speaker exceeds the limits of a
    /// file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SpeakerError> {
        self.validate()?;
        let mut metadata = HashMap::new();
        let mut set = |key: &str, text: String| metadata.insert(key.to_owned(), text);
        set("format", FORMAT.to_owned());
        set("version", SPEAKER_VERSION.to_string());
        set("name", self.name.clone());
        set("base", self.base.clone());
        set("about", as_json(&self.about)?);
        let ranges = Channel::blendshapes().iter().zip(&self.ranges);
        let captured = ranges.filter_map(|(channel, range)| Some((channel.name(), (*range)?)));
        set("ranges", as_json(&captured.collect::<BTreeMap<_, _>>())?);
        let eyes = EyesMetadata {
            blinks_per_minute: self.blinks_per_minute,
            gaze: self.gaze,
        };
        set("eyes", as_json(&eyes)?);
        if let Some(head) = &self.head {
            let head = serde_json::to_value(head).map_err(invalid)?;
            bounds::check_json("its head", &head)?;
            set("head", as_json(&head)?);
        }
        let memory = &self.weights.memory;
        let mut tensors = vec![
            ("rest".to_owned(), Tensor::single(&self.rest)),
            (
                "latent".to_owned(),
                Tensor::half(&[self.weights.latent.len()], &self.weights.latent),
            ),
            ("memory.keys".to_owned(), Tensor::matrix(&memory.keys)),
            ("memory.values".to_owned(), Tensor::matrix(&memory.values)),
            ("memory.mass".to_owned(), Tensor::single(&memory.mass)),
        ];
        for (layer, change) in &self.weights.adapters {
            tensors.push((
                format!("adapters.{layer}.down"),
                Tensor::matrix(&change.down),
            ));
            tensors.push((format!("adapters.{layer}.up"), Tensor::matrix(&change.up)));
        }
        let unsorted = safetensors::serialize(tensors, Some(metadata)).map_err(invalid)?;
        let bytes = with_sorted_header(&unsorted)
            .ok_or_else(|| SpeakerError::invalid("its header is damaged"))?;
        match bytes.len() {
            0..=LARGEST_SPEAKER => Ok(bytes),
            size => Err(SpeakerError::TooLarge(size)),
        }
    }

    /// Reads a speaker file.
    ///
    /// # Errors
    /// [`SpeakerError`] if it is damaged, too large, too new or not a speaker.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SpeakerError> {
        if bytes.len() > LARGEST_SPEAKER {
            return Err(SpeakerError::invalid(format!(
                "{} bytes are more than the maximum of {LARGEST_SPEAKER}",
                bytes.len()
            )));
        }
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(invalid)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let field = |name: &str| {
            let missing = || SpeakerError::invalid(format!("its metadata has no '{name}'"));
            metadata.get(name).map(String::as_str).ok_or_else(missing)
        };
        if field("format")? != FORMAT {
            return Err(SpeakerError::invalid(format!(
                "its format is not '{FORMAT}'"
            )));
        }
        let version: u32 = field("version")?.parse().map_err(invalid)?;
        if version > SPEAKER_VERSION {
            return Err(SpeakerError::TooNew(version));
        }
        let mut tensors = Tensors::of(SafeTensors::deserialize(bytes).map_err(invalid)?);
        let eyes: EyesMetadata = from_json("eyes", field("eyes")?)?;
        let head = metadata.get("head");
        let speaker = Self {
            name: field("name")?.to_owned(),
            base: field("base")?.to_owned(),
            about: from_json("about", field("about")?)?,
            rest: (tensors.vector("rest")?.try_into())
                .map_err(|_| SpeakerError::invalid("its rest pose does not have 52 blendshapes"))?,
            ranges: ranges(from_json("ranges", field("ranges")?)?)?,
            blinks_per_minute: eyes.blinks_per_minute,
            gaze: eyes.gaze,
            weights: SpeakerWeights {
                latent: tensors.vector("latent")?,
                memory: RelationMemory {
                    keys: tensors.matrix("memory.keys")?,
                    values: tensors.matrix("memory.values")?,
                    mass: tensors.vector("memory.mass")?,
                },
                adapters: tensors.adapters()?,
            },
            head: head.map(|text| from_json("head", text)).transpose()?,
        };
        speaker.validate()?;
        Ok(speaker)
    }

    /// The SHA-256 of the speaker's file, in hexadecimal.
    ///
    /// # Errors
    /// As [`Speaker::to_bytes`].
    pub fn hash(&self) -> Result<String, SpeakerError> {
        Ok(sha256(self.to_bytes()?))
    }
}

fn invalid(error: impl std::fmt::Display) -> SpeakerError {
    SpeakerError::invalid(error.to_string())
}

fn as_json(value: &impl Serialize) -> Result<String, SpeakerError> {
    serde_json::to_string(value).map_err(invalid)
}

fn from_json<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, SpeakerError> {
    let wrong = |error| SpeakerError::invalid(format!("its {name}: {error}"));
    let value: Value = serde_json::from_str(text).map_err(wrong)?;
    // `Speaker::validate` checks the other entries.
    if name == "head" {
        bounds::check_json("its head", &value)?;
    }
    serde_json::from_value(value).map_err(wrong)
}

fn ranges(
    named: BTreeMap<String, ChannelRange>,
) -> Result<[Option<ChannelRange>; Channel::BLENDSHAPE_COUNT], SpeakerError> {
    let mut ranges = [None; Channel::BLENDSHAPE_COUNT];
    for (name, range) in named {
        let channel: Option<Channel> = name.parse().ok();
        let entry = channel.and_then(|channel| ranges.get_mut(channel.index()));
        *entry
            .ok_or_else(|| SpeakerError::invalid("its ranges contain an unknown blendshape"))? =
            Some(range);
    }
    Ok(ranges)
}
