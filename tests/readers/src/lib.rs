//! Every reader of the project, given any bytes at all: each must answer with what it read or with
//! an error, and never with a panic, a hang or memory that is not in the data.
//!
//! The fuzz targets in `tests/fuzz` and the replay of their corpus in `tests/replay.rs` call these
//! same functions. What is read is also used as the program would use it, because a number that a
//! reader lets through may only harm later.
//!
//! A new reader takes a module here, a row in [`READERS`], a file in `tests/fuzz/fuzz_targets`, and
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

/// A reader's name, which its corpus folder has too, and how it is given bytes.
pub type Reader = (&'static str, fn(&[u8]));

/// All of them, in alphabetical order.
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

/// Gives bytes to the reader of a name.
///
/// # Panics
/// Where none has it, or where the reader does.
pub fn read(name: &str, bytes: &[u8]) {
    let reader = READERS.iter().find(|(known, _)| *known == name);
    let (_, read) = reader.expect("a reader of this name, and its feature");
    read(bytes);
}
