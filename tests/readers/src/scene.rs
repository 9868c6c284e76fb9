//! Uses the characters that were read as the program does.

use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::deform::deform;
use metaface_exporters::{Character, Performance, RigMap, gltf, lips, reduce, usd};

/// Characters with more vertices and offsets are read but not driven, because that is slow and finds
/// nothing new.
const MAX_DRIVEN_SIZE: usize = 20_000;

/// Writes bytes to a file in a temporary folder, which is deleted after `read`.
pub fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(format!("fuzzed.{ending}"));
    std::fs::write(&path, bytes).expect("the file can be written");
    read(&path);
}

/// A clip of three frames in which every channel moves.
pub fn clip() -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), 3);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        for channel in Channel::ALL {
            frame[channel] = (index + channel.index() % 5) as f32 / 6.0;
        }
    }
    clip
}

/// Drives a character with the rig map discovered from its names. Returns `None` if the character has
/// nothing to drive or is larger than [`MAX_DRIVEN_SIZE`].
pub fn perform(character: &Character) -> Option<Performance> {
    let offsets = |mesh: &metaface_exporters::character::Mesh| {
        let moved: usize = mesh.targets.iter().map(|target| target.indices.len()).sum();
        mesh.positions.len() + moved + mesh.targets.len()
    };
    // Several nodes may use the same mesh.
    let meshes = character.nodes.iter().filter_map(|node| node.mesh);
    let sizes = meshes.map(|mesh| character.meshes.get(mesh).map_or(0, offsets));
    if sizes.sum::<usize>() + character.nodes.len() > MAX_DRIVEN_SIZE {
        return None;
    }
    let discovery = RigMap::discover(character);
    discovery.map.describe(character);
    let map = discovery.usable(character).ok()?;
    lips::LipVertices::of(character, &map);
    let mut performance = map.drive(character, &clip());
    deform(character, &performance, 1);
    reduce::reduce(character, &map, &mut performance, 0.1);
    // Writing may return an error, such as for geometry that was not decoded.
    let _ = gltf::write_character(character, Some(&performance));
    let _ = usd::write_character("line.usdc".as_ref(), character, Some(&performance));
    let _ = usd::write_character("line.usda".as_ref(), character, Some(&performance));
    Some(performance)
}
