//! Checks files with the reference implementation.

use std::path::{Path, PathBuf};
use std::process::Command;

use metaface_exporters::deform::{deform, mesh_nodes};
use metaface_exporters::{Character, Performance};
use serde_json::{Value, json};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files that are checked together.
pub struct ReferenceCheck {
    python: PathBuf,
    cases: Vec<PathBuf>,
}

impl ReferenceCheck {
    /// `None` if Python with `usd-core` is not installed.
    pub fn new() -> Option<Self> {
        let python = std::env::var_os("METAFACE_TEST_PYTHON").map_or_else(
            || root().join("target/test-tools/venv/bin/python3"),
            PathBuf::from,
        );
        let works = Command::new(&python).args(["-c", "import pxr"]).output();
        let works = works.is_ok_and(|output| output.status.success());
        if !works {
            println!("skipped: no Python with usd-core; see METAFACE_TEST_PYTHON");
        }
        works.then_some(Self {
            python,
            cases: Vec::new(),
        })
    }

    /// Adds a file and its expected content.
    pub fn add(&mut self, file: &Path, expected: &Value) {
        let name = file.file_name().expect("a name").to_string_lossy();
        let expected_file = file.with_file_name(format!("{name}.expected.json"));
        std::fs::write(&expected_file, expected.to_string()).expect("written");
        self.cases.extend([file.to_owned(), expected_file]);
    }

    /// Runs the check and panics with all errors that the reference implementation reports.
    pub fn run(self) {
        let script = root().join("tests/usd/check_character.py");
        let output = Command::new(&self.python)
            .arg(script)
            .args(&self.cases)
            .output();
        let output = output.expect("Python runs");
        let text =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
    }
}

/// The expected points and weights at `keys` (frame and time code).
pub fn expected(character: &Character, performance: &Performance, keys: &[(usize, f64)]) -> Value {
    let frames: Vec<_> = keys
        .iter()
        .map(|&(frame, _)| deform(character, performance, frame))
        .collect();
    let times: Vec<f64> = keys.iter().map(|&(_, time)| time).collect();
    let mesh = |(i, (node, _, mesh)): (usize, (usize, _, &metaface_exporters::character::Mesh))| {
        let track = performance.meshes.iter().find(|track| track.node == node);
        let weights = (0..mesh.targets.len()).map(|target| {
            let at = |frame: usize| {
                track.map_or(mesh.rest_weights[target], |t| t.weights[frame][target])
            };
            keys.iter().map(|&(frame, _)| at(frame)).collect()
        });
        let weights: Vec<Vec<f32>> = weights.collect();
        let points: Vec<_> = frames.iter().map(|frame| &frame[i]).collect();
        json!({ "weights": weights, "points": points })
    };
    let meshes: Vec<Value> = mesh_nodes(character).enumerate().map(mesh).collect();
    json!({ "times": times, "meshes": meshes })
}
