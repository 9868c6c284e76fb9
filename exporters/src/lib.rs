//! Clips and characters to and from files.
//!
//! ```text
//! Clip --RigMap::drive--> Performance --gltf / usd--> an animated character
//! Clip --curves--> Live Link Face CSV, Audio2Face JSON, mouth shapes
//! Frame --live_link--> Live Link Face packets, for engines that listen
//! ```
//!
//! A [`Character`] is the neutral picture of a user's asset; the [`RigMap`] says which channel
//! drives which of its morph targets and joints; the [`Performance`] is what the writers write. A
//! [`Cast`] is a character with its map, and picks the writer; [`clip_file`] picks the reader.
//! Nothing here knows a neural network.

mod cast;
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
mod performance;
pub mod places;
pub mod preview;
pub mod reduce;
pub mod rig_map;
pub mod thumbnail;
mod transform;
pub mod usd;

pub use cast::{Cast, Compression, character_files, load_character};
pub use character::Character;
pub use error::{ExportError, Result};
pub use format::Format;
pub use performance::{JointTrack, MeshTrack, Performance};
pub use rig_map::RigMap;
