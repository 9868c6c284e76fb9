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
use super::{ChannelRange, RelationMemory, Speaker, SpeakerError, bounds};
use crate::clip::Channel;
use crate::tensor_file::{in_order, sha256};

/// The name that every speaker file carries.
const FORMAT: &str = "metaface.speaker";

/// The newest version of the file that this program reads, and the one it writes.
pub const SPEAKER_VERSION: u32 = 1;

/// Larger files are neither written nor read.
pub const LARGEST_SPEAKER: usize = 500_000;

/// The eyes, as the metadata has them.
#[derive(Serialize, Deserialize)]
struct Eyes {
    blinks_per_minute: Option<f32>,
    gaze: Option<f32>,
}

impl Speaker {
    /// Reads a speaker's file. Errors do not name it.
    ///
    /// # Errors
    /// [`SpeakerError::Unreadable`], and as [`Speaker::from_bytes`].
    pub fn read(path: &Path) -> Result<Self, SpeakerError> {
        // A file of another size is nothing to read into memory to find out.
        let mut bytes = Vec::new();
        let most = LARGEST_SPEAKER as u64 + 1;
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Self::from_bytes(&bytes)
    }

    /// The speaker as a file; the same speaker is the same bytes.
    ///
    /// # Errors
    /// [`SpeakerError::Invalid`] or [`SpeakerError::TooLarge`] for more than a file may hold.
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
        let eyes = Eyes {
            blinks_per_minute: self.blinks_per_minute,
            gaze: self.gaze,
        };
        set("eyes", as_json(&eyes)?);
        if let Some(head) = &self.head {
            let head = serde_json::to_value(head).map_err(broken)?;
            bounds::json("its head", &head)?;
            set("head", as_json(&head)?);
        }
        let memory = &self.memory;
        let mut tensors = vec![
            ("rest".to_owned(), Tensor::single(&self.rest)),
            (
                "latent".to_owned(),
                Tensor::half(&[self.latent.len()], &self.latent),
            ),
            ("memory.keys".to_owned(), Tensor::table(&memory.keys)),
            ("memory.values".to_owned(), Tensor::table(&memory.values)),
            ("memory.mass".to_owned(), Tensor::single(&memory.mass)),
        ];
        for (layer, change) in &self.adapters {
            tensors.push((
                format!("adapters.{layer}.down"),
                Tensor::table(&change.down),
            ));
            tensors.push((format!("adapters.{layer}.up"), Tensor::table(&change.up)));
        }
        let bytes = safetensors::serialize(tensors, Some(metadata)).map_err(broken)?;
        let bytes = in_order(&bytes).ok_or_else(|| SpeakerError::invalid("its header"))?;
        match bytes.len() {
            0..=LARGEST_SPEAKER => Ok(bytes),
            size => Err(SpeakerError::TooLarge(size)),
        }
    }

    /// Reads a speaker file.
    ///
    /// # Errors
    /// [`SpeakerError`] if it is damaged, too large, no speaker or too new.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SpeakerError> {
        if bytes.len() > LARGEST_SPEAKER {
            return Err(SpeakerError::invalid(format!(
                "{} bytes are too many",
                bytes.len()
            )));
        }
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let field = |name: &str| {
            let missing = || SpeakerError::invalid(format!("its metadata has no '{name}'"));
            metadata.get(name).map(String::as_str).ok_or_else(missing)
        };
        if field("format")? != FORMAT {
            return Err(SpeakerError::invalid("its format is another"));
        }
        let version: u32 = field("version")?.parse().map_err(broken)?;
        if version > SPEAKER_VERSION {
            return Err(SpeakerError::TooNew(version));
        }
        let mut tensors = Tensors::of(SafeTensors::deserialize(bytes).map_err(broken)?);
        let eyes: Eyes = from_json("eyes", field("eyes")?)?;
        let head = metadata.get("head");
        let speaker = Self {
            name: field("name")?.to_owned(),
            base: field("base")?.to_owned(),
            about: from_json("about", field("about")?)?,
            rest: (tensors.row("rest")?.try_into())
                .map_err(|_| SpeakerError::invalid("its rest pose is not of 52 blendshapes"))?,
            ranges: ranges(from_json("ranges", field("ranges")?)?)?,
            blinks_per_minute: eyes.blinks_per_minute,
            gaze: eyes.gaze,
            latent: tensors.row("latent")?,
            memory: RelationMemory {
                keys: tensors.table("memory.keys")?,
                values: tensors.table("memory.values")?,
                mass: tensors.row("memory.mass")?,
            },
            adapters: tensors.adapters()?,
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

fn broken(error: impl std::fmt::Display) -> SpeakerError {
    SpeakerError::invalid(error.to_string())
}

fn as_json(value: &impl Serialize) -> Result<String, SpeakerError> {
    serde_json::to_string(value).map_err(broken)
}

fn from_json<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, SpeakerError> {
    let wrong = |error| SpeakerError::invalid(format!("its {name}: {error}"));
    let value: Value = serde_json::from_str(text).map_err(wrong)?;
    // Of what is numbers elsewhere, the bounds are checked on the whole speaker.
    if name == "head" {
        bounds::json("its head", &value)?;
    }
    serde_json::from_value(value).map_err(wrong)
}

fn ranges(
    named: BTreeMap<String, ChannelRange>,
) -> Result<[Option<ChannelRange>; Channel::BLENDSHAPE_COUNT], SpeakerError> {
    let mut ranges = [None; Channel::BLENDSHAPE_COUNT];
    for (name, range) in named {
        let channel: Option<Channel> = name.parse().ok();
        let place = channel.and_then(|channel| ranges.get_mut(channel.index()));
        *place.ok_or_else(|| SpeakerError::invalid("its ranges name what is no blendshape"))? =
            Some(range);
    }
    Ok(ranges)
}
