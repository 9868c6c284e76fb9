//! `cargo xtask blender`: the Blender extension, built, validated and tested in Blender itself.

use std::path::PathBuf;

use crate::python;
use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, BLENDER};
use crate::wheels;

/// The oldest and the newest supported Blender, as Python modules from PyPI, each with the version
/// of its Python.
const BLENDERS: [(&str, &str); 2] = [("3.11", "4.2.23"), ("3.13", "5.2.3")];

/// The path of the built extension.
pub fn zip(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("metaface-blender.zip")
}

/// Every Blender, and the Python environment in which the extension was tested with it.
pub fn tested(steps: &Steps) -> impl Iterator<Item = (&'static str, PathBuf)> {
    const PYTHON: &str = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    BLENDERS
        .into_iter()
        .map(|(_, blender)| (blender, folder(steps, blender).join(PYTHON)))
}

fn folder(steps: &Steps, blender: &str) -> PathBuf {
    steps.tools_folder().join(format!("blender-{blender}"))
}

/// Builds the extension with Blender's own tool and tests it in every Blender.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    let packages: Vec<_> = BLENDER.iter().collect();
    let missing = system::install(steps, &packages)?;
    if !missing.is_empty() {
        println!(
            "{} packages are missing; Blender may not start without them",
            missing.len()
        );
    }
    let zip = zip(steps);
    for (version, blender) in BLENDERS {
        let Some(python) = environment(steps, version, blender)? else {
            println!("Skipped: Blender {blender} needs Python {version}");
            continue;
        };
        let build = Step::new(&python)
            .args(["plugins/blender/build.py", "--wheels"])
            .args([wheels::folder(steps)])
            .args(["--output"])
            .args([&zip]);
        steps.run(&build)?;
        let test = Step::new(&python)
            .args(["-m", "pytest", "-q", "plugins/blender/tests"])
            .variable("METAFACE_WHEELS", wheels::folder(steps))
            .variable("METAFACE_PROGRAM", steps.metaface());
        steps.run(&test)?;
    }
    Ok(())
}

/// A Python environment with Blender and the newest wheel. `None` if this Python is not installed.
fn environment(steps: &Steps, version: &str, blender: &str) -> Result<Option<PathBuf>, TaskError> {
    let Some(base) = python::of_version(steps, version) else {
        return Ok(None);
    };
    let folder = folder(steps, blender);
    let pinned = format!("bpy=={blender}\npytest==9.0.1\n");
    let programs = python::environment_of(steps, || Ok(base), &folder, &pinned)?;
    let python = programs.join("python");
    wheels::install(steps, &python)?;
    Ok(Some(python))
}
