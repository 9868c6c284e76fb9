//! `cargo xtask maya`: the Maya module, type-checked, laid out and tested. No Maya is needed.

use std::fs;
use std::path::PathBuf;

use crate::python;
use crate::steps::{Fault, Step, Steps};
use crate::wheels;

/// The Python inside Maya 2025 and 2026.
const PYTHON: &str = "3.11";

/// Two packages of stubs, which install over each other: an environment for each.
const STUBS: [&str; 2] = ["types-maya", "maya-stubs"];

/// Where the module is left, complete.
fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("maya")
}

/// Checks the types against both stubs, lays the module out, and tests it on a double of Maya.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    if python::of_version(steps, PYTHON).is_none() {
        println!("Skipped: the Maya module needs Python {PYTHON}");
        return Ok(());
    }
    for stubs in STUBS {
        let python = environment(steps, stubs)?;
        let mypy = Step::new(python).args(["-m", "mypy", "--config-file", "mypy.ini"]);
        let cache = steps.tools_folder().join(format!("mypy-{stubs}"));
        let mypy = mypy.args(["--cache-dir"]).args([cache]);
        steps.run(&mypy.within(steps.root.join("plugins/maya")))?;
    }
    let python = environment(steps, "test")?;
    let module = folder(steps);
    let build = Step::new(&python).args(["plugins/maya/build.py", "--wheels"]);
    let build = build.args([wheels::folder(steps)]).args(["--output"]);
    steps.run(&build.args([&module]))?;
    let tests = ["plugins/maya/tests", "tests/usd/test_maya_usd.py"];
    let test = Step::new(&python).args(["-m", "pytest", "-q"]).args(tests);
    let test = test.variable("METAFACE_WHEELS", wheels::folder(steps));
    let test = test.variable("METAFACE_MAYA_MODULE", &module);
    steps.run(&test.variable("METAFACE_PROGRAM", steps.metaface()))
}

/// An environment with the part of the requirements that stands under its name, and the wheel.
fn environment(steps: &Steps, part: &str) -> Result<PathBuf, Fault> {
    let pinned = fs::read_to_string(steps.root.join("plugins/maya/requirements.txt"))
        .map_err(|error| format!("cannot read plugins/maya/requirements.txt: {error}"))?;
    let heading = format!("# [{part}]");
    let own = pinned.lines().skip_while(|line| *line != heading).skip(1);
    let own = own.take_while(|line| !line.starts_with("# ["));
    let own: String = own.flat_map(|line| [line, "\n"]).collect();
    let base = || python::of_version(steps, PYTHON).ok_or_else(|| "no Python".to_owned().into());
    let place = steps.tools_folder().join(format!("maya-{part}"));
    let python = python::environment_of(steps, base, &place, &own)?.join("python");
    wheels::install(steps, &python)?;
    Ok(python)
}
