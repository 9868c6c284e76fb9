//! Ctrl-C and SIGTERM.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static STOP: AtomicBool = AtomicBool::new(false);

/// The exit code after SIGINT, as shells define it: 128 + 2.
const EXIT_CODE: i32 = 130;

/// Installs the handler, and returns a flag. The first Ctrl-C (or SIGTERM) sets the flag and prints
/// this message; the second exits at once. Files are written atomically, so they stay complete.
pub fn install(message: &'static str) -> Result<&'static AtomicBool, Failure> {
    let handler = move || {
        if STOP.swap(true, Ordering::Relaxed) {
            exit(EXIT_CODE);
        }
        eprintln!("{message}; press Ctrl-C again to exit at once");
    };
    ctrlc::set_handler(handler).map_err(std::io::Error::other)?;
    Ok(&STOP)
}

/// Whether the flag is set.
pub fn is_set(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}
