//! `cargo xtask maya`: the Maya module, type-checked, built and tested, without Maya.

use std::path::PathBuf;

use crate::python::{self, pytest};
use crate::steps::{Outcome, Step, Steps};
use crate::wheels;

/// The Python version of Maya 2025 and 2026.
const PYTHON: &str = "3.11";

/// Two packages of type stubs. They overwrite each other, so each gets its own environment.
const STUBS: [&str; 2] = ["types-maya", "maya-stubs"];

/// Checks the types against both stubs, tests what the hosts share, builds the module, and tests it
/// on a mock of Maya.
pub fn run(steps: &Steps) -> Outcome {
    if python::of_version(steps, PYTHON).is_none() {
        println!("Skipped: the Maya module needs Python {PYTHON}");
        return Ok(());
    }
    for stubs in STUBS {
        let mypy = Step::new(environment(steps, stubs)?)
            .words("-m mypy --config-file mypy.ini --cache-dir")
            .arg(steps.tool(format!("mypy-{stubs}")));
        steps.run(&mypy.within(steps.root.join("plugins/maya")))?;
    }
    let python = environment(steps, "test")?;
    steps.run(&pytest(&python).arg("plugins/host/tests"))?;
    let module = steps.target("maya");
    let build = Step::new(&python).words("plugins/maya/build.py --wheels");
    let build = build.arg(wheels::folder(steps));
    steps.run(&build.arg("--output").arg(&module))?;
    let test = pytest(&python)
        .words("plugins/maya/tests tests/usd/test_maya_usd.py")
        .variable("METAFACE_WHEELS", wheels::folder(steps))
        .variable("METAFACE_MAYA_MODULE", &module)
        .variable("METAFACE_PROGRAM", steps.metaface());
    steps.run(&test)
}

/// The Python of an environment with the wheel and a section of the requirements.
fn environment(steps: &Steps, section: &str) -> Outcome<PathBuf> {
    let pinned = steps.read("plugins/maya/requirements.txt")?;
    let heading = format!("# [{section}]");
    let requirements: String = (pinned.lines())
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("# ["))
        .flat_map(|line| [line, "\n"])
        .collect();
    let name = format!("maya-{section}");
    let python = python::environment(steps, &name, Some(PYTHON), &requirements)?;
    wheels::install(steps, &python)?;
    Ok(python)
}
