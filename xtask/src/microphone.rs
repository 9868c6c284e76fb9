//! The program with microphones, where the system has what they are built with.
//!
//! By default a Linux build has none: it would link ALSA's library, and not start where that is
//! absent. With them nothing but the microphone's own crate and the program is compiled anew.

use crate::steps::{Fault, Step, Steps};
use crate::tools::Tools;

/// Lints the crate that opens microphones: in the program itself nothing depends on it.
pub fn lint(steps: &Steps) -> Result<(), Fault> {
    if !can_build(steps) {
        return Ok(());
    }
    let clippy = Step::cargo("clippy").args(["-p", "metaface-microphone", "--features", "alsa"]);
    steps.run(&clippy.args(["--all-targets", "--", "-D", "warnings"]))
}

/// Lets the program hear a microphone that ALSA itself makes up.
pub fn test(steps: &Steps, tools: &Tools) -> Result<(), Fault> {
    if !can_build(steps) {
        return Ok(());
    }
    // The whole workspace, so that every crate has the features that it has been compiled with.
    let tests = Step::cargo("test").args(["--workspace", "--test", "stream"]);
    let tests = tests.args(["--features", "metaface-cli/microphone"]);
    steps.run(&tools.offer(tests).args(["--", "microphone"]))
}

/// Windows and macOS have microphones always, and everything else has been checked with them.
fn can_build(steps: &Steps) -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return false;
    }
    let there = steps.only_print || {
        let asked = Step::new("pkg-config").args(["--exists", "--print-errors", "alsa"]);
        asked.answer(&steps.root).is_some()
    };
    if !there {
        println!("\nSkipped: microphones, for want of libasound2-dev and pkg-config");
    }
    there
}
