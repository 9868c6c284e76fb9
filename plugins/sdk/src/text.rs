//! Strings and paths across the bridge.

use std::path::PathBuf;

use crate::failure::{Failure, Result};

/// The path of these bytes: the operating system's encoding; UTF-8 on Windows.
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

/// The bytes of a path, as [`path`] reads them.
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

/// Checks a string that goes into files: USD ends strings at a zero byte.
///
/// # Errors
/// [`Failure::argument`] if it contains a zero byte; the message begins with `what`.
pub fn checked_text(what: &str, text: String) -> Result<String> {
    if text.contains('\0') {
        Err(Failure::argument(format!(
            "{what} cannot contain a zero byte"
        )))
    } else {
        Ok(text)
    }
}

/// A path, or `None` if it is empty.
pub fn optional_path(bytes: &[u8]) -> Option<PathBuf> {
    (!bytes.is_empty()).then(|| path(bytes))
}
