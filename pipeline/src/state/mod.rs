//! What is made already: remembered in the output folder, under `.metaface/`.
//!
//! Every run writes a journal of its own, one JSON line for each line of dialogue that it ends,
//! and reads those of all others. So nothing is shared but the file system, nothing is lost when a
//! process is killed (the last line may be torn, and is then left out), and a file is never
//! written by two. Locks are the operating system's, which lets go of them when a process dies:
//!
//! ```text
//! .metaface/state.jsonl     records of ended runs
//! .metaface/run-*.jsonl     the journal of one run; its name has the machine's
//! .metaface/alive           every run holds this together with the others (shared)
//! .metaface/claims/7f       held by whoever makes a line whose name hashes to 7f
//! ```
//!
//! A run that finds itself alone tidies up first: journals become one, and temporary files that a
//! killed run left behind are removed. Where a network file system's locks are each machine's own, the
//! journals of other machines keep it from that for some hours; two machines may then make a line
//! twice, but never half.

mod journal;
mod tidy;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use self::journal::{Journal, Reader};
use crate::fingerprint::{Hashed, short};
use crate::{BatchError, Fingerprint};

/// The folder within the output folder.
pub const FOLDER: &str = ".metaface";

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All its files are written.
    Done,
    /// It could not be made.
    Failed,
}

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The file, below the output folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What the line is called.
    pub line: String,
    /// How it ended.
    pub status: Status,
    /// What it was made of.
    pub fingerprint: Fingerprint,
    /// The sound as it was.
    pub sound: Option<Hashed>,
    /// The files.
    pub outputs: Vec<Made>,
    /// Seconds of sound.
    pub sound_seconds: f64,
    /// Seconds of work.
    pub seconds: f64,
    /// What its user should know.
    pub warnings: Vec<String>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// Milliseconds since 1970.
    pub finished: u64,
}

/// The state of an output folder.
#[derive(Debug)]
pub struct State {
    output: PathBuf,
    folder: PathBuf,
    shelf: Mutex<Shelf>,
    /// None for a state that is only looked at.
    journal: Mutex<Option<Journal>>,
    /// Tells other runs that this one lives.
    _alive: Option<File>,
}

#[derive(Debug, Default)]
struct Shelf {
    records: HashMap<String, Record>,
    readers: BTreeMap<PathBuf, Reader>,
}

/// A line that nobody else makes as long as this is held.
#[derive(Debug)]
pub struct Claim {
    _lock: Option<File>,
}

impl State {
    /// Looks at the state of an output folder and changes nothing.
    ///
    /// # Errors
    /// [`BatchError::State`] and [`BatchError::TooNew`].
    pub fn look(output: &Path) -> Result<Self, BatchError> {
        let state = Self {
            output: output.to_owned(),
            folder: output.join(FOLDER),
            shelf: Mutex::default(),
            journal: Mutex::default(),
            _alive: None,
        };
        state.refresh()?;
        Ok(state)
    }

    /// Joins in: the folder is made where it is not, and tidied up if nobody else is at work.
    ///
    /// # Errors
    /// As [`State::look`].
    pub fn join(output: &Path) -> Result<Self, BatchError> {
        let folder = output.join(FOLDER);
        let claims = folder.join("claims");
        std::fs::create_dir_all(&claims).map_err(trouble(&claims))?;
        let path = folder.join("alive");
        let open = || lock_file(&path).map_err(trouble(&path));
        if let Ok(()) = open()?.try_lock() {
            tidy::tidy(output, &folder)?;
        }
        let alive = open()?;
        // Where the file system knows no locks, runs cannot see each other and nothing is tidied.
        let alive = alive.lock_shared().is_ok().then_some(alive);
        let mut state = Self::look(output)?;
        state._alive = alive;
        // At once, so that other machines see that somebody is at work.
        state.journal = Mutex::new(Some(Journal::create(&folder)?));
        Ok(state)
    }

    /// The last that is known of a line.
    pub fn record(&self, line: &str) -> Option<Record> {
        self.shelf().records.get(line).cloned()
    }

    /// Whether every file of a record is there as it was written.
    pub fn is_whole(&self, record: &Record) -> bool {
        let is_there = |made: &Made| {
            let file = std::fs::metadata(self.output.join(&made.file));
            file.is_ok_and(|file| file.is_file() && file.len() == made.bytes)
        };
        !record.outputs.is_empty() && record.outputs.iter().all(is_there)
    }

    /// Keeps what became of a line: in this run's journal, before anything else is begun. A state
    /// that was only looked at keeps it to itself.
    ///
    /// # Errors
    /// [`BatchError::State`].
    pub fn keep(&self, record: Record) -> Result<(), BatchError> {
        if let Some(journal) = &mut *held(&self.journal) {
            journal.write(&record)?;
        }
        self.shelf().take_in(record);
        Ok(())
    }

    /// Makes a line this run's own; none while another makes it.
    ///
    /// # Errors
    /// [`BatchError::State`].
    pub fn claim(&self, line: &str) -> Result<Option<Claim>, BatchError> {
        let stripe = &short(line)[..2];
        let path = self.folder.join("claims").join(stripe);
        let file = lock_file(&path).map_err(trouble(&path))?;
        Ok(match file.try_lock() {
            Ok(()) => Some(Claim { _lock: Some(file) }),
            Err(TryLockError::WouldBlock) => None,
            // Without locks two runs may make a line twice, but never half.
            Err(TryLockError::Error(_)) => Some(Claim { _lock: None }),
        })
    }

    /// Takes in what other runs have written meanwhile.
    ///
    /// # Errors
    /// [`BatchError::State`] and [`BatchError::TooNew`].
    pub fn refresh(&self) -> Result<(), BatchError> {
        let own = held(&self.journal).as_ref().map(|own| own.path.clone());
        let mut shelf = self.shelf();
        for path in journal::all(&self.folder)? {
            if Some(&path) == own.as_ref() {
                continue;
            }
            let reader = shelf.readers.entry(path.clone()).or_default();
            for record in reader.read(&path)? {
                shelf.take_in(record);
            }
        }
        Ok(())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        held(&self.shelf)
    }
}

impl Shelf {
    /// The later record of a line counts.
    fn take_in(&mut self, record: Record) {
        match self.records.get(&record.line) {
            Some(known) if known.finished > record.finished => {}
            _ => {
                self.records.insert(record.line.clone(), record);
            }
        }
    }
}

/// A lock whose holder died in a panic guards nothing that could be half done.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

fn trouble(path: &Path) -> impl Fn(io::Error) -> BatchError {
    let path = path.to_owned();
    move |source| BatchError::State {
        path: path.clone(),
        source,
    }
}
