//! A line with everything decided.

use std::collections::BTreeMap;
use std::path::PathBuf;

use metaface_core::Options;
use metaface_core::clip::Timecode;
use metaface_exporters::Compression;
use metaface_exporters::clip_file::Output;

/// What is to be made of one sound.
#[derive(Debug, Clone)]
pub struct Job {
    /// The row of the table.
    pub row: usize,
    /// What the line is called: where its files go, below the output folder.
    pub line: String,
    /// The sound.
    pub audio: PathBuf,
    /// How it is animated.
    pub options: Options,
    /// Time code of the first frame; none for midnight.
    pub start: Option<Timecode>,
    /// Who speaks; none for the average speaker.
    pub speaker: Option<PathBuf>,
    /// Factor on how much like the speaker.
    pub style_strength: f32,
    /// Whose face, if any output shows one; none for the sample head.
    pub character: Option<PathBuf>,
    /// How that face is driven.
    pub rig_map: Option<PathBuf>,
    /// How small that face's animation is made.
    pub compression: Compression,
    /// The files, within the output folder.
    pub outputs: Vec<Output>,
    /// What the table says besides; goes into the files' metadata.
    pub metadata: BTreeMap<String, String>,
}

impl Job {
    /// Whether any output shows a character.
    pub fn has_scene(&self) -> bool {
        self.outputs.iter().any(|output| output.format.is_scene())
    }

    /// Whether the same speaker says both with the same options, so that they can be made in one go.
    pub fn is_like(&self, other: &Self) -> bool {
        let voice = |job: &Self| (job.speaker.clone(), job.style_strength.to_bits());
        voice(self) == voice(other) && self.options == other.options
    }

    /// Everything that was chosen for it, in one text: the same text, the same choices. Contents
    /// of files are not in it.
    pub fn choices(&self) -> String {
        format!(
            "{:?}",
            (
                &self.line,
                &self.options,
                self.start,
                self.style_strength,
                self.compression,
                self.outputs
                    .iter()
                    .map(|output| output.format)
                    .collect::<Vec<_>>(),
                &self.metadata,
            )
        )
    }
}
