//! `cargo xtask check` and `cargo xtask test`.
//!
//! All of it takes the workspace with its default features, so that the neural network is
//! compiled twice only: once to be linked, once (faster) to be checked and documented.

use crate::book;
use crate::deny;
use crate::dist;
use crate::doors;
use crate::lanes;
use crate::microphone;
use crate::node::Node;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};
use crate::system::{self, BLENDER, UNREAL};
use crate::tools::{self, Tools};
use crate::wheels;

/// Formatting, clippy and documentation, warnings as errors; licences and sources; the book.
pub fn check(steps: &Steps) -> Result<(), Fault> {
    lint(steps, &Node::find(steps)?)
}

/// The tools, the checks, the tests with their doc-tests and validators.
pub fn test(steps: &Steps) -> Result<(), Fault> {
    let tools = Tools::install(steps)?;
    lint(steps, &tools.node)?;
    // Without the examples, which clippy has compiled: linked, each has the whole network in it.
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
            "\nSkipped: C++, Python, the hosts, the docs' commands and packages, for want of {}",
            missing.join(", ")
        ),
    }
    steps.say("\nAll checks and tests passed.");
    Ok(())
}

/// The C++ API, the Python package and the hosts that stand on them.
pub fn hosts(steps: &Steps) -> Result<(), Fault> {
    sdk::run(steps)?;
    wheels::run(steps)?;
    doors::run(steps)?;
    // Now: lanes that both called for packages would find the system's list of them locked.
    system::install(steps, &BLENDER.iter().chain(&UNREAL).collect::<Vec<_>>())?;
    lanes::run(steps, &[&["unreal", "docs"], &["blender", "maya"]])
}

fn lint(steps: &Steps, node: &Node) -> Result<(), Fault> {
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
