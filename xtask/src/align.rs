//! `cargo xtask align`: phone times of recordings with transcripts.

use crate::python;
use crate::steps::{Step, Steps, TaskError};

/// Aligns the recordings of a folder and writes the result to another.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), TaskError> {
    let [folder, output] = options else {
        return Err(TaskError::Usage("align takes FOLDER and OUTPUT".into()));
    };
    let espeak = Step::new("espeak-ng").args(["--version"]);
    if !steps.only_print && espeak.query(&steps.root).is_none() {
        let remedy = "espeak-ng not found: install the package espeak-ng";
        return Err(TaskError::Failed(remedy.into()));
    }
    let pinned = include_str!("../align/requirements.txt");
    let environment = steps.tools_folder().join("align-venv");
    let programs = python::environment(steps, &environment, pinned)?;
    let script = steps.root.join("xtask/align/align.py");
    let align = Step::new(programs.join("python")).args([script]);
    steps.run(&align.args([folder, output]))
}
