//! The table of file formats.

use std::path::Path;
use std::str::FromStr;

use crate::{FormatError, Result};

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// glTF as one binary file.
    Glb,
    /// glTF as JSON with embedded buffers and images.
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

/// The kind of content of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatKind {
    /// A character that plays a clip.
    Scene,
    /// The channels of a clip, without a character.
    Curves,
    /// Mouth shapes derived from a clip.
    MouthShapes,
}

/// A row of [`FORMATS`].
#[derive(Debug)]
pub struct FormatSpec {
    /// The format.
    pub format: Format,
    /// Display name.
    pub title: &'static str,
    /// The endings of its files, the default first.
    pub endings: &'static [&'static str],
    /// The kind of content.
    pub kind: FormatKind,
    /// Whether clips can be read from it. All formats can be written.
    pub is_read: bool,
    /// The parts of a clip that it preserves.
    pub keeps: &'static str,
}

const EVERYTHING: &str = "frames, rate, start, name, metadata";

/// All formats: the source of endings, names, messages and the tables in the docs.
pub const FORMATS: &[FormatSpec] = &[
    FormatSpec {
        format: Format::Glb,
        title: "glTF, one binary file",
        endings: &[".glb", ".vrm"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Gltf,
        title: "glTF, JSON with everything inside",
        endings: &[".gltf"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Usd(".usdc"),
        title: "USD crate",
        endings: &[".usdc"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Usd(".usda"),
        title: "USD text",
        endings: &[".usda"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Usd(".usdz"),
        title: "USD package",
        endings: &[".usdz"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Usd(".usd"),
        title: "USD crate, .usd",
        endings: &[".usd"],
        kind: FormatKind::Scene,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::Csv,
        title: "Live Link Face CSV",
        endings: &[".csv"],
        kind: FormatKind::Curves,
        is_read: true,
        keeps: "frames, rate, start; of the metadata only drop-frame counting",
    },
    FormatSpec {
        format: Format::Audio2Face,
        title: "Audio2Face JSON",
        endings: &[".a2f.json"],
        kind: FormatKind::Curves,
        is_read: true,
        keeps: EVERYTHING,
    },
    FormatSpec {
        format: Format::CuesJson,
        title: "Rhubarb mouth shapes, JSON",
        endings: &[".cues.json"],
        kind: FormatKind::MouthShapes,
        is_read: false,
        keeps: "mouth shapes and their times",
    },
    FormatSpec {
        format: Format::CuesTsv,
        title: "Rhubarb mouth shapes, TSV",
        endings: &[".tsv"],
        kind: FormatKind::MouthShapes,
        is_read: false,
        keeps: "mouth shapes and their times",
    },
    FormatSpec {
        format: Format::MohoDat,
        title: "Moho switch data",
        endings: &[".dat"],
        kind: FormatKind::MouthShapes,
        is_read: false,
        keeps: "mouth shapes and their frames",
    },
];

/// All endings with their formats, in the order of [`FORMATS`].
fn endings() -> impl Iterator<Item = (&'static str, Format)> {
    let of = |spec: &'static FormatSpec| spec.endings.iter().map(|ending| (*ending, spec.format));
    FORMATS.iter().flat_map(of)
}

impl Format {
    /// The format of a file, by its ending.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        // No ending is a suffix of another one.
        let found = endings().find(|(ending, _)| name.ends_with(ending));
        found.map(|(_, format)| format)
    }

    /// The format given; defaults to that of the file's ending.
    ///
    /// # Errors
    /// [`FormatError::Ending`] for an unknown ending, or for a USD format under another ending:
    /// other programs choose the USD reader by the ending.
    pub fn required(path: &Path, given: Option<Self>) -> Result<Self> {
        let ending_error = |remedy: String| FormatError::Ending {
            path: path.to_owned(),
            remedy,
        };
        if let Some(Self::Usd(ending)) = given
            && Self::of(path) != given
        {
            return Err(ending_error(format!(
                "a file of this format must end in {ending}"
            )));
        }
        given.or_else(|| Self::of(path)).ok_or_else(|| {
            let endings = Self::endings(|_| true);
            ending_error(format!("use {endings}, or name the format"))
        })
    }

    /// Its row of [`FORMATS`].
    pub fn spec(self) -> &'static FormatSpec {
        let found = FORMATS.iter().find(|spec| spec.format == self);
        // Each format has a row: the test goes through all variants.
        found.unwrap_or(&FORMATS[0])
    }

    /// The default ending of this format, with its dot.
    pub fn ending(self) -> &'static str {
        self.spec().endings[0]
    }

    /// The name in options: the ending without its dot.
    pub fn name(self) -> &'static str {
        &self.ending()[1..]
    }

    /// The names of all formats: `glb, gltf, usda`.
    pub fn names() -> String {
        let names: Vec<&str> = endings().map(|(ending, _)| &ending[1..]).collect();
        names.join(", ")
    }

    /// The endings of the selected formats: `.glb, .gltf or .csv`.
    pub fn endings(is_selected: impl Fn(&FormatSpec) -> bool) -> String {
        let selected = FORMATS.iter().filter(|spec| is_selected(spec));
        let endings: Vec<&str> = selected.flat_map(|spec| spec.endings).copied().collect();
        match endings.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} or {last}", others.join(", "))
            }
            _ => endings.concat(),
        }
    }

    /// Whether it is glTF, the only format that holds several clips.
    pub fn is_gltf(self) -> bool {
        matches!(self, Self::Glb | Self::Gltf)
    }

    /// Whether it holds an animated character instead of curves.
    pub fn is_scene(self) -> bool {
        self.spec().kind == FormatKind::Scene
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let found = endings().find(|(ending, _)| &ending[1..] == text);
        found
            .map(|(_, format)| format)
            .ok_or_else(|| format!("'{text}' is not a format; use one of {}", Self::names()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_selects_the_format_in_any_letter_case() {
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
        for (ending, format) in endings() {
            assert_eq!(format.spec().format, format);
            let path = format!("a{ending}");
            assert_eq!(Format::of(Path::new(&path)), Some(format), "{path}");
        }
        let crate_in_text = Format::required(Path::new("a.usda"), Some(Format::Usd(".usdc")));
        assert!(crate_in_text.is_err());
    }

    /// The variant after this one. A new variant must be added here.
    fn next(format: Format) -> Option<Format> {
        match format {
            Format::Glb => Some(Format::Gltf),
            Format::Gltf => Some(Format::Usd(".usdc")),
            Format::Usd(_) => Some(Format::Csv),
            Format::Csv => Some(Format::Audio2Face),
            Format::Audio2Face => Some(Format::CuesJson),
            Format::CuesJson => Some(Format::CuesTsv),
            Format::CuesTsv => Some(Format::MohoDat),
            Format::MohoDat => None,
        }
    }

    #[test]
    fn every_format_has_a_row() {
        let mut format = Some(Format::Glb);
        while let Some(variant) = format {
            assert_eq!(variant.spec().format, variant);
            format = next(variant);
        }
    }
}
