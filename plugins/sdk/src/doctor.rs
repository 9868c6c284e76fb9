//! What this library is, and whether it works here.

use metaface_core::Animator;
use metaface_core::clip::{Channel, FrameRate};
use metaface_core::device::{DeviceChoice, cuda_support};

use crate::bridge::ffi::Rate;
use crate::failure::{Failure, Kind, Result, guard};

pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

pub fn doctor() -> Result<String> {
    guard(|| {
        let animator = Animator::new(DeviceChoice::Auto)?;
        let test = animator.self_test()?;
        if !test.healthy {
            let message = format!(
                "the self-test gave values that are not numbers on the {}; use the processor and report this",
                animator.device()
            );
            return Err(Failure::new(Kind::Device, message));
        }
        Ok(format!(
            "MetaFace {} on {} {}, {} cores\nCUDA: {}\nruns on: {}\nbase model: {:.12}\nself-test: 10 s of sound at {:.0}x real time",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            std::thread::available_parallelism().map_or(1, usize::from),
            cuda_support(),
            animator.device(),
            animator.base_hash(),
            test.times_real_time
        ))
    })
}

pub fn channel_name(index: u8) -> String {
    let channel = Channel::ALL.get(usize::from(index));
    channel.map_or("", |channel| channel.name()).to_owned()
}

/// -1 for no channel.
pub fn channel_index(name: &str) -> i32 {
    name.parse::<Channel>()
        .map_or(-1, |channel| channel.index() as i32)
}

pub fn parse_rate(text: &str) -> Result<Rate> {
    guard(|| Ok(text.parse::<FrameRate>()?.into()))
}

pub fn nearest_rate(value: f64) -> Result<Rate> {
    guard(|| Ok(FrameRate::nearest(value)?.into()))
}
