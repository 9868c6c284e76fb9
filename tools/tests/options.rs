//! The generated sources are up to date.

use std::path::Path;

#[test]
fn every_generated_source_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in metaface_tools::options::files() {
        let path = root.join(source.path);
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        let new = source.applied_to(&old).expect("markers");
        assert!(
            new == old,
            "{} is stale: run cargo xtask options",
            source.path
        );
    }
}

#[test]
fn documented_lists_of_formats_are_complete() {
    let endings: Vec<&str> = (metaface_exporters::FORMATS.iter())
        .map(|spec| spec.endings[0])
        .collect();
    let (last, others) = endings.split_last().expect("formats");
    let sentence = format!("Writes {} or {last}", others.join(" "));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for file in [
        "plugins/sdk/include/metaface/clip.hpp",
        "plugins/python/src/clip_files.cpp",
    ] {
        let text = std::fs::read_to_string(root.join(file)).expect("a source");
        assert!(text.contains(&sentence), "{file} lacks: {sentence}");
    }
}
