//! Clips, read and written.

use std::path::PathBuf;

use metaface_core::clip::{self as core, Channel, Frame, FrameRate};
use metaface_exporters::clip_file::{self, Line, Output};
use metaface_exporters::gltf::Precision;
use metaface_exporters::{Cast, Compression, Format};

use crate::bridge::ffi::{Bytes, ClipHead, Entry, Rate, Written};
use crate::character::Character;
use crate::failure::{Failure, Result, guard};
use crate::rig_map::RigMap;
use crate::text::{checked, optional_path, path, path_bytes};

/// `metaface::Clip`: its values lie in a row, as C++ reads them.
pub struct Clip {
    /// The clip without its frames.
    head: core::Clip,
    values: Vec<f32>,
    /// The sound's file, which outputs remember.
    sound: Option<PathBuf>,
    warnings: Vec<String>,
}

impl Clip {
    pub fn new(mut clip: core::Clip, sound: Option<PathBuf>, warnings: Vec<String>) -> Box<Self> {
        let frames = std::mem::take(&mut clip.frames);
        let values = frames.iter().flat_map(|frame| frame.0).collect();
        Box::new(Self {
            head: clip,
            values,
            sound,
            warnings,
        })
    }

    /// As core and exporters want it.
    pub fn whole(&self) -> core::Clip {
        let rows = self.values.as_chunks::<{ Channel::COUNT }>().0;
        let mut clip = self.head.clone();
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

pub fn clip_of(values: &[f32], head: ClipHead) -> Result<Box<Clip>> {
    guard(|| {
        let (rows, rest) = values.as_chunks::<{ Channel::COUNT }>();
        if !rest.is_empty() {
            let message = format!("{} values are no whole frames of 61", values.len());
            return Err(Failure::argument(message));
        }
        let mut clip = named(head)?;
        clip.frames = rows.iter().map(|row| Frame(*row)).collect();
        clip.validate()?;
        Ok(Clip::new(clip, None, Vec::new()))
    })
}

/// The same values, sound and warnings under another head; its rate stays.
pub fn with_head(clip: &Clip, head: ClipHead) -> Result<Box<Clip>> {
    guard(|| {
        let rate = clip.head.rate;
        let mut head = named(head)?;
        head.validate()?;
        head.rate = rate;
        Ok(Box::new(Clip {
            head,
            values: clip.values.clone(),
            sound: clip.sound.clone(),
            warnings: clip.warnings.clone(),
        }))
    })
}

/// A clip without frames.
fn named(head: ClipHead) -> Result<core::Clip> {
    let name = checked("a clip's name", head.name)?;
    let mut clip = core::Clip::neutral(name, head.rate.try_into()?, 0);
    clip.start_frame = head.start_frame;
    for Entry { key, value } in head.metadata {
        let key = checked("a clip's metadata", key)?;
        let value = checked("a clip's metadata", value)?;
        clip.metadata.insert(key, value);
    }
    Ok(clip)
}

pub fn clip_head(clip: &Clip) -> ClipHead {
    let head = &clip.head;
    let metadata = head.metadata.iter().map(|(key, value)| Entry {
        key: key.clone(),
        value: value.clone(),
    });
    ClipHead {
        rate: head.rate.into(),
        name: head.name.clone(),
        start_frame: head.start_frame,
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
        let resampled = clip.whole().resampled(rate.try_into()?);
        resampled.validate()?;
        Ok(Clip::new(
            resampled,
            clip.sound.clone(),
            clip.warnings.clone(),
        ))
    })
}

/// How a clip is written: `metaface::SaveOptions`.
pub struct Saving {
    format: Option<Format>,
    compression: Compression,
    character: Option<Character>,
    rig_map: Option<RigMap>,
}

pub fn saving(format: &str, reduces: bool, reduce: f32, quantise: u32) -> Result<Box<Saving>> {
    guard(|| {
        let format = match format {
            "" => None,
            format => Some(format.parse::<Format>().map_err(Failure::argument)?),
        };
        if reduces && !(reduce.is_finite() && reduce >= 0.0) {
            let message = format!("{reduce} is no error on the lips; give millimetres, 0 or more");
            return Err(Failure::argument(message));
        }
        let precision = match quantise {
            0 => Precision::Float,
            bits => bits.to_string().parse().map_err(Failure::argument)?,
        };
        Ok(Box::new(Saving {
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

impl Saving {
    pub fn character(&mut self, character: &Character) {
        self.character = Some(character.clone());
    }

    pub fn rig_map(&mut self, rig_map: &RigMap) {
        self.rig_map = Some(rig_map.clone());
    }

    fn cast(&self) -> Result<Cast> {
        let character = match &self.character {
            Some(character) => character.clone(),
            None => Character::sample_head()?,
        };
        character.cast(self.rig_map.as_ref())
    }
}

pub fn save_clip(clip: &Clip, file: &[u8], saving: &Saving) -> Result<Written> {
    guard(|| {
        let path = path(file);
        let format = Format::required(&path, saving.format)?;
        let cast = format.is_scene().then(|| saving.cast()).transpose()?;
        let line = Line {
            clip: clip.whole(),
            sound: clip.sound.clone(),
        };
        let outputs = [Output { path, format }];
        let saved = clip_file::save_all(vec![line], &outputs, cast.as_ref(), saving.compression)?;
        let files = saved.files.into_iter().map(|file| Bytes {
            bytes: path_bytes(file),
        });
        Ok(Written {
            files: files.collect(),
            warnings: saved.warnings,
        })
    })
}
