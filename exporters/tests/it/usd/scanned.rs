//! A scanned head with 52 shapes on several meshes, converted from glTF to USD.

use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::RigMap;
use metaface_exporters::{gltf, usd};

use super::loaded::shared;
use super::oracle::{self, ReferenceCheck};

#[test]
fn a_scanned_head_moves_in_usd_as_in_gltf() {
    let Some(path) = shared("ict_head_arkit52_lite.glb") else {
        return;
    };
    let Some(mut check) = ReferenceCheck::new() else {
        return;
    };
    let character = gltf::load(&path).expect("loaded");
    let rate = FrameRate::new(30000, 1001).expect("a rate");
    let mut clip = Clip::neutral("line", rate, 40);
    for (i, frame) in clip.frames.iter_mut().enumerate() {
        for (c, channel) in Channel::ALL.iter().enumerate() {
            frame[*channel] = ((i * 5 + c * 3) % 17) as f32 / 20.0;
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let performance = RigMap::discover(&character).map.drive(&character, &clip);
    assert!(performance.meshes.len() > 1, "teeth and lashes move too");
    let original = folder.path().join("head.usdz");
    for name in ["line.usdc", "line.usdz", "line.usda"] {
        let file = folder.path().join(name);
        let files = usd::write_character(&file, &character, Some(&performance)).expect("encoded");
        files.write(&file).expect("written");
        check.add(
            &file,
            &oracle::expected(&character, &performance, &ends(&performance)),
        );
    }
    let files = usd::write_character(&original, &character, None).expect("encoded");
    files.write(&original).expect("written");
    let loaded = usd::load(&original).expect("loaded");
    let performance = RigMap::discover(&loaded).map.drive(&loaded, &clip);
    let layer = folder.path().join("layer.usdc");
    let bytes = usd::animate_layer(&original, &layer, &loaded, &performance).expect("encoded");
    assert!(
        bytes.len() < 100_000,
        "a layer contains no mesh: {} bytes",
        bytes.len()
    );
    metaface_exporters::files::write(&layer, &bytes).expect("written");
    check.add(
        &layer,
        &oracle::expected(&loaded, &performance, &ends(&performance)),
    );
    check.run();
}

/// The first and the last frame and their time codes.
fn ends(performance: &metaface_exporters::Performance) -> Vec<(usize, f64)> {
    let last = performance.frame_count - 1;
    [0, last]
        .map(|frame| (frame, performance.start_frame + frame as f64))
        .to_vec()
}
