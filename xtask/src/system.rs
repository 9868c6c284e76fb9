//! Programs of the operating system, by Debian's package names.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::steps::{Step, Steps, TaskError};

/// A package, and how to detect it.
pub struct Package {
    /// Debian's name of the package.
    pub name: &'static str,
    /// Its purpose, for messages.
    pub purpose: &'static str,
    probe: Probe,
}

enum Probe {
    /// One of these programs is found.
    Program(&'static [&'static str]),
    /// `dpkg-query` lists the package, which has no program.
    Installed,
    /// clang's runtime libraries include the address sanitizer.
    SanitizerRuntime,
    /// `python3` runs this code without an error.
    Python(&'static str),
}

/// The browser that renders pages and pictures.
pub const CHROMIUM: Package = Package {
    name: "chromium",
    purpose: "renders preview pages and pictures",
    probe: Probe::Program(&["chromium", "chromium-browser", "google-chrome"]),
};

/// The voices of the training corpus. Small; run as programs, never linked.
pub const VOICES: [Package; 7] = [
    FLITE,
    voice("festival", Probe::Program(&["festival"])),
    voice("festvox-kallpc16k", Probe::Installed),
    voice("festvox-kdlpc16k", Probe::Installed),
    voice("festvox-us-slt-hts", Probe::Installed),
    voice("espeak-ng-data", Probe::Installed),
    voice("libespeak-ng1", Probe::Installed),
];

/// Small English voices.
pub const FLITE: Package = voice("flite", Probe::Program(&["flite"]));

/// Voices of a hundred languages.
pub const ESPEAK_NG: Package = Package {
    name: "espeak-ng",
    purpose: "speaks many languages",
    probe: Probe::Program(&["espeak-ng"]),
};

/// A cluster of one machine, for the Slurm job of `samples/farm`.
pub const SLURM: [Package; 3] = [
    cluster("munge", Probe::Program(&["munged"])),
    cluster("slurmctld", Probe::Program(&["slurmctld"])),
    cluster("slurmd", Probe::Program(&["slurmd"])),
];

/// Compilers and tools for the C++ API, with both C++ standard libraries.
pub const CPP: [Package; 9] = [
    cpp("g++", Probe::Program(&["g++"])),
    cpp("clang", Probe::Program(&["clang++"])),
    // Only a recommendation of clang, and recommendations are not installed.
    cpp("libclang-rt-dev", Probe::SanitizerRuntime),
    cpp("libc++-dev", Probe::Installed),
    cpp("libc++abi-dev", Probe::Installed),
    cpp("cmake", Probe::Program(&["cmake"])),
    cpp("ninja-build", Probe::Program(&["ninja"])),
    cpp("doctest-dev", Probe::Installed),
    cpp("doxygen", Probe::Program(&["doxygen"])),
];

/// Mono, for Unreal's build rules in C#.
pub const UNREAL: [Package; 2] = [
    unreal("mono-mcs", Probe::Program(&["mcs"])),
    unreal("mono-runtime", Probe::Program(&["mono"])),
];

/// The libraries of Blender as a Python module, and Mesa to render without a display.
pub const BLENDER: [Package; 12] = [
    blender("libegl1"),
    blender("libgl1"),
    blender("libgl1-mesa-dri"),
    blender("libgomp1"),
    blender("libice6"),
    blender("libsm6"),
    blender("libx11-6"),
    blender("libxfixes3"),
    blender("libxi6"),
    blender("libxkbcommon0"),
    blender("libxrender1"),
    blender("libxxf86vm1"),
];

/// The packages for building the program with microphones on Linux.
pub const MICROPHONE: [Package; 2] = [
    microphone("libasound2-dev", Probe::Installed),
    microphone("pkg-config", Probe::Program(&["pkg-config"])),
];

/// Programs that the tests use and a minimal Debian lacks.
pub const BASICS: [Package; 2] = [
    basic("git", "lists the pages of the documentation", &["git"]),
    basic("procps", "interrupts tested programs", &["kill"]),
];

/// The module `venv`, which Debian packages separately from Python.
pub const PYTHON_VENV: Package = Package {
    name: "python3-venv",
    purpose: "creates Python environments",
    probe: Probe::Python("import ensurepip, venv"),
};

/// The headers for compiling the wheel, which Debian packages separately from Python.
pub const PYTHON_HEADERS: Package = Package {
    name: "python3-dev",
    purpose: "builds the Python package",
    probe: Probe::Python(
        "import os, sysconfig; os.stat(os.path.join(sysconfig.get_path('include'), 'Python.h'))",
    ),
};

const fn basic(
    name: &'static str,
    purpose: &'static str,
    program: &'static [&'static str],
) -> Package {
    Package {
        name,
        purpose,
        probe: Probe::Program(program),
    }
}

const fn voice(name: &'static str, probe: Probe) -> Package {
    Package {
        name,
        purpose: "speaks the training corpus",
        probe,
    }
}

const fn cluster(name: &'static str, probe: Probe) -> Package {
    Package {
        name,
        purpose: "runs the Slurm job of samples/farm",
        probe,
    }
}

const fn cpp(name: &'static str, probe: Probe) -> Package {
    Package {
        name,
        purpose: "builds and tests the C++ API",
        probe,
    }
}

const fn microphone(name: &'static str, probe: Probe) -> Package {
    Package {
        name,
        purpose: "lets the program open microphones",
        probe,
    }
}

const fn unreal(name: &'static str, probe: Probe) -> Package {
    Package {
        name,
        purpose: "runs the Unreal plugin's build rules",
        probe,
    }
}

const fn blender(name: &'static str) -> Package {
    Package {
        name,
        purpose: "needed by Blender as a Python module",
        probe: Probe::Installed,
    }
}

impl Package {
    fn is_installed(&self, steps: &Steps) -> bool {
        match self.probe {
            Probe::Program(names) => names.iter().any(|name| program(name).is_some()),
            Probe::Installed => Step::new("dpkg-query")
                .args(["--show", "--showformat=${db:Status-Status}", self.name])
                .query(&steps.root)
                .is_some_and(|status| status == "installed"),
            Probe::SanitizerRuntime => clang(steps, "-print-runtime-dir").is_some_and(|folder| {
                let files = fs::read_dir(folder).into_iter().flatten().flatten();
                let mut names = files.map(|file| file.file_name());
                names.any(|name| name.to_string_lossy().starts_with("libclang_rt.asan"))
            }),
            Probe::Python(code) => Step::new("python3")
                .args(["-c", code])
                .query(&steps.root)
                .is_some(),
        }
    }

    /// Debian's name of the package, in the version of the installed clang.
    fn debian_name(&self, steps: &Steps) -> String {
        let version = match self.probe {
            Probe::SanitizerRuntime => clang(steps, "-dumpversion"),
            Probe::Program(_) | Probe::Installed | Probe::Python(_) => None,
        };
        let major = version.as_deref().and_then(|text| text.split('.').next());
        // Without clang, the unversioned package fits the package `clang`.
        major.map_or_else(
            || self.name.to_owned(),
            |major| format!("libclang-rt-{major}-dev"),
        )
    }
}

/// The output of clang for an option. `None` without clang.
fn clang(steps: &Steps, option: &str) -> Option<String> {
    Step::new("clang++").args([option]).query(&steps.root)
}

/// Installs missing packages, if permitted. Returns the packages that are still missing.
pub fn install<'list>(
    steps: &Steps,
    packages: &[&'list Package],
) -> Result<Vec<&'list Package>, TaskError> {
    let missing = |packages: &[&'list Package]| -> Vec<_> {
        let absent = packages
            .iter()
            .filter(|package| !package.is_installed(steps));
        absent.copied().collect()
    };
    let wanted = missing(packages);
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let Some(apt) = apt(steps) else {
        return Ok(wanted);
    };
    let names = wanted.iter().map(|package| package.debian_name(steps));
    let install = apt
        .clone()
        .args(["install", "--yes", "--no-install-recommends"]);
    // If the index cannot be updated, the old index may still have the packages.
    if let Err(TaskError::Failed(reason)) = steps.run(&apt.args(["update", "--quiet"])) {
        println!("{reason}");
    }
    if let Err(TaskError::Failed(reason)) = steps.run(&install.args(names)) {
        println!("{reason}");
    }
    Ok(if steps.only_print {
        Vec::new()
    } else {
        missing(packages)
    })
}

/// `apt-get` with the right to install. `None` without the right.
fn apt(steps: &Steps) -> Option<Step> {
    const NONINTERACTIVE: &str = "DEBIAN_FRONTEND=noninteractive";
    program("apt-get")?;
    let user = Step::new("id").args(["-u"]).query(&steps.root)?;
    if user == "0" {
        return Some(Step::new("env").args([NONINTERACTIVE, "apt-get"]));
    }
    let passwordless_sudo = Step::new("sudo").args(["-n", "true"]);
    passwordless_sudo.query(&steps.root)?;
    Some(Step::new("sudo").args(["-n", "env", NONINTERACTIVE, "apt-get"]))
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
    let Probe::Program(names) = CHROMIUM.probe else {
        return None;
    };
    env::var_os("METAFACE_CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| names.iter().find_map(|name| program(name)))
}
