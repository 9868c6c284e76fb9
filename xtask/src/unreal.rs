//! `cargo xtask unreal`: the Unreal plugin, staged in target/unreal/MetaFace, and its tests without
//! the engine.

use std::fs;

use crate::python;
use crate::sdk;
use crate::steps::{Step, Steps, TaskError};
use crate::system::{self, UNREAL};

/// Stages the plugin with the library, compiles and runs it on mocks of the engine, runs its build
/// rules, and compares its keys with the CLI's clip.
pub fn run(steps: &Steps) -> Result<(), TaskError> {
    let packages: Vec<_> = UNREAL.iter().collect();
    let missing = system::install(steps, &packages)?;
    if !missing.is_empty() {
        println!("mono not found: the plugin's build rules are not run");
    }
    let file = steps.root.join("plugins/unreal/tests/requirements.txt");
    let requirements = fs::read_to_string(&file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let folder = steps.tools_folder().join("unreal");
    let python = python::environment(steps, &folder, &requirements)?.join("python");

    let plugin = steps.root.join("target/unreal/MetaFace");
    let stage = Step::new(&python)
        .args(["plugins/unreal/stage.py", "--library"])
        .args([sdk::libcxx_archive(steps)])
        .args(["--output"])
        .args([&plugin]);
    steps.run(&stage)?;

    let library = plugin.join("Source/ThirdParty/MetaFaceLibrary");
    let build = steps.root.join("target/unreal/build");
    let archive = library.join("lib/Linux/libmetaface.a");
    let options = [
        format!("-DMETAFACE_ARCHIVE={}", archive.display()),
        format!("-DMETAFACE_INCLUDE={}", library.join("include").display()),
        format!("-DPython3_EXECUTABLE={}", python.display()),
    ];
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    sdk::build(steps, "plugins/unreal/tests", &build, &options, "clang++")?;
    sdk::ctest(steps, &build)?;

    let tests = [
        "plugins/unreal/tests/test_plugin.py",
        "tests/doors/test_unreal.py",
    ];
    let test = Step::new(&python)
        .args(["-m", "pytest", "-q"])
        .args(tests)
        .variable("METAFACE_UNREAL_PLUGIN", &plugin)
        .variable("METAFACE_UNREAL_DOOR", build.join("unreal_door"))
        .variable("METAFACE_PROGRAM", steps.metaface());
    steps.run(&test)
}
