//! The character to animate: the user's own, or the sample head.

use std::path::{Path, PathBuf};

use metaface_core::clip::Clip;
use metaface_exporters::rig_map::Discovery;
use metaface_exporters::{Character, ExportError, Performance, RigMap, gltf, reduce, usd};

use crate::arguments::{CharacterArguments, ReportArguments};
use crate::failure::Failure;
use crate::format::Format;

/// A character and the map that drives it.
pub struct Cast {
    /// The character in neutral form.
    pub character: Character,
    /// The user's file; none for the sample head.
    pub file: Option<PathBuf>,
    map: RigMap,
    reduce_millimetres: Option<f32>,
}

/// Reads a character from glTF or USD.
pub fn load(path: &Path) -> Result<Character, Failure> {
    match Format::of(path) {
        Some(Format::Glb | Format::Gltf) => Ok(gltf::load(path)?),
        Some(Format::Usd(_)) => Ok(usd::load(path)?),
        _ => Err(Failure::File(ExportError::invalid(
            path,
            "character",
            "its ending is none of .glb .gltf .vrm .usd .usda .usdc .usdz",
            "export the character as glTF or USD",
        ))),
    }
}

/// The sample head.
pub fn sample_head() -> Result<Character, Failure> {
    Ok(gltf::load_bytes(
        Path::new("sample head.glb"),
        metaface_sample_head::GLB.to_vec(),
    )?)
}

/// Which channel drives what: from the user's rig map, or by name.
pub fn discover(character: &Character, rig_map: Option<&Path>) -> Result<Discovery, Failure> {
    Ok(match rig_map {
        Some(path) => RigMap::read(path)?.describe(character),
        None => RigMap::discover(character),
    })
}

impl CharacterArguments {
    /// The same, with the character that a file brings itself where none was asked for.
    pub fn or_own(&self, file: &Path) -> Self {
        let own = || {
            Format::of(file)
                .filter(|format| format.is_scene())
                .map(|_| file.to_owned())
        };
        Self {
            character: self.character.clone().or_else(own),
            rig_map: self.rig_map.clone(),
            reduce: self.reduce,
        }
    }
}

impl Cast {
    /// Loads the character and finds its rig map; says what will not move before anything is
    /// written.
    pub fn new(arguments: &CharacterArguments, report: &ReportArguments) -> Result<Self, Failure> {
        let file = arguments.character.clone();
        let character = match &file {
            Some(path) => load(path)?,
            None => sample_head()?,
        };
        let discovery = discover(&character, arguments.rig_map.as_deref())?;
        if file.is_some() {
            for warning in character.warnings.iter().chain(&discovery.warnings) {
                report.warn(warning);
            }
            let undriven = discovery.undriven_targets.len();
            if undriven > 0 {
                report.warn(format!(
                    "{undriven} of the character's shapes are not driven; `metaface inspect` lists them and says why"
                ));
            }
        }
        let map = discovery.usable(&character)?;
        Ok(Self {
            character,
            file,
            map,
            reduce_millimetres: arguments.reduce,
        })
    }

    /// What the character does to play a clip.
    pub fn perform(&self, clip: &Clip, report: &ReportArguments) -> Performance {
        let mut performance = self.map.drive(&self.character, clip);
        if let Some(millimetres) = self.reduce_millimetres {
            let reduction =
                reduce::reduce(&self.character, &self.map, &mut performance, millimetres);
            if let Some(warning) = reduction.unmeasured {
                report.warn(warning);
            }
        }
        performance
    }
}
