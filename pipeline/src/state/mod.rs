//! The state of a batch: the finished lines, stored in the output folder under `.metaface/`.
//!
//! Every run writes its own journal, with one JSON line for each finished line of dialogue, and reads
//! the journals of all other runs. So runs share only the file system, a killed process loses nothing
//! (an incomplete last line is skipped), and no file has two writers. The operating system releases
//! the locks of a process that ends:
//!
//! ```text
//! .metaface/state.jsonl     entries of ended runs
//! .metaface/run-*.jsonl     the journal of one run; its name contains the machine's name
//! .metaface/alive           every active run holds a shared lock on it
//! .metaface/claims/7f       locked while a run makes a line whose name hashes to 7f
//! ```
//!
//! A run that starts while no other run is active cleans up first: it merges all journals into one
//! and removes temporary files of killed runs. Some network file systems do not share locks between
//! machines. There, recent journals of other machines prevent the clean-up for some hours, and two
//! machines may make the same line twice, but never leave it incomplete.

mod journal;
mod tidy;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use self::journal::{Journal, JournalReader};
use crate::fingerprint::{HashedFile, short_hash};
use crate::{BatchError, Fingerprint};

/// The state's folder within the output folder.
pub const FOLDER: &str = ".metaface";

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All its files are written.
    Done,
    /// An error stopped it.
    Failed,
}

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// The file, below the output folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// The result of a line, as the journal stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The name of the line.
    pub line: String,
    /// How it ended.
    pub status: Status,
    /// The hashes of its inputs.
    pub fingerprint: Fingerprint,
    /// The stamp and hash of its sound.
    pub sound: Option<HashedFile>,
    /// The files.
    pub outputs: Vec<OutputFile>,
    /// Seconds of sound.
    pub sound_seconds: f64,
    /// Seconds of work.
    pub seconds: f64,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// End of the work, in milliseconds since 1970.
    pub finished: u64,
}

/// The state of an output folder.
#[derive(Debug)]
pub struct State {
    output: PathBuf,
    folder: PathBuf,
    index: Mutex<JournalIndex>,
    /// `None` for a read-only state.
    journal: Mutex<Option<Journal>>,
    /// The lock that shows other runs that this one is active.
    _alive: Option<File>,
}

/// The latest entry of every line, and how far each journal has been read.
#[derive(Debug, Default)]
struct JournalIndex {
    entries: HashMap<String, JournalEntry>,
    readers: BTreeMap<PathBuf, JournalReader>,
}

/// The exclusive right to make a line, until this is dropped.
#[derive(Debug)]
pub struct Claim {
    _lock: Option<File>,
}

impl State {
    /// Reads the state of an output folder without changing anything.
    ///
    /// # Errors
    /// [`BatchError::State`] and [`BatchError::TooNew`].
    pub fn read(output: &Path) -> Result<Self, BatchError> {
        let state = Self {
            output: output.to_owned(),
            folder: output.join(FOLDER),
            index: Mutex::default(),
            journal: Mutex::default(),
            _alive: None,
        };
        state.refresh()?;
        Ok(state)
    }

    /// Opens the state for a run. Creates the folder if it is missing, and cleans it up if no other
    /// run is active.
    ///
    /// # Errors
    /// As [`State::read`].
    pub fn join(output: &Path) -> Result<Self, BatchError> {
        let folder = output.join(FOLDER);
        let claims = folder.join("claims");
        std::fs::create_dir_all(&claims).map_err(state_error(&claims))?;
        let path = folder.join("alive");
        let open = || lock_file(&path).map_err(state_error(&path));
        if let Ok(()) = open()?.try_lock() {
            tidy::tidy(output, &folder)?;
        }
        let file = open()?;
        // Without lock support, runs do not detect each other and never clean up.
        let alive = file.lock_shared().is_ok().then_some(file);
        let mut state = Self::read(output)?;
        state._alive = alive;
        // Created at once, so that other machines detect this run.
        state.journal = Mutex::new(Some(Journal::create(&folder)?));
        Ok(state)
    }

    /// The latest entry of a line.
    pub fn entry(&self, line: &str) -> Option<JournalEntry> {
        self.index().entries.get(line).cloned()
    }

    /// Whether every output file of an entry exists with the written size.
    pub fn has_all_outputs(&self, entry: &JournalEntry) -> bool {
        let is_unchanged = |output: &OutputFile| {
            let file = std::fs::metadata(self.output.join(&output.file));
            file.is_ok_and(|file| file.is_file() && file.len() == output.bytes)
        };
        !entry.outputs.is_empty() && entry.outputs.iter().all(is_unchanged)
    }

    /// Appends an entry to this run's journal. A read-only state keeps it in memory.
    ///
    /// # Errors
    /// [`BatchError::State`].
    pub fn append(&self, entry: JournalEntry) -> Result<(), BatchError> {
        if let Some(journal) = &mut *lock(&self.journal) {
            journal.write(&entry)?;
        }
        self.index().insert(entry);
        Ok(())
    }

    /// Claims a line for this run; `None` while another run has claimed it.
    ///
    /// # Errors
    /// [`BatchError::State`].
    pub fn claim(&self, line: &str) -> Result<Option<Claim>, BatchError> {
        let stripe = &short_hash(line)[..2];
        let path = self.folder.join("claims").join(stripe);
        let file = lock_file(&path).map_err(state_error(&path))?;
        Ok(match file.try_lock() {
            Ok(()) => Some(Claim { _lock: Some(file) }),
            Err(TryLockError::WouldBlock) => None,
            // Without lock support, two runs may make a line twice; each writes complete files.
            Err(TryLockError::Error(_)) => Some(Claim { _lock: None }),
        })
    }

    /// Reads new entries of other runs.
    ///
    /// # Errors
    /// [`BatchError::State`] and [`BatchError::TooNew`].
    pub fn refresh(&self) -> Result<(), BatchError> {
        let own_path = lock(&self.journal).as_ref().map(|own| own.path.clone());
        let mut index = self.index();
        for path in journal::find(&self.folder)? {
            if Some(&path) == own_path.as_ref() {
                continue;
            }
            let reader = index.readers.entry(path.clone()).or_default();
            for entry in reader.read(&path)? {
                index.insert(entry);
            }
        }
        Ok(())
    }

    fn index(&self) -> MutexGuard<'_, JournalIndex> {
        lock(&self.index)
    }
}

impl JournalIndex {
    /// Inserts an entry, unless a later one of the same line is known.
    fn insert(&mut self, entry: JournalEntry) {
        match self.entries.get(&entry.line) {
            Some(known) if known.finished > entry.finished => {}
            _ => {
                self.entries.insert(entry.line.clone(), entry);
            }
        }
    }
}

/// Locks a mutex. A panic of its last holder is ignored, because it cannot leave partial changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

fn state_error(path: &Path) -> impl Fn(io::Error) -> BatchError {
    let path = path.to_owned();
    move |source| BatchError::State {
        path: path.clone(),
        source,
    }
}
