//! `cargo xtask wheels`: the Python package, built and tested for every supported Python.

use std::fs;
use std::path::{Path, PathBuf};

use crate::python;
use crate::sdk;
use crate::steps::{Outcome, Step, Steps};

/// The Python versions of the wheels: those of Blender 4.2 to 5.0, and of 5.1 to 5.2.
pub const PYTHONS: [&str; 2] = ["3.11", "3.13"];

/// The folder of the wheels.
pub fn folder(steps: &Steps) -> PathBuf {
    steps.target("wheels")
}

/// The wheel of this Python.
pub fn built(steps: &Steps, version: &str) -> Outcome<PathBuf> {
    let tag = format!("-cp{}-", version.replace('.', ""));
    let files = fs::read_dir(folder(steps)).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let wheels: Vec<_> = names
        .filter(|name| name.contains(&tag) && name.ends_with(".whl"))
        .collect();
    match wheels.as_slice() {
        [wheel] => Ok(folder(steps).join(wheel)),
        [] if steps.only_print => Ok(folder(steps).join(format!("metaface{tag}.whl"))),
        [] => Err(format!(
            "no wheel for Python {version}: run cargo xtask wheels"
        )),
        several => Err(format!(
            "several wheels for Python {version}: {}",
            several.join(", ")
        )),
    }
}

/// The Python of the environment in which the newest wheel was installed and tested.
pub fn environment(steps: &Steps, version: &str) -> PathBuf {
    let python = format!("plugins/python/build/python{version}/tester/bin/python");
    steps.root.join(python)
}

/// The Python of this environment. `None`, with a message, if there is none.
pub fn tested(steps: &Steps, version: &str) -> Option<PathBuf> {
    let python = environment(steps, version);
    if python.is_file() || steps.only_print {
        return Some(python);
    }
    println!("Skipped: no environment with the wheel for Python {version}; run cargo xtask wheels");
    None
}

/// Installs the newest wheel of any version into a Python environment.
pub fn install(steps: &Steps, python: &Path) -> Outcome {
    let install = Step::new(python)
        .words("-m pip install --quiet --no-deps --no-index --force-reinstall --find-links")
        .arg(folder(steps));
    steps.run(&install.arg("metaface"))
}

/// Builds a wheel for each of these Pythons that is installed (all by default), installs it into a new
/// environment and tests it.
pub fn run(steps: &Steps, versions: &[String]) -> Outcome {
    let is_wanted = |version: &&str| versions.is_empty() || versions.iter().any(|v| v == *version);
    for version in PYTHONS.into_iter().filter(is_wanted) {
        let Some(python) = python::of_version(steps, version) else {
            let variable = python::variable(version);
            println!("Skipped: Python {version} not found; set {variable} to its path");
            continue;
        };
        let try_wheel = Step::new(python).words("plugins/python/try_wheel.py --library");
        let try_wheel = try_wheel.arg(sdk::archive(steps));
        steps.run(&try_wheel.arg("--out").arg(folder(steps)))?;
    }
    Ok(())
}
