//! Doing what is left to do.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use metaface_core::Animator;
use metaface_exporters::character_files;
use rayon::prelude::*;

use crate::fingerprint::{Hashed, Hashes, short};
use crate::make::{Fault, make};
use crate::stock::Stock;
use crate::{BatchError, Fingerprint, Job, Plan, Record, Settings, State, Status};

/// How long a run waits before it asks again for a line that another run makes.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// A sound that changed more recently may still be on its way.
const SETTLED: Duration = Duration::from_secs(2);

/// Where a job stands before it is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Its files are there, and nothing has changed since.
    Current,
    /// It is to be made, and why.
    Due(Vec<&'static str>),
    /// It cannot be made: a file that it needs cannot be read.
    Blocked(String),
    /// It is left alone for now: see [`Settings::patient`].
    Waiting,
}

/// What happens during a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// The work is known: so many lines are due, so many are current.
    Begins {
        /// Lines that will be made.
        due: usize,
        /// Lines that need nothing.
        current: usize,
    },
    /// A line ended, well or not.
    Ended(&'a Record),
    /// Another run made a line meanwhile.
    MadeElsewhere(&'a Record),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was tried.
    Finished,
    /// It was asked to stop; what was begun is finished.
    Interrupted,
    /// A line failed, and no more were begun.
    FailedFast,
}

/// A plan, what is known of it already, and what it takes to do the rest.
pub struct Batch {
    plan: Plan,
    settings: Settings,
    state: State,
    stock: Stock,
    hashes: Hashes,
}

/// A line to be made, with what it would be made of.
struct Due {
    job: usize,
    fingerprint: Fingerprint,
    sound: Option<Hashed>,
}

impl Batch {
    /// A batch in a state that was looked at or joined.
    pub fn new(plan: Plan, settings: Settings, state: State, animator: Animator) -> Self {
        Self {
            plan,
            settings,
            state,
            stock: Stock::new(animator),
            hashes: Hashes::default(),
        }
    }

    /// The jobs and problems.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is known of the lines.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The folder that everything goes into.
    pub fn output(&self) -> &Path {
        &self.settings.output
    }

    /// The base model's hash.
    pub fn base_model(&self) -> &str {
        self.stock.animator().base_hash()
    }

    /// The device that animates: `cpu` or `cuda`.
    pub fn device(&self) -> &'static str {
        self.stock.animator().device()
    }

    /// The face of a job, for pictures of it; none where it cannot be loaded.
    pub(crate) fn cast(&self, job: &Job) -> Option<std::sync::Arc<metaface_exporters::Cast>> {
        self.stock.cast(job).ok()
    }

    /// Where every job stands, in the plan's order. Contents of files that look as they did are not
    /// read again.
    pub fn survey(&self) -> Vec<Standing> {
        let assessed = self.assess();
        assessed.into_iter().map(|(standing, _)| standing).collect()
    }

    fn assess(&self) -> Vec<(Standing, Option<Due>)> {
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

    /// Makes every line that is due, several at a time. Stops early when `stop` becomes true; what
    /// was begun is finished then.
    ///
    /// # Errors
    /// [`BatchError::State`] if what was done cannot be remembered.
    pub fn run(
        &self,
        stop: &AtomicBool,
        on: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Outcome, BatchError> {
        if self.settings.fail_fast && !self.plan.problems.is_empty() {
            return Ok(Outcome::FailedFast);
        }
        let mut current = 0;
        let mut queue = VecDeque::new();
        let mut blocked = Vec::new();
        for (index, (standing, due)) in self.assess().into_iter().enumerate() {
            match standing {
                Standing::Current => current += 1,
                Standing::Blocked(reason) => blocked.push((index, reason)),
                Standing::Due(_) | Standing::Waiting => queue.extend(due),
            }
        }
        on(Event::Begins {
            due: queue.len() + blocked.len(),
            current,
        });
        let failed = AtomicBool::new(false);
        for (index, reason) in blocked {
            let record = refused(&self.plan.jobs[index], reason);
            self.state.keep(record.clone())?;
            failed.store(true, Ordering::Relaxed);
            on(Event::Ended(&record));
        }
        let work = Work {
            batch: self,
            queue: Mutex::new(queue),
            failed,
            stop,
            on,
        };
        let workers = self.settings.jobs.max(1);
        let ended: Vec<Result<(), BatchError>> = std::thread::scope(|scope| {
            let start = |_| scope.spawn(|| work.work());
            let workers: Vec<_> = (0..workers).map(start).collect();
            let join =
                |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().unwrap_or(Ok(()));
            workers.into_iter().map(join).collect()
        });
        ended.into_iter().collect::<Result<(), _>>()?;
        let left = !work.queue().is_empty();
        Ok(match (left, stop.load(Ordering::Relaxed)) {
            (true, true) => Outcome::Interrupted,
            (true, false) => Outcome::FailedFast,
            (false, _) => Outcome::Finished,
        })
    }
}

/// What the workers of a run share.
struct Work<'a> {
    batch: &'a Batch,
    queue: Mutex<VecDeque<Due>>,
    failed: AtomicBool,
    stop: &'a AtomicBool,
    on: &'a (dyn Fn(Event<'_>) + Sync),
}

impl Work<'_> {
    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<Due>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn should_end(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed) && self.batch.settings.fail_fast;
        failed || self.stop.load(Ordering::Relaxed)
    }

    fn work(&self) -> Result<(), BatchError> {
        let Batch {
            plan,
            settings,
            state,
            stock,
            ..
        } = self.batch;
        while !self.should_end() {
            let Some(due) = self.queue().pop_front() else {
                break;
            };
            let job = &plan.jobs[due.job];
            let Some(_claim) = state.claim(&job.line)? else {
                self.queue().push_back(due);
                std::thread::sleep(ASK_AGAIN);
                continue;
            };
            // Whoever had it before may have made it.
            state.refresh()?;
            let known = state.record(&job.line);
            let is_made = |record: &&Record| {
                record.status == Status::Done
                    && record.fingerprint == due.fingerprint
                    && !settings.force
                    && state.is_whole(record)
            };
            if let Some(record) = known.as_ref().filter(is_made) {
                (self.on)(Event::MadeElsewhere(record));
                continue;
            }
            let record = make(job, stock, &settings.output, due.fingerprint, due.sound);
            if record.status == Status::Failed {
                self.failed.store(true, Ordering::Relaxed);
            }
            state.keep(record.clone())?;
            (self.on)(Event::Ended(&record));
        }
        Ok(())
    }
}

/// The record of a line that could not even be begun.
fn refused(job: &Job, reason: String) -> Record {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Record {
        line: job.line.clone(),
        status: Status::Failed,
        fingerprint: Fingerprint::default(),
        sound: None,
        outputs: Vec::new(),
        sound_seconds: 0.0,
        seconds: 0.0,
        warnings: Vec::new(),
        error: Some(reason),
        finished: now.map_or(0, |since| since.as_millis() as u64),
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
    let is_scene = metaface_exporters::Format::of(file).is_some_and(|format| format.is_scene());
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
