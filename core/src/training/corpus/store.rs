//! A corpus on disk.
//!
//! ```text
//! corpus.json      format, version and the plan
//! 0000.wav         the first shard: sound...
//! 0000.jsonl       ...and its index
//! 0001.wav ...
//! ```
//!
//! A killed run leaves only whole shards; the next run makes the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::plan::CorpusPlan;
use super::recite::recite;
use super::shard::{self, Entry};
use crate::training::Utterance;

const FORMAT: &str = "metaface-corpus";
const VERSION: u32 = 1;
/// Goes up when the same plan would give other sound or other labels.
const LABELS: u32 = 3;

/// How far the making of a corpus has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Shards finished, those of an earlier run included.
    pub shards_made: usize,
    /// Shards in the plan.
    pub shards_planned: usize,
    /// Seconds of speech finished in this run.
    pub seconds_made: f32,
}

/// A corpus on disk: an index in memory, sound read as it is asked for.
#[derive(Debug)]
pub struct Corpus {
    folder: PathBuf,
    entries: Vec<Entry>,
    left_out: BTreeMap<String, usize>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    /// Which rules for labels made it; a corpus is not finished by other rules than began it.
    #[serde(default)]
    labels: u32,
    plan: CorpusPlan,
}

impl Corpus {
    /// Makes the plan's corpus in a folder, or finishes one that an earlier run began there.
    ///
    /// # Errors
    ///
    /// [`CorpusError`]: voices that are not installed, a folder with another plan's corpus, a
    /// synthesiser or the disk failing.
    pub fn make(
        plan: &CorpusPlan,
        folder: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, CorpusError> {
        fs::create_dir_all(folder).map_err(CorpusError::io("make", folder))?;
        let header_path = folder.join("corpus.json");
        if header_path.exists() {
            let header = read_header(folder)?;
            if header.plan != *plan || header.labels != LABELS {
                return Err(CorpusError::OtherPlan {
                    folder: folder.to_path_buf(),
                });
            }
        } else {
            let header = Header {
                format: FORMAT.to_owned(),
                version: VERSION,
                labels: LABELS,
                plan: plan.clone(),
            };
            shard::write_whole(
                &header_path,
                shard::to_json(&header_path, &header)?.as_bytes(),
            )?;
        }
        let shards = plan.shards();
        let missing: Vec<usize> = (0..shards.len())
            .filter(|shard| !shard::is_whole(folder, *shard))
            .collect();
        if !missing.is_empty() {
            plan.check_installed()?;
            let mut state = Progress {
                shards_made: shards.len() - missing.len(),
                shards_planned: shards.len(),
                seconds_made: 0.0,
            };
            progress(state.clone());
            each_in_parallel(
                &missing,
                |index| {
                    let scratch = tempfile::tempdir()
                        .map_err(CorpusError::io("make", &std::env::temp_dir()))?;
                    let recital = recite(plan, shards[index], scratch.path())?;
                    shard::write(folder, index, &recital)
                },
                |seconds| {
                    state.shards_made += 1;
                    state.seconds_made += seconds;
                    progress(state.clone());
                },
            )?;
        }
        Self::open(folder)
    }

    /// Opens a corpus that was made before.
    ///
    /// # Errors
    ///
    /// [`CorpusError`]: no corpus there, an unfinished one, or a damaged file.
    pub fn open(folder: &Path) -> Result<Self, CorpusError> {
        let planned = read_header(folder)?.plan.shards().len();
        let missing = (0..planned)
            .filter(|shard| !shard::is_whole(folder, *shard))
            .count();
        if missing > 0 {
            return Err(CorpusError::Incomplete {
                folder: folder.to_path_buf(),
                missing,
                planned,
            });
        }
        let mut corpus = Self {
            folder: folder.to_path_buf(),
            entries: Vec::new(),
            left_out: BTreeMap::new(),
        };
        for shard in 0..planned {
            let (entries, left_out) = shard::read_index(folder, shard)?;
            corpus.entries.extend(entries);
            for (name, count) in left_out {
                *corpus.left_out.entry(name).or_default() += count;
            }
        }
        Ok(corpus)
    }

    /// How many utterances there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How long all of it lasts.
    pub fn seconds(&self) -> f64 {
        self.entries
            .iter()
            .map(|entry| f64::from(entry.seconds()))
            .sum()
    }

    /// The index, in a fixed order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Phone names that no table knows (`engine language: name`), with how many lines were left out for them.
    pub fn left_out(&self) -> &BTreeMap<String, usize> {
        &self.left_out
    }

    /// Reads one utterance's sound.
    ///
    /// # Errors
    ///
    /// [`CorpusError`] when the shard is missing, damaged or shorter than its index says.
    pub fn utterance(&self, entry: &Entry) -> Result<Utterance, CorpusError> {
        Ok(Utterance {
            id: entry.id.clone(),
            speaker: entry.speaker.clone(),
            language: entry.language.clone(),
            samples: shard::read_sound(&self.folder, entry)?,
            phones: entry.phones.clone(),
        })
    }

    /// Every utterance in order, each read when it is reached.
    pub fn iter(&self) -> impl Iterator<Item = Result<Utterance, CorpusError>> + '_ {
        self.entries.iter().map(|entry| self.utterance(entry))
    }
}

fn read_header(folder: &Path) -> Result<Header, CorpusError> {
    let path = folder.join("corpus.json");
    let text = fs::read_to_string(&path).map_err(CorpusError::io("read", &path))?;
    let header: Header = serde_json::from_str(&text).map_err(|error| {
        CorpusError::malformed(&path, Some(error.line()), format!("not a corpus: {error}"))
    })?;
    if header.format != FORMAT || header.version > VERSION {
        return Err(CorpusError::malformed(
            &path,
            None,
            format!(
                "{} version {}, but this program reads {FORMAT} up to version {VERSION}; update the program",
                header.format, header.version
            ),
        ));
    }
    Ok(header)
}

/// Does the work on every core and reports each result from this thread as it comes; the first
/// failure stops the rest.
fn each_in_parallel<R: Send>(
    items: &[usize],
    work: impl Fn(usize) -> Result<R, CorpusError> + Sync,
    mut report: impl FnMut(R),
) -> Result<(), CorpusError> {
    let workers = std::thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(items.len());
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(*item);
                    let failed = result.is_err();
                    if sender.send(result).is_err() || failed {
                        next.store(items.len(), Ordering::Relaxed);
                        return;
                    }
                }
            });
        }
        drop(sender);
        for result in results {
            report(result?);
        }
        Ok(())
    })
}
