//! Every reader of the project with arbitrary bytes. A reader must return a value or an error; it must
//! not panic, hang or allocate out of proportion to the data.
//!
//! The fuzz targets in `tests/fuzz` and the replay of their corpus in `tests/replay.rs` call these
//! functions. They also use the values as the program does, because an invalid value that a reader
//! accepts may fail only later.
//!
//! To add a reader: a module here, a row in [`READERS`], a file in `tests/fuzz/fuzz_targets`, and
//! seeds in `examples/write_seeds.rs`.

#[cfg(feature = "sound")]
mod audio;
#[cfg(feature = "faces")]
mod clip;
#[cfg(feature = "faces")]
mod gltf;
#[cfg(feature = "lines")]
mod lines;
#[cfg(feature = "faces")]
mod live_link;
#[cfg(feature = "faces")]
mod rig_map;
#[cfg(feature = "faces")]
mod scene;
#[cfg(feature = "sound")]
mod speaker;
#[cfg(feature = "faces")]
mod usd;

/// A reader's name, which is also its corpus folder, and its function.
pub type Reader = (&'static str, fn(&[u8]));

/// All readers, in alphabetical order.
pub const READERS: &[Reader] = &[
    #[cfg(feature = "sound")]
    ("audio", audio::read),
    #[cfg(feature = "faces")]
    ("clip", clip::read),
    #[cfg(feature = "faces")]
    ("gltf", gltf::read),
    #[cfg(feature = "lines")]
    ("lines", lines::read),
    #[cfg(feature = "faces")]
    ("live_link", live_link::read),
    #[cfg(feature = "faces")]
    ("rig_map", rig_map::read),
    #[cfg(feature = "sound")]
    ("speaker", speaker::read),
    #[cfg(feature = "faces")]
    ("usd", usd::read),
];

/// Passes bytes to the reader with a name.
///
/// # Panics
/// If there is no such reader, or if the reader panics.
pub fn read(name: &str, bytes: &[u8]) {
    let reader = READERS.iter().find(|(known, _)| *known == name);
    let (_, read) = reader.expect("a reader of this name, and its feature");
    read(bytes);
}
