//! The bridge to other languages: the C++ API in `include/metaface`, on which Python, Blender, Maya
//! and Unreal build.
//!
//! ```text
//! include/metaface/*.hpp   the public API: values, handles, Result and Error
//! cpp/*.cpp                its implementation over the bridge: strings, paths, callbacks, errors
//! src/bridge.rs            the bridge: declarations for cxx
//! src/*.rs                 core, exporters and live in the types of the bridge
//! ```
//!
//! No panic crosses the bridge: calls into core, exporters and live go through `failure::guard`.
//! Functions without it only return stored values, or belong to the audio thread and cannot panic.

mod animator;
mod bridge;
mod channel;
mod character;
mod clip;
mod doctor;
mod failure;
mod live;
mod performance;
mod rate;
mod rig_map;
mod sound;
mod speaker;
mod stream;
mod takes;
mod text;
