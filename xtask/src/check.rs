//! `cargo xtask check` and `cargo xtask test`.
//!
//! Both use the workspace's default features, so that the neural network is compiled only twice:
//! once to be linked, once (faster) to be checked and documented.

use crate::book;
use crate::deny;
use crate::dist;
use crate::doors;
use crate::lanes;
use crate::layers;
use crate::microphone;
use crate::node::NodeJs;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, BLENDER, UNREAL};
use crate::tools::{self, Tools};
use crate::wheels;

/// Formatting, clippy and documentation with warnings as errors; licences and sources; the book.
pub fn check(steps: &Steps) -> Result<(), TaskError> {
    lint(steps, &NodeJs::find(steps)?)
}

/// Installs the tools, then runs all checks and tests.
pub fn test(steps: &Steps) -> Result<(), TaskError> {
    let tools = Tools::install(steps)?;
    lint(steps, &tools.node)?;
    // Without the examples: clippy has compiled them, and each would link the whole network.
    for kind in ["--tests", "--doc"] {
        let tests = Step::cargo("test").args(["--workspace", "--no-fail-fast", kind]);
        steps.run(&tools.offer(tests))?;
    }
    microphone::test(steps, &tools)?;
    match sdk::missing(steps)?.as_slice() {
        [] => {
            hosts(steps)?;
            dist::run(steps, &[])?;
        }
        missing => println!(
            "\nSkipped: C++, Python, the hosts, the docs' commands and packages; missing: {}",
            missing.join(", ")
        ),
    }
    steps.say("\nAll checks and tests passed.");
    Ok(())
}

/// The C++ API, the Python package and the plugins that use them.
pub fn hosts(steps: &Steps) -> Result<(), TaskError> {
    sdk::run(steps)?;
    wheels::run(steps)?;
    doors::run(steps)?;
    // Installed now, because parallel lanes would wait for the lock of the package manager.
    system::install(steps, &BLENDER.iter().chain(&UNREAL).collect::<Vec<_>>())?;
    lanes::run(steps, &[&["unreal", "docs"], &["blender", "maya"]])
}

fn lint(steps: &Steps, node: &NodeJs) -> Result<(), TaskError> {
    layers::check(steps)?;
    tools::rust_components(steps)?;
    steps.run(&Step::cargo("fmt").args(["--all", "--check"]))?;
    let clippy = Step::cargo("clippy").args(["--workspace", "--all-targets"]);
    steps.run(&node.offer_to_cargo(clippy).args(["--", "-D", "warnings"]))?;
    microphone::lint(steps)?;
    let doc = Step::cargo("doc").args(["--workspace", "--no-deps"]);
    steps.run(
        &node
            .offer_to_cargo(doc)
            .variable("RUSTDOCFLAGS", "-D warnings"),
    )?;
    deny::run(steps)?;
    book::run(steps)
}
