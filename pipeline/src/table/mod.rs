//! The lines to animate: a table from a spreadsheet, or a folder of sounds.
//!
//! ```
//! use metaface_pipeline::table::{TableFormat, read_rows};
//!
//! let text = "audio;language;actor\nl 1.wav;de-DE;Ümit\n";
//! let table = read_rows(text.as_bytes(), TableFormat::Separated)?;
//! assert_eq!(table.rows[0].cells["actor"], "Ümit");
//! # Ok::<(), String>(())
//! ```

mod folder;
mod line;
mod rows;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use metaface_core::clip::Timecode;
use serde::Serialize;

pub use self::rows::{TableFormat, TableRow, TableRows, read_rows};
use crate::BatchError;

/// Size limit of a table, in bytes.
pub const LARGEST_TABLE: u64 = 256 << 20;

/// One line of dialogue, as the table describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// The row number as in a spreadsheet; in a folder, the number of the sound from 1.
    pub row: usize,
    /// The sound.
    pub audio: PathBuf,
    /// The speaker file; `None` for the batch's default.
    pub speaker: Option<PathBuf>,
    /// The character; `None` for the batch's default.
    pub character: Option<PathBuf>,
    /// The rig map; `None` for the batch's default.
    pub rig_map: Option<PathBuf>,
    /// The path of the files below the output folder, with `/` between folders.
    pub output: String,
    /// The animation options in the row, by name.
    pub options: Vec<(&'static str, String)>,
    /// Time code of the first frame.
    pub start: Option<Timecode>,
    /// Style strength of the speaker, 0 to 2.
    pub style_strength: Option<f32>,
    /// The language tag, such as `pt-BR`.
    pub language: Option<String>,
    /// All other columns, for the files' metadata.
    pub metadata: BTreeMap<String, String>,
}

/// An error in a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The row number as in a spreadsheet: the first row below the header is 2. In JSON Lines, the
    /// line number of the file.
    pub row: usize,
    /// The column; `None` if the whole row is affected.
    pub column: Option<String>,
    /// The reason and the remedy.
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

/// Folders in which characters and speakers are found by name.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// Characters, such as `hero.glb`.
    pub characters: Option<PathBuf>,
    /// Speakers, such as `anna.speaker`.
    pub speakers: Option<PathBuf>,
    /// The output folder. Sounds in it are ignored.
    pub output: Option<PathBuf>,
}

/// The valid lines of a table, and the problems of its other rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The table or folder.
    pub source: PathBuf,
    /// The lines in the table's order.
    pub lines: Vec<Line>,
    /// The problems in the table's order.
    pub problems: Vec<Problem>,
}

impl Table {
    /// Reads a table or a folder of sounds.
    ///
    /// Bad rows are not an error: they are all listed in [`Table::problems`].
    ///
    /// # Errors
    /// [`BatchError::Unreadable`], and [`BatchError::Table`] if the file is not a table.
    pub fn read(source: &Path, folders: &Folders) -> Result<Self, BatchError> {
        if source.is_dir() {
            return folder::read(source, folders);
        }
        let unreadable = |error| BatchError::Unreadable {
            path: source.to_owned(),
            source: error,
        };
        let unusable = |reason: String| BatchError::Table {
            path: source.to_owned(),
            reason,
        };
        let format = TableFormat::of(source).ok_or_else(|| {
            unusable("it does not end in .csv, .tsv, .jsonl or .ndjson; export it as one of these, or give a folder of sounds".to_owned())
        })?;
        let mut bytes = Vec::new();
        let file = File::open(source).map_err(unreadable)?;
        let mut limited = file.take(LARGEST_TABLE + 1);
        limited.read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST_TABLE {
            return Err(unusable(format!(
                "it is larger than {} MiB; split it",
                LARGEST_TABLE >> 20
            )));
        }
        let rows = read_rows(&bytes, format).map_err(unusable)?;
        Ok(Self::of(rows, source, folders))
    }

    /// The table with the lines of these rows, which were read from `source`.
    pub fn of(rows: TableRows, source: &Path, folders: &Folders) -> Self {
        let base = source.parent().unwrap_or(Path::new(""));
        let mut table = Self {
            source: source.to_owned(),
            problems: rows.problems,
            ..Self::default()
        };
        for row in rows.rows {
            match line::read(row, base, folders) {
                Ok(line) => table.lines.push(line),
                Err(problems) => table.problems.extend(problems),
            }
        }
        table.problems.sort();
        table
    }
}
