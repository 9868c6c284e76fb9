//! Distributions that [`rand`] does not provide.

use rand::Rng;

/// A draw from the standard normal distribution (Box and Muller 1958).
pub fn normal(rng: &mut impl Rng) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f32>()).ln()).sqrt();
    radius * (std::f32::consts::TAU * rng.random::<f32>()).cos()
}

/// A draw from a log-normal distribution: `median` times a factor whose logarithm has the standard
/// deviation `sigma`.
pub fn log_normal(rng: &mut impl Rng, median: f32, sigma: f32) -> f32 {
    median * (sigma * normal(rng)).exp()
}
