//! The character to animate: the user's own, or the sample head.

use std::path::Path;

use metaface_exporters::{Cast, Compression, Format};

use crate::arguments::{CharacterArguments, ReportArguments};
use crate::failure::Failure;

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
            quantise: self.quantise,
        }
    }

    /// Loads the character and finds its rig map; says what will not move before anything is
    /// written.
    pub fn cast(&self, report: &ReportArguments) -> Result<Cast, Failure> {
        let rig_map = self.rig_map.as_deref();
        let cast = match &self.character {
            Some(path) => Cast::open(path, rig_map)?,
            None => Cast::of(metaface_sample_head::load()?, rig_map)?,
        };
        for warning in &cast.warnings {
            report.warn(warning);
        }
        Ok(cast)
    }

    /// How small its animation is made.
    pub fn compression(&self) -> Compression {
        Compression {
            reduce: self.reduce,
            precision: self.quantise.unwrap_or_default(),
        }
    }
}
