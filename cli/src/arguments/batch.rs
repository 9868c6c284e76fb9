//! Arguments of `metaface batch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use metaface_exporters::Format;
use metaface_pipeline::Shard;

use super::{
    CharacterArguments, ModelArguments, MotionArguments, ReportArguments, SpeakerArguments,
};

/// Format of the progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// For people: a progress bar on a terminal, otherwise a line every 10 seconds.
    Text,
    /// For farms: one JSON object per line and event, on standard error.
    Json,
}

/// Arguments of `metaface batch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface batch dialogue.csv -o build/ --format glb,usdc,csv --jobs 2 --report report.html
  metaface batch voices/ -o build/ --character-dir characters/ --speaker-dir speakers/
  metaface batch dialogue.csv -o build/ --dry-run    # lists what would run, and all errors
  metaface batch dialogue.csv -o build/ --shard 3/16    # the part of one machine
  metaface batch dialogue.csv -o build/ --gather --report all.html    # one report on all machines
  metaface batch dialogue.csv -o build/ --watch    # repeats as files arrive

Columns of a table (CSV, TSV or JSON Lines): audio (required), output, language, and the options of
`metaface animate` that concern a line, with underscores: speaker, style_strength, fps and so on. All
other columns go into the files' metadata. Paths are relative to the table.

A line is made again only if its sound, speaker, character, options or this program changed. After
an interruption, the same command continues.

Exit codes: 0 all lines are done, 6 some are not done, 7 no line is done, 8 interrupted.")]
pub struct BatchArguments {
    /// A table of lines (.csv, .tsv, .jsonl), or a folder of sounds.
    pub lines: PathBuf,
    /// The output folder. Nothing is written elsewhere, except reports.
    #[arg(short, long, value_name = "FOLDER", required = true)]
    pub output: PathBuf,
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "glb",
        help = format!("Formats of each line, separated by commas: {}", Format::names())
    )]
    pub format: Vec<Format>,
    /// Number of lines that run at the same time. Defaults to the number of processors.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Run only this part of the lines, such as 3/16: for farms.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Write a report: .html for people, .json for scripts. May be repeated.
    #[arg(long = "report", value_name = "FILE")]
    pub pages: Vec<PathBuf>,
    /// List the lines that would run and all errors. Write nothing except reports.
    #[arg(long, conflicts_with_all = ["watch", "gather"])]
    pub dry_run: bool,
    /// Run no line: report on all runs together, with the exit code of a single run.
    #[arg(long, conflicts_with_all = ["watch", "force", "shard"])]
    pub gather: bool,
    /// Also make lines that are already done.
    #[arg(long, conflicts_with = "watch")]
    pub force: bool,
    /// Start no line after one has failed, and no line at all if the table has bad rows.
    #[arg(long, conflicts_with = "keep_going")]
    pub fail_fast: bool,
    /// Continue with the other lines if one fails. This is the default.
    #[arg(long)]
    pub keep_going: bool,
    /// Run again whenever the table or the sounds change, until interrupted.
    #[arg(long)]
    pub watch: bool,
    /// Folder to find characters by name: 'hero' is hero.glb, hero.usdc and so on.
    #[arg(long, value_name = "FOLDER")]
    pub character_dir: Option<PathBuf>,
    /// Folder to find speakers by name: 'anna' is anna.speaker.
    #[arg(long, value_name = "FOLDER")]
    pub speaker_dir: Option<PathBuf>,
    /// Format of the progress.
    #[arg(long, value_enum, default_value = "text")]
    pub log: Log,
    #[command(flatten)]
    pub character: CharacterArguments,
    #[command(flatten)]
    pub motion: MotionArguments,
    #[command(flatten)]
    pub speaker: SpeakerArguments,
    #[command(flatten)]
    pub model: ModelArguments,
    #[command(flatten)]
    pub report: ReportArguments,
}
