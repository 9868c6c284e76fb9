//! The tokens: a vector-quantised codebook of short head motions (Linde, Buzo and Gray 1980).

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::segment::{HOP, WINDOW, weight};

/// Number of tokens.
pub const CODES: usize = 96;
/// Length of one code: [`WINDOW`] frames of three axes.
pub const CODE_SIZE: usize = 3 * WINDOW;

/// Angular velocities of yaw, pitch and roll over a window, frame by frame, relative to the root
/// mean square speed of the speaker's axis.
pub type Code = [f32; CODE_SIZE];

/// The token nearest to a window, and its squared distance, weighted by [`frame_weights`].
pub fn quantise(codes: &[Code], window: &Code) -> (usize, f32) {
    let weights = frame_weights();
    let distances = codes
        .iter()
        .map(|code| code_distance(code, window, &weights));
    distances.enumerate().fold(
        (0, f32::INFINITY),
        |best, new| {
            if new.1 < best.1 { new } else { best }
        },
    )
}

/// The weight of each frame of a window in the overlap-add.
pub fn frame_weights() -> [f32; WINDOW] {
    std::array::from_fn(|frame| weight(frame, HOP))
}

/// The weighted squared distance of two codes.
pub fn code_distance(a: &Code, b: &Code, weights: &[f32; WINDOW]) -> f32 {
    let frames = a.chunks_exact(3).zip(b.chunks_exact(3)).zip(weights);
    frames
        .map(|((a, b), weight)| {
            let gaps = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
            weight * gaps.sum::<f32>()
        })
        .sum()
}

/// Samples an index in proportion to non-negative weights; the first index if all are zero.
pub fn draw(weights: &[f32], rng: &mut ChaCha8Rng) -> usize {
    let total: f32 = weights.iter().sum();
    let mut remaining = rng.random::<f32>() * total;
    let mut last = 0;
    for (index, weight) in weights.iter().enumerate() {
        if *weight > 0.0 {
            last = index;
            remaining -= weight;
            if remaining < 0.0 {
                return index;
            }
        }
    }
    last
}
