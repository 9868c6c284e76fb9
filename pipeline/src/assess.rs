//! Decides which jobs have to run: compares the current inputs with those in the journal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use metaface_exporters::{Format, character_files};
use rayon::prelude::*;

use crate::batch::{Batch, DueJob, JobState};
use crate::fingerprint::{FileHashes, HashedFile, short_hash};
use crate::make::LineError;
use crate::{Fingerprint, Job, JournalEntry, Status};

/// A sound that changed more recently may be incomplete: something may still be writing it.
const SETTLED: Duration = Duration::from_secs(2);

impl Batch {
    /// The state of every job, and the jobs that have to run.
    pub(crate) fn assess(&self) -> Vec<(JobState, Option<DueJob>)> {
        let shared = SharedHashes::of(self);
        let jobs = self.plan.jobs.par_iter().enumerate();
        jobs.map(|(index, job)| self.assess_job(index, job, &shared))
            .collect()
    }

    fn assess_job(
        &self,
        index: usize,
        job: &Job,
        shared: &SharedHashes,
    ) -> (JobState, Option<DueJob>) {
        let entry = self.state.entry(&job.line);
        if let Some(sound) = entry.as_ref().and_then(|entry| entry.sound.clone()) {
            self.hashes.insert(job.audio.clone(), sound);
        }
        let (fingerprint, sound) = match self.fingerprint(job, shared) {
            Ok(found) => found,
            Err(_) if self.settings.watching && !job.audio.exists() => {
                return (JobState::Waiting, None);
            }
            Err(error) => return (JobState::Blocked(error.0), None),
        };
        let reasons = self.reasons(entry.as_ref(), &fingerprint);
        if reasons.is_empty() {
            return (JobState::Current, None);
        }
        // A watched line that failed waits until its inputs change.
        let has_failed = |entry: &JournalEntry| {
            entry.status == Status::Failed && entry.fingerprint == fingerprint
        };
        let should_wait = || entry.as_ref().is_some_and(has_failed) || is_fresh(&job.audio);
        if self.settings.watching && should_wait() {
            return (JobState::Waiting, None);
        }
        let due = DueJob {
            job: index,
            fingerprint,
            sound: Some(sound),
        };
        (JobState::Due(reasons), Some(due))
    }

    /// Why a line has to run; empty if it is current.
    fn reasons(
        &self,
        entry: Option<&JournalEntry>,
        fingerprint: &Fingerprint,
    ) -> Vec<&'static str> {
        let Some(entry) = entry else {
            return vec!["it is new"];
        };
        if self.settings.force {
            return vec!["it is forced"];
        }
        if entry.status == Status::Failed {
            return vec!["it failed before"];
        }
        let changes = fingerprint.changes(&entry.fingerprint);
        if changes.is_empty() && !self.state.has_all_outputs(entry) {
            vec!["an output file is missing or changed"]
        } else {
            changes
        }
    }

    fn fingerprint(
        &self,
        job: &Job,
        shared: &SharedHashes,
    ) -> Result<(Fingerprint, HashedFile), LineError> {
        let unreadable = |error| {
            LineError(format!(
                "cannot read the sound ({error}); check that it exists and is readable: {}",
                job.audio.display()
            ))
        };
        let sound = self.hashes.of(&job.audio).map_err(unreadable)?;
        let fingerprint = Fingerprint {
            program: shared.program.clone(),
            sound: sound.hash.clone(),
            speaker: shared.of_file(job.speaker.as_deref())?,
            character: shared.of_file(job.character.as_deref())?
                + &shared.of_file(job.rig_map.as_deref())?,
            choices: short_hash(&job.choices()),
        };
        Ok((fingerprint, sound))
    }
}

/// Whether a file changed so recently that it may be incomplete.
fn is_fresh(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|file| file.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_none_or(|age| age < SETTLED)
}

/// Hashes of the files that lines share: speakers, characters, rig maps.
struct SharedHashes {
    program: String,
    files: BTreeMap<PathBuf, Result<String, String>>,
}

impl SharedHashes {
    fn of(batch: &Batch) -> Self {
        let jobs = &batch.plan.jobs;
        let paths = jobs.iter().flat_map(|job| {
            let optional = [&job.speaker, &job.character, &job.rig_map];
            optional.into_iter().flatten()
        });
        let mut files: BTreeMap<PathBuf, _> = BTreeMap::new();
        for path in paths {
            if !files.contains_key(path) {
                files.insert(path.clone(), hash_with_parts(path, &batch.hashes));
            }
        }
        Self {
            program: Fingerprint::program(batch.cache.animator()),
            files,
        }
    }

    fn of_file(&self, file: Option<&Path>) -> Result<String, LineError> {
        match file.and_then(|file| self.files.get(file)) {
            Some(found) => found.clone().map_err(LineError),
            None => Ok(String::new()),
        }
    }
}

/// The hash of a file and, for a scene, of all files that it refers to.
fn hash_with_parts(file: &Path, hashes: &FileHashes) -> Result<String, String> {
    let unreadable =
        |path: &Path, error| format!("cannot read the file ({error}): {}", path.display());
    let hashed = hashes.of(file).map_err(|error| unreadable(file, error))?;
    let is_scene = Format::of(file).is_some_and(|format| format.is_scene());
    let mut combined = hashed.hash;
    if !is_scene {
        return Ok(combined);
    }
    for part in character_files(file).map_err(|error| error.to_string())? {
        let part_hash = hashes.of(&part).map_err(|error| unreadable(&part, error))?;
        combined = short_hash(&format!("{combined} {}", part_hash.hash));
    }
    Ok(combined)
}
