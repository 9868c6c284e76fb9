//! Shared code of the glTF tests: characters, clips and the Khronos validator.

#![allow(dead_code, missing_docs)]

pub mod characters;
pub mod glb;
pub mod node;
pub mod unusual;
