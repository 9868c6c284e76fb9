//! `cargo xtask wheels`: the Python package, built and tested for every Python.

use std::fs;
use std::path::{Path, PathBuf};

use crate::python;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};

/// The Pythons that wheels are built for: those inside Blender 4.2 to 5.0, and 5.1 to 5.2.
pub const PYTHONS: [&str; 2] = ["3.11", "3.13"];

/// Where the wheels are left.
pub fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("wheels")
}

/// The wheel of this Python.
pub fn built(steps: &Steps, version: &str) -> Result<PathBuf, Fault> {
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
        [] => Err(format!("no wheel for Python {version}: cargo xtask wheels makes it").into()),
        several => Err(format!(
            "several wheels for Python {version}: {}",
            several.join(", ")
        )
        .into()),
    }
}

/// An environment in which the newest wheel of this Python was installed and tested.
pub fn tested(steps: &Steps, version: &str) -> PathBuf {
    let folder = format!("plugins/python/build/python{version}/tester/bin/python");
    steps.root.join(folder)
}

/// Installs the wheel that was built last, under whatever version, into a Python's environment.
pub fn install(steps: &Steps, python: &Path) -> Result<(), Fault> {
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--force-reinstall",
    ];
    let install = Step::new(python).args(install).args(["--find-links"]);
    steps.run(&install.args([folder(steps)]).args(["metaface"]))
}

/// Builds a wheel for every Python that is there, installs it into a new environment and tests it.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    for version in PYTHONS {
        let Some(python) = python::of_version(steps, version) else {
            println!(
                "Skipped: no Python {version}; METAFACE_PYTHON_{} names one",
                version.replace('.', "_")
            );
            continue;
        };
        let try_wheel = Step::new(python).args(["plugins/python/try_wheel.py", "--library"]);
        let try_wheel = try_wheel.args([sdk::archive(steps)]).args(["--out"]);
        steps.run(&try_wheel.args([folder(steps)]))?;
    }
    Ok(())
}
