//! Journals: append-only files, each written by one run.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{JournalEntry, state_error};
use crate::BatchError;

/// The version of the state's files.
const VERSION: u32 = 1;
/// The run of another machine is assumed to have ended if its journal is unchanged for this long.
const ABANDONED_AFTER: Duration = Duration::from_secs(6 * 3600);

/// The first line of every journal.
#[derive(Serialize, Deserialize)]
struct JournalHeader {
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
    /// Creates a journal with a unique name: machine, time and process.
    pub fn create(folder: &Path) -> Result<Self, BatchError> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_nanos());
        let (host, process) = (host(), std::process::id());
        let path = folder.join(format!("run-{host}-{now:x}-{process:x}.jsonl"));
        let opened = OpenOptions::new().append(true).create_new(true).open(&path);
        let file = opened.map_err(state_error(&path))?;
        let mut journal = Self {
            path,
            file,
            length: 0,
        };
        journal.write(&header())?;
        Ok(journal)
    }

    /// Appends a value as one complete line. After an error the file has its former content.
    pub fn write(&mut self, value: &impl Serialize) -> Result<(), BatchError> {
        let line = json_line(value).map_err(state_error(&self.path))?;
        let written = self.file.write_all(&line);
        match written {
            Ok(()) => self.length += line.len() as u64,
            // Removes a partial line, which a full disk can leave.
            Err(_) => drop(self.file.set_len(self.length)),
        }
        written.map_err(state_error(&self.path))
    }
}

/// This machine's name, reduced to characters that are safe in file names.
fn host() -> String {
    let name = gethostname::gethostname();
    let name = name.to_string_lossy();
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether another machine seems to be writing a journal. On some network file systems locks do not
/// show it.
pub(super) fn is_written_elsewhere(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let other = |rest: &str| rest.split('-').next() != Some(&host());
    let modified = path.metadata().and_then(|file| file.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    name.strip_prefix("run-").is_some_and(other) && age.is_none_or(|age| age < ABANDONED_AFTER)
}

fn header() -> JournalHeader {
    JournalHeader {
        metaface_batch: VERSION,
    }
}

fn json_line(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// The bytes of a journal with these entries.
pub(super) fn to_bytes<'a>(
    entries: impl Iterator<Item = &'a JournalEntry>,
) -> std::io::Result<Vec<u8>> {
    let mut bytes = json_line(&header())?;
    for entry in entries {
        bytes.extend(json_line(entry)?);
    }
    Ok(bytes)
}

/// The journals in the state's folder: `state.jsonl` first, then the others by name.
pub(super) fn find(folder: &Path) -> Result<Vec<PathBuf>, BatchError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(state_error(folder)(error)),
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let name = entry.map_err(state_error(folder))?.file_name();
        let text = name.to_string_lossy();
        if text == "state.jsonl" || (text.starts_with("run-") && text.ends_with(".jsonl")) {
            paths.push(folder.join(&name));
        }
    }
    paths.sort();
    // Entries of ended runs come first.
    paths.sort_by_key(|path| !path.ends_with("state.jsonl"));
    Ok(paths)
}

/// Reads a journal incrementally.
#[derive(Debug, Default)]
pub(super) struct JournalReader {
    /// Bytes read so far.
    position: u64,
}

impl JournalReader {
    /// The entries that were added since the last call. A last line without line feed is skipped: it
    /// is still being written, or its run was killed. A missing journal gives no entries: another run
    /// has merged it into `state.jsonl`.
    pub fn read(&mut self, path: &Path) -> Result<Vec<JournalEntry>, BatchError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(state_error(path)(error)),
        };
        let size = file.metadata().map_err(state_error(path))?.len();
        if size < self.position {
            // The file was replaced by another one.
            self.position = 0;
        }
        if size == self.position {
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(self.position))
            .map_err(state_error(path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(state_error(path))?;
        let last_line_feed = bytes.iter().rposition(|byte| *byte == b'\n');
        let complete = last_line_feed.map_or(0, |index| index + 1);
        self.position += complete as u64;
        let mut entries = Vec::new();
        for line in bytes[..complete].split(|byte| *byte == b'\n') {
            if let Ok(entry) = serde_json::from_slice(line) {
                entries.push(entry);
            } else if let Ok(JournalHeader { metaface_batch }) = serde_json::from_slice(line)
                && metaface_batch > VERSION
            {
                return Err(BatchError::TooNew {
                    path: path.to_owned(),
                    version: metaface_batch,
                });
            }
        }
        Ok(entries)
    }
}
