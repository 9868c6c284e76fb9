//! Journals: files that are only ever added to, by one run.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Record, trouble};
use crate::BatchError;

/// The version of the state's files.
const VERSION: u32 = 1;
/// A journal of another machine that nothing was added to for so long is taken for ended.
const QUIET: Duration = Duration::from_secs(6 * 3600);

/// The first line of every journal.
#[derive(Serialize, Deserialize)]
struct Header {
    metaface_batch: u32,
}

/// The journal that this run writes.
#[derive(Debug)]
pub(super) struct Journal {
    pub path: PathBuf,
    file: File,
    /// Bytes written.
    length: u64,
}

impl Journal {
    /// A new journal with a name that no other has: this machine's, the time and the process.
    pub fn create(folder: &Path) -> Result<Self, BatchError> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_nanos());
        let (host, process) = (host(), std::process::id());
        let path = folder.join(format!("run-{host}-{now:x}-{process:x}.jsonl"));
        let file = OpenOptions::new().append(true).create_new(true).open(&path);
        let file = file.map_err(trouble(&path))?;
        let length = 0;
        let mut journal = Self { path, file, length };
        journal.write(&header())?;
        Ok(journal)
    }

    /// Adds a line in one piece, or nothing.
    pub fn write(&mut self, line: &impl Serialize) -> Result<(), BatchError> {
        let line = as_line(line).map_err(trouble(&self.path))?;
        let written = self.file.write_all(&line);
        match written {
            Ok(()) => self.length += line.len() as u64,
            // A full disk may have taken half of it, which the next line must not be glued to.
            Err(_) => drop(self.file.set_len(self.length)),
        }
        written.map_err(trouble(&self.path))
    }
}

/// This machine's name, as far as it can stand in a file's.
fn host() -> String {
    let name = gethostname::gethostname();
    let name = name.to_string_lossy();
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether another machine seems to be writing a journal. Over some network file systems locks do
/// not tell.
pub(super) fn is_written_elsewhere(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let other = |rest: &str| rest.split('-').next() != Some(&host());
    let modified = path.metadata().and_then(|file| file.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    name.strip_prefix("run-").is_some_and(other) && age.is_none_or(|age| age < QUIET)
}

fn header() -> Header {
    Header {
        metaface_batch: VERSION,
    }
}

fn as_line(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// A whole state as one journal.
pub(super) fn whole<'a>(records: impl Iterator<Item = &'a Record>) -> std::io::Result<Vec<u8>> {
    let mut bytes = as_line(&header())?;
    for record in records {
        bytes.extend(as_line(record)?);
    }
    Ok(bytes)
}

/// The journals in the state's folder, the oldest first.
pub(super) fn all(folder: &Path) -> Result<Vec<PathBuf>, BatchError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(trouble(folder)(error)),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let name = entry.map_err(trouble(folder))?.file_name();
        let text = name.to_string_lossy();
        if text == "state.jsonl" || (text.starts_with("run-") && text.ends_with(".jsonl")) {
            paths.push(folder.join(&name));
        }
    }
    paths.sort();
    // What is ended goes before what runs.
    paths.sort_by_key(|path| !path.ends_with("state.jsonl"));
    Ok(paths)
}

/// How far a journal has been read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    read: u64,
}

impl Reader {
    /// The records that were added since the last time. A line without an end is still being
    /// written, or was torn when its run was killed; a journal that is gone was tidied away by
    /// a run whose state has what was in it.
    pub fn read(&mut self, path: &Path) -> Result<Vec<Record>, BatchError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(trouble(path)(error)),
        };
        let size = file.metadata().map_err(trouble(path))?.len();
        if size < self.read {
            // Another file of that name.
            self.read = 0;
        }
        if size == self.read {
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(self.read))
            .map_err(trouble(path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(trouble(path))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |end| end + 1);
        self.read += whole as u64;
        let mut records = Vec::new();
        for line in bytes[..whole].split(|byte| *byte == b'\n') {
            if let Ok(record) = serde_json::from_slice(line) {
                records.push(record);
            } else if let Ok(Header { metaface_batch }) = serde_json::from_slice(line)
                && metaface_batch > VERSION
            {
                return Err(BatchError::TooNew {
                    path: path.to_owned(),
                    version: metaface_batch,
                });
            }
        }
        Ok(records)
    }
}
