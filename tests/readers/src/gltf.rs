//! glTF in both containers: as a character, as a clip, and with an animation baked into it.

use metaface_exporters::gltf;

use crate::scene::{perform, with_file};

pub fn read(bytes: &[u8]) {
    let ending = if bytes.starts_with(b"glTF") {
        "glb"
    } else {
        "gltf"
    };
    with_file(bytes, ending, |path| {
        let Ok(character) = gltf::load(path) else {
            return;
        };
        let _ = gltf::read_clip(path, None, None);
        if let Some(performance) = perform(&character)
            && let Ok(baked) = gltf::bake(path, &performance)
        {
            gltf::load_bytes(path, baked).expect("what was baked can be read");
        }
    });
}
