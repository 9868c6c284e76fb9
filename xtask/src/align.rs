//! `cargo xtask align`: phone times for recordings that come with transcripts.

use crate::python;
use crate::steps::{Fault, Step, Steps};

/// Aligns the recordings of one folder into another.
pub fn run(steps: &Steps, options: &[String]) -> Result<(), Fault> {
    let [folder, output] = options else {
        return Err(Fault::Usage("align takes FOLDER and OUTPUT".into()));
    };
    let espeak = Step::new("espeak-ng").args(["--version"]);
    if !steps.only_print && espeak.answer(&steps.root).is_none() {
        let remedy = "espeak-ng is missing: install the package espeak-ng";
        return Err(Fault::Step(remedy.into()));
    }
    let pinned = include_str!("../align/requirements.txt");
    let environment = steps.tools_folder().join("align-venv");
    let programs = python::environment(steps, &environment, pinned)?;
    let script = steps.root.join("xtask/align/align.py");
    let align = Step::new(programs.join("python")).args([script]);
    steps.run(&align.args([folder, output]))
}
