//! Characters that came out of a file, used as the program uses them.

use std::path::Path;

use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::deform::deform;
use metaface_exporters::{Character, Performance, RigMap, gltf, lips, reduce, usd};

/// A character of more vertices and offsets than this is only read: the rest takes longer and
/// shows nothing new.
const MOST_USED: usize = 20_000;

/// Puts bytes into a file of a folder of its own, which goes when `read` is done.
pub fn with_file(bytes: &[u8], ending: &str, read: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(format!("fuzzed.{ending}"));
    std::fs::write(&path, bytes).expect("room for a file");
    read(&path);
}

/// Three frames in which every channel moves.
pub fn clip() -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), 3);
    for (index, frame) in clip.frames.iter_mut().enumerate() {
        for channel in Channel::ALL {
            frame[channel] = (index + channel.index() % 5) as f32 / 6.0;
        }
    }
    clip
}

/// Drives a character by the names of its parts. None for one that has nothing to drive or is too
/// large to be worth the time.
pub fn perform(character: &Character) -> Option<Performance> {
    let offsets = |mesh: &metaface_exporters::character::Mesh| {
        let moved: usize = mesh.targets.iter().map(|target| target.indices.len()).sum();
        mesh.positions.len() + moved + mesh.targets.len()
    };
    // Several nodes may draw one mesh.
    let meshes = character.nodes.iter().filter_map(|node| node.mesh);
    let sizes = meshes.map(|mesh| character.meshes.get(mesh).map_or(0, offsets));
    if sizes.sum::<usize>() + character.nodes.len() > MOST_USED {
        return None;
    }
    let discovery = RigMap::discover(character);
    discovery.map.describe(character);
    let map = discovery.usable(character).ok()?;
    lips::LipVertices::of(character, &map);
    let mut performance = map.drive(character, &clip());
    deform(character, &performance, 1);
    reduce::reduce(character, &map, &mut performance, 0.1);
    // What cannot be written is refused with a reason, such as geometry that was not decoded.
    let _ = gltf::write_character(character, Some(&performance));
    let _ = usd::write_character("line.usdc".as_ref(), character, Some(&performance));
    let _ = usd::write_character("line.usda".as_ref(), character, Some(&performance));
    Some(performance)
}
