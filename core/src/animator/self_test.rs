//! A self-test: whether animating works on this machine, and how fast.

use std::time::Instant;

use super::{AnimateError, Animator, Options};
use crate::audio::{SAMPLE_RATE, Sound};

/// Seconds of sound in the self-test.
const SECONDS: u32 = 10;

/// The result of a self-test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfTest {
    /// Whether every value is a finite number.
    pub healthy: bool,
    /// Seconds of sound per second of computation.
    pub times_real_time: f64,
}

impl Animator {
    /// Animates a ten-second hum.
    ///
    /// # Errors
    /// As [`Animator::animate`].
    pub fn self_test(&self) -> Result<SelfTest, AnimateError> {
        let hum: Vec<f32> = (0..SECONDS * SAMPLE_RATE)
            .map(|i| 0.2 * (i as f32 * 0.06).sin() * (i as f32 * 0.0004).sin())
            .collect();
        let sound = Sound::from_samples(&hum, SAMPLE_RATE, 1)?;
        let started = Instant::now();
        let clip = self.animate("self-test", &sound, &Options::default())?;
        let seconds = started.elapsed().as_secs_f64();
        Ok(SelfTest {
            healthy: clip.validate().is_ok(),
            times_real_time: f64::from(SECONDS) / seconds,
        })
    }
}
