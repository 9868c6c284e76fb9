//! Text and paths as they cross the bridge.

use std::path::PathBuf;

use crate::failure::{Failure, Result};

/// A path as the operating system's bytes; on Windows, UTF-8.
pub fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// The same way back.
pub fn path_bytes(path: PathBuf) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        path.into_os_string().into_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().into_owned().into_bytes()
    }
}

/// A text for people and files. USD ends texts at a zero byte.
///
/// # Errors
/// An argument's failure that calls it `what`.
pub fn checked(what: &str, text: String) -> Result<String> {
    match text.contains('\0') {
        true => Err(Failure::argument(format!("{what} cannot hold a zero byte"))),
        false => Ok(text),
    }
}

/// A path that may be empty, which means none.
pub fn optional_path(bytes: &[u8]) -> Option<PathBuf> {
    (!bytes.is_empty()).then(|| path(bytes))
}
