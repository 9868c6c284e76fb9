//! A folder of sounds as a table.

use std::path::{Path, PathBuf};

use metaface_core::audio::is_sound_file;
use metaface_exporters::places::place;
use walkdir::WalkDir;

use super::line::{CHARACTERS, SPEAKERS, find, output_of, slashed};
use super::{Folders, Line, Problem, Table};
use crate::BatchError;

/// Every sound below the folder, in order of their names. Characters and speakers are those whose
/// name is that of a folder above the sound, the nearest first, or else the sound's own, or its
/// beginning up to a `_`, `-` or space: `hero/line.wav`, `hero.wav` and `hero_012.wav` are all
/// the hero's.
pub(super) fn read(folder: &Path, folders: &Folders) -> Result<Table, BatchError> {
    let mut table = Table {
        source: folder.to_owned(),
        ..Table::default()
    };
    let output = folders.output.as_deref().map(place);
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|entry| {
        let hidden = || entry.file_name().to_string_lossy().starts_with('.');
        let is_output = || entry.file_type().is_dir() && Some(place(entry.path())) == output;
        entry.depth() == 0 || !(hidden() || is_output())
    });
    for entry in walk {
        let row = table.lines.len() + table.problems.len() + 1;
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 => {
                return Err(BatchError::Unreadable {
                    path: folder.to_owned(),
                    source: error.into(),
                });
            }
            Err(error) => {
                table.problems.push(Problem {
                    row,
                    column: None,
                    reason: match error.loop_ancestor() {
                        Some(_) => format!("a link leads round in a circle: {error}"),
                        None => error.to_string(),
                    },
                });
                continue;
            }
        };
        if !entry.file_type().is_file() || !is_sound_file(entry.path()) {
            continue;
        }
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        match line(row, entry.path(), below, folders) {
            Ok(line) => table.lines.push(line),
            Err(problem) => table.problems.push(problem),
        }
    }
    Ok(table)
}

fn line(row: usize, audio: &Path, below: &Path, folders: &Folders) -> Result<Line, Problem> {
    let names = names(below);
    let by_name = |folder: &Option<PathBuf>, endings: &[&str]| {
        let place = [folder.clone()];
        let known = |name: &String| find(name, &place, endings).ok();
        folder.as_ref().and_then(|_| names.iter().find_map(known))
    };
    let output = output_of(&slashed(below));
    if output.is_empty() {
        return Err(Problem {
            row,
            column: None,
            reason: format!(
                "the sound's name cannot be an output's: {}",
                below.display()
            ),
        });
    }
    Ok(Line {
        row,
        audio: audio.to_owned(),
        speaker: by_name(&folders.speakers, &SPEAKERS),
        character: by_name(&folders.characters, &CHARACTERS),
        output,
        ..Line::default()
    })
}

/// What a sound may be called after, the nearest first.
fn names(below: &Path) -> Vec<String> {
    let text = |name: &std::ffi::OsStr| name.to_string_lossy().into_owned();
    let folders = below.parent().into_iter().flat_map(Path::components);
    let mut names: Vec<String> = folders.map(|part| text(part.as_os_str())).collect();
    names.reverse();
    let stem = below.file_stem().map(text).unwrap_or_default();
    let beginning = stem.split(['_', '-', ' ']).next().unwrap_or_default();
    let beginning = beginning.to_owned();
    names.extend([stem, beginning]);
    names
}
