//! `metaface preview`

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use metaface_core::audio::Sound;
use metaface_exporters::preview::{self, PreviewInput};
use metaface_exporters::{files, gltf};
use serde::Serialize;

use crate::arguments::PreviewArguments;
use crate::character::Cast;
use crate::failure::Failure;
use crate::format::Format;
use crate::{paths, read_clip};

#[derive(Serialize)]
struct Report {
    page: String,
    sound: Option<String>,
    bytes: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sound = match &self.sound {
            Some(sound) => format!("with {sound}"),
            None => "without sound; give it with --audio".to_owned(),
        };
        write!(
            f,
            "{} ({:.1} MB), {sound}; open it in a browser",
            self.page,
            self.bytes as f64 / 1e6
        )
    }
}

/// Runs the command.
pub fn run(arguments: &PreviewArguments) -> Result<(), Failure> {
    let report = &arguments.report;
    let inputs = [
        &arguments.audio,
        &arguments.character.character,
        &arguments.character.rig_map,
    ];
    let inputs = inputs.into_iter().flatten().chain([&arguments.input]);
    paths::must_differ(inputs.map(PathBuf::as_path), [arguments.output.as_path()])?;
    let rig_map = arguments.character.rig_map.as_deref();
    let clip = read_clip::read(&arguments.input, rig_map, None, report)?;
    // A GLB is shown as it is; anything else is put on a character first.
    let glb = if Format::of(&arguments.input) == Some(Format::Glb)
        && arguments.character.character.is_none()
    {
        files::read(&arguments.input)?
    } else {
        let cast = Cast::new(&arguments.character.or_own(&arguments.input), report)?;
        let performance = cast.perform(&clip, report);
        match &cast.file {
            Some(file) if matches!(Format::of(file), Some(Format::Glb | Format::Gltf)) => {
                gltf::bake(file, &performance)?
            }
            _ => gltf::write_character(&cast.character, Some(&performance))?,
        }
    };
    let path = arguments
        .audio
        .clone()
        .or_else(|| paths::remembered_sound(&clip, &arguments.input));
    let sound = path.as_ref().map(Sound::open).transpose()?;
    let wav = sound.as_ref().map(Sound::to_wav);
    let page = preview::page(&PreviewInput {
        title: &paths::stem(&arguments.input),
        glb: &glb,
        clip: &clip,
        sound: wav.as_ref().map(|bytes| preview::Sound {
            mime_type: "audio/wav",
            bytes,
        }),
        metadata: &BTreeMap::new(),
    })?;
    files::write(&arguments.output, page.as_bytes())?;
    report.finish(&Report {
        page: arguments.output.display().to_string(),
        sound: path.map(|path| path.display().to_string()),
        bytes: page.len(),
    })
}
