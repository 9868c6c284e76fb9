//! The Rust interface's test program for `test_doors.py`: animates a line with the library's API.
//!
//! Each of these programs ("doors") takes the options of `metaface animate`, and `--values FILE` for
//! the values: little-endian floats, one frame after another.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use metaface_core::device::DeviceChoice;
use metaface_core::options::OPTIONS;
use metaface_core::speaker::Speaker;
use metaface_core::{Animator, Options};
use metaface_exporters::clip_file::{self, Output, SourcedClip};
use metaface_exporters::{Compression, Format, RiggedCharacter};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let sound = PathBuf::from(arguments.next().ok_or("no sound")?);
    let mut outputs = Vec::new();
    // The values by option name.
    let mut given = BTreeMap::new();
    while let Some(argument) = arguments.next() {
        if let Some(switch) = argument.strip_prefix("--no-") {
            given.insert(switch.to_owned(), "false".to_owned());
            continue;
        }
        let value = arguments
            .next()
            .ok_or(format!("{argument} needs a value"))?;
        match argument.strip_prefix("--") {
            Some(name) => {
                given.insert(name.replace('-', "_"), value);
            }
            None => {
                let (path, format) = (
                    PathBuf::from(&value),
                    Format::required(Path::new(&value), None)?,
                );
                outputs.push(Output { path, format });
            }
        }
    }
    let mut options = Options::default();
    for option in OPTIONS.iter().filter(|option| option.is_animation()) {
        if let Some(value) = given.get(option.name) {
            options.set(option.name, value)?;
        }
    }
    let file = |name: &str| given.get(name).map(Path::new);
    let mut animator = Animator::new(DeviceChoice::Auto)?;
    if let Some(path) = file("speaker") {
        let strength = given
            .get("style_strength")
            .map_or(Ok(1.0), |text| text.parse())?;
        animator = animator.with_speaker(&Speaker::read(path)?, strength)?;
    }
    let name = sound.file_stem().unwrap_or_default().to_string_lossy();
    let (clip, _) = animator.animate_file(&name, &sound, &options)?;
    if let Some(path) = file("values") {
        let values = clip.frames.iter().flat_map(|frame| frame.0);
        std::fs::write(path, values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())?;
    }
    let character = match file("character") {
        Some(character) => RiggedCharacter::open(character, file("rig_map"))?,
        None => RiggedCharacter::of(metaface_exporters::sample_head::load()?, file("rig_map"))?,
    };
    let precision = given.get("quantise").map(|bits| bits.parse()).transpose()?;
    let compression = Compression {
        reduce: given.get("reduce").map(|text| text.parse()).transpose()?,
        precision: precision.unwrap_or_default(),
    };
    let sourced_clip = SourcedClip {
        clip,
        sound: Some(sound),
    };
    clip_file::save_all(vec![sourced_clip], &outputs, Some(&character), compression)?;
    Ok(())
}
