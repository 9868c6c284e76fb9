//! Farms that exist, each running the job of `samples/farm` on this one machine.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(target_os = "linux")]
mod cluster;
mod dialogue;
mod openjd;
mod page;
#[cfg(target_os = "linux")]
mod slurm;
