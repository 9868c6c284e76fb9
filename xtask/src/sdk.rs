//! `cargo xtask sdk`: the C++ API, built, tested and packaged.

use std::path::{Path, PathBuf};

use crate::steps::{Fault, Step, Steps};
use crate::system::{self, CPP};

/// Where the package is installed, from which strangers build.
pub fn package(steps: &Steps) -> PathBuf {
    folder(steps).join("package")
}

/// The umbrella archive of the package.
pub fn archive(steps: &Steps) -> PathBuf {
    package(steps).join("lib").join("libmetaface.a")
}

/// The same for clang and libc++, as Unreal on Linux wants it.
pub fn libcxx_archive(steps: &Steps) -> PathBuf {
    folder(steps).join("libc++/cargo/libmetaface.a")
}

fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("sdk")
}

/// What the C++ API is built with and could not be installed.
pub fn missing(steps: &Steps) -> Result<Vec<&'static str>, Fault> {
    let packages: Vec<_> = CPP.iter().collect();
    let missing = system::install(steps, &packages)?;
    Ok(missing.iter().map(|package| package.name).collect())
}

/// Tests the C++ API with either standard library, installs the package, and builds the examples
/// and the API's documentation from it.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    let missing = missing(steps)?;
    if !missing.is_empty() {
        return Err(format!("the C++ API needs {}", missing.join(", ")).into());
    }
    // The usual library last: it is what cargo's folder is left with.
    let libcxx = folder(steps).join("libc++");
    let options = ["-DMETAFACE_LIBCXX=ON", "-DMETAFACE_SHARED=OFF"];
    build(
        steps,
        "plugins/sdk",
        &libcxx,
        &[&options[..], &TESTS].concat(),
        "clang++",
    )?;
    ctest(steps, &libcxx)?;
    let usual = folder(steps).join("usual");
    let options = [&["-DMETAFACE_SANITIZE=ON"][..], &TESTS].concat();
    build(steps, "plugins/sdk", &usual, &options, "g++")?;
    ctest(steps, &usual)?;
    let install = Step::new("cmake").args(["--install"]).args([usual]);
    steps.run(&install.args(["--prefix".into(), package(steps)]))?;
    let examples = folder(steps).join("examples");
    built_from_package(steps, "plugins/sdk/examples", &examples)?;
    let line = "samples/speech/line.wav";
    let output = folder(steps).join("hello.glb");
    let hello = Step::new(examples.join("hello")).args([line]);
    steps.run(&hello.args([output]))?;
    steps.run(&Step::new(examples.join("live")).args([line]))?;
    steps.run(
        &Step::new("doxygen")
            .args(["Doxyfile"])
            .within(steps.root.join("plugins/sdk")),
    )
}

const TESTS: [&str; 1] = ["-DMETAFACE_TESTS=ON"];

/// Builds a CMake project against the installed package.
pub fn built_from_package(steps: &Steps, source: &str, output: &Path) -> Result<(), Fault> {
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", package(steps).display());
    build(steps, source, output, &[&prefix], "g++")
}

/// Configures and builds a CMake project.
pub fn build(
    steps: &Steps,
    source: &str,
    output: &Path,
    options: &[&str],
    compiler: &str,
) -> Result<(), Fault> {
    let configure = Step::new("cmake").args(["-S", source, "-B"]).args([output]);
    let configure = configure.args(["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]);
    let compiler = format!("-DCMAKE_CXX_COMPILER={compiler}");
    steps.run(&configure.args([compiler]).args(options))?;
    steps.run(&Step::new("cmake").args(["--build"]).args([output]))
}

/// Runs the tests of a CMake project.
pub fn ctest(steps: &Steps, folder: &Path) -> Result<(), Fault> {
    let test = Step::new("ctest").args(["--test-dir"]).args([folder]);
    steps.run(&test.args(["--output-on-failure"]))
}
