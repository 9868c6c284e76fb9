//! `cargo xtask sdk`: the C++ API, built, tested and packaged.

use std::path::{Path, PathBuf};

use crate::demo::LINE;
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, CPP};

/// CMake's option to build the tests.
const TESTS: &str = "-DMETAFACE_TESTS=ON";

/// The folder of the installed package.
pub fn package(steps: &Steps) -> PathBuf {
    steps.target("sdk/package")
}

/// The package's static library.
pub fn archive(steps: &Steps) -> PathBuf {
    steps.target("sdk/package/lib/libmetaface.a")
}

/// The static library for clang and libc++, which Unreal needs on Linux.
pub fn libcxx_archive(steps: &Steps) -> PathBuf {
    steps.target("sdk/libc++/cargo/libmetaface.a")
}

/// Tests the C++ API with both standard libraries, installs the package, and builds the examples and
/// the API's documentation from it.
pub fn run(steps: &Steps) -> Outcome {
    system::require(steps, &CPP)?;
    // The default library last, so that it remains in cargo's folder.
    let libcxx = steps.target("sdk/libc++");
    let options = ["-DMETAFACE_LIBCXX=ON", "-DMETAFACE_SHARED=OFF", TESTS];
    build(steps, "plugins/sdk", &libcxx, &options, "clang++")?;
    ctest(steps, &libcxx)?;
    let usual = steps.target("sdk/usual");
    let options = ["-DMETAFACE_SANITIZE=ON", TESTS];
    build(steps, "plugins/sdk", &usual, &options, "g++")?;
    ctest(steps, &usual)?;
    let install = Step::new("cmake").arg("--install").arg(usual);
    steps.run(&install.arg("--prefix").arg(package(steps)))?;
    let examples = steps.target("sdk/examples");
    build_from_package(steps, "plugins/sdk/examples", &examples)?;
    let hello = Step::new(examples.join("hello")).arg(LINE);
    steps.run(&hello.arg(steps.target("sdk/hello.glb")))?;
    steps.run(&Step::new(examples.join("live")).arg(LINE))?;
    let doxygen = Step::new("doxygen").arg("Doxyfile");
    steps.run(&doxygen.within(steps.root.join("plugins/sdk")))
}

/// Builds a CMake project against the installed package.
pub fn build_from_package(steps: &Steps, source: &str, output: &Path) -> Outcome {
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
) -> Outcome {
    let released = if steps.released { "ON" } else { "OFF" };
    let configure = Step::new("cmake")
        .args(["-S", source, "-B"])
        .arg(output)
        .words("-G Ninja -DCMAKE_BUILD_TYPE=Release")
        .arg(format!("-DCMAKE_CXX_COMPILER={compiler}"))
        .args(["CUDA", "OPTIMISE"].map(|option| format!("-DMETAFACE_{option}={released}")))
        .args(options);
    steps.run(&configure)?;
    steps.run(&Step::new("cmake").arg("--build").arg(output))
}

/// Runs the tests of a CMake project.
pub fn ctest(steps: &Steps, folder: &Path) -> Outcome {
    let test = Step::new("ctest").arg("--test-dir").arg(folder);
    steps.run(&test.arg("--output-on-failure"))
}
