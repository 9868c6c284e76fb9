//! Programs that come from the operating system, by Debian's package names.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::steps::{Fault, Step, Steps};

/// A package, and how to see that what it brings is there.
pub struct Package {
    /// Debian's name of it.
    pub name: &'static str,
    /// What it is for, as the reader of a message wants to know it.
    pub purpose: &'static str,
    sign: Sign,
}

enum Sign {
    /// One of these programs can be found.
    Program(&'static [&'static str]),
    /// Debian says that the package is installed: it holds no program.
    Installed,
    /// clang's runtime libraries hold the address sanitizer.
    SanitizerRuntime,
    /// `python3` runs this code without an error.
    Python(&'static str),
}

/// The browser in which pages and pictures are drawn.
pub const CHROMIUM: Package = Package {
    name: "chromium",
    purpose: "draws preview pages and pictures",
    sign: Sign::Program(&["chromium", "chromium-browser", "google-chrome"]),
};

/// The voices that recite the training corpus. Small; run as programs, never linked.
pub const VOICES: [Package; 7] = [
    FLITE,
    voice("festival", Sign::Program(&["festival"])),
    voice("festvox-kallpc16k", Sign::Installed),
    voice("festvox-kdlpc16k", Sign::Installed),
    voice("festvox-us-slt-hts", Sign::Installed),
    voice("espeak-ng-data", Sign::Installed),
    voice("libespeak-ng1", Sign::Installed),
];

/// Small English voices.
pub const FLITE: Package = voice("flite", Sign::Program(&["flite"]));

/// Voices of a hundred languages.
pub const ESPEAK_NG: Package = Package {
    name: "espeak-ng",
    purpose: "speaks many languages",
    sign: Sign::Program(&["espeak-ng"]),
};

/// A cluster of one machine, on which the Slurm job of `samples/farm` is run.
pub const SLURM: [Package; 3] = [
    cluster("munge", Sign::Program(&["munged"])),
    cluster("slurmctld", Sign::Program(&["slurmctld"])),
    cluster("slurmd", Sign::Program(&["slurmd"])),
];

/// Compilers and tools for the C++ API, with both C++ standard libraries.
pub const CPP: [Package; 9] = [
    cpp("g++", Sign::Program(&["g++"])),
    cpp("clang", Sign::Program(&["clang++"])),
    // clang only recommends it, and packages are installed without recommendations.
    cpp("libclang-rt-dev", Sign::SanitizerRuntime),
    cpp("libc++-dev", Sign::Installed),
    cpp("libc++abi-dev", Sign::Installed),
    cpp("cmake", Sign::Program(&["cmake"])),
    cpp("ninja-build", Sign::Program(&["ninja"])),
    cpp("doctest-dev", Sign::Installed),
    cpp("doxygen", Sign::Program(&["doxygen"])),
];

/// Unreal's build rules are C#.
pub const UNREAL: [Package; 2] = [
    unreal("mono-mcs", Sign::Program(&["mcs"])),
    unreal("mono-runtime", Sign::Program(&["mono"])),
];

/// What Blender as a Python module is linked to, and Mesa to draw without a display.
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

/// What the program is built with to open microphones on Linux.
pub const MICROPHONE: [Package; 2] = [
    microphone("libasound2-dev", Sign::Installed),
    microphone("pkg-config", Sign::Program(&["pkg-config"])),
];

/// Programs that tests start and that a minimal Debian lacks.
pub const BASICS: [Package; 2] = [
    basic("git", "lists the pages of the documentation", &["git"]),
    basic("procps", "interrupts programs that are tested", &["kill"]),
];

/// What Debian cuts out of its Python: the module that makes environments.
pub const PYTHON_VENV: Package = Package {
    name: "python3-venv",
    purpose: "makes Python environments",
    sign: Sign::Python("import ensurepip, venv"),
};

/// What Debian cuts out of its Python: the headers that the wheel is compiled with.
pub const PYTHON_HEADERS: Package = Package {
    name: "python3-dev",
    purpose: "builds the Python package",
    sign: Sign::Python(
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
        sign: Sign::Program(program),
    }
}

const fn voice(name: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose: "recites the training corpus",
        sign,
    }
}

const fn cluster(name: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose: "runs the Slurm job of samples/farm",
        sign,
    }
}

const fn cpp(name: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose: "builds and tests the C++ API",
        sign,
    }
}

const fn microphone(name: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose: "lets the program open microphones",
        sign,
    }
}

const fn unreal(name: &'static str, sign: Sign) -> Package {
    Package {
        name,
        purpose: "runs the Unreal plugin's build rules",
        sign,
    }
}

const fn blender(name: &'static str) -> Package {
    Package {
        name,
        purpose: "Blender as a Python module needs it",
        sign: Sign::Installed,
    }
}

impl Package {
    fn is_there(&self, steps: &Steps) -> bool {
        match self.sign {
            Sign::Program(names) => names.iter().any(|name| program(name).is_some()),
            Sign::Installed => Step::new("dpkg-query")
                .args(["--show", "--showformat=${db:Status-Status}", self.name])
                .answer(&steps.root)
                .is_some_and(|status| status == "installed"),
            Sign::SanitizerRuntime => clang(steps, "-print-runtime-dir").is_some_and(|folder| {
                let files = fs::read_dir(folder).into_iter().flatten().flatten();
                let mut names = files.map(|file| file.file_name());
                names.any(|name| name.to_string_lossy().starts_with("libclang_rt.asan"))
            }),
            Sign::Python(code) => Step::new("python3")
                .args(["-c", code])
                .answer(&steps.root)
                .is_some(),
        }
    }

    /// Debian's name of the package, in the version that fits what is installed.
    fn debian_name(&self, steps: &Steps) -> String {
        let version = match self.sign {
            Sign::SanitizerRuntime => clang(steps, "-dumpversion"),
            Sign::Program(_) | Sign::Installed | Sign::Python(_) => None,
        };
        let major = version.as_deref().and_then(|text| text.split('.').next());
        // Without a version it is the one that belongs to the package `clang`.
        major.map_or_else(
            || self.name.to_owned(),
            |major| format!("libclang-rt-{major}-dev"),
        )
    }
}

/// What the installed clang answers to an option, if there is a clang.
fn clang(steps: &Steps, option: &str) -> Option<String> {
    Step::new("clang++").args([option]).answer(&steps.root)
}

/// Installs what is missing, where we may. Returns what is missing still.
pub fn install<'list>(
    steps: &Steps,
    packages: &[&'list Package],
) -> Result<Vec<&'list Package>, Fault> {
    let missing = |packages: &[&'list Package]| -> Vec<_> {
        let absent = packages.iter().filter(|package| !package.is_there(steps));
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
    // An index that cannot be fetched anew may still name the packages; installing will tell.
    if let Err(Fault::Step(reason)) = steps.run(&apt.args(["update", "--quiet"])) {
        println!("{reason}");
    }
    if let Err(Fault::Step(reason)) = steps.run(&install.args(names)) {
        println!("{reason}");
    }
    Ok(if steps.only_print {
        Vec::new()
    } else {
        missing(packages)
    })
}

/// `apt-get` with the right to install, or none.
fn apt(steps: &Steps) -> Option<Step> {
    const QUIETLY: &str = "DEBIAN_FRONTEND=noninteractive";
    program("apt-get")?;
    let user = Step::new("id").args(["-u"]).answer(&steps.root)?;
    if user == "0" {
        return Some(Step::new("env").args([QUIETLY, "apt-get"]));
    }
    let asks_nothing = Step::new("sudo").args(["-n", "true"]);
    asks_nothing.answer(&steps.root)?;
    Some(Step::new("sudo").args(["-n", "env", QUIETLY, "apt-get"]))
}

/// Where a program of that name is.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    // A name such as npm.cmd has its ending already.
    let ending = match name.contains('.') {
        true => "",
        false => env::consts::EXE_SUFFIX,
    };
    env::split_paths(&folders)
        .map(|folder| folder.join(format!("{name}{ending}")))
        .find(|path| path.is_file())
}

/// The browser: the one named by `METAFACE_CHROMIUM`, or one that is installed.
pub fn chromium() -> Option<PathBuf> {
    let Sign::Program(names) = CHROMIUM.sign else {
        return None;
    };
    env::var_os("METAFACE_CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| names.iter().find_map(|name| program(name)))
}
