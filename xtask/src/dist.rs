//! `cargo xtask dist`: the packages of a release, each tested after packing.
//!
//! The scripts in `xtask/dist` do the work, because Python's standard library supports archives.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::blender;
use crate::doors;
use crate::python;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};
use crate::wheels;

/// The NumPy version for the wheel and the Maya module, in tests without a network.
const NUMPY: &str = "2.3.5";

/// Zip on Windows, where tar is uncommon.
const ARCHIVE: &str = if cfg!(windows) { ".zip" } else { ".tar.gz" };

/// The names of the packages. The program is first, because the others are compared with its output.
const PACKAGES: [&str; 6] = ["program", "wheels", "blender", "maya", "unreal", "sdk"];

/// Packs all packages, or the program and the requested packages; tests each in a clean folder, and
/// lists them.
pub fn run(steps: &Steps, requested: &[String]) -> Result<(), TaskError> {
    if let Some(unknown) = (requested.iter()).find(|name| !PACKAGES.contains(&name.as_str())) {
        let reason = format!("unknown package '{unknown}'; use {}", PACKAGES.join(", "));
        return Err(TaskError::Usage(reason));
    }
    let mut versions = wheels::PYTHONS.iter();
    let python = versions.find_map(|version| python::of_version(steps, version));
    let Some(python) = python else {
        println!(
            "Skipped: packages need Python {}",
            wheels::PYTHONS.join(" or ")
        );
        return Ok(());
    };
    doors::programs(steps)?;
    let dist = Dist::new(steps, python)?;
    steps.run(&dist.script(&dist.python, "test_packing.py"))?;
    for name in PACKAGES {
        let is_requested = requested.is_empty() || requested.iter().any(|each| each == name);
        match name {
            "program" => dist.program()?,
            _ if !is_requested => {}
            "wheels" => dist.wheels()?,
            "blender" => dist.blender()?,
            "maya" => dist.maya()?,
            "unreal" => dist.unreal()?,
            _ => dist.sdk()?,
        }
    }
    let listing = dist.script(&dist.python, "listing.py");
    steps.run(&listing.args([&dist.folder]))
}

struct Dist<'steps> {
    steps: &'steps Steps,
    /// The folder of the packages.
    folder: PathBuf,
    /// The folder of intermediate files.
    work: PathBuf,
    python: PathBuf,
}

impl<'steps> Dist<'steps> {
    fn new(steps: &'steps Steps, python: PathBuf) -> Result<Self, TaskError> {
        let target = steps.root.join("target");
        let dist = Self {
            steps,
            folder: target.join("dist"),
            work: target.join("dist-work"),
            python,
        };
        // Removes the packages of earlier versions.
        dist.empty(&dist.folder)?;
        dist.empty(&dist.work)?;
        Ok(dist)
    }

    fn empty(&self, folder: &Path) -> Result<(), TaskError> {
        if self.steps.only_print {
            return Ok(());
        }
        let emptied = match fs::remove_dir_all(folder) {
            Err(error) if folder.exists() => Err(error),
            _ => fs::create_dir_all(folder),
        };
        emptied.map_err(|error| format!("cannot empty {}: {error}", folder.display()).into())
    }

    fn program(&self) -> Result<(), TaskError> {
        let stage = self.notices("program", "metaface-cli", &["three.js"])?;
        self.copy(&self.steps.metaface(), &stage)?;
        self.copy(
            &self.steps.root.join("xtask/dist/program/README.md"),
            &stage,
        )?;
        let name = self.name("");
        let package = self.folder.join(format!("{name}{ARCHIVE}"));
        self.pack(&stage, &package, &["--within", &name])?;
        let test = self
            .script(&self.python, "try_program.py")
            .args([package])
            .args(["--keep"])
            .args([self.curves()]);
        self.steps.run(&test)
    }

    fn wheels(&self) -> Result<(), TaskError> {
        (wheels::PYTHONS.iter()).try_for_each(|version| self.wheel(version))
    }

    /// The tested wheel for one Python.
    fn wheel(&self, version: &str) -> Result<(), TaskError> {
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the wheel for Python {version}, which is not installed");
            return Ok(());
        };
        let wheel = wheels::built(self.steps, version)?;
        let package = self.folder.join(wheel.file_name().unwrap_or_default());
        self.copy(&wheel, &self.folder)?;
        let numpy = self.numpy(version)?;
        let test = self
            .script(&python, "try_wheel.py")
            .args([package])
            .args(["--numpy"])
            .args([numpy]);
        self.steps.run(&self.compared(test))
    }

    /// The Blender extension. The extension's own test installs the zip in Blender and uses it.
    fn blender(&self) -> Result<(), TaskError> {
        let package = self.folder.join(format!("{}.zip", self.name("-blender")));
        self.pack(&blender::zip(self.steps), &package, &[])?;
        for (version, python) in blender::tested(self.steps) {
            if !python.is_file() && !self.steps.only_print {
                println!("Skipped: Blender {version}; run cargo xtask blender to install it");
                continue;
            }
            let file = "plugins/blender/tests/test_extension_build.py";
            let test = Step::new(python)
                .args(["-m", "pytest", "-q", file])
                .variable("METAFACE_WHEELS", wheels::folder(self.steps))
                .variable("METAFACE_BLENDER_ZIP", &package);
            self.steps.run(&test)?;
        }
        Ok(())
    }

    fn maya(&self) -> Result<(), TaskError> {
        let version = wheels::PYTHONS[0];
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the Maya module, which needs Python {version}");
            return Ok(());
        };
        let parts = ["nanobind", "libstdc++", "numpy"];
        // Inside the module: files beside it would end up among other modules.
        self.notices("maya/metaface", "metaface-sdk", &parts)?;
        let notices = self.work.join("maya");
        let package = self.folder.join(format!("{}.zip", self.name("-maya")));
        let module = self.steps.root.join("target").join("maya");
        self.pack(&module, &package, &["--with", &notices.to_string_lossy()])?;
        let numpy = self.numpy(version)?;
        let test = self
            .script(&python, "try_maya.py")
            .args([package])
            .args(["--numpy"])
            .args([numpy]);
        self.steps.run(&self.compared(test))
    }

    fn unreal(&self) -> Result<(), TaskError> {
        let notices = self.notices("unreal", "metaface-sdk", &[])?;
        let package = self.folder.join(format!("{}.zip", self.name("-unreal")));
        let plugin = self.steps.root.join("target/unreal/MetaFace");
        let options = ["--within", "MetaFace", "--with", &notices.to_string_lossy()];
        self.pack(&plugin, &package, &options)?;
        let test = self
            .script(&self.python, "try_unreal.py")
            .args([package])
            .args(["--example", "plugins/sdk/examples/hello.cpp"]);
        self.steps.run(&self.compared(test))
    }

    fn sdk(&self) -> Result<(), TaskError> {
        let name = self.name("-sdk");
        let package = self.folder.join(format!("{name}{ARCHIVE}"));
        self.pack(&sdk::package(self.steps), &package, &["--within", &name])?;
        let test = self.script(&self.python, "try_sdk.py").args([package]);
        self.steps.run(&self.compared(test))
    }

    /// A package's name without its ending: `metaface-sdk-0.1.0-linux-x86_64`.
    fn name(&self, kind: &str) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let (system, processor) = (env::consts::OS, env::consts::ARCH);
        format!("metaface{kind}-{version}-{system}-{processor}")
    }

    fn script(&self, python: &Path, name: &str) -> Step {
        Step::new(python).args([self.steps.root.join("xtask").join("dist").join(name)])
    }

    /// The program's curves of the sample line; every other package must write the same.
    fn curves(&self) -> PathBuf {
        self.work.join("line.csv")
    }

    fn compared(&self, test: Step) -> Step {
        test.args(["--same-as"]).args([self.curves()])
    }

    /// Packs the output of another task.
    fn pack(&self, source: &Path, package: &Path, options: &[&str]) -> Result<(), TaskError> {
        if !source.exists() && !self.steps.only_print {
            let remedy = "run cargo xtask hosts first";
            return Err(format!("{} does not exist: {remedy}", source.display()).into());
        }
        let pack = self.script(&self.python, "archive.py");
        self.steps.run(&pack.args([source, package]).args(options))
    }

    /// A folder with the licence and the third-party notices of a package.
    fn notices(&self, kind: &str, package: &str, parts: &[&str]) -> Result<PathBuf, TaskError> {
        let folder = self.work.join(kind);
        let notices = self.script(&self.python, "notices.py").args([package]);
        let parts = parts.iter().flat_map(|part| ["--part", part]);
        self.steps.run(&notices.args([&folder]).args(parts))?;
        self.copy(&self.steps.root.join("LICENSE"), &folder)?;
        Ok(folder)
    }

    fn copy(&self, file: &Path, folder: &Path) -> Result<(), TaskError> {
        if !self.steps.only_print {
            fs::copy(file, folder.join(file.file_name().unwrap_or_default()))
                .map_err(|error| format!("cannot copy {}: {error}", file.display()))?;
        }
        Ok(())
    }

    /// A folder with NumPy's wheel, for installations without a network. pip is that of the wheels'
    /// environment, because Debian's Python has none.
    fn numpy(&self, version: &str) -> Result<PathBuf, TaskError> {
        let name = format!("numpy-{NUMPY}-python{version}");
        let folder = self.steps.tools_folder().join(name);
        let is_downloaded = fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        if !is_downloaded {
            let download = Step::new(wheels::tested(self.steps, version))
                .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
                .args([&folder])
                .args([format!("numpy=={NUMPY}")]);
            self.steps.run(&download)?;
        }
        Ok(folder)
    }
}
