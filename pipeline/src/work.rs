//! The workers of a run.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use crate::batch::{Batch, Due, Event};
use crate::make::{make, make_together};
use crate::{BatchError, Job, Record, Status};

/// How long a run waits before it asks again for a line that another run makes.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Sounds in larger files are made alone: so many bytes hold ten minutes as they come from a studio.
const LARGEST_PACKED: u64 = 100_000_000;

/// What the workers of a run share.
pub(crate) struct Work<'a> {
    batch: &'a Batch,
    queue: Mutex<VecDeque<Due>>,
    failed: AtomicBool,
    /// What is done cannot be remembered any more.
    broken: AtomicBool,
    stop: &'a AtomicBool,
    on: &'a (dyn Fn(Event<'_>) + Sync),
}

impl<'a> Work<'a> {
    pub fn new(
        batch: &'a Batch,
        queue: VecDeque<Due>,
        failed: bool,
        stop: &'a AtomicBool,
        on: &'a (dyn Fn(Event<'_>) + Sync),
    ) -> Self {
        Self {
            batch,
            queue: Mutex::new(queue),
            failed: AtomicBool::new(failed),
            broken: AtomicBool::new(false),
            stop,
            on,
        }
    }

    /// Whether lines are left that nobody began.
    pub fn is_left(&self) -> bool {
        !self.queue().is_empty()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Due>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn should_end(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed) && self.batch.settings.fail_fast;
        let broken = self.broken.load(Ordering::Relaxed);
        failed || broken || self.stop.load(Ordering::Relaxed)
    }

    /// Makes line after line until none is left, or until the run is to end.
    pub fn work(&self) -> Result<(), BatchError> {
        let worked = self.work_until_the_end();
        if worked.is_err() {
            self.broken.store(true, Ordering::Relaxed);
        }
        worked
    }

    fn work_until_the_end(&self) -> Result<(), BatchError> {
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
            let pack = self.pack(due);
            let alone = pack.len() == 1;
            let mut claims = Vec::new();
            let mut own = Vec::new();
            for due in pack {
                let job = &plan.jobs[due.job];
                match state.claim(&job.line)? {
                    Some(claim) => {
                        claims.push(claim);
                        own.push((job, due));
                    }
                    None => self.queue().push_back(due),
                }
            }
            if own.is_empty() {
                sleep(ASK_AGAIN);
                continue;
            }
            // Whoever had them before may have made them.
            state.refresh()?;
            own.retain(|(job, due)| !self.is_made_elsewhere(job, due));
            let kept = Mutex::new(Ok(()));
            let keep = |record| {
                let now = self.keep(record);
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.is_ok() {
                    *kept = now;
                }
            };
            if alone {
                for (job, due) in own {
                    keep(make(job, due, stock, &settings.output));
                }
            } else {
                make_together(own, stock, &settings.output, &keep);
            }
            kept.into_inner().unwrap_or_else(PoisonError::into_inner)?;
            drop(claims);
        }
        Ok(())
    }

    /// This line and, where they are made together, those that follow it and are of its kind.
    fn pack(&self, first: Due) -> Vec<Due> {
        let jobs = &self.batch.plan.jobs;
        let is_short = |due: &Due| {
            let size = due.sound.as_ref().map_or(0, |sound| sound.stamp.size);
            size <= LARGEST_PACKED
        };
        let mut pack = vec![first];
        if !is_short(&pack[0]) {
            return pack;
        }
        let mut queue = self.queue();
        while pack.len() < self.batch.together
            && let Some(next) = queue
                .pop_front_if(|next| is_short(next) && jobs[next.job].is_like(&jobs[pack[0].job]))
        {
            pack.push(next);
        }
        pack
    }

    fn is_made_elsewhere(&self, job: &Job, due: &Due) -> bool {
        let Batch {
            settings, state, ..
        } = self.batch;
        let known = state.record(&job.line).filter(|record| {
            record.status == Status::Done
                && record.fingerprint == due.fingerprint
                && !settings.force
                && state.is_whole(record)
        });
        if let Some(record) = &known {
            (self.on)(Event::MadeElsewhere(record));
        }
        known.is_some()
    }

    fn keep(&self, record: Record) -> Result<(), BatchError> {
        if record.status == Status::Failed {
            self.failed.store(true, Ordering::Relaxed);
        }
        self.batch.state.keep(record.clone())?;
        (self.on)(Event::Ended(&record));
        Ok(())
    }
}
