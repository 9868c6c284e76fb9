//! The plan of a batch: the jobs of a table's lines and their output files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use metaface_exporters::clip_file::Output;
use metaface_exporters::paths::resolved;
use metaface_exporters::{Compression, Format};

use crate::table::{Line, Problem, Table};
use crate::{Job, Settings};

/// One of several equal parts of a plan, for one of several machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The number of this part, from 1.
    pub number: usize,
    /// The number of parts.
    pub count: usize,
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `3/16`.
    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("'{text}' is not a shard such as 3/16, from 1/16 to 16/16");
        let (number, count) = text.split_once('/').ok_or_else(invalid)?;
        let number = number.trim().parse().map_err(|_| invalid())?;
        let count = count.trim().parse().map_err(|_| invalid())?;
        if (1..=count).contains(&number) {
            Ok(Self { number, count })
        } else {
            Err(invalid())
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// The jobs of a table's valid rows, and the problems of the others.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The jobs, sorted by character and speaker.
    pub jobs: Vec<Job>,
    /// The problems, in the table's order.
    pub problems: Vec<Problem>,
}

impl Plan {
    /// Plans the jobs of a table. A row has a problem if an output of it lies outside the output
    /// folder, is also the output of another row, or would replace an input.
    pub fn new(table: Table, settings: &Settings) -> Self {
        let mut plan = Self {
            jobs: Vec::with_capacity(table.lines.len()),
            problems: table.problems,
        };
        let root = resolved(&settings.output);
        let mut inputs = Inputs::new(&table.source, settings);
        inputs.extend(&table.lines);
        let mut taken: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for line in table.lines {
            let row = line.row;
            let mut add_problem = |column: &str, reason: String| {
                plan.problems.push(Problem {
                    row,
                    column: Some(column.to_owned()),
                    reason,
                });
            };
            match job(line, settings) {
                Err((column, reason)) => add_problem(column, reason),
                Ok(job) => match output_problem(&job, &root, &inputs, &mut taken) {
                    Some(reason) => add_problem("output", reason),
                    None => plan.jobs.push(job),
                },
            }
        }
        plan.problems.sort();
        // Characters and speakers are loaded once for all their lines.
        plan.jobs.sort_by(|a, b| {
            let key = |job: &Job| {
                (
                    job.character.clone(),
                    job.rig_map.clone(),
                    job.speaker.clone(),
                )
            };
            key(a).cmp(&key(b)).then(a.row.cmp(&b.row))
        });
        plan
    }

    /// Keeps one part of the plan. Every job is in exactly one part; the problems are in the first.
    pub fn shard(mut self, shard: Shard) -> Self {
        let count = self.jobs.len();
        let bound = |number: usize| number * count / shard.count;
        self.jobs.truncate(bound(shard.number));
        self.jobs.drain(..bound(shard.number - 1));
        if shard.number > 1 {
            self.problems.clear();
        }
        self
    }
}

/// Input files, which no output may replace.
struct Inputs(BTreeSet<PathBuf>);

impl Inputs {
    fn new(table: &Path, settings: &Settings) -> Self {
        let defaults = [&settings.speaker, &settings.character, &settings.rig_map];
        let paths = defaults.into_iter().flatten().map(PathBuf::as_path);
        Self(paths.chain([table]).map(resolved).collect())
    }

    fn extend(&mut self, lines: &[Line]) {
        let files = lines.iter().flat_map(|line| {
            let optional = [&line.speaker, &line.character, &line.rig_map];
            optional.into_iter().flatten().chain([&line.audio])
        });
        // Most lines share their speakers and characters.
        let distinct: BTreeSet<_> = files.collect();
        self.0
            .extend(distinct.into_iter().map(|file| resolved(file)));
    }
}

/// Fills in the defaults of a line. An error comes with its column.
fn job(line: Line, settings: &Settings) -> Result<Job, (&'static str, String)> {
    let mut options = settings.options.clone();
    for (name, text) in &line.options {
        let set = options.set(name, text);
        set.map_err(|error| (*name, error.to_string()))?;
    }
    if let Some(code) = line.start {
        (code.frame(options.fps)).map_err(|error| ("start", error.to_string()))?;
    }
    let outputs = outputs(&line.output, settings).map_err(|reason| ("output", reason))?;
    let names_character = line.character.is_some();
    let mut job = Job {
        row: line.row,
        line: line.output,
        audio: line.audio,
        options,
        start: line.start,
        speaker: line.speaker.or_else(|| settings.speaker.clone()),
        style_strength: line.style_strength.unwrap_or(settings.style_strength),
        character: line.character.or_else(|| settings.character.clone()),
        // The default rig map belongs to the default character.
        rig_map: (line.rig_map).or_else(|| settings.rig_map.clone().filter(|_| !names_character)),
        compression: settings.compression,
        outputs,
        metadata: line.metadata,
    };
    if let Some(language) = line.language {
        job.metadata.insert("language".to_owned(), language);
    }
    if !job.has_scene() {
        (job.character, job.rig_map, job.compression) = (None, None, Compression::default());
    }
    Ok(job)
}

/// The files of a line: one for each format, or a single one if the name has a format's ending.
fn outputs(name: &str, settings: &Settings) -> Result<Vec<Output>, String> {
    let path = settings.output.join(name);
    if let Some(format) = Format::of(&path) {
        return Ok(vec![Output { path, format }]);
    }
    if settings.formats.is_empty() {
        return Err(format!(
            "'{name}' does not end in a known format; add an ending, or give --format"
        ));
    }
    let with_ending = |format: &Format| Output {
        path: settings.output.join(format!("{name}{}", format.ending())),
        format: *format,
    };
    Ok(settings.formats.iter().map(with_ending).collect())
}

/// Why the outputs of a job cannot be written, or `None`; adds them to `taken` then.
fn output_problem(
    job: &Job,
    root: &Path,
    inputs: &Inputs,
    taken: &mut BTreeMap<PathBuf, usize>,
) -> Option<String> {
    let paths: Vec<PathBuf> = job
        .outputs
        .iter()
        .map(|output| resolved(&output.path))
        .collect();
    for path in &paths {
        let name = path.display();
        if !path.starts_with(root) {
            return Some(format!("a link leads out of the output folder, to {name}"));
        }
        if inputs.0.contains(path) {
            return Some(format!(
                "it would replace an input, {name}; choose another name"
            ));
        }
        if let Some(row) = taken.get(path) {
            return Some(format!("row {row} has the same output, {name}"));
        }
    }
    taken.extend(paths.into_iter().map(|path| (path, job.row)));
    None
}
