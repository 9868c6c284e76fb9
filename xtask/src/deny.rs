//! `cargo xtask deny`: checks the licences and sources of all dependencies against `deny.toml`.

use crate::steps::{Step, Steps, TaskError};
use crate::tools::from_crates_io;

/// Pinned, because its knowledge of licences changes with its version.
const CARGO_DENY: &str = "0.20.2";

/// Checks licences, duplicate versions and sources. Advisories are not checked, because their
/// database needs a network.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    let cargo_deny = from_crates_io(steps, "cargo-deny", CARGO_DENY)?;
    let check = Step::new(cargo_deny).args(["check", "licenses", "bans", "sources"]);
    steps.run(&check)
}
