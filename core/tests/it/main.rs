//! The tests of this package's public interface: one program, because each one links every dependency.

#![allow(clippy::panic)]

mod coded_sound;
mod damaged_audio;
mod decoders_agree;
mod examples;
mod long_sounds;
mod odd_audio;
mod odd_voices;
mod references;
mod sound_files;
mod streaming;
