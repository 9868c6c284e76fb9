//! Batches of many lines.

mod concurrent;
mod faults;
mod incremental;
mod killed;
mod looking;
mod scale;
mod tables;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::wave_header;
use serde_json::Value;
use tempfile::TempDir;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// A folder in which a batch is run.
struct BatchFolder {
    folder: TempDir,
}

impl BatchFolder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With different sounds `s0.wav`, `s1.wav` and so on, half a second each.
    fn with_sounds(count: usize) -> Self {
        let batch = Self::new();
        for index in 0..count {
            batch.write(&format!("s{index}.wav"), wave(8_000, index as u32));
        }
        batch
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Copies a sample file.
    fn copy(&self, sample: &str, name: &str) {
        let bytes = std::fs::read(Path::new(SAMPLES).join(sample)).unwrap();
        self.write(name, bytes);
    }

    fn exists(&self, name: &str) -> bool {
        self.at(name).is_file()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_metaface"));
        command
            .current_dir(self.path())
            .args(["batch"])
            .args(arguments);
        command.args(["--device", "cpu"]);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Runs the program, which must end with this exit code, and returns its JSON report.
    fn report(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        assert!(!message.contains("panicked"), "{message}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs the program, which must end with this exit code, and returns its standard error.
    fn message(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        assert!(!message.contains("panicked"), "{message}");
        message
    }

    /// All files below the output folder except the state, with their bytes.
    fn outputs(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.at("out")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.at("out")).unwrap();
                if !path.is_dir() {
                    found.push((name.display().to_string(), std::fs::read(&path).unwrap()));
                } else if name != Path::new(".metaface") {
                    folders.push(path.clone());
                }
            }
        }
        found.sort();
        found
    }
}

/// The lines that a run made.
fn made_now(report: &Value) -> Vec<String> {
    let lines = report["lines"].as_array().unwrap().iter();
    let made = lines.filter(|line| line["made_now"] == true);
    let mut names: Vec<String> = made
        .map(|line| line["line"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// 16 kHz mono 16-bit WAV: a voice-like buzz that differs with `seed`.
fn wave(samples: usize, seed: u32) -> Vec<u8> {
    let mut bytes = wave_header(samples as u32);
    let pitch = 110.0 + f64::from(seed % 97);
    for index in 0..samples {
        let time = index as f64 / 16_000.0;
        let buzz = (time * pitch).fract() - 0.5;
        let syllables = (time * 4.0 * std::f64::consts::TAU).sin().max(0.0);
        bytes.extend(((buzz * syllables * 12_000.0) as i16).to_le_bytes());
    }
    bytes
}
