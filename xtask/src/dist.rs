//! `cargo xtask dist`: what a release holds, packed and tried from its packages.
//!
//! The work is done by the scripts in `xtask/dist`: Python brings zips and archives along.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::blender;
use crate::doors;
use crate::python;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};
use crate::wheels;

/// What the wheel and the hosts' modules need beside them, for the trials without a network.
const NUMPY: &str = "2.3.5";

/// Windows has no tar that everyone knows.
const ARCHIVE: &str = if cfg!(windows) { ".zip" } else { ".tar.gz" };

/// What there is to pack, as the command line knows it. The program is first: all others are
/// compared with what it makes.
const PACKAGES: [&str; 6] = ["program", "wheels", "blender", "maya", "unreal", "sdk"];

/// Packs everything, or the program and what is asked for beside it; tries each package in a clean
/// folder, and lists them.
pub fn run(steps: &Steps, asked: &[String]) -> Result<(), Fault> {
    if let Some(unknown) = asked.iter().find(|name| !PACKAGES.contains(&name.as_str())) {
        let reason = format!("there is no package '{unknown}': {}", PACKAGES.join(", "));
        return Err(Fault::Usage(reason));
    }
    let mut versions = wheels::PYTHONS.iter();
    let python = versions.find_map(|version| python::of_version(steps, version));
    let Some(python) = python else {
        println!(
            "Skipped: packages want a Python of {}",
            wheels::PYTHONS.join(" or ")
        );
        return Ok(());
    };
    doors::programs(steps)?;
    let dist = Dist::new(steps, python)?;
    steps.run(&dist.script(&dist.python, "test_packing.py"))?;
    for name in PACKAGES {
        let is_wanted = asked.is_empty() || asked.iter().any(|each| each == name);
        match name {
            "program" => dist.program()?,
            _ if !is_wanted => {}
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
    /// Where the packages go.
    folder: PathBuf,
    /// What they are made from.
    work: PathBuf,
    python: PathBuf,
}

impl<'steps> Dist<'steps> {
    fn new(steps: &'steps Steps, python: PathBuf) -> Result<Self, Fault> {
        let target = steps.root.join("target");
        let dist = Self {
            steps,
            folder: target.join("dist"),
            work: target.join("dist-work"),
            python,
        };
        // Nothing of an earlier version is listed beside this one.
        dist.emptied(&dist.folder)?;
        dist.emptied(&dist.work)?;
        Ok(dist)
    }

    fn emptied(&self, folder: &Path) -> Result<(), Fault> {
        if self.steps.only_print {
            return Ok(());
        }
        let emptied = match fs::remove_dir_all(folder) {
            Err(error) if folder.exists() => Err(error),
            _ => fs::create_dir_all(folder),
        };
        emptied.map_err(|error| format!("cannot empty {}: {error}", folder.display()).into())
    }

    fn program(&self) -> Result<(), Fault> {
        let stage = self.notices("program", "metaface-cli", &["three.js"])?;
        self.copy(&self.steps.metaface(), &stage)?;
        self.copy(
            &self.steps.root.join("xtask/dist/program/README.md"),
            &stage,
        )?;
        let name = self.name("");
        let package = self.folder.join(format!("{name}{ARCHIVE}"));
        self.pack(&stage, &package, &["--within", &name])?;
        let attempt = self.script(&self.python, "try_program.py").args([package]);
        self.steps
            .run(&attempt.args(["--keep"]).args([self.curves()]))
    }

    fn wheels(&self) -> Result<(), Fault> {
        (wheels::PYTHONS.iter()).try_for_each(|version| self.wheel(version))
    }

    /// The wheel for one Python, as it was tested.
    fn wheel(&self, version: &str) -> Result<(), Fault> {
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the wheel for Python {version}, which is not here");
            return Ok(());
        };
        let wheel = wheels::built(self.steps, version)?;
        let package = self.folder.join(wheel.file_name().unwrap_or_default());
        self.copy(&wheel, &self.folder)?;
        let attempt = self.script(&python, "try_wheel.py").args([package]);
        let numpy = self.numpy(version)?;
        let attempt = attempt.args(["--numpy"]).args([numpy]);
        self.steps.run(&self.compared(attempt))
    }

    /// Installed and used in Blender from the zip, by the test of the extension itself.
    fn blender(&self) -> Result<(), Fault> {
        let package = self.folder.join(format!("{}.zip", self.name("-blender")));
        self.pack(&blender::zip(self.steps), &package, &[])?;
        for (version, python) in blender::tested(self.steps) {
            if !python.is_file() && !self.steps.only_print {
                println!("Skipped: Blender {version}, which cargo xtask blender installs");
                continue;
            }
            let test = "plugins/blender/tests/test_extension_build.py";
            let test = Step::new(python).args(["-m", "pytest", "-q", test]);
            let test = test.variable("METAFACE_WHEELS", wheels::folder(self.steps));
            self.steps
                .run(&test.variable("METAFACE_BLENDER_ZIP", &package))?;
        }
        Ok(())
    }

    fn maya(&self) -> Result<(), Fault> {
        let version = wheels::PYTHONS[0];
        let Some(python) = python::of_version(self.steps, version) else {
            println!("Skipped: the Maya module, which needs Python {version}");
            return Ok(());
        };
        let parts = ["nanobind", "libstdc++", "numpy"];
        // Inside the module: what lies beside it lands among other people's modules.
        self.notices("maya/metaface", "metaface-sdk", &parts)?;
        let notices = self.work.join("maya");
        let package = self.folder.join(format!("{}.zip", self.name("-maya")));
        let module = self.steps.root.join("target").join("maya");
        self.pack(&module, &package, &["--with", &notices.to_string_lossy()])?;
        let attempt = self.script(&python, "try_maya.py").args([package]);
        let numpy = self.numpy(version)?;
        let attempt = attempt.args(["--numpy"]).args([numpy]);
        self.steps.run(&self.compared(attempt))
    }

    fn unreal(&self) -> Result<(), Fault> {
        let notices = self.notices("unreal", "metaface-sdk", &[])?;
        let package = self.folder.join(format!("{}.zip", self.name("-unreal")));
        let plugin = self.steps.root.join("target/unreal/MetaFace");
        let options = ["--within", "MetaFace", "--with", &notices.to_string_lossy()];
        self.pack(&plugin, &package, &options)?;
        let attempt = self.script(&self.python, "try_unreal.py").args([package]);
        let attempt = attempt.args(["--example", "plugins/sdk/examples/hello.cpp"]);
        self.steps.run(&self.compared(attempt))
    }

    fn sdk(&self) -> Result<(), Fault> {
        let name = self.name("-sdk");
        let package = self.folder.join(format!("{name}{ARCHIVE}"));
        self.pack(&sdk::package(self.steps), &package, &["--within", &name])?;
        let attempt = self.script(&self.python, "try_sdk.py").args([package]);
        self.steps.run(&self.compared(attempt))
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

    /// The program's curves of the sample line, which every other package must make too.
    fn curves(&self) -> PathBuf {
        self.work.join("line.csv")
    }

    fn compared(&self, attempt: Step) -> Step {
        attempt.args(["--same-as"]).args([self.curves()])
    }

    /// Packs what another chore left.
    fn pack(&self, source: &Path, package: &Path, options: &[&str]) -> Result<(), Fault> {
        if !source.exists() && !self.steps.only_print {
            let remedy = "cargo xtask hosts makes what is packed";
            return Err(format!("{} is not there: {remedy}", source.display()).into());
        }
        let pack = self.script(&self.python, "archive.py");
        self.steps.run(&pack.args([source, package]).args(options))
    }

    /// A folder with our licence and the notices of what is linked into one of our packages.
    fn notices(&self, kind: &str, package: &str, parts: &[&str]) -> Result<PathBuf, Fault> {
        let folder = self.work.join(kind);
        let notices = self.script(&self.python, "notices.py").args([package]);
        let parts = parts.iter().flat_map(|part| ["--part", part]);
        self.steps.run(&notices.args([&folder]).args(parts))?;
        self.copy(&self.steps.root.join("LICENSE"), &folder)?;
        Ok(folder)
    }

    fn copy(&self, file: &Path, folder: &Path) -> Result<(), Fault> {
        if !self.steps.only_print {
            fs::copy(file, folder.join(file.file_name().unwrap_or_default()))
                .map_err(|error| format!("cannot copy {}: {error}", file.display()))?;
        }
        Ok(())
    }

    /// A folder with NumPy's wheel, as a studio would have it at hand. pip is the wheels' environment's:
    /// a Debian Python has none.
    fn numpy(&self, version: &str) -> Result<PathBuf, Fault> {
        let name = format!("numpy-{NUMPY}-python{version}");
        let folder = self.steps.tools_folder().join(name);
        let is_there = fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        if !is_there {
            let download = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest"];
            let download = Step::new(wheels::tested(self.steps, version)).args(download);
            let download = download.args([&folder]);
            self.steps
                .run(&download.args([format!("numpy=={NUMPY}")]))?;
        }
        Ok(folder)
    }
}
