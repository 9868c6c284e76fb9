//! `cargo xtask sdk`: the C++ API, built, tested and packaged.

use std::path::{Path, PathBuf};

use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, CPP};

/// The folder of the installed package.
pub fn package(steps: &Steps) -> PathBuf {
    folder(steps).join("package")
}

/// The package's static library.
pub fn archive(steps: &Steps) -> PathBuf {
    package(steps).join("lib").join("libmetaface.a")
}

/// The static library for clang and libc++, which Unreal needs on Linux.
pub fn libcxx_archive(steps: &Steps) -> PathBuf {
    folder(steps).join("libc++/cargo/libmetaface.a")
}

fn folder(steps: &Steps) -> PathBuf {
    steps.root.join("target").join("sdk")
}

/// The packages that the C++ API needs and that could not be installed.
pub fn missing(steps: &Steps) -> Result<Vec<&'static str>, TaskError> {
    let packages: Vec<_> = CPP.iter().collect();
    let missing = system::install(steps, &packages)?;
    Ok(missing.iter().map(|package| package.name).collect())
}

/// Tests the C++ API with both standard libraries, installs the package, and builds the examples and
/// the API's documentation from it.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    let missing = missing(steps)?;
    if !missing.is_empty() {
        return Err(format!("the C++ API needs {}", missing.join(", ")).into());
    }
    // The default library last, so that it remains in cargo's folder.
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

/// CMake's option to build the tests.
const TESTS: [&str; 1] = ["-DMETAFACE_TESTS=ON"];

/// Builds a CMake project against the installed package.
pub fn built_from_package(steps: &Steps, source: &str, output: &Path) -> Result<(), TaskError> {
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
) -> Result<(), TaskError> {
    let configure = Step::new("cmake")
        .args(["-S", source, "-B"])
        .args([output])
        .args(["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"])
        .args([format!("-DCMAKE_CXX_COMPILER={compiler}")])
        .args(options);
    steps.run(&configure)?;
    steps.run(&Step::new("cmake").args(["--build"]).args([output]))
}

/// Runs the tests of a CMake project.
pub fn ctest(steps: &Steps, folder: &Path) -> Result<(), TaskError> {
    let test = Step::new("ctest").args(["--test-dir"]).args([folder]);
    steps.run(&test.args(["--output-on-failure"]))
}
