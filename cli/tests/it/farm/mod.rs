//! The jobs of `samples/farm`, run on this machine with real farm software.

#[cfg(target_os = "linux")]
mod cluster;
mod dialogue;
mod openjd;
mod page;
#[cfg(target_os = "linux")]
mod slurm;
