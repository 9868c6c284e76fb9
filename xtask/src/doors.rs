//! `cargo xtask doors`: the same sound through CLI, Rust, C++ and Python is the same clip, and so is
//! what `metaface stream` sends.

use std::path::Path;

use crate::node::Node;
use crate::python;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};
use crate::wheels;

/// Builds the program and the library, with the test's own door beside them.
pub fn programs(steps: &Steps) -> Result<(), Fault> {
    let node = Node::find(steps)?;
    let packages = ["metaface-cli", "metaface-sdk", "metaface-test-doors"];
    let packages = packages.iter().flat_map(|package| ["-p", package]);
    let programs = Step::cargo("build").args(packages);
    steps.run(&node.offer_to_cargo(programs))
}

/// Runs every door on the same sounds and compares what they make, byte by byte.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    programs(steps)?;
    let cpp = steps.root.join("target").join("sdk").join("door");
    sdk::built_from_package(steps, "tests/doors", &cpp)?;
    let program = steps.metaface();
    let rust = program.with_file_name("metaface-test-doors");
    for version in wheels::PYTHONS {
        let python = wheels::tested(steps, version);
        if !python.is_file() && !steps.only_print {
            println!(
                "Skipped: no environment with the wheel for Python {version}; cargo xtask wheels makes it"
            );
            continue;
        }
        let test = Step::new(python).args(["-m", "pytest", "-q", "tests/doors"]);
        let test = test.variable("METAFACE_PROGRAM", &program);
        let test = test.variable("METAFACE_RUST_DOOR", &rust);
        steps.run(&test.variable("METAFACE_CPP_DOOR", cpp.join("door")))?;
    }
    live_link(steps, &program, &rust)
}

/// What others read out of the packets of `metaface stream`, beside what the Rust door computes.
fn live_link(steps: &Steps, program: &Path, rust: &Path) -> Result<(), Fault> {
    let folder = steps.tools_folder().join("live-link-venv");
    let pinned = include_str!("../../tests/doors/live_link_requirements.txt");
    let programs = python::environment(steps, &folder, pinned)?;
    let test = Step::new(programs.join("python"));
    let test = test.args(["-m", "pytest", "-q", "tests/doors/test_live_link.py"]);
    let test = test.variable("METAFACE_PROGRAM", program);
    steps.run(&test.variable("METAFACE_RUST_DOOR", rust))
}
