//! Parses the cells of a row into a line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use metaface_core::options::{OPTIONS, OptionSpec};

use super::rows::TableRow;
use super::{Folders, Line, Problem};

/// Endings of characters, in the order of the search.
pub(super) const CHARACTERS: [&str; 7] = ["glb", "gltf", "vrm", "usdc", "usda", "usdz", "usd"];
/// Columns of version 0.1 that have a new name. Treated as metadata they would silently change the
/// animation.
const RENAMED: [(&str, &str); 2] = [("gain", "gains"), ("smooth", "smoothing")];
/// The ending of speakers.
pub(super) const SPEAKERS: [&str; 1] = ["speaker"];

/// Takes the cells out of a row and collects its problems.
struct RowParser<'a> {
    row: usize,
    cells: BTreeMap<String, String>,
    base: &'a Path,
    problems: Vec<Problem>,
}

/// Parses a line, or returns all its problems. Paths are relative to `base`.
pub(super) fn read(cells: TableRow, base: &Path, folders: &Folders) -> Result<Line, Vec<Problem>> {
    let mut row = RowParser {
        row: cells.row,
        cells: cells.cells,
        base,
        problems: Vec::new(),
    };
    let audio_cell = row.take("audio");
    if audio_cell.is_none() {
        row.add_problem("audio", "it is empty; name the sound");
    }
    let audio = audio_cell.unwrap_or_default();
    let output = match row.take("output") {
        None if audio.is_empty() => String::new(),
        None => row.output(default_output(&audio)),
        Some(output) => row.output(output),
    };
    let line = Line {
        row: row.row,
        audio: base.join(&audio),
        speaker: row.file("speaker", folders.speakers.as_deref(), &SPEAKERS),
        character: row.file("character", folders.characters.as_deref(), &CHARACTERS),
        rig_map: row.file("rig_map", None, &[]),
        output,
        options: row.options(),
        start: row.parse("start").or_else(|| row.parse("start_timecode")),
        style_strength: row.style_strength(),
        language: row.language(),
        metadata: std::mem::take(&mut row.cells),
    };
    if row.problems.is_empty() {
        Ok(line)
    } else {
        Err(row.problems)
    }
}

/// The output of a sound without an `output` cell: its path below the table's folder, or its name if
/// it lies elsewhere.
pub(super) fn default_output(audio: &str) -> String {
    let path = Path::new(audio);
    let output = if !audio.is_empty() && is_below(audio) {
        path.with_extension("")
    } else {
        path.file_stem().map(PathBuf::from).unwrap_or_default()
    };
    with_slashes(&output)
}

/// A relative path with `/` between its parts, without `.`.
pub(super) fn with_slashes(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str());
    let names = parts.filter(|part| *part != ".");
    let texts: Vec<_> = names.map(|part| part.to_string_lossy()).collect();
    texts.join("/")
}

/// Whether a path stays below the folder that it is relative to, on every operating system.
fn is_below(text: &str) -> bool {
    let parts = || text.split(['/', '\\']);
    let rooted = text.starts_with(['/', '\\']) || text.as_bytes().get(1) == Some(&b':');
    !rooted && parts().all(|part| part != "..")
}

impl RowParser<'_> {
    fn take(&mut self, column: &str) -> Option<String> {
        self.cells.remove(column)
    }

    fn add_problem(&mut self, column: &str, reason: impl Into<String>) {
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
                self.add_problem(column, format!("{error} (found '{text}')"));
                None
            }
        }
    }

    /// The columns of [`OPTIONS`] that are animation options.
    fn options(&mut self) -> Vec<(&'static str, String)> {
        for (old, new) in RENAMED {
            if self.cells.contains_key(old) {
                self.add_problem(old, format!("rename this column to '{new}'"));
                self.cells.remove(old);
            }
        }
        let animation = OPTIONS.iter().filter(|option| option.is_animation());
        animation
            .filter_map(|option| Some((option.name, self.checked(option)?)))
            .collect()
    }

    fn style_strength(&mut self) -> Option<f32> {
        let text = self.checked(OptionSpec::of("style_strength")?)?;
        text.trim().parse().ok()
    }

    /// The cell of an option's column; `None` if it is empty or invalid.
    fn checked(&mut self, option: &OptionSpec) -> Option<String> {
        let text = self.take(option.name)?;
        match option.check(&text) {
            Ok(()) => Some(text),
            Err(reason) => {
                self.add_problem(option.name, reason);
                None
            }
        }
    }

    fn output(&mut self, output: String) -> String {
        let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
        let last = output.rsplit(['/', '\\']).next().unwrap_or_default();
        let reason = if !is_below(&output) {
            "it leads out of the output folder; use a path below it"
        } else if output.chars().any(char::is_control) {
            "it contains control characters; remove them"
        } else if output.split(['/', '\\']).next() == Some(".metaface") {
            "the folder .metaface is reserved for the program; choose another"
        } else if !is_name(last) {
            "it ends in a folder; add a file name"
        } else {
            return with_slashes(Path::new(&output.replace('\\', "/")));
        };
        self.add_problem("output", format!("{reason} (found '{output}')"));
        output
    }

    /// A BCP 47 tag. Only its form is checked.
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
        self.add_problem("language", reason);
        None
    }

    /// A file, by its path relative to the table or by its name in the folder.
    fn file(&mut self, column: &str, folder: Option<&Path>, endings: &[&str]) -> Option<PathBuf> {
        let name = self.take(column)?;
        let folders = [Some(self.base), folder].map(|folder| folder.map(Path::to_owned));
        match find_file(&name, &folders, endings) {
            Ok(path) => Some(path),
            Err(reason) => {
                self.add_problem(column, reason);
                None
            }
        }
    }
}

/// Finds a file by its name, with or without ending, in the first of these folders that has it.
pub(super) fn find_file(
    name: &str,
    folders: &[Option<PathBuf>],
    endings: &[&str],
) -> Result<PathBuf, String> {
    let mut searched = Vec::new();
    for folder in folders.iter().flatten() {
        let path = folder.join(name);
        if path.is_file() {
            return Ok(path);
        }
        let with_ending = |ending: &&str| folder.join(format!("{name}.{ending}"));
        let candidates = endings.iter().map(with_ending);
        let found: Vec<_> = candidates.filter(|path| path.is_file()).collect();
        match found.as_slice() {
            [] => searched.push(path.display().to_string()),
            [file] => return Ok(file.clone()),
            files => {
                let paths = files.iter().map(|path| path.display().to_string());
                return Err(format!(
                    "'{name}' is ambiguous: {}; write it with its ending",
                    paths.collect::<Vec<_>>().join(" and ")
                ));
            }
        }
    }
    let variants = match endings {
        [] => String::new(),
        endings => format!(" (with or without .{})", endings.join(", .")),
    };
    Err(format!(
        "there is no such file{variants}; searched for {}",
        searched.join(" and ")
    ))
}
