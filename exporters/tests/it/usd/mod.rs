//! Tests USD files with the reference implementation (the PyPI package `usd-core`).

mod characters;
mod clip_record;
mod layered;
mod loaded;
mod nested;
mod oracle;
#[cfg(unix)]
mod pipes;
mod preserved;
mod scanned;
mod written;
