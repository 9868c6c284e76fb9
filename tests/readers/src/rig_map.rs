//! Rig maps, used on the sample head.

use std::path::Path;
use std::sync::LazyLock;

use metaface_exporters::{Character, RigMap};

use crate::scene::clip;

static HEAD: LazyLock<Character> =
    LazyLock::new(|| metaface_exporters::sample_head::load().expect("the sample head"));

pub fn read(bytes: &[u8]) {
    let path = Path::new("fuzzed.rigmap.json");
    let Ok(map) = RigMap::from_json(bytes, path) else {
        return;
    };
    let again =
        RigMap::from_json(map.to_json().as_bytes(), path).expect("a written map can be read");
    assert_eq!(again, map, "writing and reading a map gives the same map");
    map.unmatched(&HEAD);
    if let Ok(map) = map.describe(&HEAD).usable(&HEAD) {
        let performance = map.drive(&HEAD, &clip());
        map.recover(&HEAD, &performance);
    }
}
