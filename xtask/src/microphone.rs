//! Checks and tests of the program with microphones, if the libraries are installed.
//!
//! By default a Linux build has no microphones: it would link ALSA's library, and not start without
//! it. With microphones, only the microphone crate and the program are compiled again.

use crate::node::NodeJs;
use crate::steps::{Outcome, Step, Steps};

/// Lints the microphone crate. The program's code does not depend on the feature.
pub fn lint(steps: &Steps) -> Outcome {
    if !can_build(steps) {
        return Ok(());
    }
    let clippy = Step::cargo("clippy").words("-p metaface-microphone --features alsa");
    steps.run(&clippy.words("--all-targets -- -D warnings"))
}

/// Tests the program with a virtual ALSA microphone.
pub fn test(steps: &Steps, node: &NodeJs) -> Outcome {
    if !can_build(steps) {
        return Ok(());
    }
    // The whole workspace, so that every crate keeps its compiled features.
    let tests = (node.cargo_test().words("--workspace --test stream"))
        .words("--features metaface-cli/microphone");
    steps.run(&tests.words("-- microphone"))
}

/// False on Windows and macOS, whose default build has microphones and is already checked.
fn can_build(steps: &Steps) -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return false;
    }
    let probe = Step::new("pkg-config").words("--exists --print-errors alsa");
    let is_installed = steps.only_print || probe.query(&steps.root).is_some();
    if !is_installed {
        println!("\nSkipped: microphones; missing: libasound2-dev and pkg-config");
    }
    is_installed
}
