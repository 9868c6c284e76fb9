//! Reads files, and writes them atomically.

use std::fs::{Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::{FormatError, Result};

/// The limit on chained symbolic links, as in Linux; longer chains are taken for loops.
const MAX_LINKS: usize = 40;

/// Prefix of the names of temporary files. A killed process leaves its temporary file behind.
pub const TEMPORARY: &str = ".metaface-";

/// Reads a whole file.
///
/// # Errors
/// [`FormatError::Read`].
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| FormatError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file atomically: to a temporary file in the same folder, which is then renamed.
/// Creates missing folders.
///
/// Symbolic links are followed and kept. An existing file keeps its permissions. Pipes and devices
/// such as `/dev/stdout` cannot be written atomically: they are written directly.
///
/// # Errors
/// [`FormatError::Write`], also for a folder, a disk or a write-protected file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomically(path, bytes).map_err(|source| FormatError::Write {
        path: path.to_owned(),
        source,
    })
}

fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match std::fs::metadata(path) {
        Ok(old) if old.is_dir() => {
            let reason = "it is a folder; give the name of a file";
            return Err(io::Error::new(ErrorKind::IsADirectory, reason));
        }
        Ok(old) if is_disk(&old) => {
            let reason = "it is a disk; give the name of a file";
            return Err(io::Error::new(ErrorKind::InvalidInput, reason));
        }
        Ok(old) if !old.is_file() => {
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Ok(old) => {
            check_writable(path, &old)?;
            Some(old)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let path = &match old {
        Some(_) => path.canonicalize()?,
        None => follow_links(path)?,
    };
    let folder = folder(path);
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .permissions_like_new_files()
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Renaming would replace a write-protected file, so permissions are checked first.
fn check_writable(path: &Path, old: &Metadata) -> io::Result<()> {
    // Root may open read-only files for writing, so the flag is checked as well.
    let opened = if old.permissions().readonly() {
        Err(ErrorKind::PermissionDenied.into())
    } else {
        OpenOptions::new().write(true).open(path)
    };
    match opened {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(io::Error::new(
            ErrorKind::PermissionDenied,
            "it is write-protected; make it writable or choose another name",
        )),
        other => other.map(|_| ()),
    }
}

/// The final target of a chain of symbolic links, which need not exist.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match std::fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its symbolic links form a loop"))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn is_disk(file: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_disk(_: &Metadata) -> bool {
    false
}

/// Temporary files are private by default; outputs get the permissions of new files instead.
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
    use super::*;

    #[test]
    fn writing_over_a_file_replaces_it_and_leaves_no_other_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("new folder/line ü.csv");
        write(&path, b"first").expect("written");
        write(&path, b"second").expect("written again");
        assert_eq!(read(&path).expect("read"), b"second");
        let entries = std::fs::read_dir(path.parent().expect("a folder")).expect("listed");
        assert_eq!(entries.count(), 1);
    }

    #[test]
    fn a_folder_and_a_write_protected_file_are_rejected_with_a_remedy() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let error = write(folder.path(), b"x")
            .expect_err("a folder")
            .to_string();
        assert!(error.contains("is a folder"), "{error}");
        let path = folder.path().join("kept.csv");
        write(&path, b"precious").expect("written");
        let mut permissions = std::fs::metadata(&path).expect("there").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).expect("protected");
        let error = write(&path, b"x").expect_err("protected").to_string();
        assert!(error.contains("write-protected"), "{error}");
        assert!(error.contains("kept.csv"), "{error}");
        assert_eq!(read(&path).expect("read"), b"precious");
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_permissions_are_preserved() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        write(&at("takes/real.csv"), b"old").expect("written");
        let private = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(at("takes/real.csv"), private).expect("set");
        symlink("takes/real.csv", at("link.csv")).expect("linked");
        symlink("link.csv", at("link of link.csv")).expect("linked");
        write(&at("link of link.csv"), b"new").expect("written");
        assert_eq!(read(&at("takes/real.csv")).expect("read"), b"new");
        assert!(at("link.csv").is_symlink() && at("link of link.csv").is_symlink());
        let mode = std::fs::metadata(at("takes/real.csv")).expect("there");
        assert_eq!(mode.permissions().mode() & 0o777, 0o640);

        symlink("takes/not yet.csv", at("early.csv")).expect("linked");
        write(&at("early.csv"), b"made").expect("written");
        assert_eq!(read(&at("takes/not yet.csv")).expect("read"), b"made");
        symlink("b", at("a")).expect("linked");
        symlink("a", at("b")).expect("linked");
        write(&at("a"), b"x").expect_err("a loop");

        // Devices take the same path as pipes, but a bug here could damage a device.
        let pipe = at("pipe.csv");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).expect("read")
        });
        symlink("pipe.csv", at("to a pipe.csv")).expect("linked");
        write(&at("to a pipe.csv"), b"through the pipe").expect("written");
        assert_eq!(reader.join().expect("joined"), b"through the pipe");
        let kind = std::fs::metadata(&pipe).expect("there").file_type();
        assert!(kind.is_fifo());
    }
}
