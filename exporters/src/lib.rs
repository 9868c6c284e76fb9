//! Reads and writes clips and characters.
//!
//! ```text
//! Clip --RigMap::drive--> Performance --gltf / usd--> animated character
//! Clip --curves--> Live Link Face CSV, Audio2Face JSON, mouth shapes
//! Frame --live_link--> Live Link Face packets for game engines
//! ```
//!
//! A [`Character`] is a user's asset in a format-independent form. The [`RigMap`] maps channels to
//! its morph targets and joints. The writers take a [`Performance`]. A [`RiggedCharacter`] is a
//! character with its map and selects the writer; [`clip_file`] selects the reader. This crate does
//! not depend on the neural network.

pub mod character;
pub mod clip_file;
pub mod curves;
pub mod deform;
mod error;
pub mod files;
mod format;
pub mod gltf;
pub mod html;
mod influences;
pub mod lips;
pub mod live_link;
pub mod paths;
mod performance;
pub mod preview;
pub mod reduce;
pub mod rig_map;
mod rigged_character;
pub mod sample_head;
pub mod thumbnail;
mod transform;
pub mod usd;

pub use character::Character;
pub use error::{FormatError, Result};
pub use format::{FORMATS, Format, FormatKind, FormatSpec};
pub use performance::{JointTrack, MeshTrack, Performance};
pub use rig_map::RigMap;
pub use rigged_character::{Compression, RiggedCharacter, character_files, load_character};
