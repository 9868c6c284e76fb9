//! Cleans up the state before a run, if no other run is active.

use std::path::Path;

use metaface_exporters::files;
use walkdir::WalkDir;

use super::{JournalIndex, journal, state_error};
use crate::BatchError;

/// Merges all journals into one file and removes temporary files of killed runs. The caller has made
/// sure that no other run is active on this machine. It is safe to kill: journals are removed after
/// their entries are written to `state.jsonl`.
pub(super) fn tidy(output: &Path, folder: &Path) -> Result<(), BatchError> {
    let mut index = JournalIndex::default();
    let journals = journal::find(folder)?;
    if journals
        .iter()
        .any(|path| journal::is_written_elsewhere(path))
    {
        return Ok(());
    }
    for path in &journals {
        for entry in journal::JournalReader::default().read(path)? {
            index.insert(entry);
        }
    }
    if journals.iter().any(|path| !path.ends_with("state.jsonl")) {
        let mut entries: Vec<_> = index.entries.values().collect();
        entries.sort_by(|a, b| a.line.cmp(&b.line));
        let path = folder.join("state.jsonl");
        let bytes = journal::to_bytes(entries.into_iter()).map_err(state_error(&path))?;
        files::write(&path, &bytes)
            .map_err(|error| state_error(&path)(std::io::Error::other(error)))?;
        for journal in journals.iter().filter(|journal| **journal != path) {
            std::fs::remove_file(journal).map_err(state_error(journal))?;
        }
    }
    for entry in WalkDir::new(output).into_iter().flatten() {
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_file() && name.starts_with(files::TEMPORARY) {
            // A temporary file that cannot be removed is harmless.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}
