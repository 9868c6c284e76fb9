//! The tests of this package's public interface: one program, because each one links every dependency.

#![allow(clippy::unwrap_used, clippy::panic)]

mod batch;
mod commands;
mod common;
mod farm;
mod liveliness;
mod speaker;
mod stream;
