//! `cargo xtask deny`: the licences and sources of everything that is linked, by `deny.toml`.

use crate::steps::{Fault, Step, Steps};
use crate::tools::from_crates_io;

/// Pinned: what it knows of licences changes with its version.
const CARGO_DENY: &str = "0.20.2";

/// Checks licences, duplicate versions and sources; advisories need a database that is fetched,
/// and are for whoever is connected.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    let cargo_deny = from_crates_io(steps, "cargo-deny", CARGO_DENY)?;
    let check = Step::new(cargo_deny).args(["check", "licenses", "bans", "sources"]);
    steps.run(&check)
}
