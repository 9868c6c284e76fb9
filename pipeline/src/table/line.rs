//! From the cells of a row to a line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::records::Record;
use super::{Folders, Line, Problem};

/// Endings of characters, in the order in which they are looked for.
pub(super) const CHARACTERS: [&str; 7] = ["glb", "gltf", "vrm", "usdc", "usda", "usdz", "usd"];
/// The ending of speakers.
pub(super) const SPEAKERS: [&str; 1] = ["speaker"];

/// A row that is being read: cells are taken out, and what is wrong gathers.
struct Row<'a> {
    row: usize,
    cells: BTreeMap<String, String>,
    base: &'a Path,
    problems: Vec<Problem>,
}

/// Reads a line; paths are relative to `base`. What is wrong with it comes all at once.
pub(super) fn read(record: Record, base: &Path, folders: &Folders) -> Result<Line, Vec<Problem>> {
    let mut row = Row {
        row: record.row,
        cells: record.cells,
        base,
        problems: Vec::new(),
    };
    let audio = row.take("audio");
    if audio.is_none() {
        row.fault("audio", "it is empty; name the sound");
    }
    let audio = audio.unwrap_or_default();
    let output = match row.take("output") {
        None if audio.is_empty() => String::new(),
        None => row.output(output_of(&audio)),
        Some(output) => row.output(output),
    };
    let line = Line {
        row: row.row,
        audio: base.join(&audio),
        speaker: row.find("speaker", folders.speakers.as_deref(), &SPEAKERS),
        character: row.find("character", folders.characters.as_deref(), &CHARACTERS),
        rig_map: row.find("rig_map", None, &[]),
        output,
        fps: row.parse("fps"),
        start: row.parse("start").or_else(|| row.parse("start_timecode")),
        strength: row.factor("strength"),
        style_strength: row.factor("style_strength"),
        liveliness: row.factor("liveliness"),
        seed: row.parse("seed"),
        gain: row.parse("gain"),
        language: row.language(),
        others: std::mem::take(&mut row.cells),
    };
    match row.problems.is_empty() {
        true => Ok(line),
        false => Err(row.problems),
    }
}

/// Where the files of a sound go if the table does not say: its own path below the table's
/// folder, or its name alone for a sound from elsewhere.
pub(super) fn output_of(audio: &str) -> String {
    let path = Path::new(audio);
    let beside = !audio.is_empty() && is_below(audio);
    let kept = match beside {
        true => path.with_extension(""),
        false => path.file_stem().map(PathBuf::from).unwrap_or_default(),
    };
    slashed(&kept)
}

/// A relative path with `/` between its parts, without `.`.
pub(super) fn slashed(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str());
    let parts: Vec<_> = parts.filter(|part| *part != ".").collect();
    let parts = parts.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a path stays below the folder that it is relative to, on every system.
fn is_below(text: &str) -> bool {
    let parts = || text.split(['/', '\\']);
    let rooted = text.starts_with(['/', '\\']) || text.as_bytes().get(1) == Some(&b':');
    !rooted && parts().all(|part| part != "..")
}

impl Row<'_> {
    fn take(&mut self, column: &str) -> Option<String> {
        self.cells.remove(column)
    }

    fn fault(&mut self, column: &str, reason: impl Into<String>) {
        self.problems.push(Problem {
            row: self.row,
            column: Some(column.to_owned()),
            reason: reason.into(),
        });
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.take(column)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(column, format!("{error} (found '{text}')"));
                None
            }
        }
    }

    fn factor(&mut self, column: &str) -> Option<f32> {
        let text = self.take(column)?;
        match text.parse::<f32>() {
            Ok(value) if metaface_core::Options::FACTORS.contains(&value) => Some(value),
            _ => {
                self.fault(column, format!("give a factor from 0 to 2, not '{text}'"));
                None
            }
        }
    }

    fn output(&mut self, output: String) -> String {
        let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
        let last = output.rsplit(['/', '\\']).next().unwrap_or_default();
        let reason = if !is_below(&output) {
            "it leads out of the output folder; name a place below it"
        } else if output.chars().any(char::is_control) {
            "it has control characters in it"
        } else if output.split(['/', '\\']).next() == Some(".metaface") {
            "the folder .metaface belongs to the program; choose another"
        } else if !is_name(last) {
            "it ends in a folder; name a file"
        } else {
            return slashed(Path::new(&output.replace('\\', "/")));
        };
        self.fault("output", format!("{reason} (found '{output}')"));
        output
    }

    /// A BCP 47 tag, by its form alone.
    fn language(&mut self) -> Option<String> {
        let tag = self.take("language")?;
        let mut parts = tag.split(['-', '_']);
        let first = parts.next().unwrap_or_default();
        let letters = first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let rest = parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if letters && (2..=8).contains(&first.len()) && rest {
            return Some(tag);
        }
        let reason = format!("'{tag}' is not a language tag such as en, pt-BR or zh-Hans");
        self.fault("language", reason);
        None
    }

    /// A file by its path, or by name in the folder for its kind.
    fn find(&mut self, column: &str, folder: Option<&Path>, endings: &[&str]) -> Option<PathBuf> {
        let name = self.take(column)?;
        let places = [Some(self.base), folder];
        match find(
            &name,
            &places.map(|place| place.map(Path::to_owned)),
            endings,
        ) {
            Ok(found) => Some(found),
            Err(reason) => {
                self.fault(column, reason);
                None
            }
        }
    }
}

/// The one file that a name means in the first of these folders that has any.
pub(super) fn find(
    name: &str,
    places: &[Option<PathBuf>],
    endings: &[&str],
) -> Result<PathBuf, String> {
    let mut looked = Vec::new();
    for place in places.iter().flatten() {
        let path = place.join(name);
        if path.is_file() {
            return Ok(path);
        }
        let with = |ending: &&str| place.join(format!("{name}.{ending}"));
        let found: Vec<_> = (endings.iter().map(with)).filter(|p| p.is_file()).collect();
        match found.as_slice() {
            [] => looked.push(path.display().to_string()),
            [one] => return Ok(one.clone()),
            several => {
                let names = several.iter().map(|path| path.display().to_string());
                let names = names.collect::<Vec<_>>().join(" and ");
                return Err(format!("'{name}' means {names}; write it with its ending"));
            }
        }
    }
    let or = match endings {
        [] => String::new(),
        endings => format!(" (with or without .{})", endings.join(", .")),
    };
    Err(format!(
        "there is no such file{or}; looked for {}",
        looked.join(" and ")
    ))
}
