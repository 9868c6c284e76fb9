//! `cargo xtask doors`: CLI, Rust, C++ and Python give the same clip for the same sound, and
//! `metaface stream` sends the same values.

use std::path::Path;

use crate::node::NodeJs;
use crate::python;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};
use crate::wheels;

/// Builds the program, the library and the Rust test program.
pub fn programs(steps: &Steps) -> Result<(), TaskError> {
    let node = NodeJs::find(steps)?;
    let packages = ["metaface-cli", "metaface-sdk", "metaface-test-doors"];
    let options = packages.iter().flat_map(|package| ["-p", package]);
    let programs = Step::cargo("build").args(options);
    steps.run(&node.offer_to_cargo(programs))
}

/// Runs every interface on the same sounds and compares the results byte by byte.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    programs(steps)?;
    let cpp = steps.root.join("target").join("sdk").join("door");
    sdk::built_from_package(steps, "tests/doors", &cpp)?;
    let program = steps.metaface();
    let rust = program.with_file_name("metaface-test-doors");
    for version in wheels::PYTHONS {
        let python = wheels::tested(steps, version);
        if !python.is_file() && !steps.only_print {
            println!(
                "Skipped: no environment with the wheel for Python {version}; run cargo xtask wheels"
            );
            continue;
        }
        let test = Step::new(python)
            .args(["-m", "pytest", "-q", "tests/doors"])
            .variable("METAFACE_PROGRAM", &program)
            .variable("METAFACE_RUST_DOOR", &rust)
            .variable("METAFACE_CPP_DOOR", cpp.join("door"));
        steps.run(&test)?;
    }
    live_link(steps, &program, &rust)
}

/// Compares the packets of `metaface stream`, parsed by other software, with the Rust result.
fn live_link(steps: &Steps, program: &Path, rust: &Path) -> Result<(), TaskError> {
    let folder = steps.tools_folder().join("live-link-venv");
    let pinned = include_str!("../../tests/doors/live_link_requirements.txt");
    let programs = python::environment(steps, &folder, pinned)?;
    let test = Step::new(programs.join("python"))
        .args(["-m", "pytest", "-q", "tests/doors/test_live_link.py"])
        .variable("METAFACE_PROGRAM", program)
        .variable("METAFACE_RUST_DOOR", rust);
    steps.run(&test)
}
