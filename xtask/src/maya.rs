//! `cargo xtask maya`: the Maya module, type-checked, built and tested, without Maya.

use std::fs;
use std::path::PathBuf;

use crate::python;
use crate::steps::{Step, Steps, TaskError};
use crate::wheels;

/// The Python version of Maya 2025 and 2026.
const PYTHON: &str = "3.11";

/// Two packages of type stubs. They overwrite each other, so each gets its own environment.
const STUBS: [&str; 2] = ["types-maya", "maya-stubs"];

/// The folder of the built module.
fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("maya")
}

/// Checks the types against both stubs, tests what the hosts share, builds the module, and tests
/// it on a mock of Maya.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    if python::of_version(steps, PYTHON).is_none() {
        println!("Skipped: the Maya module needs Python {PYTHON}");
        return Ok(());
    }
    for stubs in STUBS {
        let python = environment(steps, stubs)?;
        let cache = steps.tools_folder().join(format!("mypy-{stubs}"));
        let mypy = Step::new(python)
            .args(["-m", "mypy", "--config-file", "mypy.ini", "--cache-dir"])
            .args([cache])
            .within(steps.root.join("plugins/maya"));
        steps.run(&mypy)?;
    }
    let python = environment(steps, "test")?;
    steps.run(&Step::new(&python).args(["-m", "pytest", "-q", "plugins/host/tests"]))?;
    let module = folder(steps);
    let build = Step::new(&python)
        .args(["plugins/maya/build.py", "--wheels"])
        .args([wheels::folder(steps)])
        .args(["--output"])
        .args([&module]);
    steps.run(&build)?;
    let test = Step::new(&python)
        .args(["-m", "pytest", "-q"])
        .args(["plugins/maya/tests", "tests/usd/test_maya_usd.py"])
        .variable("METAFACE_WHEELS", wheels::folder(steps))
        .variable("METAFACE_MAYA_MODULE", &module)
        .variable("METAFACE_PROGRAM", steps.metaface());
    steps.run(&test)
}

/// An environment with the wheel and a section of the requirements.
fn environment(steps: &Steps, section: &str) -> Result<PathBuf, TaskError> {
    let pinned = fs::read_to_string(steps.root.join("plugins/maya/requirements.txt"))
        .map_err(|error| format!("cannot read plugins/maya/requirements.txt: {error}"))?;
    let heading = format!("# [{section}]");
    let requirements: String = pinned
        .lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("# ["))
        .flat_map(|line| [line, "\n"])
        .collect();
    let base = || {
        python::of_version(steps, PYTHON).ok_or_else(|| format!("Python {PYTHON} not found").into())
    };
    let folder = steps.tools_folder().join(format!("maya-{section}"));
    let python = python::environment_of(steps, base, &folder, &requirements)?.join("python");
    wheels::install(steps, &python)?;
    Ok(python)
}
