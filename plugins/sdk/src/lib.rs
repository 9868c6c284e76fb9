//! The one bridge to other languages: the C++ API of `include/metaface`, and all that hosts in
//! C++, Python, Blender, Maya and Unreal stand on.
//!
//! ```text
//! include/metaface/*.hpp   what a host's programmer reads: values, handles, Result and Error
//! cpp/*.cpp                those headers over the bridge: text, paths, callbacks, errors
//! src/bridge.rs            the bridge itself, and nothing else: cxx
//! src/*.rs                 core and exporters as the bridge wants them
//! ```
//!
//! No panic crosses: whatever is asked of core or exporters goes through `failure::guard`; what
//! does not only hands out what is there.

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
