//! A batch: what is to be made, what is known of it, and doing the rest.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

use metaface_core::Animator;
use metaface_exporters::Cast;

use crate::fingerprint::{Hashed, Hashes};
use crate::make::refused;
use crate::stock::Stock;
use crate::work::Work;
use crate::{BatchError, Fingerprint, Job, Plan, Record, Settings, State};

/// Lines that a GPU makes in one go.
const TOGETHER: usize = 32;

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
    pub(crate) plan: Plan,
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) stock: Stock,
    pub(crate) hashes: Hashes,
    /// Lines of one kind that are made in one go.
    pub(crate) together: usize,
}

/// A line to be made, with what it would be made of.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// Its index in the plan.
    pub job: usize,
    pub fingerprint: Fingerprint,
    pub sound: Option<Hashed>,
}

impl Batch {
    /// A batch in a state that was looked at or joined.
    pub fn new(plan: Plan, settings: Settings, state: State, animator: Animator) -> Self {
        // A line alone leaves a GPU idle, and is enough for a processor core.
        let together = match animator.device() {
            "cpu" => 1,
            _ => TOGETHER,
        };
        Self {
            plan,
            settings,
            state,
            stock: Stock::new(animator),
            hashes: Hashes::default(),
            together,
        }
    }

    /// Makes so many lines of one voice and with the same options in one go, whatever the device.
    pub fn together(self, lines: usize) -> Self {
        Self {
            together: lines.max(1),
            ..self
        }
    }

    /// Goes on with another plan, as the table and its files are now. The model and the state stay.
    ///
    /// # Errors
    /// As [`State::refresh`].
    pub fn replan(&mut self, plan: Plan) -> Result<(), BatchError> {
        self.plan = plan;
        self.stock.forget();
        self.state.refresh()
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
    pub(crate) fn cast(&self, job: &Job) -> Option<Arc<Cast>> {
        self.stock.cast(job).ok()
    }

    /// Where every job stands, in the plan's order. Contents of files that look as they did are not
    /// read again.
    pub fn survey(&self) -> Vec<Standing> {
        let assessed = self.assess();
        assessed.into_iter().map(|(standing, _)| standing).collect()
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
        let failed = !blocked.is_empty();
        for (index, reason) in blocked {
            let record = refused(&self.plan.jobs[index], reason);
            on(Event::Ended(&record));
        }
        let work = Work::new(self, queue, failed, stop, on);
        let workers = self.settings.jobs.max(1);
        let ended: Vec<Result<(), BatchError>> = std::thread::scope(|scope| {
            let start = |_| scope.spawn(|| work.work());
            let workers: Vec<_> = (0..workers).map(start).collect();
            let join = |worker: ScopedJoinHandle<'_, _>| worker.join().unwrap_or(Ok(()));
            workers.into_iter().map(join).collect()
        });
        ended.into_iter().collect::<Result<(), _>>()?;
        let left = work.is_left();
        Ok(match (left, stop.load(Ordering::Relaxed)) {
            (true, true) => Outcome::Interrupted,
            (true, false) => Outcome::FailedFast,
            (false, _) => Outcome::Finished,
        })
    }
}
