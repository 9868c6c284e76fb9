//! The bridge to other languages: the C++ API in `include/metaface`, on which Python, Blender, Maya
//! and Unreal build.
//!
//! ```text
//! include/metaface/*.hpp   the public API: values, handles, Result and Error
//! cpp/*.cpp                its implementation over the bridge: strings, paths, callbacks, errors
//! src/bridge.rs            the bridge: declarations for cxx
//! src/*.rs                 core and exporters in the types of the bridge
//! ```
//!
//! No panic crosses the bridge: calls into core and exporters go through `failure::guard`.
//! Functions without it only return stored values.

mod animator;
mod bridge;
mod channel;
mod character;
mod clip;
mod doctor;
mod failure;
mod performance;
mod rate;
mod rig_map;
mod sound;
mod speaker;
mod stream;
mod takes;
mod text;
