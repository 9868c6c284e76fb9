//! `cargo xtask unreal`: the Unreal plugin, put together in target/unreal/MetaFace, and all of its
//! checks that need no engine.

use std::fs;

use crate::python;
use crate::sdk;
use crate::steps::{Fault, Step, Steps};
use crate::system::{self, UNREAL};

/// Stages the plugin with the library, compiles and runs it on stand-ins of the engine, runs its
/// build rules, and compares what it keys with the command line's clip.
pub fn run(steps: &Steps) -> Result<(), Fault> {
    let packages: Vec<_> = UNREAL.iter().collect();
    let missing = system::install(steps, &packages)?;
    if !missing.is_empty() {
        println!("Without mono, the plugin's build rules are not run");
    }
    let requirements = steps.root.join("plugins/unreal/tests/requirements.txt");
    let requirements = fs::read_to_string(&requirements)
        .map_err(|error| format!("cannot read {}: {error}", requirements.display()))?;
    let folder = steps.tools_folder().join("unreal");
    let python = python::environment(steps, &folder, &requirements)?.join("python");

    let plugin = steps.root.join("target/unreal/MetaFace");
    let stage = Step::new(&python).args(["plugins/unreal/stage.py", "--library"]);
    let stage = stage.args([sdk::libcxx_archive(steps)]).args(["--output"]);
    steps.run(&stage.args([&plugin]))?;

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
    let test = Step::new(&python).args(["-m", "pytest", "-q"]).args(tests);
    let test = test.variable("METAFACE_UNREAL_PLUGIN", &plugin);
    let test = test.variable("METAFACE_UNREAL_DOOR", build.join("unreal_door"));
    steps.run(&test.variable("METAFACE_PROGRAM", steps.metaface()))
}
