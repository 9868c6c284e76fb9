//! The library's version, and a self-test on this machine.

use metaface_core::Animator;
use metaface_core::device::{DeviceChoice, cuda_support};

use crate::failure::{ErrorKind, Failure, Result, guard};

pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

pub fn doctor() -> Result<String> {
    guard(|| {
        let animator = Animator::new(DeviceChoice::Auto)?;
        let test = animator.self_test()?;
        if !test.healthy {
            let message = format!(
                "the self-test produced values that are not finite numbers on the device {}; choose the device cpu, and please report it",
                animator.device()
            );
            return Err(Failure::new(ErrorKind::Device, message));
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
