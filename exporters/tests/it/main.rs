//! The tests of this package's public interface: one program, because each one links every dependency.

mod common;
mod face_capture;
mod gltf_bake;
mod gltf_demanding_meshes;
mod gltf_keys;
mod gltf_precision;
mod gltf_read;
mod gltf_several_clips;
mod gltf_three;
mod gltf_write;
mod live_link;
mod preview_page;
mod reduce;
mod rig_map;
mod thumbnail;
mod usd;
