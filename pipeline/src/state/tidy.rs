//! What the first run to arrive does before it begins.

use std::path::Path;

use metaface_exporters::files;
use walkdir::WalkDir;

use super::{Shelf, journal, trouble};
use crate::BatchError;

/// Makes one file of all journals and removes what killed runs left half-written. Nobody else is
/// at work. Killed in the middle, it has only repeated itself: journals go when their records are
/// safe.
pub(super) fn tidy(output: &Path, folder: &Path) -> Result<(), BatchError> {
    let mut shelf = Shelf::default();
    let journals = journal::all(folder)?;
    if journals
        .iter()
        .any(|path| journal::is_written_elsewhere(path))
    {
        return Ok(());
    }
    for path in &journals {
        for record in journal::Reader::default().read(path)? {
            shelf.take_in(record);
        }
    }
    if journals.iter().any(|path| !path.ends_with("state.jsonl")) {
        let mut records: Vec<_> = shelf.records.values().collect();
        records.sort_by(|a, b| a.line.cmp(&b.line));
        let path = folder.join("state.jsonl");
        let bytes = journal::whole(records.into_iter()).map_err(trouble(&path))?;
        files::write(&path, &bytes)
            .map_err(|error| trouble(&path)(std::io::Error::other(error)))?;
        for journal in journals.iter().filter(|journal| **journal != path) {
            std::fs::remove_file(journal).map_err(trouble(journal))?;
        }
    }
    for entry in WalkDir::new(output).into_iter().flatten() {
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_file() && name.starts_with(files::TEMPORARY) {
            // Left where it is if it cannot be removed: it does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}
