//! What holds for every line that does not say otherwise.

use std::path::PathBuf;

use metaface_core::Options;
use metaface_exporters::{Compression, Format};

/// How a batch is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that outputs and the state go into; nothing is written elsewhere.
    pub output: PathBuf,
    /// What each line is written as, unless its output has an ending of its own.
    pub formats: Vec<Format>,
    /// How lines are animated.
    pub options: Options,
    /// Who speaks; none for the average speaker.
    pub speaker: Option<PathBuf>,
    /// Factor on how much like the speaker, 0 to 2.
    pub style_strength: f32,
    /// Whose face; none for the sample head.
    pub character: Option<PathBuf>,
    /// How that face is driven; none for what is found by name.
    pub rig_map: Option<PathBuf>,
    /// How small that face's animation is made.
    pub compression: Compression,
    /// Lines in the making at the same time.
    pub jobs: usize,
    /// Make what is made already too.
    pub force: bool,
    /// Begin no line after one has failed, and none at all with bad rows in the table.
    pub fail_fast: bool,
    /// Leave alone the lines that failed and of which nothing has changed since, those whose sound
    /// is not there yet, and those whose sound is still being copied: for a batch that is looked
    /// after again and again.
    pub patient: bool,
}

impl Settings {
    /// Everything as it is unless told otherwise, one line at a time into this folder.
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
            patient: false,
        }
    }
}
