//! The report on a batch: JSON for scripts, an HTML page for people.

mod page;
mod samples;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::{Batch, JobState, JournalEntry, OutputFile, Plan, Problem, State, Status};

pub use self::page::page;

/// The status of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineStatus {
    /// Made by this run or an earlier one, and current.
    Done,
    /// Failed or blocked.
    Failed,
    /// Not made yet.
    Left,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineReport {
    /// The row of the table.
    pub row: usize,
    /// The name of the line.
    pub line: String,
    /// The sound.
    pub audio: String,
    /// The status.
    pub status: LineStatus,
    /// Whether this run made it.
    pub made_now: bool,
    /// The files, below the output folder.
    pub outputs: Vec<OutputFile>,
    /// Seconds of sound.
    pub sound_seconds: f64,
    /// Seconds of work, in this run or an earlier one.
    pub seconds: f64,
    /// Warnings.
    pub warnings: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Totals over all lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Rows of the table, or sounds of the folder.
    pub lines: usize,
    /// Made and current.
    pub done: usize,
    /// Done lines that this run made.
    pub made_now: usize,
    /// Failed or blocked.
    pub failed: usize,
    /// Not made yet.
    pub left: usize,
    /// Rows with problems.
    pub bad_rows: usize,
    /// Lines with warnings.
    pub warned: usize,
    /// Seconds of sound of the done lines.
    pub sound_seconds: f64,
    /// Seconds of work on the done lines.
    pub work_seconds: f64,
    /// Output files.
    pub files: usize,
    /// Bytes of the output files.
    pub bytes: u64,
}

/// The report on a batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The version of this report's layout.
    pub metaface_batch_report: u32,
    /// The program's version.
    pub version: &'static str,
    /// The base model's hash.
    pub base_model: String,
    /// The device.
    pub device: &'static str,
    /// The table or folder.
    pub source: String,
    /// The output folder.
    pub output: String,
    /// The shard, such as `3/16`; `None` for the whole table.
    pub shard: Option<String>,
    /// Seconds that this run took.
    pub seconds: f64,
    /// Totals.
    pub totals: Totals,
    /// The problems of the table's rows.
    pub problems: Vec<Problem>,
    /// Every line in the table's order.
    pub lines: Vec<LineReport>,
}

/// The run that a report is about.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The table or folder.
    pub source: String,
    /// The shard, such as `3/16`; `None` for the whole table.
    pub shard: Option<String>,
    /// Start of the run, in milliseconds since 1970; the current time for a report without a run.
    pub began: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Report {
    /// Reports on a batch in its current state, including the work of other runs.
    pub fn new(batch: &Batch, run: &Run) -> Self {
        let (plan, state) = (batch.plan(), batch.state());
        let job_states = batch.job_states();
        let mut lines = lines(plan, state, &job_states, run.began);
        lines.sort_by_key(|line| line.row);
        Self {
            metaface_batch_report: 1,
            version: env!("CARGO_PKG_VERSION"),
            base_model: batch.base_model().to_owned(),
            device: batch.device(),
            source: run.source.clone(),
            output: batch.output().display().to_string(),
            shard: run.shard.clone(),
            seconds: run.seconds,
            totals: totals(&lines, &plan.problems),
            problems: plan.problems.clone(),
            lines,
        }
    }

    /// Whether every line of the table is done.
    pub fn is_complete(&self) -> bool {
        self.totals.done == self.totals.lines
    }

    /// Error messages: the problems of the table, then the errors of lines.
    pub fn error_messages(&self) -> impl Iterator<Item = String> {
        let bad = self
            .problems
            .iter()
            .map(|problem| format!("bad: {problem}"));
        let failed = self.lines.iter().filter_map(|line| {
            let error = line.error.as_ref()?;
            Some(format!("failed: {} (row {}): {error}", line.line, line.row))
        });
        bad.chain(failed)
    }
}

fn lines(plan: &Plan, state: &State, job_states: &[JobState], began: u64) -> Vec<LineReport> {
    let line_report = |(job, job_state): (&crate::Job, &JobState)| {
        let entry = state.entry(&job.line);
        let is_of_this_run = |entry: &JournalEntry| entry.finished >= began;
        let (status, error) = match (job_state, &entry) {
            (JobState::Current, _) => (LineStatus::Done, None),
            // With `Settings::force` a job stays due after this run has made it.
            (JobState::Due(_), Some(entry))
                if entry.status == Status::Done
                    && is_of_this_run(entry)
                    && state.has_all_outputs(entry) =>
            {
                (LineStatus::Done, None)
            }
            (JobState::Blocked(reason), _) => (LineStatus::Failed, Some(reason.clone())),
            (_, Some(entry)) if entry.status == Status::Failed => {
                (LineStatus::Failed, entry.error.clone())
            }
            _ => (LineStatus::Left, None),
        };
        let done = entry.filter(|_| status == LineStatus::Done);
        LineReport {
            row: job.row,
            line: job.line.clone(),
            audio: job.audio.display().to_string(),
            status,
            made_now: done.as_ref().is_some_and(is_of_this_run),
            outputs: done
                .as_ref()
                .map(|entry| entry.outputs.clone())
                .unwrap_or_default(),
            sound_seconds: done.as_ref().map_or(0.0, |entry| entry.sound_seconds),
            seconds: done.as_ref().map_or(0.0, |entry| entry.seconds),
            warnings: done.map(|entry| entry.warnings).unwrap_or_default(),
            error,
        }
    };
    plan.jobs.iter().zip(job_states).map(line_report).collect()
}

fn totals(lines: &[LineReport], problems: &[Problem]) -> Totals {
    let bad_rows: BTreeSet<usize> = problems.iter().map(|problem| problem.row).collect();
    let mut totals = Totals {
        lines: lines.len() + bad_rows.len(),
        bad_rows: bad_rows.len(),
        ..Totals::default()
    };
    for line in lines {
        match line.status {
            LineStatus::Done => totals.done += 1,
            LineStatus::Failed => totals.failed += 1,
            LineStatus::Left => totals.left += 1,
        }
        totals.made_now += usize::from(line.made_now);
        totals.warned += usize::from(!line.warnings.is_empty());
        totals.sound_seconds += line.sound_seconds;
        totals.work_seconds += line.seconds;
        totals.files += line.outputs.len();
        totals.bytes += line.outputs.iter().map(|file| file.bytes).sum::<u64>();
    }
    totals
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals {
            lines,
            done,
            made_now,
            failed,
            left,
            bad_rows,
            warned,
            ..
        } = self.totals;
        write!(f, "{done} of {lines} lines done ({made_now} now)")?;
        for (count, label) in [
            (failed, "failed"),
            (left, "left"),
            (bad_rows, "bad rows"),
            (warned, "with warnings"),
        ] {
            if count > 0 {
                write!(f, ", {count} {label}")?;
            }
        }
        write!(f, "; {:.1} s on the {}", self.seconds, self.device)?;
        if self.totals.made_now > 0 && self.seconds > 0.0 {
            let rate = self.totals.made_now as f64 / self.seconds * 60.0;
            write!(f, " ({rate:.0} lines per minute)")?;
        }
        Ok(())
    }
}
