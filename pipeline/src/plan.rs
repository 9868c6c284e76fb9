//! From lines to jobs: what is to be made, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use metaface_exporters::clip_file::Output;
use metaface_exporters::places::place;
use metaface_exporters::{Compression, Format};

use crate::table::{Line, Problem, Table};
use crate::{Job, Settings};

/// One of several equal parts of a table, each done by another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub number: usize,
    /// Of how many.
    pub count: usize,
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `3/16`.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("'{text}' is not a part such as 3/16, from 1/16 to 16/16");
        let (number, count) = text.split_once('/').ok_or_else(refused)?;
        let number = number.trim().parse().map_err(|_| refused())?;
        let count = count.trim().parse().map_err(|_| refused())?;
        match (1..=count).contains(&number) {
            true => Ok(Self { number, count }),
            false => Err(refused()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// Every job that follows from a table, and everything that is wrong with the rest.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What is to be made; lines of one character and speaker stand together.
    pub jobs: Vec<Job>,
    /// What is wrong, in the table's order.
    pub problems: Vec<Problem>,
}

impl Plan {
    /// The jobs of a table. Outputs lead nowhere but into the output folder, no two lines share
    /// one, and none replaces an input: what would is a problem of its row.
    pub fn new(table: Table, settings: &Settings) -> Self {
        let mut plan = Self {
            jobs: Vec::with_capacity(table.lines.len()),
            problems: table.problems,
        };
        let root = place(&settings.output);
        let mut inputs = Inputs::new(&table.source, settings);
        inputs.extend(&table.lines);
        let mut taken: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for line in table.lines {
            let row = line.row;
            let mut fault = |column: &str, reason: String| {
                plan.problems.push(Problem {
                    row,
                    column: Some(column.to_owned()),
                    reason,
                });
            };
            match job(line, settings) {
                Err((column, reason)) => fault(column, reason),
                Ok(job) => match outputs_fault(&job, &root, &inputs, &mut taken) {
                    Some(reason) => fault("output", reason),
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

    /// One part of the plan; together the parts are the whole. A bad row belongs to the first.
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

/// Files that are read, and that no output may replace.
struct Inputs(BTreeSet<PathBuf>);

impl Inputs {
    fn new(table: &Path, settings: &Settings) -> Self {
        let usual = [&settings.speaker, &settings.character, &settings.rig_map];
        let usual = usual.into_iter().flatten().map(PathBuf::as_path);
        Self(usual.chain([table]).map(place).collect())
    }

    fn extend(&mut self, lines: &[Line]) {
        let files = lines.iter().flat_map(|line| {
            let named = [&line.speaker, &line.character, &line.rig_map];
            named.into_iter().flatten().chain([&line.audio])
        });
        // Most lines share their speakers and characters.
        let files: BTreeSet<_> = files.collect();
        self.0.extend(files.into_iter().map(|file| place(file)));
    }
}

/// Decides what a line left open; what cannot be comes with its column.
fn job(line: Line, settings: &Settings) -> Result<Job, (&'static str, String)> {
    let mut options = settings.options.clone();
    options.rate = line.fps.unwrap_or(options.rate);
    options.seed = line.seed.unwrap_or(options.seed);
    options.strength = line.strength.unwrap_or(options.strength);
    options.liveliness = line.liveliness.unwrap_or(options.liveliness);
    options.gains = line.gain.unwrap_or(options.gains);
    if let Some(code) = line.start {
        (code.frame(options.rate)).map_err(|error| ("start", error.to_string()))?;
    }
    let outputs = outputs(&line.output, settings).map_err(|reason| ("output", reason))?;
    let own_character = line.character.is_some();
    let mut job = Job {
        row: line.row,
        line: line.output,
        audio: line.audio,
        options,
        start: line.start,
        speaker: line.speaker.or_else(|| settings.speaker.clone()),
        style_strength: line.style_strength.unwrap_or(settings.style_strength),
        character: line.character.or_else(|| settings.character.clone()),
        // A map belongs to the character that it was made for.
        rig_map: (line.rig_map).or_else(|| settings.rig_map.clone().filter(|_| !own_character)),
        compression: settings.compression,
        outputs,
        metadata: line.others,
    };
    if let Some(language) = line.language {
        job.metadata.insert("language".to_owned(), language);
    }
    if !job.has_scene() {
        (job.character, job.rig_map, job.compression) = (None, None, Compression::default());
    }
    Ok(job)
}

/// The files of a line: one for each format, or the one that its own ending asks for.
fn outputs(name: &str, settings: &Settings) -> Result<Vec<Output>, String> {
    let path = settings.output.join(name);
    if let Some(format) = Format::of(&path) {
        return Ok(vec![Output { path, format }]);
    }
    if settings.formats.is_empty() {
        return Err(format!(
            "'{name}' has no ending that can be written; add one, or give --format"
        ));
    }
    let with_ending = |format: &Format| Output {
        path: settings.output.join(format!("{name}{}", format.ending())),
        format: *format,
    };
    Ok(settings.formats.iter().map(with_ending).collect())
}

fn outputs_fault(
    job: &Job,
    root: &Path,
    inputs: &Inputs,
    taken: &mut BTreeMap<PathBuf, usize>,
) -> Option<String> {
    let places: Vec<PathBuf> = job
        .outputs
        .iter()
        .map(|output| place(&output.path))
        .collect();
    for place in &places {
        let name = place.display();
        if !place.starts_with(root) {
            return Some(format!("a link leads out of the output folder, to {name}"));
        }
        if inputs.0.contains(place) {
            return Some(format!(
                "it would replace an input, {name}; give it another name"
            ));
        }
        if let Some(row) = taken.get(place) {
            return Some(format!("row {row} has the same output, {name}"));
        }
    }
    taken.extend(places.into_iter().map(|place| (place, job.row)));
    None
}
