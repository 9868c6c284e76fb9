//! `metaface batch`

mod progress;

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use metaface_exporters::files;
use metaface_pipeline::report::{Run, page};
use metaface_pipeline::table::Folders;
use metaface_pipeline::{
    Batch, BatchError, Outcome, Plan, Report, Settings, Standing, State, Table,
};

use self::progress::Progress;
use super::{animator, interrupt};
use crate::arguments::BatchArguments;
use crate::failure::Failure;
use crate::paths;

/// How often a watched table is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Runs the command.
pub fn run(arguments: &BatchArguments) -> Result<(), Failure> {
    check(arguments)?;
    if arguments.dry_run {
        return dry_run(arguments);
    }
    if arguments.gather {
        return finish(arguments, &gather(arguments)?, Outcome::Finished);
    }
    let stop = interrupt::stop("stopping when the lines in hand are done")?;
    let mut batch = prepare(arguments, State::join)?;
    let mut told = None;
    loop {
        let started = Instant::now();
        let began = now();
        let progress = Progress::new(arguments);
        if told.as_ref() != Some(&batch.plan().problems) {
            progress.problems(&batch.plan().problems);
            told = Some(batch.plan().problems.clone());
        }
        let outcome = batch.run(stop, &|event| progress.tell(&event))?;
        progress.end();
        let report = Report::new(
            &batch,
            &Run {
                began,
                seconds: started.elapsed().as_secs_f64(),
                ..about(arguments)
            },
        );
        if !arguments.watch || progress.ended() > 0 {
            write(arguments, &batch, &report)?;
        }
        if !arguments.watch {
            return finish(arguments, &report, outcome);
        }
        let looked = Instant::now();
        while looked.elapsed() < LOOK_AGAIN && !interrupt::is_asked(stop) {
            sleep(Duration::from_millis(100));
        }
        if interrupt::is_asked(stop) {
            return finish(arguments, &report, Outcome::Interrupted);
        }
        batch.replan(plan(arguments, &settings(arguments))?)?;
    }
}

/// What can be refused before anything is read.
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
                "a report ends in .html or .json: '{}'",
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

/// The batch, with its state looked at or joined.
fn prepare(
    arguments: &BatchArguments,
    state: impl FnOnce(&Path) -> Result<State, BatchError>,
) -> Result<Batch, Failure> {
    let settings = settings(arguments);
    let plan = plan(arguments, &settings)?;
    let state = state(&arguments.output)?;
    Ok(Batch::new(
        plan,
        settings,
        state,
        animator(&arguments.model)?,
    ))
}

/// What the table or folder asks for as it is now.
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
        options: arguments.motion.options(),
        speaker: arguments.speaker.speaker.clone(),
        style_strength: arguments.speaker.style_strength,
        character: arguments.character.character.clone(),
        rig_map: arguments.character.rig_map.clone(),
        compression: arguments.character.compression(),
        jobs: arguments.jobs.map_or_else(cores, usize::from),
        force: arguments.force,
        fail_fast: arguments.fail_fast,
        patient: arguments.watch,
    }
}

fn about(arguments: &BatchArguments) -> Run {
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

/// Says what would be done, and why.
fn dry_run(arguments: &BatchArguments) -> Result<(), Failure> {
    let batch = prepare(arguments, State::look)?;
    let report = Report::new(&batch, &about(arguments));
    write(arguments, &batch, &report)?;
    if !arguments.report.json && !arguments.report.quiet {
        for (job, standing) in batch.plan().jobs.iter().zip(batch.survey()) {
            if let Standing::Due(reasons) = standing {
                println!("would make {}: {}", job.line, reasons.join(", "));
            }
        }
    }
    let bad = report.totals.failed + report.totals.bad_rows;
    tell_troubles(arguments, &report);
    arguments.report.finish(&report)?;
    match bad {
        0 => Ok(()),
        bad => Err(Failure::Lines {
            bad,
            of: report.totals.lines,
            any: bad < report.totals.lines,
        }),
    }
}

/// What is wrong, where nobody was told while it happened.
fn tell_troubles(arguments: &BatchArguments, report: &Report) {
    if !arguments.report.quiet {
        report.troubles().for_each(|trouble| eprintln!("{trouble}"));
    }
}

/// What all runs together did.
fn gather(arguments: &BatchArguments) -> Result<Report, Failure> {
    let batch = prepare(arguments, State::look)?;
    let report = Report::new(&batch, &about(arguments));
    tell_troubles(arguments, &report);
    write(arguments, &batch, &report)?;
    Ok(report)
}

fn write(arguments: &BatchArguments, batch: &Batch, report: &Report) -> Result<(), Failure> {
    for path in &arguments.pages {
        let text = match is_html(path) {
            true => page(batch, report),
            false => serde_json::to_string_pretty(report).map_err(std::io::Error::from)?,
        };
        files::write(path, text.as_bytes())?;
    }
    Ok(())
}

fn is_html(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("html"))
}

/// Prints the report and decides on the exit code.
fn finish(arguments: &BatchArguments, report: &Report, outcome: Outcome) -> Result<(), Failure> {
    arguments.report.finish(report)?;
    let totals = &report.totals;
    if outcome == Outcome::Interrupted {
        return Err(Failure::Interrupted { left: totals.left });
    }
    match report.is_complete() {
        true => Ok(()),
        false => Err(Failure::Lines {
            bad: totals.lines - totals.done,
            of: totals.lines,
            any: totals.done > 0,
        }),
    }
}
