//! Separate Python environments, so that the machine's Python does not change.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, PYTHON_VENV};

/// Creates or updates an environment in `folder` with the packages that `requirements` pins. Returns
/// its folder of programs.
pub fn environment(steps: &Steps, folder: &Path, requirements: &str) -> Result<PathBuf, TaskError> {
    environment_of(
        steps,
        || python(steps).map(PathBuf::from),
        folder,
        requirements,
    )
}

/// Like [`environment`], with a given Python.
pub fn environment_of(
    steps: &Steps,
    python: impl FnOnce() -> Result<PathBuf, TaskError>,
    folder: &Path,
    requirements: &str,
) -> Result<PathBuf, TaskError> {
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last: an environment without it is incomplete.
    let receipt = folder.join("installed-requirements.txt");
    if fs::read_to_string(&receipt).is_ok_and(|old| old == requirements) {
        return Ok(programs);
    }
    steps.run(&Step::new(python()?).args(["-m".into(), "venv".into(), folder.to_owned()]))?;
    let pip = Step::new(programs.join("python")).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    let pinned = (requirements.lines().map(str::trim))
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    steps.run(&pip.args(pinned))?;
    if !steps.only_print {
        fs::write(&receipt, requirements)
            .map_err(|error| format!("cannot write {}: {error}", receipt.display()))?;
    }
    Ok(programs)
}

/// A Python of this version, such as `3.11`: from `METAFACE_PYTHON_3_11`, from the path, or from
/// pyenv.
pub fn of_version(steps: &Steps, version: &str) -> Option<PathBuf> {
    let named = env::var_os(format!("METAFACE_PYTHON_{}", version.replace('.', "_")));
    let on_the_path = [
        format!("python{version}"),
        "python3".into(),
        "python".into(),
    ];
    let pyenv = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pyenv")));
    let versions = pyenv.map(|root| fs::read_dir(root.join("versions")));
    let mut from_pyenv: Vec<_> = (versions.into_iter().flatten().flatten().flatten())
        .map(|folder| folder.path().join("bin").join("python3"))
        .collect();
    from_pyenv.sort();
    let mut candidates = (named.map(PathBuf::from).into_iter())
        .chain(on_the_path.map(PathBuf::from))
        .chain(from_pyenv);
    let code = "import ensurepip, sys, venv; print(f'{sys.version_info[0]}.{sys.version_info[1]}')";
    candidates.find(|python| {
        let probe = Step::new(python).args(["-c", code]);
        probe
            .query(&steps.root)
            .is_some_and(|found| found == version)
    })
}

/// The machine's Python, with the module `venv`.
fn python(steps: &Steps) -> Result<&'static str, TaskError> {
    let names = ["python3", "python"];
    let query = |name: &str, code: &str| Step::new(name).args(["-c", code]).query(&steps.root);
    let version = "import sys; sys.exit(sys.version_info < (3, 9))";
    let found = names
        .into_iter()
        .find(|name| query(name, version).is_some());
    let name = found.ok_or_else(|| "Python 3.9 or later not found: install python3".to_owned())?;
    let has_venv = || query(name, "import ensurepip, venv").is_some();
    if !has_venv() {
        system::install(steps, &[&PYTHON_VENV])?;
    }
    if !has_venv() && !steps.only_print {
        let remedy = "Python cannot create environments: install python3-venv";
        return Err(remedy.to_owned().into());
    }
    Ok(name)
}
