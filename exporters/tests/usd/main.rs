//! USD files, judged by the reference implementation (the PyPI package `usd-core`).

mod characters;
mod kept;
mod layered;
mod loaded;
mod nested;
mod oracle;
mod remembered;
mod scanned;
mod written;
