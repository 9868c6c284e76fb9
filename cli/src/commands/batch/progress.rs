//! Progress of a batch on standard error.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use metaface_pipeline::{Event, JournalEntry, Problem, Status};
use serde_json::{Value, json};

use crate::arguments::{BatchArguments, Log};

/// Time between two lines of progress without a terminal.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Prints the progress of a run, as text or JSON.
pub struct ProgressLog {
    /// `None` with `--quiet`.
    log: Option<Log>,
    bar: ProgressBar,
    due: AtomicUsize,
    finished: AtomicUsize,
    started: Instant,
    last_printed: Mutex<Instant>,
}

impl ProgressLog {
    pub fn new(arguments: &BatchArguments) -> Self {
        let log = (!arguments.report.quiet).then_some(arguments.log);
        let bar = if log == Some(Log::Text) && stderr().is_terminal() {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        let style = "{bar:30} {pos}/{len} lines, {per_sec}, {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self {
            log,
            bar,
            due: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            started: Instant::now(),
            last_printed: Mutex::new(Instant::now()),
        }
    }

    /// Prints the problems of the table, before the run starts.
    pub fn print_problems(&self, problems: &[Problem]) {
        for problem in problems {
            match self.log {
                Some(Log::Text) => eprintln!("bad: {problem}"),
                Some(Log::Json) => print_json(&json!({
                    "event": "bad_row",
                    "row": problem.row,
                    "column": problem.column,
                    "reason": problem.reason,
                })),
                None => {}
            }
        }
    }

    /// Prints an event.
    pub fn print(&self, event: &Event<'_>) {
        match event {
            Event::Started { due, current } => {
                self.due.store(*due, Ordering::Relaxed);
                self.bar.set_length(*due as u64);
                if self.log == Some(Log::Json) {
                    print_json(&json!({ "event": "begin", "due": due, "current": current }));
                }
            }
            Event::LineFinished(entry) => self.print_line(entry, false),
            Event::MadeElsewhere(entry) => self.print_line(entry, true),
        }
    }

    fn print_line(&self, entry: &JournalEntry, is_elsewhere: bool) {
        let finished = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
        let due = self.due.load(Ordering::Relaxed);
        self.bar.inc(1);
        match self.log {
            Some(Log::Json) => print_json(&line_event(entry, is_elsewhere, finished, due)),
            Some(Log::Text) => {
                self.bar.set_message(entry.line.clone());
                if let Some(error) = &entry.error {
                    self.bar
                        .suspend(|| eprintln!("failed: {}: {error}", entry.line));
                }
                self.print_rate(finished, due);
            }
            None => {}
        }
    }

    /// Prints a line of progress at intervals, if there is no progress bar.
    fn print_rate(&self, finished: usize, due: usize) {
        let Ok(mut last_printed) = self.last_printed.lock() else {
            return;
        };
        if !self.bar.is_hidden() || last_printed.elapsed() < LOG_INTERVAL {
            return;
        }
        *last_printed = Instant::now();
        let per_minute = finished as f64 / self.started.elapsed().as_secs_f64() * 60.0;
        let minutes = (due - finished) as f64 / per_minute;
        eprintln!("{finished} of {due} lines, {per_minute:.0} per minute, {minutes:.1} min left");
    }

    /// The number of finished lines.
    pub fn finished_lines(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    /// Clears the progress bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn line_event(entry: &JournalEntry, is_elsewhere: bool, finished: usize, due: usize) -> Value {
    let name = match (entry.status, is_elsewhere) {
        (Status::Failed, _) => "failed",
        (Status::Done, true) => "made_elsewhere",
        (Status::Done, false) => "done",
    };
    json!({
        "event": name,
        "line": entry.line,
        "ended": finished,
        "due": due,
        "percent": (100 * finished).checked_div(due),
        "seconds": entry.seconds,
        "sound_seconds": entry.sound_seconds,
        "warnings": entry.warnings,
        "error": entry.error,
    })
}

fn print_json(event: &Value) {
    // A closed pipe does not stop the run.
    let _ = writeln!(stderr(), "{event}");
}
