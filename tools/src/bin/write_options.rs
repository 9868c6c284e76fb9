//! Writes the sources that are generated from the option table; run by `cargo xtask options`.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for source in metaface_tools::options::files() {
        let path = root.join(source.path);
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        let new = source.applied_to(&old)?;
        if new != old {
            std::fs::write(&path, new)?;
            println!("{}", source.path);
        }
    }
    Ok(())
}
