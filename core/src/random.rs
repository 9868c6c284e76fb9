//! Random draws that the standard library of [`rand`] leaves out.

use rand::Rng;

/// A standard normal draw (Box and Muller 1958).
pub(crate) fn normal(rng: &mut impl Rng) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f32>()).ln()).sqrt();
    radius * (std::f32::consts::TAU * rng.random::<f32>()).cos()
}

/// A draw whose logarithm is normal: `median` times a factor that spreads by `sigma`.
pub(crate) fn log_normal(rng: &mut impl Rng, median: f32, sigma: f32) -> f32 {
    median * (sigma * normal(rng)).exp()
}
