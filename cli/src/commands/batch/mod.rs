//! `metaface batch`

mod progress;

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use metaface_exporters::files;
use metaface_pipeline::report::{Run, page};
use metaface_pipeline::table::Folders;
use metaface_pipeline::{
    Batch, BatchError, JobState, Outcome, Plan, Report, Settings, State, Table,
};

use self::progress::ProgressLog;
use super::{animator, interrupt};
use crate::arguments::BatchArguments;
use crate::failure::Failure;
use crate::paths;

/// Time between two runs with `--watch`.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);

/// Runs the command.
pub fn run(arguments: &BatchArguments) -> Result<(), Failure> {
    check(arguments)?;
    if arguments.dry_run {
        return dry_run(arguments);
    }
    if arguments.gather {
        return finish(arguments, &gather(arguments)?, Outcome::Finished);
    }
    let stop = interrupt::install("stopping after the lines in progress")?;
    let mut batch = prepare(arguments, State::join)?;
    let mut printed_problems = None;
    loop {
        let clock = Instant::now();
        let began_ms = now();
        let progress = ProgressLog::new(arguments);
        if printed_problems.as_ref() != Some(&batch.plan().problems) {
            progress.print_problems(&batch.plan().problems);
            printed_problems = Some(batch.plan().problems.clone());
        }
        let outcome = batch.run(stop, &|event| progress.print(&event))?;
        progress.finish();
        let report = Report::new(
            &batch,
            &Run {
                began: began_ms,
                seconds: clock.elapsed().as_secs_f64(),
                ..this_run(arguments)
            },
        );
        if !arguments.watch || progress.finished_lines() > 0 {
            write_reports(arguments, &batch, &report)?;
        }
        if !arguments.watch {
            return finish(arguments, &report, outcome);
        }
        let waiting = Instant::now();
        while waiting.elapsed() < WATCH_INTERVAL && !interrupt::is_set(stop) {
            sleep(Duration::from_millis(100));
        }
        if interrupt::is_set(stop) {
            return finish(arguments, &report, Outcome::Interrupted);
        }
        batch.replan(plan(arguments, &settings(arguments))?)?;
    }
}

/// Checks the arguments before anything is read.
fn check(arguments: &BatchArguments) -> Result<(), Failure> {
    let pages = arguments.pages.iter();
    for page in pages.clone() {
        let ending = page
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if ending != "html" && ending != "json" {
            return Err(Failure::Usage(format!(
                "a report must end in .html or .json: '{}'",
                page.display()
            )));
        }
    }
    paths::must_differ(
        [arguments.lines.as_path()],
        pages.map(|page| page.as_path()),
    )?;
    for folder in [&arguments.character_dir, &arguments.speaker_dir]
        .into_iter()
        .flatten()
    {
        if !folder.is_dir() {
            return Err(Failure::Usage(format!(
                "there is no such folder: '{}'",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// The batch. `open_state` is [`State::join`], or [`State::read`] if no line will run.
fn prepare(
    arguments: &BatchArguments,
    open_state: impl FnOnce(&Path) -> Result<State, BatchError>,
) -> Result<Batch, Failure> {
    let settings = settings(arguments);
    let plan = plan(arguments, &settings)?;
    let state = open_state(&arguments.output)?;
    Ok(Batch::new(
        plan,
        settings,
        state,
        animator(&arguments.model)?,
    ))
}

/// Plans the current lines of the table or folder.
fn plan(arguments: &BatchArguments, settings: &Settings) -> Result<Plan, Failure> {
    let folders = Folders {
        characters: arguments.character_dir.clone(),
        speakers: arguments.speaker_dir.clone(),
        output: Some(arguments.output.clone()),
    };
    let plan = Plan::new(Table::read(&arguments.lines, &folders)?, settings);
    Ok(match arguments.shard {
        Some(shard) => plan.shard(shard),
        None => plan,
    })
}

fn settings(arguments: &BatchArguments) -> Settings {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    Settings {
        output: arguments.output.clone(),
        formats: arguments.format.clone(),
        options: arguments.motion.options.clone(),
        speaker: arguments.speaker.speaker.clone(),
        style_strength: arguments.speaker.style_strength,
        character: arguments.character.character.clone(),
        rig_map: arguments.character.rig_map.clone(),
        compression: arguments.character.compression(),
        jobs: arguments.jobs.map_or_else(cores, usize::from),
        force: arguments.force,
        fail_fast: arguments.fail_fast,
        watching: arguments.watch,
    }
}

/// The run as it starts now.
fn this_run(arguments: &BatchArguments) -> Run {
    Run {
        source: arguments.lines.display().to_string(),
        shard: arguments.shard.map(|shard| shard.to_string()),
        began: now(),
        seconds: 0.0,
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

/// Prints the due lines with the reasons, and all errors.
fn dry_run(arguments: &BatchArguments) -> Result<(), Failure> {
    let batch = prepare(arguments, State::read)?;
    let report = Report::new(&batch, &this_run(arguments));
    write_reports(arguments, &batch, &report)?;
    if !arguments.report.json && !arguments.report.quiet {
        for (job, state) in batch.plan().jobs.iter().zip(batch.job_states()) {
            if let JobState::Due(reasons) = state {
                println!("would make {}: {}", job.line, reasons.join(", "));
            }
        }
    }
    let bad = report.totals.failed + report.totals.bad_rows;
    print_errors(arguments, &report);
    arguments.report.finish(&report)?;
    match bad {
        0 => Ok(()),
        bad => Err(Failure::Lines {
            bad,
            of: report.totals.lines,
            any_done: bad < report.totals.lines,
            remedy: "fix the errors, then run the batch",
        }),
    }
}

/// Prints all errors of a report, for runs that print none while they run.
fn print_errors(arguments: &BatchArguments, report: &Report) {
    if !arguments.report.quiet {
        (report.error_messages()).for_each(|message| eprintln!("{message}"));
    }
}

/// Reports on all runs together.
fn gather(arguments: &BatchArguments) -> Result<Report, Failure> {
    let batch = prepare(arguments, State::read)?;
    let report = Report::new(&batch, &this_run(arguments));
    print_errors(arguments, &report);
    write_reports(arguments, &batch, &report)?;
    Ok(report)
}

fn write_reports(
    arguments: &BatchArguments,
    batch: &Batch,
    report: &Report,
) -> Result<(), Failure> {
    for path in &arguments.pages {
        let text = if is_html(path) {
            page(batch, report)
        } else {
            serde_json::to_string_pretty(report).map_err(std::io::Error::from)?
        };
        files::write(path, text.as_bytes())?;
    }
    Ok(())
}

fn is_html(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("html"))
}

/// Prints the report, and returns the failure that determines the exit code.
fn finish(arguments: &BatchArguments, report: &Report, outcome: Outcome) -> Result<(), Failure> {
    arguments.report.finish(report)?;
    let totals = &report.totals;
    if outcome == Outcome::Interrupted {
        return Err(Failure::Interrupted { left: totals.left });
    }
    if report.is_complete() {
        return Ok(());
    }
    Err(Failure::Lines {
        bad: totals.lines - totals.done,
        of: totals.lines,
        any_done: totals.done > 0,
        remedy: if arguments.gather {
            "run their shards, or fix the errors, then gather again"
        } else {
            "fix the errors and run the same command again"
        },
    })
}
