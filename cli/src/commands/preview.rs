//! `metaface preview`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use metaface_core::audio::Sound;
use metaface_core::clip::Clip;
use metaface_exporters::gltf::{Container, WriteOptions};
use metaface_exporters::preview::{self, PreviewInput, PreviewTake};
use metaface_exporters::{Format, files, gltf};
use serde::Serialize;

use crate::arguments::PreviewArguments;
use crate::failure::Failure;
use crate::paths;

/// The report of the command.
#[derive(Serialize)]
struct PreviewReport {
    page: String,
    takes: Vec<String>,
    sound: Option<String>,
    bytes: usize,
}

impl fmt::Display for PreviewReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [_, _, ..] = self.takes.as_slice() {
            writeln!(f, "{}", self.takes.join(", "))?;
        }
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
    let optional_inputs = [
        &arguments.audio,
        &arguments.character.character,
        &arguments.character.rig_map,
    ];
    let inputs = (optional_inputs.into_iter().flatten()).chain(&arguments.inputs);
    paths::must_differ(inputs.map(PathBuf::as_path), [arguments.output.as_path()])?;
    let rig_map = arguments.character.rig_map.as_deref();
    let (mut clips, mut scenes) = (Vec::new(), Vec::new());
    for input in &arguments.inputs {
        let clip = report.read_clip(input, rig_map, None)?;
        scenes.push((input.clone(), scene(arguments, input, &clip)?));
        clips.push(clip);
    }
    let labels = labels(&arguments.inputs, &clips);
    let (glb, title) = match (arguments.inputs.as_slice(), scenes.as_mut_slice()) {
        ([input], [(_, glb)]) => (std::mem::take(glb), paths::stem(input)),
        _ => (gltf::join(scenes)?, paths::stem(&arguments.output)),
    };
    let path = sound(arguments, &clips)?;
    let sound = path.as_ref().map(Sound::open).transpose()?;
    let wav = sound.as_ref().map(Sound::to_wav);
    let takes = (labels.iter().zip(&clips)).map(|(label, clip)| PreviewTake { label, clip });
    let page = preview::page(&PreviewInput {
        title: &title,
        glb: &glb,
        takes: &takes.collect::<Vec<_>>(),
        sound: wav.as_ref().map(|bytes| preview::Sound {
            mime_type: "audio/wav",
            bytes,
        }),
        metadata: &BTreeMap::new(),
    })?;
    files::write(&arguments.output, page.as_bytes())?;
    report.finish(&PreviewReport {
        page: arguments.output.display().to_string(),
        takes: labels,
        sound: path.map(|path| path.display().to_string()),
        bytes: page.len(),
    })
}

/// The GLB of an input: the input itself if it is a GLB, otherwise the clip on a character.
fn scene(arguments: &PreviewArguments, input: &Path, clip: &Clip) -> Result<Vec<u8>, Failure> {
    if Format::of(input) == Some(Format::Glb) && arguments.character.character.is_none() {
        return Ok(files::read(input)?);
    }
    let character = arguments.character.or_character_of(input);
    let rigged = character.load(&arguments.report)?;
    let compression = character.compression();
    let (performance, warning) = rigged.perform(clip, compression.reduce);
    if let Some(warning) = warning {
        arguments.report.warn(warning);
    }
    Ok(rigged.to_gltf(
        &[performance],
        WriteOptions {
            container: Container::Glb,
            precision: compression.precision,
        },
    )?)
}

/// The labels of the takes: the speakers' names, or the file names if the speakers are not unique.
fn labels(inputs: &[PathBuf], clips: &[Clip]) -> Vec<String> {
    let files = || inputs.iter().map(|input| paths::stem(input));
    let speakers = clips.iter().map(|clip| clip.metadata.get("speaker"));
    let names: Vec<String> = speakers
        .zip(files())
        .map(|(speaker, file)| speaker.cloned().unwrap_or(file))
        .collect();
    if names.iter().collect::<BTreeSet<_>>().len() == names.len() {
        names
    } else {
        files().collect()
    }
}

/// The sound of the arguments, or the one in the metadata of the takes.
fn sound(arguments: &PreviewArguments, clips: &[Clip]) -> Result<Option<PathBuf>, Failure> {
    if arguments.audio.is_some() {
        return Ok(arguments.audio.clone());
    }
    let takes = clips.iter().zip(&arguments.inputs);
    let mut sounds = takes.filter_map(|(clip, input)| paths::sound_of(clip, input));
    let first = sounds.next();
    let canonical = |path: &Path| path.canonicalize().ok();
    let same = |other: &PathBuf| first.as_deref().and_then(canonical) == canonical(other);
    match (&first, sounds.find(|other| !same(other))) {
        (Some(one), Some(other)) => Err(Failure::Usage(format!(
            "the takes have different sounds, '{}' and '{}'; make a page of each, or choose the sound with --audio",
            one.display(),
            other.display()
        ))),
        _ => Ok(first),
    }
}
