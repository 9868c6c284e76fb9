//! A line with all its settings resolved.

use std::collections::BTreeMap;
use std::path::PathBuf;

use metaface_core::Options;
use metaface_core::clip::Timecode;
use metaface_exporters::Compression;
use metaface_exporters::clip_file::Output;

/// The version of [`Job::choices`].
const CHOICES_VERSION: u32 = 1;

/// One sound and the files to make from it.
#[derive(Debug, Clone)]
pub struct Job {
    /// The row of the table.
    pub row: usize,
    /// The name of the line: the path of its files below the output folder.
    pub line: String,
    /// The sound.
    pub audio: PathBuf,
    /// The animation options.
    pub options: Options,
    /// Time code of the first frame; `None` for midnight.
    pub start: Option<Timecode>,
    /// The speaker file; `None` for the average speaker.
    pub speaker: Option<PathBuf>,
    /// Style strength of the speaker, 0 to 2.
    pub style_strength: f32,
    /// The character, if any output shows one; `None` for the sample head.
    pub character: Option<PathBuf>,
    /// The character's rig map; `None` to find it by names.
    pub rig_map: Option<PathBuf>,
    /// Key reduction and quantisation of the character's animation.
    pub compression: Compression,
    /// The files, within the output folder.
    pub outputs: Vec<Output>,
    /// The table's other columns, for the files' metadata.
    pub metadata: BTreeMap<String, String>,
}

impl Job {
    /// Whether any output shows a character.
    pub fn has_scene(&self) -> bool {
        self.outputs.iter().any(|output| output.format.is_scene())
    }

    /// Whether both jobs have the same speaker and options, so that one pack can hold them.
    pub fn can_share_pack_with(&self, other: &Self) -> bool {
        let speaker = |job: &Self| (job.speaker.clone(), job.style_strength.to_bits());
        speaker(self) == speaker(other) && self.options == other.options
    }

    /// All settings of the job as JSON. Equal settings give equal text. File contents are not part
    /// of it.
    ///
    /// A line is made again when this text changes. So options at their default are omitted, keys
    /// stay when fields are renamed, and `CHOICES_VERSION` counts other changes.
    pub fn choices(&self) -> String {
        let formats = self.outputs.iter().map(|output| output.format.name());
        let Compression { reduce, precision } = self.compression;
        serde_json::json!({
            "version": CHOICES_VERSION,
            "line": self.line,
            "options": self.options.changes(),
            "start": self.start.map(|start| start.to_string()),
            "style_strength": self.style_strength,
            "reduce_mm": reduce,
            "precision": precision.to_string(),
            "formats": formats.collect::<Vec<_>>(),
            "metadata": self.metadata,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use metaface_exporters::Format;
    use serde_json::{Value, json};

    use super::*;

    fn choices(options: Options) -> Value {
        let job = Job {
            row: 2,
            line: "a".to_owned(),
            audio: "a.wav".into(),
            options,
            start: None,
            speaker: None,
            style_strength: 1.0,
            character: None,
            rig_map: None,
            compression: Compression::default(),
            outputs: vec![Output {
                path: "a.csv".into(),
                format: Format::Csv,
            }],
            metadata: BTreeMap::new(),
        };
        serde_json::from_str(&job.choices()).expect("JSON")
    }

    /// A change here makes every line of every studio again.
    #[test]
    fn the_settings_of_a_line_have_stable_keys() {
        let mut expected = json!({
            "version": 1,
            "line": "a",
            "options": {},
            "start": null,
            "style_strength": 1.0,
            "reduce_mm": null,
            "precision": Compression::default().precision.to_string(),
            "formats": ["csv"],
            "metadata": {},
        });
        assert_eq!(choices(Options::default()), expected);
        let mut options = Options::default();
        options.set("seed", "8").expect("a seed");
        options.set("head", "false").expect("a switch");
        expected["options"] = json!({"seed": "8", "head": "false"});
        assert_eq!(choices(options), expected);
    }
}
