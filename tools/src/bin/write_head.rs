//! Writes the sample head: `cargo run --release --ignore-rust-version --bin write_head -- head.glb`.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "head.glb".to_owned());
    let bytes =
        metaface_exporters::gltf::write_character(&metaface_sample_head::sample_head(), None)?;
    metaface_exporters::files::write(Path::new(&path), &bytes)?;
    Ok(())
}
