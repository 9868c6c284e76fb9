//! A batch: a plan, the state of its output folder, and running the remaining jobs.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

use metaface_core::Animator;
use metaface_exporters::RiggedCharacter;

use crate::cache::Cache;
use crate::fingerprint::{FileHashes, HashedFile};
use crate::make::blocked_entry;
use crate::workers::RunState;
use crate::{BatchError, Fingerprint, Job, JournalEntry, Plan, Settings, State};

/// Lines that a GPU animates in one pack.
const GPU_PACK_SIZE: usize = 32;

/// Whether a job has to run.
#[derive(Debug, Clone, PartialEq)]
pub enum JobState {
    /// Its output files exist, and its inputs have not changed.
    Current,
    /// It has to run, for these reasons.
    Due(Vec<&'static str>),
    /// It cannot run: an input file cannot be read.
    Blocked(String),
    /// It is skipped for now: see [`Settings::watching`].
    Waiting,
}

/// Progress of a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run starts.
    Started {
        /// Lines that have to run.
        due: usize,
        /// Lines that are current.
        current: usize,
    },
    /// A line succeeded or failed.
    LineFinished(&'a JournalEntry),
    /// Another run made a due line first.
    MadeElsewhere(&'a JournalEntry),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every due line was tried.
    Finished,
    /// It was interrupted after the lines in progress.
    Interrupted,
    /// A line failed, and no further line was started.
    FailedFast,
}

/// A plan with the state of its output folder, and everything that running it needs.
pub struct Batch {
    pub(crate) plan: Plan,
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) cache: Cache,
    pub(crate) hashes: FileHashes,
    /// Most lines that are animated in one pack.
    pub(crate) pack_size: usize,
}

/// A job that has to run, with the hashes of its inputs.
#[derive(Debug, Default)]
pub(crate) struct DueJob {
    /// Its index in the plan.
    pub job: usize,
    pub fingerprint: Fingerprint,
    pub sound: Option<HashedFile>,
}

impl Batch {
    /// A batch with the state from [`State::read`] or [`State::join`].
    pub fn new(plan: Plan, settings: Settings, state: State, animator: Animator) -> Self {
        // One line occupies a processor core, but leaves a GPU idle.
        let pack_size = match animator.device() {
            "cpu" => 1,
            _ => GPU_PACK_SIZE,
        };
        Self {
            plan,
            settings,
            state,
            cache: Cache::new(animator),
            hashes: FileHashes::default(),
            pack_size,
        }
    }

    /// Sets how many lines of one speaker and with the same options are animated in one pack. Defaults
    /// to a value for the device.
    pub fn with_pack_size(self, lines: usize) -> Self {
        Self {
            pack_size: lines.max(1),
            ..self
        }
    }

    /// Replaces the plan after the table or its files changed. The model and the state stay.
    ///
    /// # Errors
    /// As [`State::refresh`].
    pub fn replan(&mut self, plan: Plan) -> Result<(), BatchError> {
        self.plan = plan;
        self.cache.clear();
        self.state.refresh()
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The state of the output folder.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The output folder.
    pub fn output(&self) -> &Path {
        &self.settings.output
    }

    /// The base model's hash.
    pub fn base_model(&self) -> &str {
        self.cache.animator().base_hash()
    }

    /// The device: `cpu` or `cuda`.
    pub fn device(&self) -> &'static str {
        self.cache.animator().device()
    }

    /// The character of a job, for its pictures; `None` if it cannot be loaded.
    pub(crate) fn character_for(&self, job: &Job) -> Option<Arc<RiggedCharacter>> {
        self.cache.character_for(job).ok()
    }

    /// The state of every job, in the plan's order. Files with unchanged size and time are not read
    /// again.
    pub fn job_states(&self) -> Vec<JobState> {
        let assessed = self.assess();
        assessed.into_iter().map(|(state, _)| state).collect()
    }

    /// Runs every due job, several at a time. Stops early when `stop` becomes true, after the lines
    /// in progress.
    ///
    /// # Errors
    /// [`BatchError::State`] if the state cannot be written.
    pub fn run(
        &self,
        stop: &AtomicBool,
        on_event: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Outcome, BatchError> {
        if self.settings.fail_fast && !self.plan.problems.is_empty() {
            return Ok(Outcome::FailedFast);
        }
        let mut current = 0;
        let mut queue = VecDeque::new();
        let mut blocked = Vec::new();
        for (index, (state, due)) in self.assess().into_iter().enumerate() {
            match state {
                JobState::Current => current += 1,
                JobState::Blocked(reason) => blocked.push((index, reason)),
                JobState::Due(_) | JobState::Waiting => queue.extend(due),
            }
        }
        on_event(Event::Started {
            due: queue.len() + blocked.len(),
            current,
        });
        let failed = !blocked.is_empty();
        for (index, reason) in blocked {
            let entry = blocked_entry(&self.plan.jobs[index], reason);
            on_event(Event::LineFinished(&entry));
        }
        let run = RunState::new(self, queue, failed, stop, on_event);
        let count = self.settings.jobs.max(1);
        let results: Vec<Result<(), BatchError>> = std::thread::scope(|scope| {
            let start = |_| scope.spawn(|| run.work());
            let workers: Vec<_> = (0..count).map(start).collect();
            let join = |worker: ScopedJoinHandle<'_, _>| worker.join().unwrap_or(Ok(()));
            workers.into_iter().map(join).collect()
        });
        results.into_iter().collect::<Result<(), _>>()?;
        let is_incomplete = run.has_unstarted_jobs();
        Ok(match (is_incomplete, stop.load(Ordering::Relaxed)) {
            (true, true) => Outcome::Interrupted,
            (true, false) => Outcome::FailedFast,
            (false, _) => Outcome::Finished,
        })
    }
}
