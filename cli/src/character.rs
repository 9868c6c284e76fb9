//! Loads the character to animate: the user's, or the sample head.

use std::path::Path;

use metaface_exporters::{Compression, Format, RiggedCharacter};

use crate::arguments::{CharacterArguments, ReportArguments};
use crate::failure::Failure;

impl CharacterArguments {
    /// These arguments, with the character in `file` as default: scene files contain one.
    pub fn or_character_of(&self, file: &Path) -> Self {
        let scene = || {
            Format::of(file)
                .filter(|format| format.is_scene())
                .map(|_| file.to_owned())
        };
        Self {
            character: self.character.clone().or_else(scene),
            rig_map: self.rig_map.clone(),
            reduce: self.reduce,
            quantise: self.quantise,
        }
    }

    /// Loads the character with its rig map, and warns about channels that it cannot show.
    pub fn load(&self, report: &ReportArguments) -> Result<RiggedCharacter, Failure> {
        let rig_map = self.rig_map.as_deref();
        let rigged = match &self.character {
            Some(path) => RiggedCharacter::open(path, rig_map)?,
            None => RiggedCharacter::of(metaface_exporters::sample_head::load()?, rig_map)?,
        };
        for warning in &rigged.warnings {
            report.warn(warning);
        }
        Ok(rigged)
    }

    /// Key reduction and quantisation of its animation.
    pub fn compression(&self) -> Compression {
        Compression {
            reduce: self.reduce,
            precision: self.quantise.unwrap_or_default(),
        }
    }
}
