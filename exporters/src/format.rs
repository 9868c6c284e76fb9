//! File formats by a file name's ending.

use std::path::Path;
use std::str::FromStr;

use crate::{ExportError, Result};

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// glTF in one binary file.
    Glb,
    /// glTF as JSON, everything inside.
    Gltf,
    /// USD: as text (`.usda`), as a crate (`.usdc`, `.usd`) or packaged (`.usdz`).
    Usd(&'static str),
    /// Live Link Face CSV.
    Csv,
    /// Audio2Face JSON.
    Audio2Face,
    /// Rhubarb mouth shapes as JSON.
    CuesJson,
    /// Rhubarb mouth shapes as TSV.
    CuesTsv,
    /// Moho switch data.
    MohoDat,
}

/// Endings, longest first, with their format.
const ENDINGS: [(&str, Format); 12] = [
    (".cues.json", Format::CuesJson),
    (".a2f.json", Format::Audio2Face),
    (".gltf", Format::Gltf),
    (".usda", Format::Usd(".usda")),
    (".usdc", Format::Usd(".usdc")),
    (".usdz", Format::Usd(".usdz")),
    (".usd", Format::Usd(".usd")),
    (".glb", Format::Glb),
    (".vrm", Format::Glb),
    (".csv", Format::Csv),
    (".tsv", Format::CuesTsv),
    (".dat", Format::MohoDat),
];

impl Format {
    /// The format that a file's ending asks for.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        ENDINGS
            .iter()
            .find(|(ending, _)| name.ends_with(ending))
            .map(|(_, format)| *format)
    }

    /// The format given, or else that of the ending.
    ///
    /// # Errors
    /// [`ExportError::Ending`] for an ending that asks for nothing, or for a USD format under
    /// another ending: what is inside a USD file must be what its name says, or no other program
    /// opens it.
    pub fn required(path: &Path, given: Option<Self>) -> Result<Self> {
        let fault = |remedy: String| ExportError::Ending {
            path: path.to_owned(),
            remedy,
        };
        if let Some(Self::Usd(ending)) = given
            && Self::of(path) != given
        {
            return Err(fault(format!("a file of this format must end in {ending}")));
        }
        given.or_else(|| Self::of(path)).ok_or_else(|| {
            let endings = ENDINGS.map(|(ending, _)| ending).join(" ");
            fault(format!("use {endings}, or name the format"))
        })
    }

    /// The ending that files of this format get, with its dot.
    pub fn ending(self) -> &'static str {
        let mut endings = ENDINGS.iter();
        let found = endings.find(|(_, format)| *format == self);
        found.map_or("", |(ending, _)| ending)
    }

    /// Whether a clip can be read from it.
    pub fn is_clip(self) -> bool {
        self.is_scene() || matches!(self, Self::Csv | Self::Audio2Face)
    }

    /// Whether it is glTF, the one format that holds several clips.
    pub fn is_gltf(self) -> bool {
        matches!(self, Self::Glb | Self::Gltf)
    }

    /// Whether a character is animated, rather than curves written down.
    pub fn is_scene(self) -> bool {
        matches!(self, Self::Glb | Self::Gltf | Self::Usd(_))
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let dotted = format!(".{text}");
        ENDINGS
            .iter()
            .find(|(ending, _)| *ending == dotted)
            .map(|(_, format)| *format)
            .ok_or_else(|| {
                let names = ENDINGS.map(|(ending, _)| &ending[1..]).join(", ");
                format!("'{text}' is not a format; use one of {names}")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_picks_the_format_whatever_its_case() {
        for (name, format) in [
            ("a/line.GLB", Format::Glb),
            ("line.cues.json", Format::CuesJson),
            ("line.a2f.json", Format::Audio2Face),
            ("é ü.usdz", Format::Usd(".usdz")),
            ("hero.vrm", Format::Glb),
        ] {
            assert_eq!(Format::of(Path::new(name)), Some(format), "{name}");
        }
        assert_eq!(Format::of(Path::new("line.json")), None);
        assert_eq!("usdc".parse(), Ok(Format::Usd(".usdc")));
        assert!("fbx".parse::<Format>().is_err());
        let crate_in_text = Format::required(Path::new("a.usda"), Some(Format::Usd(".usdc")));
        assert!(crate_in_text.is_err());
    }
}
