//! The feature of microphones, for checks and tests, if its libraries are installed.
//!
//! By default a Linux build has no microphones: it would link ALSA's library, and not start without
//! it. The feature compiles only the microphone crate and the program anew.

use crate::steps::{Step, Steps};

/// A step of Cargo for the whole workspace, with microphones if they can be compiled here.
pub fn enable(steps: &Steps, cargo: Step) -> Step {
    // Windows and macOS have microphones in every build.
    if cfg!(any(windows, target_os = "macos")) {
        return cargo;
    }
    let probe = Step::new("pkg-config").words("--exists --print-errors alsa");
    if steps.only_print || probe.query(&steps.root).is_some() {
        return cargo.words("--features metaface-cli/microphone");
    }
    println!("\nSkipped: microphones; missing: libasound2-dev and pkg-config");
    cargo
}
