//! Tests `write_character`.

use metaface_exporters::usd;

use super::characters;
use super::oracle::{self, ReferenceCheck};

#[test]
fn the_reference_implementation_reports_no_errors_and_the_same_points() {
    let Some(mut check) = ReferenceCheck::new() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for ending in ["usda", "usdc", "usdz"] {
        for (name, character, performance) in characters::all() {
            let file = folder.path().join(format!("{name} ü.{ending}"));
            let files = usd::write_character(&file, &character, Some(&performance));
            files.expect("encoded").write(&file).expect("written");
            let keys = performance
                .meshes
                .first()
                .and_then(|track| track.keys.clone());
            let frames = keys.unwrap_or_else(|| (0..performance.frame_count).collect());
            let time = |frame| (frame, performance.start_frame + frame as f64);
            let keys: Vec<(usize, f64)> = frames.into_iter().map(time).collect();
            let mut expected = oracle::expected(&character, &performance, &keys);
            expected["rate"] = performance.rate.as_f64().into();
            check.add(&file, &expected);
        }
    }
    check.run();
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (name, character, performance) in characters::all() {
        for ending in ["usda", "usdc", "usdz"] {
            let file = std::path::PathBuf::from(format!("{name}.{ending}"));
            let write = || usd::write_character(&file, &character, Some(&performance));
            assert!(
                write().expect("encoded") == write().expect("encoded"),
                "{name}.{ending}"
            );
        }
    }
}
