//! Arguments of `metaface batch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use metaface_exporters::Format;
use metaface_pipeline::Shard;

use super::{
    CharacterArguments, ModelArguments, MotionArguments, ReportArguments, SpeakerArguments,
};

/// How progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// For people: a bar on a terminal, now and then a line elsewhere.
    Text,
    /// For farms: one JSON object in a line for everything that happens, on standard error.
    Json,
}

/// Arguments of `metaface batch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  metaface batch dialogue.csv -o build/ --format glb,usdc,csv --jobs 2 --report report.html
  metaface batch voices/ -o build/ --character-dir characters/ --speaker-dir speakers/
  metaface batch dialogue.csv -o build/ --dry-run    # what would be done, what is missing
  metaface batch dialogue.csv -o build/ --shard 3/16    # one machine's part
  metaface batch dialogue.csv -o build/ --gather --report all.html    # what all machines did
  metaface batch dialogue.csv -o build/ --watch    # keep going as files arrive

Columns of a table (CSV, TSV or JSON Lines): audio (the only one needed), speaker, character,
rig_map, output, fps, start, strength, style_strength, liveliness, seed, gain, language. All
others go into the files' metadata. Paths are relative to the table.

A line is made again only when its sound, speaker, character, options or this program changed.
Interrupted or killed, the same command goes on where it was.

Exit codes: 0 every line is done, 6 some are not, 7 none is, 8 interrupted.")]
pub struct BatchArguments {
    /// A table of lines (.csv, .tsv, .jsonl), or a folder of sounds.
    pub lines: PathBuf,
    /// The folder for everything that is written.
    #[arg(short, long, value_name = "FOLDER", required = true)]
    pub output: PathBuf,
    /// What each line is written as: glb, gltf, usda, usdc, usdz, csv, a2f.json, cues.json, tsv,
    /// dat; several with commas.
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "glb"
    )]
    pub format: Vec<Format>,
    /// Lines in the making at the same time; as many as there are processors unless told.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Only this part of the lines, such as 3/16: for farms.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Write a report: .html to look at, .json for scripts. May be repeated.
    #[arg(long = "report", value_name = "FILE")]
    pub pages: Vec<PathBuf>,
    /// Say what would be done and what is missing; write nothing.
    #[arg(long, conflicts_with_all = ["watch", "gather"])]
    pub dry_run: bool,
    /// Make no line: tell what all runs together did, and exit as one run would.
    #[arg(long, conflicts_with_all = ["watch", "force", "shard"])]
    pub gather: bool,
    /// Make lines that are done already, too.
    #[arg(long, conflicts_with = "watch")]
    pub force: bool,
    /// Begin no line after one has failed, and none at all if the table has bad rows.
    #[arg(long, conflicts_with = "keep_going")]
    pub fail_fast: bool,
    /// Go on with the other lines when one fails; this is what happens unless told otherwise.
    #[arg(long)]
    pub keep_going: bool,
    /// Go on as the table and the sounds change, until interrupted.
    #[arg(long)]
    pub watch: bool,
    /// Where characters are found by name: 'hero' is hero.glb, hero.usdc and so on.
    #[arg(long, value_name = "FOLDER")]
    pub character_dir: Option<PathBuf>,
    /// Where speakers are found by name: 'anna' is anna.speaker.
    #[arg(long, value_name = "FOLDER")]
    pub speaker_dir: Option<PathBuf>,
    /// How progress is told.
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
