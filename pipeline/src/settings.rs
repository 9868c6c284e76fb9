//! Settings of a batch: defaults for lines that do not override them.

use std::path::PathBuf;

use metaface_core::Options;
use metaface_exporters::{Compression, Format};

/// Settings of a batch.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder for outputs and the state. Nothing is written elsewhere.
    pub output: PathBuf,
    /// The formats of each line, unless its output has a format's ending.
    pub formats: Vec<Format>,
    /// The animation options.
    pub options: Options,
    /// The speaker file; `None` for the average speaker.
    pub speaker: Option<PathBuf>,
    /// Style strength of the speaker, 0 to 2.
    pub style_strength: f32,
    /// The character; `None` for the sample head.
    pub character: Option<PathBuf>,
    /// The character's rig map; `None` to find it by names.
    pub rig_map: Option<PathBuf>,
    /// Key reduction and quantisation of the character's animation.
    pub compression: Compression,
    /// Number of lines that run at the same time.
    pub jobs: usize,
    /// Also make lines that are current.
    pub force: bool,
    /// Start no line after one has failed, and no line at all if the table has bad rows.
    pub fail_fast: bool,
    /// Skip lines that failed with the same inputs, lines whose sound does not exist yet, and lines
    /// whose sound may still be copied: for a batch that runs repeatedly.
    pub watching: bool,
}

impl Settings {
    /// Default settings: one line at a time into this folder.
    pub fn new(output: PathBuf, formats: Vec<Format>) -> Self {
        Self {
            output,
            formats,
            options: Options::default(),
            speaker: None,
            style_strength: 1.0,
            character: None,
            rig_map: None,
            compression: Compression::default(),
            jobs: 1,
            force: false,
            fail_fast: false,
            watching: false,
        }
    }
}
