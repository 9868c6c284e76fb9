//! USD files, judged by the reference implementation (the PyPI package `usd-core`).

mod characters;
mod kept;
mod layered;
mod loaded;
mod nested;
mod oracle;
#[cfg(unix)]
mod pipes;
mod remembered;
mod scanned;
mod written;
