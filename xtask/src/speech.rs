//! `cargo xtask align` and `dialogue`: speech for training, evaluation and batches.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf, absolute};

use crate::python;
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, DIALOGUE, ESPEAK_NG};

/// Finds the phone times of the recordings in `folder`, and writes them to `output`.
pub fn align(steps: &Steps, folder: &Path, output: &Path) -> Outcome {
    system::require(steps, &ESPEAK_NG)?;
    let pinned = steps.read("tools/align/requirements.txt")?;
    let python = python::environment(steps, "align-venv", None, &pinned)?;
    let align = Step::new(python).arg("tools/align/align.py");
    steps.run(&align.arg(user_path(folder)?).arg(user_path(output)?))
}

/// Writes the sounds and the table of a fictional dialogue to `folder`.
pub fn dialogue(steps: &Steps, folder: &Path, lines: NonZeroU32) -> Outcome {
    system::require(steps, &DIALOGUE)?;
    let dialogue = Step::metaface_tool("dialogue")
        .arg("--")
        .arg(user_path(folder)?);
    steps.run(&dialogue.arg(lines.to_string()))
}

/// A path relative to the user's folder, not to the workspace, in which steps run.
fn user_path(path: &Path) -> Outcome<PathBuf> {
    absolute(path).map_err(|error| format!("cannot find {}: {error}", path.display()))
}
