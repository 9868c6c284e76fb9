//! USD text, crates and packages: as a character, as curves, and under a layer of animation.

use metaface_exporters::{RigMap, usd};

use crate::scene::{perform, with_file};

pub fn read(bytes: &[u8]) {
    let ending = match bytes {
        [b'P', b'X', b'R', ..] => "usdc",
        [b'P', b'K', ..] => "usdz",
        _ => "usda",
    };
    with_file(bytes, ending, |path| {
        let curves = usd::read_clip(path);
        let Ok(character) = usd::load(path) else {
            return;
        };
        if let (Ok(curves), Ok(map)) = (curves, RigMap::discover(&character).usable(&character)) {
            map.recover(&character, &curves.performance(&character));
        }
        if let Some(performance) = perform(&character) {
            let layer = path.with_file_name("layer.usda");
            let _ = usd::animate_layer(path, &layer, &character, &performance);
        }
    });
}
