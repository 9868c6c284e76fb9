//! Programs and libraries of the operating system, by Debian's package names.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::steps::{Outcome, Step, Steps};

/// Packages with one purpose.
pub struct Group {
    /// The tasks that need the packages.
    tasks: &'static str,
    purpose: &'static str,
    /// Debian's names. `name:program` is detected by a program, the others by `dpkg-query` or as in
    /// [`is_installed`].
    packages: &'static str,
}

/// The packages that `test` installs.
pub const TESTS: [&Group; 10] = [
    &Group {
        tasks: "test",
        purpose: "list the pages of the docs, and interrupt tested programs",
        packages: "git:git procps:kill",
    },
    &PYTHON_VENV,
    &Group {
        tasks: "wheels",
        purpose: "build the Python package",
        packages: "python3-dev",
    },
    // Run as programs, never linked.
    &Group {
        tasks: "test",
        purpose: "speak the training corpus",
        packages: "flite:flite festival:festival festvox-kallpc16k festvox-kdlpc16k \
                   festvox-us-slt-hts espeak-ng-data libespeak-ng1",
    },
    &Group {
        tasks: "test",
        purpose: "run the Slurm job of samples/farm",
        packages: "munge:munged slurmctld:slurmctld slurmd:slurmd",
    },
    // For Linux: elsewhere microphones need no packages.
    &Group {
        tasks: "check and test, of microphones",
        purpose: "let the program open microphones",
        packages: "libasound2-dev pkg-config:pkg-config",
    },
    &CPP,
    &BLENDER,
    &UNREAL,
    &CHROMIUM,
];

/// A part of Python that Debian packages separately.
pub const PYTHON_VENV: Group = Group {
    tasks: "all tasks that use Python or install Node.js",
    purpose: "create Python environments",
    packages: "python3-venv",
};

/// Compilers with both C++ standard libraries. libclang-rt-dev is only a recommendation of clang, and
/// recommendations are not installed.
pub const CPP: Group = Group {
    tasks: "sdk",
    purpose: "build and test the C++ API",
    packages: "g++:g++ clang:clang++ libclang-rt-dev libc++-dev libc++abi-dev cmake:cmake \
               ninja-build:ninja doctest-dev doxygen:doxygen",
};

/// The libraries of Blender as a Python module, and Mesa to render without a display.
pub const BLENDER: Group = Group {
    tasks: "blender",
    purpose: "start Blender as a Python module",
    packages: "libegl1 libgl1 libgl1-mesa-dri libgomp1 libice6 libsm6 libx11-6 libxfixes3 libxi6 \
               libxkbcommon0 libxrender1 libxxf86vm1",
};

/// Mono.
pub const UNREAL: Group = Group {
    tasks: "unreal",
    purpose: "run the Unreal plugin's build rules in C#",
    packages: "mono-mcs:mcs mono-runtime:mono",
};

/// The browser of the tests.
pub const CHROMIUM: Group = Group {
    tasks: "test, docs and pictures",
    purpose: "render pages and pictures, unless METAFACE_CHROMIUM is set",
    packages: "chromium",
};

/// Voices of many languages.
pub const DIALOGUE: Group = Group {
    tasks: "dialogue and night",
    purpose: "speak the dialogue",
    packages: "flite:flite espeak-ng:espeak-ng",
};

/// The phones of words in many languages.
pub const ESPEAK_NG: Group = Group {
    tasks: "align",
    purpose: "find the phones of transcripts",
    packages: "espeak-ng:espeak-ng",
};

impl Group {
    fn missing(&self, steps: &Steps) -> Vec<&'static str> {
        let packages = self.packages.split(' ');
        let missing = packages.filter(|package| !is_installed(package, steps));
        missing.map(name).collect()
    }
}

/// Debian's name of a package in a group.
fn name(package: &str) -> &str {
    package.split(':').next().unwrap_or_default()
}

fn is_installed(package: &str, steps: &Steps) -> bool {
    let runs = |code| {
        let probe = Step::new("python3").args(["-c", code]);
        probe.query(&steps.root).is_some()
    };
    match package {
        "chromium" => chromium().is_some(),
        "libclang-rt-dev" => clang(steps, "-print-runtime-dir").is_some_and(|folder| {
            let files = fs::read_dir(folder).into_iter().flatten().flatten();
            let mut names = files.map(|file| file.file_name());
            names.any(|name| name.to_string_lossy().starts_with("libclang_rt.asan"))
        }),
        "python3-venv" => runs("import ensurepip, venv"),
        "python3-dev" => {
            runs("import os, sysconfig; os.stat(sysconfig.get_path('include') + '/Python.h')")
        }
        _ => match package.split_once(':') {
            Some((_, found)) => program(found).is_some(),
            None => Step::new("dpkg-query")
                .words("--show --showformat=${db:Status-Status}")
                .arg(package)
                .query(&steps.root)
                .is_some_and(|status| status == "installed"),
        },
    }
}

/// The name of a package in the version of the installed clang.
fn versioned(name: &str, steps: &Steps) -> String {
    let version = clang(steps, "-dumpversion").unwrap_or_default();
    match version.split('.').next() {
        Some(major) if name == "libclang-rt-dev" && !major.is_empty() => {
            format!("libclang-rt-{major}-dev")
        }
        // Without clang, the unversioned package fits the package `clang`.
        _ => name.to_owned(),
    }
}

/// The output of clang for an option. `None` without clang.
fn clang(steps: &Steps, option: &str) -> Option<String> {
    Step::new("clang++").arg(option).query(&steps.root)
}

/// Installs missing packages, if permitted. An error names the packages that are still missing.
pub fn require(steps: &Steps, group: &Group) -> Outcome {
    match install(steps, &[group]).as_slice() {
        [] => Ok(()),
        missing => Err(format!("install these packages: {}", missing.join(", "))),
    }
}

/// Installs missing packages, if permitted. Returns the names and purposes of the packages that are
/// still missing.
pub fn install(steps: &Steps, groups: &[&Group]) -> Vec<String> {
    let wanted: Vec<_> = groups
        .iter()
        .flat_map(|group| group.missing(steps))
        .collect();
    if !wanted.is_empty()
        && let Some(apt) = apt(steps)
    {
        let names = wanted.iter().map(|name| versioned(name, steps));
        let update = apt.clone().words("update --quiet");
        let install = apt
            .words("install --yes --no-install-recommends")
            .args(names);
        for step in [update, install] {
            // If the index cannot be updated, the old index may still have the packages.
            if let Err(reason) = steps.run(&step) {
                println!("{reason}");
            }
        }
        if steps.only_print {
            return Vec::new();
        }
    }
    let described = |group: &&Group| {
        let purpose = group.purpose;
        let missing = group.missing(steps).into_iter();
        missing.map(move |name| format!("{name} (to {purpose})"))
    };
    groups.iter().flat_map(described).collect()
}

/// `apt-get` with the right to install. `None` without the right.
fn apt(steps: &Steps) -> Option<Step> {
    const APT: &str = "DEBIAN_FRONTEND=noninteractive apt-get";
    program("apt-get")?;
    if Step::new("id").arg("-u").query(&steps.root)? == "0" {
        return Some(Step::new("env").words(APT));
    }
    let passwordless_sudo = Step::new("sudo").words("-n true");
    passwordless_sudo.query(&steps.root)?;
    Some(Step::new("sudo").words("-n env").words(APT))
}

/// The packages of every task, for the help page.
pub fn listing() -> String {
    let row = |group: &&Group| {
        let names: Vec<_> = group.packages.split(' ').map(name).collect();
        let (tasks, names) = (group.tasks, names.join(" "));
        format!("  {tasks}, to {}: {names}", group.purpose)
    };
    let groups = TESTS.iter().chain(&[&DIALOGUE, &ESPEAK_NG]);
    let rows: Vec<_> = groups.map(row).collect();
    format!("Debian packages of each task:\n{}", rows.join("\n"))
}

/// The path of a program. `None` if it is not on the PATH.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    // A name such as npm.cmd already has its ending.
    let ending = if name.contains('.') {
        ""
    } else {
        env::consts::EXE_SUFFIX
    };
    env::split_paths(&folders)
        .map(|folder| folder.join(format!("{name}{ending}")))
        .find(|path| path.is_file())
}

/// The browser: from `METAFACE_CHROMIUM`, or an installed one.
pub fn chromium() -> Option<PathBuf> {
    let chosen = env::var_os("METAFACE_CHROMIUM").map(PathBuf::from);
    let mut names = ["chromium", "chromium-browser", "google-chrome"].into_iter();
    chosen.or_else(|| names.find_map(program))
}
