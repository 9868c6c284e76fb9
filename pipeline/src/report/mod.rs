//! How a batch went: for scripts as JSON, for people as a page.

mod page;
mod samples;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::{Batch, Made, Plan, Problem, Record, Standing, State, Status};

pub use self::page::page;

/// How a line stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Made, in this run or before, and current.
    Done,
    /// It could not be made.
    Failed,
    /// Not made yet.
    Left,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineReport {
    /// The row of the table.
    pub row: usize,
    /// What the line is called.
    pub line: String,
    /// The sound.
    pub audio: String,
    /// How it stands.
    pub status: End,
    /// Whether this run made it.
    pub made_now: bool,
    /// The files, below the output folder.
    pub outputs: Vec<Made>,
    /// Seconds of sound.
    pub sound_seconds: f64,
    /// Seconds of work that it took, whenever that was.
    pub seconds: f64,
    /// What its user should know.
    pub warnings: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Sums over lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Rows of the table, or sounds of the folder.
    pub lines: usize,
    /// Made and current.
    pub done: usize,
    /// Of these, made by this run.
    pub made_now: usize,
    /// Could not be made.
    pub failed: usize,
    /// Not made yet.
    pub left: usize,
    /// Rows with something wrong in them.
    pub bad_rows: usize,
    /// Lines with warnings.
    pub warned: usize,
    /// Seconds of sound that were made into animation.
    pub sound_seconds: f64,
    /// Seconds of work on them.
    pub work_seconds: f64,
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// Everything about a batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The version of this report's layout.
    pub metaface_batch_report: u32,
    /// The program's version.
    pub version: &'static str,
    /// The base model's hash.
    pub base_model: String,
    /// The device that animated.
    pub device: &'static str,
    /// The table or folder.
    pub source: String,
    /// The output folder.
    pub output: String,
    /// Which part of the table, if only a part.
    pub shard: Option<String>,
    /// Seconds that this run took.
    pub seconds: f64,
    /// Sums.
    pub totals: Totals,
    /// What is wrong with the table's rows.
    pub problems: Vec<Problem>,
    /// Every line in the table's order.
    pub lines: Vec<LineReport>,
}

/// What the report cannot know by itself.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The table or folder.
    pub source: String,
    /// Which part of the table, if only a part.
    pub shard: Option<String>,
    /// When this run began, in milliseconds since 1970; for a report on what others did, now.
    pub began: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Report {
    /// The report on a batch as it stands, whoever did it.
    pub fn new(batch: &Batch, run: &Run) -> Self {
        let (plan, state) = (batch.plan(), batch.state());
        let standings = batch.survey();
        let mut lines = lines(plan, state, &standings, run.began);
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

    /// Whether every line of the table is made.
    pub fn is_complete(&self) -> bool {
        self.totals.done == self.totals.lines
    }

    /// What is wrong, in words: with the table first, then with lines.
    pub fn troubles(&self) -> impl Iterator<Item = String> {
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

fn lines(plan: &Plan, state: &State, standings: &[Standing], began: u64) -> Vec<LineReport> {
    let described = |(job, standing): (&crate::Job, &Standing)| {
        let record = state.record(&job.line);
        let is_now = |record: &&Record| record.finished >= began;
        let (status, error) = match (standing, &record) {
            (Standing::Current, _) => (End::Done, None),
            // Asked for again and made again.
            (Standing::Due(_), Some(record))
                if record.status == Status::Done && is_now(&record) && state.is_whole(record) =>
            {
                (End::Done, None)
            }
            (Standing::Blocked(reason), _) => (End::Failed, Some(reason.clone())),
            (_, Some(record)) if record.status == Status::Failed => {
                (End::Failed, record.error.clone())
            }
            _ => (End::Left, None),
        };
        let made = record.filter(|_| status == End::Done);
        LineReport {
            row: job.row,
            line: job.line.clone(),
            audio: job.audio.display().to_string(),
            status,
            made_now: made.as_ref().is_some_and(|record| is_now(&record)),
            outputs: made
                .as_ref()
                .map(|record| record.outputs.clone())
                .unwrap_or_default(),
            sound_seconds: made.as_ref().map_or(0.0, |record| record.sound_seconds),
            seconds: made.as_ref().map_or(0.0, |record| record.seconds),
            warnings: made.map(|record| record.warnings).unwrap_or_default(),
            error,
        }
    };
    plan.jobs.iter().zip(standings).map(described).collect()
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
            End::Done => totals.done += 1,
            End::Failed => totals.failed += 1,
            End::Left => totals.left += 1,
        }
        totals.made_now += usize::from(line.made_now);
        totals.warned += usize::from(!line.warnings.is_empty());
        totals.sound_seconds += line.sound_seconds;
        totals.work_seconds += line.seconds;
        totals.files += line.outputs.len();
        totals.bytes += line.outputs.iter().map(|made| made.bytes).sum::<u64>();
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
        for (count, what) in [
            (failed, "failed"),
            (left, "left"),
            (bad_rows, "bad in the table"),
            (warned, "with warnings"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
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
