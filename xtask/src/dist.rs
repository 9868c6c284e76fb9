//! `cargo xtask dist`: the packages of a release, each tested after packing.
//!
//! The scripts in `xtask/dist` do the work, because Python's standard library supports archives.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::blender;
use crate::doors;
use crate::python::{self, pytest};
use crate::sdk;
use crate::steps::{Outcome, Step, Steps};
use crate::wheels;

/// The NumPy version for the wheel and the Maya module, in tests without a network.
const NUMPY: &str = "2.3.5";

/// Zip on Windows, where tar is uncommon.
const ARCHIVE: &str = if cfg!(windows) { ".zip" } else { ".tar.gz" };

/// A package of a release.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Package {
    Program,
    Wheels,
    Blender,
    Maya,
    Unreal,
    Sdk,
}

/// Packs all packages, or the program and the requested packages; tests each in a clean folder, and
/// lists them.
pub fn run(steps: &Steps, requested: &[Package]) -> Outcome {
    let mut pythons = wheels::PYTHONS.iter();
    let Some(python) = pythons.find_map(|version| python::of_version(steps, version)) else {
        let versions = wheels::PYTHONS.join(" or ");
        println!("Skipped: packages need Python {versions}");
        return Ok(());
    };
    doors::build(steps)?;
    let dist = Dist {
        steps,
        folder: steps.target("dist"),
        work: steps.target("dist-work"),
        python,
    };
    // Removes the packages of earlier versions.
    steps.empty_folder(&dist.folder)?;
    steps.empty_folder(&dist.work)?;
    steps.run(&dist.script("test_packing.py"))?;
    for package in Package::value_variants() {
        let is_requested = requested.is_empty() || requested.contains(package);
        match package {
            // Always, because the other packages are compared with its output.
            Package::Program => dist.program()?,
            _ if !is_requested => {}
            Package::Wheels => {
                (wheels::PYTHONS.iter()).try_for_each(|python| dist.wheel(python))?
            }
            Package::Blender => dist.blender()?,
            Package::Maya => dist.maya()?,
            Package::Unreal => dist.unreal()?,
            Package::Sdk => dist.sdk()?,
        }
    }
    steps.run(&dist.script("listing.py").arg(&dist.folder))
}

struct Dist<'steps> {
    steps: &'steps Steps,
    /// The folder of the packages.
    folder: PathBuf,
    /// The folder of intermediate files.
    work: PathBuf,
    python: PathBuf,
}

impl Dist<'_> {
    fn program(&self) -> Outcome {
        let stage = self.notices("program", "metaface-cli", &["three.js"])?;
        self.steps.copy(&self.steps.metaface(), &stage)?;
        let readme = self.steps.root.join("xtask/dist/program/README.md");
        self.steps.copy(&readme, &stage)?;
        let name = name("");
        let package = self.pack(&stage, &(name.clone() + ARCHIVE), &["--within", &name])?;
        self.steps
            .run(&self.test(&self.python, "program", &package))
    }

    /// The tested wheel for one Python.
    fn wheel(&self, version: &str) -> Outcome {
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the wheel for Python {version}, which is not installed");
            return Ok(());
        };
        let wheel = wheels::built(self.steps, version)?;
        self.steps.copy(&wheel, &self.folder)?;
        let package = self.folder.join(wheel.file_name().unwrap_or_default());
        let test = self.test(&python, "wheel", &package);
        self.steps
            .run(&test.arg("--numpy").arg(self.numpy(version)?))
    }

    /// The Blender extension. The extension's own test installs the zip in Blender and uses it.
    fn blender(&self) -> Outcome {
        let package = self.pack(&blender::zip(self.steps), &(name("-blender") + ".zip"), &[])?;
        for (version, python) in blender::tested(self.steps) {
            if !python.is_file() && !self.steps.only_print {
                println!("Skipped: Blender {version}; run cargo xtask blender to install it");
                continue;
            }
            let test = pytest(python)
                .arg("plugins/blender/tests/test_extension_build.py")
                .variable("METAFACE_WHEELS", wheels::folder(self.steps))
                .variable("METAFACE_BLENDER_ZIP", &package);
            self.steps.run(&test)?;
        }
        Ok(())
    }

    fn maya(&self) -> Outcome {
        let version = wheels::PYTHONS[0];
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the Maya module, which needs Python {version}");
            return Ok(());
        };
        // Inside the module: files beside it would end up among other modules.
        let parts = ["nanobind", "libstdc++", "numpy"];
        self.notices("maya/metaface", "metaface-sdk", &parts)?;
        let notices = self.work.join("maya");
        let options = ["--with", &notices.to_string_lossy()];
        let module = self.steps.target("maya");
        let package = self.pack(&module, &(name("-maya") + ".zip"), &options)?;
        let test = self.test(&python, "maya", &package);
        self.steps
            .run(&test.arg("--numpy").arg(self.numpy(version)?))
    }

    fn unreal(&self) -> Outcome {
        let notices = self.notices("unreal", "metaface-sdk", &[])?;
        let options = ["--within", "MetaFace", "--with", &notices.to_string_lossy()];
        let plugin = self.steps.target("unreal/MetaFace");
        let package = self.pack(&plugin, &(name("-unreal") + ".zip"), &options)?;
        self.steps.run(&self.test(&self.python, "unreal", &package))
    }

    fn sdk(&self) -> Outcome {
        let name = name("-sdk");
        let source = sdk::package(self.steps);
        let package = self.pack(&source, &(name.clone() + ARCHIVE), &["--within", &name])?;
        self.steps.run(&self.test(&self.python, "sdk", &package))
    }

    fn script(&self, name: &str) -> Step {
        Step::new(&self.python).arg(format!("xtask/dist/{name}"))
    }

    /// Tests a package in a clean folder. The program's test writes curves of the sample line; every
    /// other package must write the same.
    fn test(&self, python: &Path, kind: &str, package: &Path) -> Step {
        let test = Step::new(python).args(["xtask/dist/try_package.py", kind]);
        let test = test.arg(package).arg("--curves");
        test.arg(self.work.join("line.csv"))
    }

    /// Packs the output of another task. Returns the path of the package.
    fn pack(&self, source: &Path, name: &str, options: &[&str]) -> Outcome<PathBuf> {
        if !source.exists() && !self.steps.only_print {
            let remedy = "run cargo xtask hosts first";
            return Err(format!("{} does not exist: {remedy}", source.display()));
        }
        let package = self.folder.join(name);
        let pack = self.script("archive.py").arg(source).arg(&package);
        self.steps.run(&pack.args(options))?;
        Ok(package)
    }

    /// A folder with the licence and the third-party notices of a package.
    fn notices(&self, kind: &str, package: &str, parts: &[&str]) -> Outcome<PathBuf> {
        let folder = self.work.join(kind);
        let notices = self.script("notices.py").arg(package).arg(&folder);
        let notices = notices.args(self.steps.released.then_some("--cuda"));
        let parts = parts.iter().flat_map(|part| ["--part", part]);
        self.steps.run(&notices.args(parts))?;
        self.steps.copy(&self.steps.root.join("LICENSE"), &folder)?;
        Ok(folder)
    }

    /// A folder with NumPy's wheel, for installations without a network. pip is that of the wheels'
    /// environment, because Debian's Python has none.
    fn numpy(&self, version: &str) -> Outcome<PathBuf> {
        let folder = self.steps.tool(format!("numpy-{NUMPY}-python{version}"));
        let is_downloaded = fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        if !is_downloaded {
            let download = Step::new(wheels::environment(self.steps, version))
                .words("-m pip download --quiet --no-deps --dest")
                .arg(&folder);
            self.steps.run(&download.arg(format!("numpy=={NUMPY}")))?;
        }
        Ok(folder)
    }
}

/// A package's name without its ending: `metaface-sdk-0.1.0-linux-x86_64`.
fn name(kind: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (system, processor) = (env::consts::OS, env::consts::ARCH);
    format!("metaface{kind}-{version}-{system}-{processor}")
}
