//! The tools that the tests need besides Rust, found or installed once.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::node::NodeJs;
use crate::python;
use crate::steps::{Step, Steps, TaskError};
use crate::system::{
    self, BASICS, BLENDER, CHROMIUM, CPP, MICROPHONE, PYTHON_HEADERS, PYTHON_VENV, SLURM, UNREAL,
    VOICES,
};
use crate::wheels;

/// The tools of the tests.
pub struct Tools {
    /// Node.js and npm.
    pub node: NodeJs,
    chromium: Option<PathBuf>,
}

impl Tools {
    /// Finds or installs all tools and lists the missing ones. With `CI=true` a missing tool is an
    /// error, so that no test is skipped unnoticed.
    pub fn install(steps: &Steps) -> Result<Self, TaskError> {
        let mut missing = Vec::new();
        let browser = system::chromium().is_none().then_some(&CHROMIUM);
        let packages: Vec<_> = (BASICS.iter().chain(browser))
            .chain(&VOICES)
            .chain(&SLURM)
            .chain(&CPP)
            .chain(&BLENDER)
            .chain(&MICROPHONE)
            .chain([&PYTHON_VENV, &PYTHON_HEADERS])
            .chain(&UNREAL)
            .collect();
        for package in system::install(steps, &packages)? {
            missing.push(format!("{} ({})", package.name, package.purpose));
        }
        for version in wheels::PYTHONS {
            if python::of_version(steps, version).is_none() {
                missing.push(format!("Python {version} (builds and tests its wheel)"));
            }
        }
        if let Err(error) = test_python(steps) {
            missing.push(format!("a Python for the tests: {}", reason(error)?));
        }
        let node = match NodeJs::find(steps) {
            Ok(node) => Some(node),
            Err(error) => {
                missing.push(format!("Node.js: {}", reason(error)?));
                None
            }
        };
        if let Some(Err(error)) = node.as_ref().map(|node| node_modules(steps, node)) {
            missing.push(format!("the modules of tests/node: {}", reason(error)?));
        }
        if missing.is_empty() {
            steps.say("\nAll tools of the tests are installed.");
        } else {
            println!("\nMissing:\n  {}", missing.join("\n  "));
            let is_ci = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
            if is_ci {
                return Err("tools are missing, and with CI=true no test may be skipped"
                    .to_owned()
                    .into());
            }
            println!("Tests that need one of these are skipped.");
        }
        Ok(Self {
            node: node.unwrap_or_default(),
            chromium: system::chromium(),
        })
    }

    /// Adds the tools to a step that runs tests.
    pub fn offer(&self, step: Step) -> Step {
        let step = self.node.offer_to_cargo(step);
        match &self.chromium {
            Some(chromium) => step.variable("METAFACE_CHROMIUM", chromium),
            None => step,
        }
    }
}

/// Installs the formatter and the linter, which a minimal Rust installation lacks.
pub fn rust_components(steps: &Steps) -> Result<(), TaskError> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let is_installed = Step::new("cargo").args([subcommand, "--version"]);
        if is_installed.query(&steps.root).is_none() {
            steps.run(&Step::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// A program of crates.io in this version, built once into the folder of the test tools.
pub fn from_crates_io(steps: &Steps, name: &str, version: &str) -> Result<PathBuf, TaskError> {
    from_crates_io_with(steps, name, version, &[])
}

/// Like [`from_crates_io`], with options of `cargo install`.
pub fn from_crates_io_with(
    steps: &Steps,
    name: &str,
    version: &str,
    options: &[&str],
) -> Result<PathBuf, TaskError> {
    let folder = steps.tools_folder().join(format!("{name}-{version}"));
    let program = folder.join(format!("bin/{name}{}", env::consts::EXE_SUFFIX));
    if !program.is_file() {
        let install = Step::new("cargo")
            .args(["install", "--locked", "--root"])
            .args([folder])
            .args(options.iter().copied())
            .args([format!("{name}@{version}")]);
        steps.run(&install)?;
    }
    Ok(program)
}

/// Installs the modules of `tests/node`, pinned by its lock file.
pub fn node_modules(steps: &Steps, node: &NodeJs) -> Result<(), TaskError> {
    let folder = steps.root.join("tests/node");
    let pinned = read(folder.join("package-lock.json"))?;
    // Inside the folder that npm empties first, so that it is never newer than the modules.
    let receipt = folder.join("node_modules/.installed-from.json");
    if fs::read_to_string(&receipt).is_ok_and(|old| old == pinned) {
        return Ok(());
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    steps.run(&node.npm(&arguments).within(&folder))?;
    if !steps.only_print {
        fs::write(&receipt, pinned)
            .map_err(|error| format!("cannot write {}: {error}", receipt.display()))?;
    }
    Ok(())
}

/// A Python with the packages of `tests/requirements.txt`.
pub fn test_python(steps: &Steps) -> Result<PathBuf, TaskError> {
    if let Some(named) = env::var_os("METAFACE_TEST_PYTHON") {
        return Ok(named.into());
    }
    let pinned = read(steps.root.join("tests/requirements.txt"))?;
    let folder = steps.tools_folder().join("venv");
    let programs = python::environment(steps, &folder, &pinned)?;
    Ok(programs.join("python"))
}

fn read(path: PathBuf) -> Result<String, TaskError> {
    fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

fn reason(error: TaskError) -> Result<String, TaskError> {
    match error {
        TaskError::Failed(reason) => Ok(reason),
        usage => Err(usage),
    }
}
