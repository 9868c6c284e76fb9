//! The workers of a run.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use crate::batch::{Batch, DueJob, Event};
use crate::make::{make_line, make_pack};
use crate::{BatchError, Job, JournalEntry, Status};

/// How long a worker waits before it tries again to claim lines that another run makes.
const CLAIM_RETRY: Duration = Duration::from_millis(50);
/// Larger sound files are not packed, in bytes: about ten minutes of a studio recording.
const MAX_PACKED_BYTES: u64 = 100_000_000;

/// The state that the workers of a run share.
pub(crate) struct RunState<'a> {
    batch: &'a Batch,
    queue: Mutex<VecDeque<DueJob>>,
    failed: AtomicBool,
    /// The batch's state cannot be written any more.
    state_failed: AtomicBool,
    stop: &'a AtomicBool,
    on_event: &'a (dyn Fn(Event<'_>) + Sync),
}

impl<'a> RunState<'a> {
    pub fn new(
        batch: &'a Batch,
        queue: VecDeque<DueJob>,
        failed: bool,
        stop: &'a AtomicBool,
        on_event: &'a (dyn Fn(Event<'_>) + Sync),
    ) -> Self {
        Self {
            batch,
            queue: Mutex::new(queue),
            failed: AtomicBool::new(failed),
            state_failed: AtomicBool::new(false),
            stop,
            on_event,
        }
    }

    /// Whether the queue still has jobs.
    pub fn has_unstarted_jobs(&self) -> bool {
        !self.queue().is_empty()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<DueJob>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn should_end(&self) -> bool {
        let failed = self.failed.load(Ordering::Relaxed) && self.batch.settings.fail_fast;
        let state_failed = self.state_failed.load(Ordering::Relaxed);
        failed || state_failed || self.stop.load(Ordering::Relaxed)
    }

    /// Runs jobs until the queue is empty or the run has to end.
    pub fn work(&self) -> Result<(), BatchError> {
        let result = self.process_queue();
        if result.is_err() {
            self.state_failed.store(true, Ordering::Relaxed);
        }
        result
    }

    fn process_queue(&self) -> Result<(), BatchError> {
        let Batch {
            plan,
            settings,
            state,
            cache,
            ..
        } = self.batch;
        while !self.should_end() {
            let Some(due) = self.queue().pop_front() else {
                break;
            };
            let pack = self.pack(due);
            let is_single = pack.len() == 1;
            let mut claims = Vec::new();
            let mut claimed = Vec::new();
            for due in pack {
                let job = &plan.jobs[due.job];
                match state.claim(&job.line)? {
                    Some(claim) => {
                        claims.push(claim);
                        claimed.push((job, due));
                    }
                    None => self.queue().push_back(due),
                }
            }
            if claimed.is_empty() {
                sleep(CLAIM_RETRY);
                continue;
            }
            // The run that held a claim before may have made its line.
            state.refresh()?;
            claimed.retain(|(job, due)| !self.is_made_elsewhere(job, due));
            let pack_result = Mutex::new(Ok(()));
            let finish = |entry| {
                let result = self.finish(entry);
                let mut stored = pack_result.lock().unwrap_or_else(PoisonError::into_inner);
                if stored.is_ok() {
                    *stored = result;
                }
            };
            if is_single {
                for (job, due) in claimed {
                    finish(make_line(job, due, cache, &settings.output));
                }
            } else {
                make_pack(claimed, cache, &settings.output, &finish);
            }
            (pack_result.into_inner()).unwrap_or_else(PoisonError::into_inner)?;
            drop(claims);
        }
        Ok(())
    }

    /// This job and, up to the pack size, the jobs after it that can share its pack.
    fn pack(&self, first: DueJob) -> Vec<DueJob> {
        let jobs = &self.batch.plan.jobs;
        let is_short = |due: &DueJob| {
            let size = due.sound.as_ref().map_or(0, |sound| sound.stamp.size);
            size <= MAX_PACKED_BYTES
        };
        let mut pack = vec![first];
        if !is_short(&pack[0]) {
            return pack;
        }
        let mut queue = self.queue();
        let first_job = pack[0].job;
        while pack.len() < self.batch.pack_size
            && let Some(next) = queue.pop_front_if(|next| {
                is_short(next) && jobs[next.job].can_share_pack_with(&jobs[first_job])
            })
        {
            pack.push(next);
        }
        pack
    }

    fn is_made_elsewhere(&self, job: &Job, due: &DueJob) -> bool {
        let Batch {
            settings, state, ..
        } = self.batch;
        let known = state.entry(&job.line).filter(|entry| {
            entry.status == Status::Done
                && entry.fingerprint == due.fingerprint
                && !settings.force
                && state.has_all_outputs(entry)
        });
        if let Some(entry) = &known {
            (self.on_event)(Event::MadeElsewhere(entry));
        }
        known.is_some()
    }

    fn finish(&self, entry: JournalEntry) -> Result<(), BatchError> {
        if entry.status == Status::Failed {
            self.failed.store(true, Ordering::Relaxed);
        }
        self.batch.state.append(entry.clone())?;
        (self.on_event)(Event::LineFinished(&entry));
        Ok(())
    }
}
