//! What is said while a batch runs.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use metaface_pipeline::{Event, Problem, Record, Status};
use serde_json::{Value, json};

use crate::arguments::{BatchArguments, Log};

/// Where nobody watches, progress is told this often.
const EVERY: Duration = Duration::from_secs(10);

/// Tells people or farms how a run goes, on standard error.
pub struct Progress {
    log: Option<Log>,
    bar: ProgressBar,
    due: AtomicUsize,
    ended: AtomicUsize,
    started: Instant,
    told: Mutex<Instant>,
}

impl Progress {
    pub fn new(arguments: &BatchArguments) -> Self {
        let log = (!arguments.report.quiet).then_some(arguments.log);
        let bar = match log == Some(Log::Text) && stderr().is_terminal() {
            true => ProgressBar::no_length(),
            false => ProgressBar::hidden(),
        };
        let style = "{bar:30} {pos}/{len} lines, {per_sec}, {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self {
            log,
            bar,
            due: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            started: Instant::now(),
            told: Mutex::new(Instant::now()),
        }
    }

    /// What is wrong with the table, all at once and before anything is done.
    pub fn problems(&self, problems: &[Problem]) {
        for problem in problems {
            match self.log {
                Some(Log::Text) => eprintln!("bad: {problem}"),
                Some(Log::Json) => say(&json!({
                    "event": "bad_row",
                    "row": problem.row,
                    "column": problem.column,
                    "reason": problem.reason,
                })),
                None => {}
            }
        }
    }

    pub fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Begins { due, current } => {
                self.due.store(*due, Ordering::Relaxed);
                self.bar.set_length(*due as u64);
                if self.log == Some(Log::Json) {
                    say(&json!({ "event": "begin", "due": due, "current": current }));
                }
            }
            Event::Ended(record) => self.line(record, false),
            Event::MadeElsewhere(record) => self.line(record, true),
        }
    }

    fn line(&self, record: &Record, elsewhere: bool) {
        let ended = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        let due = self.due.load(Ordering::Relaxed);
        self.bar.inc(1);
        match self.log {
            Some(Log::Json) => say(&event(record, elsewhere, ended, due)),
            Some(Log::Text) => {
                self.bar.set_message(record.line.clone());
                if let Some(error) = &record.error {
                    self.bar
                        .suspend(|| eprintln!("failed: {}: {error}", record.line));
                }
                self.now_and_then(ended, due);
            }
            None => {}
        }
    }

    /// A line of progress where there is no terminal to draw a bar on.
    fn now_and_then(&self, ended: usize, due: usize) {
        let Ok(mut told) = self.told.lock() else {
            return;
        };
        if !self.bar.is_hidden() || told.elapsed() < EVERY {
            return;
        }
        *told = Instant::now();
        let per_minute = ended as f64 / self.started.elapsed().as_secs_f64() * 60.0;
        let minutes = (due - ended) as f64 / per_minute;
        eprintln!("{ended} of {due} lines, {per_minute:.0} per minute, {minutes:.1} min left");
    }

    /// Lines that ended so far.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::Relaxed)
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn event(record: &Record, elsewhere: bool, ended: usize, due: usize) -> Value {
    let name = match (record.status, elsewhere) {
        (Status::Failed, _) => "failed",
        (Status::Done, true) => "made_elsewhere",
        (Status::Done, false) => "done",
    };
    json!({
        "event": name,
        "line": record.line,
        "ended": ended,
        "due": due,
        "percent": (100 * ended).checked_div(due),
        "seconds": record.seconds,
        "sound_seconds": record.sound_seconds,
        "warnings": record.warnings,
        "error": record.error,
    })
}

fn say(event: &Value) {
    // A reader that has gone away does not stop the work.
    let _ = writeln!(stderr(), "{event}");
}
