//! Reading, making and writing clips.

use std::path::PathBuf;

use metaface_core::clip::{self as core, Channel, Frame, FrameRate};
use metaface_exporters::clip_file::{self, Output, SourcedClip};
use metaface_exporters::gltf::Precision;
use metaface_exporters::{Compression, Format, RiggedCharacter};

use crate::bridge::ffi::{Bytes, ClipInfo, Entry, Rate, Saved};
use crate::character::Character;
use crate::failure::{Failure, Result, guard};
use crate::rig_map::RigMap;
use crate::text::{checked_text, optional_path, path, path_bytes};

/// `metaface::Clip`. Its values are one contiguous array, as C++ reads them.
pub struct Clip {
    /// The clip without its frames.
    header: core::Clip,
    values: Vec<f32>,
    /// The sound's file, which outputs refer to.
    sound: Option<PathBuf>,
    warnings: Vec<String>,
}

impl Clip {
    pub fn new(mut clip: core::Clip, sound: Option<PathBuf>, warnings: Vec<String>) -> Box<Self> {
        let frames = std::mem::take(&mut clip.frames);
        let values = frames.iter().flat_map(|frame| frame.0).collect();
        Box::new(Self {
            header: clip,
            values,
            sound,
            warnings,
        })
    }

    /// The clip as core and exporters represent it.
    pub fn to_core(&self) -> core::Clip {
        let rows = self.values.as_chunks::<{ Channel::COUNT }>().0;
        let mut clip = self.header.clone();
        clip.frames = rows.iter().map(|row| Frame(*row)).collect();
        clip
    }
}

pub fn open_clip(
    file: &[u8],
    rig_map: &[u8],
    animation: &str,
    resamples: bool,
    rate: Rate,
) -> Result<Box<Clip>> {
    guard(|| {
        let (file, rig_map) = (path(file), optional_path(rig_map));
        let rate = resamples.then(|| FrameRate::try_from(rate)).transpose()?;
        let (clip, warnings) = match animation {
            "" => clip_file::read(&file, rig_map.as_deref(), rate)?,
            name => clip_file::read_animation(&file, name, rig_map.as_deref(), rate)?,
        };
        let warnings = warnings.iter().map(ToString::to_string).collect();
        Ok(Clip::new(clip, None, warnings))
    })
}

pub fn clip_of(values: &[f32], info: ClipInfo) -> Result<Box<Clip>> {
    guard(|| {
        let (rows, rest) = values.as_chunks::<{ Channel::COUNT }>();
        if !rest.is_empty() {
            let message = format!(
                "{} values are not a multiple of {}, the channels of a frame",
                values.len(),
                Channel::COUNT
            );
            return Err(Failure::argument(message));
        }
        let mut clip = empty_clip(info)?;
        clip.frames = rows.iter().map(|row| Frame(*row)).collect();
        clip.validate()?;
        Ok(Clip::new(clip, None, Vec::new()))
    })
}

/// The clip with another name, start frame and metadata. Its rate, values, sound and warnings stay.
pub fn with_info(clip: &Clip, info: ClipInfo) -> Result<Box<Clip>> {
    guard(|| {
        let mut header = empty_clip(info)?;
        header.validate()?;
        header.rate = clip.header.rate;
        Ok(Box::new(Clip {
            header,
            values: clip.values.clone(),
            sound: clip.sound.clone(),
            warnings: clip.warnings.clone(),
        }))
    })
}

/// A clip without frames.
fn empty_clip(info: ClipInfo) -> Result<core::Clip> {
    let name = checked_text("a clip's name", info.name)?;
    let mut clip = core::Clip::neutral(name, info.rate.try_into()?, 0);
    clip.start_frame = info.start_frame;
    for Entry { key, value } in info.metadata {
        let key = checked_text("a clip's metadata", key)?;
        let value = checked_text("a clip's metadata", value)?;
        clip.metadata.insert(key, value);
    }
    Ok(clip)
}

pub fn clip_info(clip: &Clip) -> ClipInfo {
    let header = &clip.header;
    let metadata = header.metadata.iter().map(|(key, value)| Entry {
        key: key.clone(),
        value: value.clone(),
    });
    ClipInfo {
        rate: header.rate.into(),
        name: header.name.clone(),
        start_frame: header.start_frame,
        metadata: metadata.collect(),
    }
}

pub fn clip_values(clip: &Clip) -> &[f32] {
    &clip.values
}

pub fn clip_warnings(clip: &Clip) -> Vec<String> {
    clip.warnings.clone()
}

pub fn resampled(clip: &Clip, rate: Rate) -> Result<Box<Clip>> {
    guard(|| {
        let resampled = clip.to_core().resampled(rate.try_into()?);
        resampled.validate()?;
        Ok(Clip::new(
            resampled,
            clip.sound.clone(),
            clip.warnings.clone(),
        ))
    })
}

/// How a clip is written: `metaface::SaveOptions`.
pub struct SaveOptions {
    format: Option<Format>,
    compression: Compression,
    character: Option<Character>,
    rig_map: Option<RigMap>,
}

pub fn save_options(
    format: &str,
    reduces: bool,
    reduce: f32,
    quantise: u32,
) -> Result<Box<SaveOptions>> {
    guard(|| {
        let format = match format {
            "" => None,
            format => Some(format.parse::<Format>().map_err(Failure::argument)?),
        };
        if reduces && !(reduce.is_finite() && reduce >= 0.0) {
            let message = format!("{reduce} is not an error in millimetres; give 0 or more");
            return Err(Failure::argument(message));
        }
        let precision = match quantise {
            0 => Precision::Float,
            bits => bits.to_string().parse().map_err(Failure::argument)?,
        };
        Ok(Box::new(SaveOptions {
            format,
            compression: Compression {
                reduce: reduces.then_some(reduce),
                precision,
            },
            character: None,
            rig_map: None,
        }))
    })
}

impl SaveOptions {
    pub fn set_character(&mut self, character: &Character) {
        self.character = Some(character.clone());
    }

    pub fn set_rig_map(&mut self, rig_map: &RigMap) {
        self.rig_map = Some(rig_map.clone());
    }

    fn rigged_character(&self) -> Result<RiggedCharacter> {
        let character = match &self.character {
            Some(character) => character.clone(),
            None => Character::sample_head()?,
        };
        character.rigged(self.rig_map.as_ref())
    }
}

pub fn save_clip(clip: &Clip, file: &[u8], options: &SaveOptions) -> Result<Saved> {
    guard(|| {
        let path = path(file);
        let format = Format::required(&path, options.format)?;
        let character = format
            .is_scene()
            .then(|| options.rigged_character())
            .transpose()?;
        let sourced_clip = SourcedClip {
            clip: clip.to_core(),
            sound: clip.sound.clone(),
        };
        let outputs = [Output { path, format }];
        let saved = clip_file::save_all(
            vec![sourced_clip],
            &outputs,
            character.as_ref(),
            options.compression,
        )?;
        let files = saved.files.into_iter().map(|file| Bytes {
            bytes: path_bytes(file),
        });
        Ok(Saved {
            files: files.collect(),
            warnings: saved.warnings,
        })
    })
}
