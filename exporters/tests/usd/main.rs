//! USD files, judged by the reference implementation (the PyPI package `usd-core`).

mod characters;
mod layered;
mod loaded;
mod oracle;
mod scanned;
mod written;
