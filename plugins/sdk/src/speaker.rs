//! Speakers and their files.

use metaface_core::speaker;
use metaface_exporters::files;

use crate::bridge::ffi::SpeakerInfo;
use crate::failure::{Failure, Result, guard};
use crate::text::path;

/// `metaface::Speaker`.
pub struct Speaker(pub speaker::Speaker);

pub fn open_speaker(file: &[u8]) -> Result<Box<Speaker>> {
    guard(|| {
        let file = path(file);
        let speaker = speaker::Speaker::read(&file);
        let speaker = speaker.map_err(|error| Failure::of_speaker(&error, &file))?;
        Ok(Box::new(Speaker(speaker)))
    })
}

pub fn blend(a: &Speaker, b: &Speaker, share: f32, name: &str) -> Result<Box<Speaker>> {
    guard(|| {
        let mut speaker = speaker::Speaker::blend(&a.0, &b.0, share)?;
        if !name.is_empty() {
            name.clone_into(&mut speaker.name);
        }
        speaker.to_bytes().map_err(|error| {
            Failure::argument(format!("{error}; give a short name on one line"))
        })?;
        Ok(Box::new(Speaker(speaker)))
    })
}

pub fn save_speaker(speaker: &Speaker, file: &[u8]) -> Result<usize> {
    guard(|| {
        let file = path(file);
        let bytes = speaker.0.to_bytes();
        let bytes = bytes.map_err(|error| Failure::of_speaker(&error, &file))?;
        files::write(&file, &bytes)?;
        Ok(bytes.len())
    })
}

pub fn speaker_of(bytes: &[u8]) -> Result<Box<Speaker>> {
    guard(|| {
        let speaker = speaker::Speaker::from_bytes(bytes)?;
        Ok(Box::new(Speaker(speaker)))
    })
}

pub fn speaker_bytes(speaker: &Speaker) -> Result<Vec<u8>> {
    guard(|| Ok(speaker.0.to_bytes()?))
}

pub fn speaker_info(speaker: &Speaker) -> SpeakerInfo {
    let speaker = &speaker.0;
    let learning = serde_json::to_value(speaker.about.learning).unwrap_or_default();
    SpeakerInfo {
        name: speaker.name.clone(),
        base_model: speaker.base.clone(),
        learning: learning.as_str().unwrap_or_default().to_owned(),
        consent: speaker.about.consent.clone(),
        licence: speaker.about.licence.clone(),
        about: serde_json::to_string(&speaker.about).unwrap_or_default(),
    }
}
