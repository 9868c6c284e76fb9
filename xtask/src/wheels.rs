//! `cargo xtask wheels`: the Python package, built and tested for every Python.

use std::path::PathBuf;

use crate::python;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};

/// The Pythons that wheels are built for: those inside Blender 4.2 to 5.0, and 5.1 to 5.2.
pub const PYTHONS: [&str; 2] = ["3.11", "3.13"];

/// Where the wheels are left.
pub fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("wheels")
}

/// An environment in which the newest wheel of this Python was installed and tested.
pub fn tested(steps: &Steps, version: &str) -> PathBuf {
    let folder = format!("plugins/python/build/python{version}/tester/bin/python");
    steps.root.join(folder)
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
