//! Python environments of our own, so that nothing of the machine's Python is touched.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Fault, Step, Steps};
use crate::system::{self, PYTHON_VENV};

/// An environment in `folder` with the packages that `requirements` pins, made or brought up to
/// date where needed. Returns its folder of programs.
pub fn environment(steps: &Steps, folder: &Path, requirements: &str) -> Result<PathBuf, Fault> {
    environment_of(
        steps,
        || python(steps).map(PathBuf::from),
        folder,
        requirements,
    )
}

/// As [`environment`], of a Python of one's own choice.
pub fn environment_of(
    steps: &Steps,
    python: impl FnOnce() -> Result<PathBuf, Fault>,
    folder: &Path,
    requirements: &str,
) -> Result<PathBuf, Fault> {
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last: an environment without it was not finished.
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
    let pinned = requirements.lines().map(str::trim);
    let pinned = pinned.filter(|line| !line.is_empty() && !line.starts_with('#'));
    steps.run(&pip.args(pinned))?;
    if !steps.only_print {
        fs::write(&receipt, requirements)
            .map_err(|error| format!("cannot write {}: {error}", receipt.display()))?;
    }
    Ok(programs)
}

/// A Python of this version, such as `3.11`: the one that `METAFACE_PYTHON_3_11` names, one on the
/// path, or one that pyenv keeps.
pub fn of_version(steps: &Steps, version: &str) -> Option<PathBuf> {
    let named = env::var_os(format!("METAFACE_PYTHON_{}", version.replace('.', "_")));
    let on_the_path = [
        format!("python{version}"),
        "python3".into(),
        "python".into(),
    ];
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pyenv")));
    let kept = root.map(|root| fs::read_dir(root.join("versions")));
    let mut kept: Vec<_> = (kept.into_iter().flatten().flatten().flatten())
        .map(|folder| folder.path().join("bin").join("python3"))
        .collect();
    kept.sort();
    let candidates = named.map(PathBuf::from).into_iter();
    let candidates = candidates.chain(on_the_path.map(PathBuf::from)).chain(kept);
    let code = "import ensurepip, sys, venv; print(f'{sys.version_info[0]}.{sys.version_info[1]}')";
    candidates.into_iter().find(|python| {
        let asked = Step::new(python).args(["-c", code]);
        asked
            .answer(&steps.root)
            .is_some_and(|answer| answer == version)
    })
}

/// The machine's Python, with the module that makes environments.
fn python(steps: &Steps) -> Result<&'static str, Fault> {
    let names = ["python3", "python"];
    let asked = |name: &str, code: &str| Step::new(name).args(["-c", code]).answer(&steps.root);
    let version = "import sys; sys.exit(sys.version_info < (3, 9))";
    let found = names
        .into_iter()
        .find(|name| asked(name, version).is_some());
    let name = found.ok_or_else(|| "no Python 3.9 or later: install python3".to_owned())?;
    let complete = || asked(name, "import ensurepip, venv").is_some();
    if !complete() {
        system::install(steps, &[&PYTHON_VENV])?;
    }
    if !complete() && !steps.only_print {
        let remedy = "Python cannot make environments: install python3-venv";
        return Err(remedy.to_owned().into());
    }
    Ok(name)
}
