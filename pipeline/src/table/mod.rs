//! The lines to animate: a table that somebody keeps in a spreadsheet, or a folder of sounds.
//!
//! ```
//! use metaface_pipeline::table::{Kind, records};
//!
//! let text = "audio;language;actor\nl 1.wav;de-DE;Ümit\n";
//! let found = records(text.as_bytes(), Kind::Separated)?;
//! assert_eq!(found.records[0].cells["actor"], "Ümit");
//! # Ok::<(), String>(())
//! ```

mod folder;
mod line;
mod records;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use metaface_core::clip::{ChannelGains, FrameRate, Timecode};
use serde::Serialize;

pub use self::records::{Kind, Record, Records, records};
use crate::BatchError;

/// More bytes than any table of lines has.
pub const LARGEST_TABLE: u64 = 256 << 20;

/// One line of dialogue, as it was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The row of the table, counted as a spreadsheet does; of a folder, the sound's place in it.
    pub row: usize,
    /// The sound.
    pub audio: PathBuf,
    /// Who speaks; none for the batch's usual speaker.
    pub speaker: Option<PathBuf>,
    /// Whose face; none for the batch's usual character.
    pub character: Option<PathBuf>,
    /// How that face is driven; none for the batch's usual way.
    pub rig_map: Option<PathBuf>,
    /// Where the files go, below the output folder and with `/` between folders.
    pub output: String,
    /// Frames per second.
    pub fps: Option<FrameRate>,
    /// Time code of the first frame.
    pub start: Option<Timecode>,
    /// Factor on all motion.
    pub strength: Option<f32>,
    /// Factor on how much like the speaker.
    pub style_strength: Option<f32>,
    /// Factor on brows, head and gaze.
    pub liveliness: Option<f32>,
    /// Seed of brows, head and eyes.
    pub seed: Option<u64>,
    /// Gains and offsets per channel.
    pub gain: Option<ChannelGains>,
    /// The language tag, such as `pt-BR`.
    pub language: Option<String>,
    /// All other columns, which go into the files' metadata.
    pub others: BTreeMap<String, String>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The row, counted as a spreadsheet does: the first below the header is 2. For JSON Lines,
    /// the line of the file.
    pub row: usize,
    /// The column, if it lies in one.
    pub column: Option<String>,
    /// What is wrong, and what to write instead.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
        if let Some(column) = &self.column {
            write!(f, ", column '{column}'")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Where characters and speakers are looked for by name.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// Characters, such as `hero.glb`.
    pub characters: Option<PathBuf>,
    /// Speakers, such as `anna.speaker`.
    pub speakers: Option<PathBuf>,
    /// Where outputs go: no sound in there is a line.
    pub output: Option<PathBuf>,
}

/// The good lines and all that is wrong with the others.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Where they are from.
    pub source: PathBuf,
    /// The lines in the table's order.
    pub lines: Vec<Line>,
    /// Everything that is wrong, in the table's order.
    pub problems: Vec<Problem>,
}

impl Table {
    /// Reads a table, or makes one of a folder's sounds.
    ///
    /// Bad rows are no error: they are [`Table::problems`], all of them at once.
    ///
    /// # Errors
    /// [`BatchError::Unreadable`], and [`BatchError::Table`] for what is no table at all.
    pub fn read(source: &Path, folders: &Folders) -> Result<Self, BatchError> {
        if source.is_dir() {
            return folder::read(source, folders);
        }
        let unreadable = |error| BatchError::Unreadable {
            path: source.to_owned(),
            source: error,
        };
        let refused = |reason: String| BatchError::Table {
            path: source.to_owned(),
            reason,
        };
        let kind = Kind::of(source).ok_or_else(|| {
            refused("its ending is none of .csv .tsv .jsonl .ndjson; export it as one of these, or give a folder of sounds".to_owned())
        })?;
        let mut bytes = Vec::new();
        let file = File::open(source).map_err(unreadable)?;
        let mut file = file.take(LARGEST_TABLE + 1);
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST_TABLE {
            return Err(refused(format!(
                "it is larger than {} MiB; split it",
                LARGEST_TABLE >> 20
            )));
        }
        let found = records(&bytes, kind).map_err(refused)?;
        Ok(Self::of(found, source, folders))
    }

    /// The lines of rows that were read from `source`.
    pub fn of(found: Records, source: &Path, folders: &Folders) -> Self {
        let base = source.parent().unwrap_or(Path::new(""));
        let mut table = Self {
            source: source.to_owned(),
            problems: found.problems,
            ..Self::default()
        };
        for record in found.records {
            match line::read(record, base, folders) {
                Ok(line) => table.lines.push(line),
                Err(problems) => table.problems.extend(problems),
            }
        }
        table.problems.sort();
        table
    }
}
