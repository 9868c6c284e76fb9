//! What is left to do: what a line would be made of now, beside what it was made of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use metaface_exporters::{Format, character_files};
use rayon::prelude::*;

use crate::batch::{Batch, Due, Standing};
use crate::fingerprint::{Hashed, Hashes, short};
use crate::make::Fault;
use crate::{Fingerprint, Job, Record, Status};

/// A sound that changed more recently may still be on its way.
const SETTLED: Duration = Duration::from_secs(2);

impl Batch {
    /// Where every job stands, with what is to be made.
    pub(crate) fn assess(&self) -> Vec<(Standing, Option<Due>)> {
        let shared = Shared::of(self);
        let jobs = self.plan.jobs.par_iter().enumerate();
        jobs.map(|(index, job)| self.assess_job(index, job, &shared))
            .collect()
    }

    fn assess_job(&self, index: usize, job: &Job, shared: &Shared) -> (Standing, Option<Due>) {
        let record = self.state.record(&job.line);
        if let Some(sound) = record.as_ref().and_then(|record| record.sound.clone()) {
            self.hashes.remember(job.audio.clone(), sound);
        }
        let (fingerprint, sound) = match self.fingerprint(job, shared) {
            Ok(found) => found,
            Err(_) if self.settings.patient && !job.audio.exists() => {
                return (Standing::Waiting, None);
            }
            Err(fault) => return (Standing::Blocked(fault.0), None),
        };
        let reasons = self.reasons(record.as_ref(), &fingerprint);
        if reasons.is_empty() {
            return (Standing::Current, None);
        }
        let failed =
            |record: &Record| record.status == Status::Failed && record.fingerprint == fingerprint;
        if self.settings.patient && (record.as_ref().is_some_and(failed) || is_fresh(&job.audio)) {
            return (Standing::Waiting, None);
        }
        let due = Due {
            job: index,
            fingerprint,
            sound: Some(sound),
        };
        (Standing::Due(reasons), Some(due))
    }

    /// Why a line is to be made; nothing if it is not.
    fn reasons(&self, record: Option<&Record>, fingerprint: &Fingerprint) -> Vec<&'static str> {
        let Some(record) = record else {
            return vec!["it is new"];
        };
        if self.settings.force {
            return vec!["it is asked for"];
        }
        if record.status == Status::Failed {
            return vec!["it failed before"];
        }
        let changes = fingerprint.changes(&record.fingerprint);
        match changes.is_empty() && !self.state.is_whole(record) {
            true => vec!["a file is not there as it was written"],
            false => changes,
        }
    }

    fn fingerprint(&self, job: &Job, shared: &Shared) -> Result<(Fingerprint, Hashed), Fault> {
        let unreadable = |error| {
            Fault(format!(
                "cannot read the sound ({error}): {}",
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
            choices: short(&job.choices()),
        };
        Ok((fingerprint, sound))
    }
}

/// Whether a file changed so recently that it may not be whole.
fn is_fresh(path: &Path) -> bool {
    let modified = std::fs::metadata(path).and_then(|file| file.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_none_or(|age| age < SETTLED)
}

/// Hashes of the files that lines share: speakers, characters, rig maps.
struct Shared {
    program: String,
    files: BTreeMap<PathBuf, Result<String, String>>,
}

impl Shared {
    fn of(batch: &Batch) -> Self {
        let jobs = &batch.plan.jobs;
        let named = jobs.iter().flat_map(|job| {
            let named = [&job.speaker, &job.character, &job.rig_map];
            named.into_iter().flatten()
        });
        let mut files: BTreeMap<PathBuf, _> = BTreeMap::new();
        for file in named {
            if !files.contains_key(file) {
                files.insert(file.clone(), of_all(file, &batch.hashes));
            }
        }
        Self {
            program: Fingerprint::program(batch.stock.animator()),
            files,
        }
    }

    fn of_file(&self, file: Option<&Path>) -> Result<String, Fault> {
        match file.and_then(|file| self.files.get(file)) {
            Some(found) => found.clone().map_err(Fault),
            None => Ok(String::new()),
        }
    }
}

/// The hash of a file and of those that it consists of.
fn of_all(file: &Path, hashes: &Hashes) -> Result<String, String> {
    let unreadable =
        |path: &Path, error| format!("cannot read the file ({error}): {}", path.display());
    let own = hashes.of(file).map_err(|error| unreadable(file, error))?;
    let is_scene = Format::of(file).is_some_and(|format| format.is_scene());
    if !is_scene {
        return Ok(own.hash);
    }
    let mut all = own.hash;
    for part in character_files(file).map_err(|error| error.to_string())? {
        let part_hash = hashes.of(&part).map_err(|error| unreadable(&part, error))?;
        all = short(&format!("{all} {}", part_hash.hash));
    }
    Ok(all)
}
