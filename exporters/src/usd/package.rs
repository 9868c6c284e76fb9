//! USDZ packages: uncompressed zip archives whose files start at multiples of 64 bytes.

use std::io::Cursor;
use std::path::Path;

use openusd::usdz::ArchiveWriter;

use super::invalid;
use crate::Result;

/// The bytes of a package. The first file is the root layer.
pub(super) fn package(files: &[(String, Vec<u8>)], output: &Path) -> Result<Vec<u8>> {
    let failed = |e: openusd::usdz::ArchiveError| {
        invalid(
            output,
            format!("cannot be packaged: {e}"),
            "write .usdc instead",
        )
    };
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.add_layer(name, bytes).map_err(failed)?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}
