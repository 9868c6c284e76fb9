//! Reads a folder of sounds as a table.

use std::path::{Path, PathBuf};

use metaface_core::audio::is_sound_file;
use metaface_exporters::paths::resolved;
use walkdir::WalkDir;

use super::line::{CHARACTERS, SPEAKERS, default_output, find_file, with_slashes};
use super::{Folders, Line, Problem, Table};
use crate::BatchError;

/// Reads every sound below the folder, sorted by name. Finds the character and the speaker by the
/// name of a folder above the sound (the nearest first), the sound's name, or its beginning up to a
/// `_`, `-` or space: `hero/line.wav`, `hero.wav` and `hero_012.wav` all belong to `hero`.
pub(super) fn read(folder: &Path, folders: &Folders) -> Result<Table, BatchError> {
    let mut table = Table {
        source: folder.to_owned(),
        ..Table::default()
    };
    let output = folders.output.as_deref().map(resolved);
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| {
        let is_hidden = || entry.file_name().to_string_lossy().starts_with('.');
        let is_output = || entry.file_type().is_dir() && Some(resolved(entry.path())) == output;
        entry.depth() == 0 || !(is_hidden() || is_output())
    });
    for entry in entries {
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
                        Some(_) => format!("a link points to a folder above itself: {error}"),
                        None => error.to_string(),
                    },
                });
                continue;
            }
        };
        if !entry.file_type().is_file() || !is_sound_file(entry.path()) {
            continue;
        }
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        match line(row, entry.path(), relative, folders) {
            Ok(line) => table.lines.push(line),
            Err(problem) => table.problems.push(problem),
        }
    }
    Ok(table)
}

fn line(row: usize, audio: &Path, relative: &Path, folders: &Folders) -> Result<Line, Problem> {
    let names = names(relative);
    let by_name = |folder: &Option<PathBuf>, endings: &[&str]| {
        let searched = [folder.clone()];
        let file = |name: &String| find_file(name, &searched, endings).ok();
        folder.as_ref().and_then(|_| names.iter().find_map(file))
    };
    let output = default_output(&with_slashes(relative));
    if output.is_empty() {
        return Err(Problem {
            row,
            column: None,
            reason: format!(
                "the sound's name cannot be used for an output; rename it: {}",
                relative.display()
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

/// Names under which a sound's character or speaker is searched, in this order.
fn names(relative: &Path) -> Vec<String> {
    let text = |name: &std::ffi::OsStr| name.to_string_lossy().into_owned();
    let folders = relative.parent().into_iter().flat_map(Path::components);
    let mut names: Vec<String> = folders.map(|part| text(part.as_os_str())).collect();
    names.reverse();
    let stem = relative.file_stem().map(text).unwrap_or_default();
    let first_word = (stem.split(['_', '-', ' ']).next().unwrap_or_default()).to_owned();
    names.extend([stem, first_word]);
    names
}
