//! The tools that the checks and tests need besides Rust, found or installed once.

use std::env;
use std::path::PathBuf;

use crate::node::NodeJs;
use crate::python;
use crate::steps::{Outcome, Step, Steps};
use crate::system;
use crate::wheels;

/// Finds or installs the tools of the tests, lists the missing ones, and returns Node.js. With
/// `CI=true` a missing tool is an error, so that no test is skipped unnoticed.
pub fn install(steps: &Steps) -> Outcome<NodeJs> {
    let mut missing = system::install(steps, &system::TESTS);
    for version in wheels::PYTHONS {
        if python::of_version(steps, version).is_none() {
            missing.push(format!("Python {version} (to build and test its wheel)"));
        }
    }
    if let Err(reason) = python::of_tests(steps) {
        missing.push(format!("a Python for the tests: {reason}"));
    }
    let node = NodeJs::find(steps);
    let modules = node.as_ref().map(|node| node.install_modules(steps));
    match modules {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => missing.push(format!("the modules of tests/node: {reason}")),
        Err(reason) => missing.push(format!("Node.js: {reason}")),
    }
    if missing.is_empty() {
        steps.say("\nAll tools of the tests are installed.");
    } else {
        println!("\nMissing:\n  {}", missing.join("\n  "));
        if env::var("CI").is_ok_and(|value| value == "true" || value == "1") {
            return Err("tools are missing, and with CI=true no test may be skipped".into());
        }
        println!("Tests that need one of these are skipped.");
    }
    Ok(node.unwrap_or_default())
}

/// Installs the formatter and the linter, which a minimal Rust installation lacks.
pub fn rust_components(steps: &Steps) -> Outcome {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let is_installed = Step::new("cargo").args([subcommand, "--version"]);
        if is_installed.query(&steps.root).is_none() {
            steps.run(&Step::new("rustup").words("component add").arg(component))?;
        }
    }
    Ok(())
}

/// A program of crates.io, such as `mdbook@0.5.4`, built once with options of `cargo install`. Without
/// optimisation, because compiling takes longer than everything that the tests do with it.
pub fn from_crates_io(steps: &Steps, package: &str, options: &[&str]) -> Outcome<PathBuf> {
    let folder = steps.tool(package.replace('@', "-"));
    let (name, _) = package.split_once('@').unwrap_or((package, ""));
    let program = folder.join(format!("bin/{name}{}", env::consts::EXE_SUFFIX));
    if !program.is_file() {
        let install = Step::new("cargo")
            .words("install --locked --debug --config profile.dev.debug=false --root")
            .arg(folder);
        steps.run(&install.args(options).arg(package))?;
    }
    Ok(program)
}
