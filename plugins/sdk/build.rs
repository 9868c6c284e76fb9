//! Compiles the C++ sources of the bridge into the library.

fn main() {
    const FOLDERS: [&str; 2] = ["include/metaface", "cpp"];
    const SOURCES: [&str; 13] = [
        "cpp/animator.cpp",
        "cpp/channel.cpp",
        "cpp/character.cpp",
        "cpp/clip.cpp",
        "cpp/error.cpp",
        "cpp/frame_rate.cpp",
        "cpp/live.cpp",
        "cpp/options.cpp",
        "cpp/performance.cpp",
        "cpp/rig_map.cpp",
        "cpp/sound.cpp",
        "cpp/speaker.cpp",
        "cpp/stream.cpp",
    ];
    cxx_build::bridge("src/bridge.rs")
        .files(SOURCES)
        .include("include")
        .include("cpp")
        .define("METAFACE_BUILDING", None)
        .std("c++17")
        .flag_if_supported("-fvisibility=hidden")
        .compile("metaface_sdk_cpp");
    println!("cargo:rerun-if-changed=src/bridge.rs");
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
    }
}
