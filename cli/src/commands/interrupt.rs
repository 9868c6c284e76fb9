//! Ctrl-C, and a farm's request to end.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static STOP: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that was ended at once, as shells have it.
const AT_ONCE: i32 = 130;

/// A flag that the first Ctrl-C (or SIGTERM) raises, with these words; the second ends the program
/// at once, which leaves every file whole too.
pub fn stop(words: &'static str) -> Result<&'static AtomicBool, Failure> {
    let raised = move || {
        if STOP.swap(true, Ordering::Relaxed) {
            exit(AT_ONCE);
        }
        eprintln!("{words}; once more ends at once");
    };
    ctrlc::set_handler(raised).map_err(std::io::Error::other)?;
    Ok(&STOP)
}

/// Whether the flag is raised.
pub fn is_asked(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}
