//! `cargo xtask unreal`: the Unreal plugin, staged in target/unreal/MetaFace, and its tests without
//! the engine.

use crate::python::{self, pytest};
use crate::sdk;
use crate::steps::{Outcome, Step, Steps};
use crate::system::{self, UNREAL};

/// Stages the plugin with the library, compiles and runs it on mocks of the engine, runs its build
/// rules, and compares its keys with the CLI's clip.
pub fn run(steps: &Steps) -> Outcome {
    if !system::install(steps, &[&UNREAL]).is_empty() {
        println!("mono not found: the plugin's build rules are not run");
    }
    let requirements = steps.read("plugins/unreal/tests/requirements.txt")?;
    let python = python::environment(steps, "unreal", None, &requirements)?;

    let plugin = steps.target("unreal/MetaFace");
    let stage = Step::new(&python).words("plugins/unreal/stage.py --library");
    let stage = stage.arg(sdk::libcxx_archive(steps));
    steps.run(&stage.arg("--output").arg(&plugin))?;

    let library = plugin.join("Source/ThirdParty/MetaFaceLibrary");
    let options = [
        ("METAFACE_ARCHIVE", &library.join("lib/Linux/libmetaface.a")),
        ("METAFACE_INCLUDE", &library.join("include")),
        ("Python3_EXECUTABLE", &python),
    ]
    .map(|(name, path)| format!("-D{name}={}", path.display()));
    let build = steps.target("unreal/build");
    let options = options.each_ref().map(String::as_str);
    sdk::build(steps, "plugins/unreal/tests", &build, &options, "clang++")?;
    sdk::ctest(steps, &build)?;

    let test = pytest(&python)
        .words("plugins/unreal/tests/test_plugin.py tests/doors/test_unreal.py")
        .variable("METAFACE_UNREAL_PLUGIN", &plugin)
        .variable("METAFACE_UNREAL_DOOR", build.join("unreal_door"))
        .variable("METAFACE_PROGRAM", steps.metaface());
    steps.run(&test)
}
