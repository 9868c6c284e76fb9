//! `cargo xtask blender`: the Blender extension, built, validated and tested in Blender itself.

use std::path::PathBuf;

use crate::python::{self, pytest};
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, BLENDER};
use crate::wheels;

/// The oldest and the newest supported Blender, as Python modules from PyPI, each with the version
/// of its Python.
const BLENDERS: [(&str, &str); 2] = [("3.11", "4.2.23"), ("3.13", "5.2.3")];

/// The path of the built extension.
pub fn zip(steps: &Steps) -> PathBuf {
    steps.target("metaface-blender.zip")
}

/// Every Blender, and the Python of the environment in which the extension was tested with it.
pub fn tested(steps: &Steps) -> impl Iterator<Item = (&'static str, PathBuf)> {
    BLENDERS.into_iter().map(|(_, blender)| {
        let python = python::of_environment(steps, &environment(blender));
        (blender, python)
    })
}

fn environment(blender: &str) -> String {
    format!("blender-{blender}")
}

/// Builds the extension with Blender's own tool and tests it in every Blender.
pub fn run(steps: &Steps) -> Outcome {
    let missing = system::install(steps, &[&BLENDER]);
    if !missing.is_empty() {
        println!(
            "{} packages are missing; Blender may not start without them",
            missing.len()
        );
    }
    for (version, blender) in BLENDERS {
        if python::of_version(steps, version).is_none() {
            println!("Skipped: Blender {blender} needs Python {version}");
            continue;
        }
        let pinned = format!("bpy=={blender}\npytest==9.0.1\n");
        let python = python::environment(steps, &environment(blender), Some(version), &pinned)?;
        wheels::install(steps, &python)?;
        let build = Step::new(&python).words("plugins/blender/build.py --wheels");
        let build = build.arg(wheels::folder(steps));
        steps.run(&build.arg("--output").arg(zip(steps)))?;
        let test = pytest(&python)
            .arg("plugins/blender/tests")
            .variable("METAFACE_WHEELS", wheels::folder(steps))
            .variable("METAFACE_PROGRAM", steps.metaface());
        steps.run(&test)?;
    }
    Ok(())
}
