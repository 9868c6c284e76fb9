//! The tests of this package's public interface: one program, because each one links every dependency.

mod packs;
mod state;
mod tables;
