//! A small dialogue to animate, and its results.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of `samples/farm`.
pub fn sample(name: &str) -> PathBuf {
    root()
        .join("samples/farm")
        .join(name)
        .canonicalize()
        .unwrap()
}

/// The program under test.
pub fn metaface() -> PathBuf {
    env!("CARGO_BIN_EXE_metaface").into()
}

/// A folder with sounds and the table that lists them.
pub struct Dialogue {
    folder: TempDir,
    lines: Vec<String>,
}

impl Dialogue {
    /// A dialogue with this number of lines.
    pub fn of(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (1..=count)
            .map(|number| format!("scène {}/Zoë {number}", number % 2))
            .collect();
        let speech = root().join("samples/speech/line.wav");
        fs::create_dir(folder.path().join("söunds")).unwrap();
        fs::copy(speech, folder.path().join("söunds/a line.wav")).unwrap();
        let rows = lines
            .iter()
            .map(|line| format!("söunds/a line.wav,{line},Zoë\n"));
        let table = format!("audio,output,actor\n{}", rows.collect::<String>());
        fs::write(folder.path().join("dialogue.csv"), table).unwrap();
        Self { folder, lines }
    }

    /// Adds a line with an invalid sound file.
    pub fn with_a_bad_line(self) -> Self {
        fs::write(self.folder.path().join("söunds/broken.wav"), "no sound").unwrap();
        let table = self.table();
        let mut rows = fs::read_to_string(&table).unwrap();
        rows += "söunds/broken.wav,broken,Zoë\n";
        fs::write(table, rows).unwrap();
        self
    }

    /// The folder of the sounds and the table.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The table.
    pub fn table(&self) -> PathBuf {
        self.folder().join("dialogue.csv")
    }

    /// The output folder.
    pub fn output(&self) -> PathBuf {
        self.folder().join("build")
    }

    /// The valid lines with a file of this format, and the times of the files.
    pub fn done(&self, format: &str) -> Vec<(&str, SystemTime)> {
        let modified = |line: &String| {
            let path = self.output().join(format!("{line}.{format}"));
            path.metadata().and_then(|file| file.modified()).ok()
        };
        self.lines
            .iter()
            .filter_map(|line| Some((line.as_str(), modified(line)?)))
            .collect()
    }

    /// Asserts that every valid line has files of these formats, and that the report covers all lines.
    pub fn assert_complete(&self, formats: &[&str], failed: usize) {
        for format in formats {
            assert_eq!(self.done(format).len(), self.lines.len(), "{format}");
        }
        let page = fs::read_to_string(self.output().join("report.html")).unwrap();
        assert!(page.contains("<html"), "{page}");
        let report = fs::read(self.output().join("report.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let totals = &report["totals"];
        assert_eq!(totals["lines"], self.lines.len() + failed, "{totals}");
        assert_eq!(totals["failed"], failed, "{totals}");
        assert_eq!(totals["done"], self.lines.len(), "{totals}");
    }
}
