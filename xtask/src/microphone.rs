//! Checks and tests of the program with microphones, if the libraries are installed.
//!
//! By default a Linux build has no microphones: it would link ALSA's library, and not start without
//! it. With microphones, only the microphone crate and the program are compiled again.

use crate::steps::{Step, Steps, TaskError};
use crate::tools::Tools;

/// Lints the microphone crate. The program's code does not depend on the feature.
pub fn lint(steps: &Steps) -> Result<(), TaskError> {
    if !can_build(steps) {
        return Ok(());
    }
    let clippy = Step::cargo("clippy").args(["-p", "metaface-microphone", "--features", "alsa"]);
    steps.run(&clippy.args(["--all-targets", "--", "-D", "warnings"]))
}

/// Tests the program with a virtual ALSA microphone.
pub fn test(steps: &Steps, tools: &Tools) -> Result<(), TaskError> {
    if !can_build(steps) {
        return Ok(());
    }
    // The whole workspace, so that every crate keeps its compiled features.
    let tests = Step::cargo("test")
        .args(["--workspace", "--test", "stream"])
        .args(["--features", "metaface-cli/microphone"]);
    steps.run(&tools.offer(tests).args(["--", "microphone"]))
}

/// False on Windows and macOS, whose default build has microphones and is already checked.
fn can_build(steps: &Steps) -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return false;
    }
    let is_installed = steps.only_print || {
        let probe = Step::new("pkg-config").args(["--exists", "--print-errors", "alsa"]);
        probe.query(&steps.root).is_some()
    };
    if !is_installed {
        println!("\nSkipped: microphones; missing: libasound2-dev and pkg-config");
    }
    is_installed
}
