//! `cargo xtask doors`: CLI, Rust, C++ and Python give the same clip for the same sound, and
//! `metaface stream` sends the same values.

use crate::node::NodeJs;
use crate::python::{self, pytest};
use crate::sdk;
use crate::steps::{Outcome, Steps};
use crate::wheels;

/// Builds the program, the library and the Rust test program.
pub fn build(steps: &Steps) -> Outcome {
    let packages = ["metaface-cli", "metaface-sdk", "metaface-test-doors"];
    let build = NodeJs::find(steps)?.cargo("build");
    let build = build.args(packages.iter().flat_map(|package| ["-p", package]));
    steps.run(&steps.for_users(build, &packages))
}

/// Runs every interface on the same sounds and compares the results byte by byte; then compares the
/// packets of `metaface stream`, parsed by other software, with the Rust result.
pub fn run(steps: &Steps) -> Outcome {
    build(steps)?;
    let cpp = steps.target("sdk/door");
    sdk::build_from_package(steps, "tests/doors", &cpp)?;
    let test = |python, tests| {
        pytest(python)
            .arg(tests)
            .variable("METAFACE_PROGRAM", steps.metaface())
            .variable("METAFACE_RUST_DOOR", steps.built("metaface-test-doors"))
    };
    for python in wheels::PYTHONS
        .iter()
        .filter_map(|version| wheels::tested(steps, version))
    {
        let test = test(python, "tests/doors");
        steps.run(&test.variable("METAFACE_CPP_DOOR", cpp.join("door")))?;
    }
    let pinned = steps.read("tests/doors/live_link_requirements.txt")?;
    let python = python::environment(steps, "live-link-venv", None, &pinned)?;
    steps.run(&test(python, "tests/doors/test_live_link.py"))
}
