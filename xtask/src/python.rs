//! Separate Python environments, so that the machine's Python does not change.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Outcome, Step, Steps};
use crate::system;

/// The Python program of an environment in the folder of the installed tools.
pub fn of_environment(steps: &Steps, name: &str) -> PathBuf {
    let python = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    steps.tool(name).join(python)
}

/// Creates or updates an environment with the packages that `requirements` pins. Returns its Python.
/// `version` is a version such as `3.11`; by default, any version.
pub fn environment(
    steps: &Steps,
    name: &str,
    version: Option<&str>,
    requirements: &str,
) -> Outcome<PathBuf> {
    let python = of_environment(steps, name);
    let receipt = steps.tool(name).join("installed-requirements.txt");
    steps.install_once(&receipt, requirements, || {
        let not_found = |version| format!("Python {version} not found");
        let base = match version {
            Some(version) => of_version(steps, version).ok_or_else(|| not_found(version))?,
            None => any(steps)?.into(),
        };
        steps.run(&Step::new(base).words("-m venv").arg(steps.tool(name)))?;
        let pinned = (requirements.lines().map(str::trim))
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pip = Step::new(&python).words("-m pip install --quiet --disable-pip-version-check");
        steps.run(&pip.args(pinned))
    })?;
    Ok(python)
}

/// A Python with the packages of `tests/requirements.txt`.
pub fn of_tests(steps: &Steps) -> Outcome<PathBuf> {
    match env::var_os("METAFACE_TEST_PYTHON") {
        Some(chosen) => Ok(chosen.into()),
        None => environment(steps, "venv", None, &steps.read("tests/requirements.txt")?),
    }
}

/// Runs tests with pytest.
pub fn pytest(python: impl Into<PathBuf>) -> Step {
    Step::new(python).words("-m pytest -q")
}

/// A Python of this version, such as `3.11`: from `METAFACE_PYTHON_3_11`, from the path, or from
/// pyenv.
pub fn of_version(steps: &Steps, version: &str) -> Option<PathBuf> {
    let chosen = env::var_os(variable(version)).map(PathBuf::from);
    let on_the_path = [&format!("python{version}"), "python3", "python"].map(PathBuf::from);
    let pyenv = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pyenv")));
    let versions = pyenv.map(|root| fs::read_dir(root.join("versions")));
    let mut from_pyenv: Vec<_> = (versions.into_iter().flatten().flatten().flatten())
        .map(|folder| folder.path().join("bin/python3"))
        .collect();
    from_pyenv.sort();
    let code = "import ensurepip, sys, venv; print(f'{sys.version_info[0]}.{sys.version_info[1]}')";
    let mut candidates = (chosen.into_iter()).chain(on_the_path).chain(from_pyenv);
    candidates.find(|python| {
        let found = Step::new(python).args(["-c", code]).query(&steps.root);
        found.is_some_and(|found| found == version)
    })
}

/// The environment variable that names the Python of a version.
pub fn variable(version: &str) -> String {
    format!("METAFACE_PYTHON_{}", version.replace('.', "_"))
}

/// The machine's Python, with the module `venv`.
fn any(steps: &Steps) -> Outcome<&'static str> {
    let runs = |name: &str, code: &str| {
        let probe = Step::new(name).args(["-c", code]);
        probe.query(&steps.root).is_some()
    };
    let is_new_enough = "import sys; sys.exit(sys.version_info < (3, 11))";
    let name = ["python3", "python"]
        .into_iter()
        .find(|name| runs(name, is_new_enough))
        .ok_or("Python 3.11 or later not found: install python3")?;
    let has_venv = || runs(name, "import ensurepip, venv");
    if !has_venv() {
        system::install(steps, &[&system::PYTHON_VENV]);
    }
    if has_venv() || steps.only_print {
        Ok(name)
    } else {
        Err("Python cannot create environments: install python3-venv".into())
    }
}
