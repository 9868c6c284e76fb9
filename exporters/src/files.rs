//! Reading and writing whole files.

use std::io::Write;
use std::path::Path;

use crate::{ExportError, Result};

/// Reads a whole file.
///
/// # Errors
/// [`ExportError::Read`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| ExportError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes a whole file or nothing: to a temporary name in the same folder, then renamed.
/// Missing folders are made.
///
/// # Errors
/// [`ExportError::Write`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole(path, bytes).map_err(|source| ExportError::Write {
        path: path.to_owned(),
        source,
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".metaface-")
        .permissions_like_new_files()
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private by default; an output should be as readable as any new file.
trait PermissionsLikeNewFiles {
    fn permissions_like_new_files(&mut self) -> &mut Self;
}

impl PermissionsLikeNewFiles for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_like_new_files(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_like_new_files(&mut self) -> &mut Self {
        self
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_written_whole_over_an_old_one_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("new folder/line ü.csv");
        super::write(&path, b"first").expect("written");
        super::write(&path, b"second").expect("written again");
        assert_eq!(super::read(&path).expect("read"), b"second");
        let beside = std::fs::read_dir(path.parent().expect("a folder")).expect("listed");
        assert_eq!(beside.count(), 1);
    }
}
