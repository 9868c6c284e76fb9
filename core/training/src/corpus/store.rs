//! A corpus on disk.
//!
//! ```text
//! corpus.json      format, version and the plan
//! 0000.wav         the first shard: sound...
//! 0000.jsonl       ...and its index
//! 0001.wav ...
//! ```
//!
//! A killed run leaves only complete shards; the next run makes the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::{Deserialize, Serialize};

use super::error::CorpusError;
use super::plan::CorpusPlan;
use super::shard::{self, CorpusEntry};
use super::synthesis::synthesise;
use metaface_evaluation::recordings::Utterance;

const FORMAT: &str = "metaface-corpus";
const VERSION: u32 = 1;
/// Version of the synthesis: increases when the same plan gives other sound or other labels.
const LABELS: u32 = 3;

/// Progress of making a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct CorpusProgress {
    /// Finished shards, including those of earlier runs.
    pub shards_made: usize,
    /// Shards in the plan.
    pub shards_planned: usize,
    /// Seconds of speech made in this run.
    pub seconds_made: f32,
}

/// A corpus on disk. The index is in memory; sound is read on demand.
#[derive(Debug)]
pub struct Corpus {
    folder: PathBuf,
    entries: Vec<CorpusEntry>,
    left_out: BTreeMap<String, usize>,
}

#[derive(Serialize, Deserialize)]
struct CorpusHeader {
    format: String,
    version: u32,
    /// The [`LABELS`] version that made the corpus; another version cannot finish it.
    #[serde(default)]
    labels: u32,
    plan: CorpusPlan,
}

impl Corpus {
    /// Makes the plan's corpus in a folder, or finishes the one that an earlier run began.
    ///
    /// # Errors
    ///
    /// [`CorpusError`]: voices are not installed, the folder has another plan's corpus, a
    /// synthesiser or the disk fails.
    pub fn make(
        plan: &CorpusPlan,
        folder: &Path,
        progress: &mut dyn FnMut(CorpusProgress),
    ) -> Result<Self, CorpusError> {
        fs::create_dir_all(folder).map_err(CorpusError::io("make the folder", folder))?;
        let header_path = folder.join("corpus.json");
        if header_path.exists() {
            let header = read_header(folder)?;
            if header.plan != *plan || header.labels != LABELS {
                return Err(CorpusError::OtherPlan {
                    folder: folder.to_path_buf(),
                });
            }
        } else {
            let header = CorpusHeader {
                format: FORMAT.to_owned(),
                version: VERSION,
                labels: LABELS,
                plan: plan.clone(),
            };
            shard::write_atomically(
                &header_path,
                shard::to_json(&header_path, &header)?.as_bytes(),
            )?;
        }
        let shards = plan.shards();
        let missing: Vec<usize> = (0..shards.len())
            .filter(|shard| !shard::is_complete(folder, *shard))
            .collect();
        if !missing.is_empty() {
            plan.check_installed()?;
            let mut state = CorpusProgress {
                shards_made: shards.len() - missing.len(),
                shards_planned: shards.len(),
                seconds_made: 0.0,
            };
            progress(state.clone());
            each_in_parallel(
                &missing,
                |index| {
                    let scratch = tempfile::tempdir()
                        .map_err(CorpusError::io("make the folder", &std::env::temp_dir()))?;
                    let content = synthesise(plan, shards[index], scratch.path())?;
                    shard::write(folder, index, &content)
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

    /// Opens a finished corpus.
    ///
    /// # Errors
    ///
    /// [`CorpusError`]: the corpus is missing, unfinished or damaged.
    pub fn open(folder: &Path) -> Result<Self, CorpusError> {
        let planned = read_header(folder)?.plan.shards().len();
        let missing = (0..planned)
            .filter(|shard| !shard::is_complete(folder, *shard))
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

    /// Number of utterances.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the corpus has no utterances.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Total length in seconds.
    pub fn seconds(&self) -> f64 {
        self.entries
            .iter()
            .map(|entry| f64::from(entry.seconds()))
            .sum()
    }

    /// The index, in a fixed order.
    pub fn entries(&self) -> &[CorpusEntry] {
        &self.entries
    }

    /// Unknown phone names (`engine language: name`), each with the number of skipped lines.
    pub fn left_out(&self) -> &BTreeMap<String, usize> {
        &self.left_out
    }

    /// Reads one utterance's sound.
    ///
    /// # Errors
    ///
    /// [`CorpusError`] if the shard is missing, damaged or shorter than its index.
    pub fn utterance(&self, entry: &CorpusEntry) -> Result<Utterance, CorpusError> {
        Ok(Utterance {
            id: entry.id.clone(),
            speaker: entry.speaker.clone(),
            language: entry.language.clone(),
            samples: shard::read_sound(&self.folder, entry)?,
            phones: entry.phones.clone(),
        })
    }

    /// All utterances in order, read on demand.
    pub fn iter(&self) -> impl Iterator<Item = Result<Utterance, CorpusError>> + '_ {
        self.entries.iter().map(|entry| self.utterance(entry))
    }
}

fn read_header(folder: &Path) -> Result<CorpusHeader, CorpusError> {
    let path = folder.join("corpus.json");
    let text = fs::read_to_string(&path).map_err(CorpusError::io("read the file", &path))?;
    let header: CorpusHeader = serde_json::from_str(&text).map_err(|error| {
        CorpusError::malformed(&path, Some(error.line()), format!("not a corpus: {error}"))
    })?;
    if header.format != FORMAT || header.version > VERSION {
        return Err(CorpusError::malformed(
            &path,
            None,
            format!(
                "it is {} version {}, but this program reads {FORMAT} up to version {VERSION}; update MetaFace",
                header.format, header.version
            ),
        ));
    }
    Ok(header)
}

/// Runs `work` on all cores and passes each result to `report` on this thread. The first error
/// stops the rest.
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
