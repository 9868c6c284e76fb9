//! `cargo xtask wheels`: the Python package, built and tested for every supported Python.

use std::fs;
use std::path::{Path, PathBuf};

use crate::python;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};

/// The Python versions of the wheels: those of Blender 4.2 to 5.0, and of 5.1 to 5.2.
pub const PYTHONS: [&str; 2] = ["3.11", "3.13"];

/// The folder of the wheels.
pub fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("wheels")
}

/// The wheel of this Python.
pub fn built(steps: &Steps, version: &str) -> Result<PathBuf, TaskError> {
    let tag = format!("-cp{}-", version.replace('.', ""));
    let folder = folder(steps);
    let files = fs::read_dir(&folder).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let wheels: Vec<_> = names
        .filter(|name| name.contains(&tag) && name.ends_with(".whl"))
        .collect();
    match wheels.as_slice() {
        [wheel] => Ok(folder.join(wheel)),
        [] if steps.only_print => Ok(folder.join(format!("metaface{tag}.whl"))),
        [] => Err(format!("no wheel for Python {version}: run cargo xtask wheels").into()),
        several => Err(format!(
            "several wheels for Python {version}: {}",
            several.join(", ")
        )
        .into()),
    }
}

/// The Python of the environment in which the newest wheel was installed and tested.
pub fn tested(steps: &Steps, version: &str) -> PathBuf {
    let folder = format!("plugins/python/build/python{version}/tester/bin/python");
    steps.root.join(folder)
}

/// Installs the newest wheel of any version into a Python environment.
pub fn install(steps: &Steps, python: &Path) -> Result<(), TaskError> {
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--force-reinstall",
    ];
    let step = Step::new(python)
        .args(install)
        .args(["--find-links"])
        .args([folder(steps)])
        .args(["metaface"]);
    steps.run(&step)
}

/// Builds a wheel for every installed Python, installs it into a new environment and tests it.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    for version in PYTHONS {
        let Some(python) = python::of_version(steps, version) else {
            println!(
                "Skipped: Python {version} not found; set METAFACE_PYTHON_{} to its path",
                version.replace('.', "_")
            );
            continue;
        };
        let try_wheel = Step::new(python)
            .args(["plugins/python/try_wheel.py", "--library"])
            .args([sdk::archive(steps)])
            .args(["--out"])
            .args([folder(steps)]);
        steps.run(&try_wheel)?;
    }
    Ok(())
}
