//! The tokens: a vector-quantised codebook of short head motions (Linde, Buzo and Gray 1980).

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::segment::{HOP, WINDOW, weight};

/// How many tokens there are.
pub(super) const CODES: usize = 96;
/// Numbers of one code: [`WINDOW`] frames of three axes.
pub(super) const CODE_SIZE: usize = 3 * WINDOW;

/// Angular velocities of yaw, pitch and roll over a window, frame by frame, relative to the root
/// mean square speed of the speaker's axis.
pub(super) type Code = [f32; CODE_SIZE];

/// The codebook is learnt from this many windows at most; that is plenty for its size.
const MOST_WINDOWS: usize = 12_000;
const ITERATIONS: usize = 16;
/// A code of this root mean square loses half of itself in [`rest`].
const SLOW: f32 = 0.25;

/// Learns [`CODES`] codes; the same windows and draws give the same codes. `windows` must not be
/// empty.
pub(super) fn learn(windows: &[Code], rng: &mut ChaCha8Rng) -> Vec<Code> {
    let stride = windows.len().div_ceil(MOST_WINDOWS).max(1);
    let windows: Vec<&Code> = windows.iter().step_by(stride).collect();
    let mut codes = spread(&windows, rng);
    for _ in 0..ITERATIONS {
        let nearest: Vec<(usize, f32)> = (windows.par_iter())
            .map(|window| quantise(&codes, window))
            .collect();
        let mut sums = vec![([0.0; CODE_SIZE], 0.0_f32); CODES];
        for (window, (code, _)) in windows.iter().zip(&nearest) {
            let (sum, count) = &mut sums[*code];
            sum.iter_mut().zip(*window).for_each(|(sum, v)| *sum += v);
            *count += 1.0;
        }
        for (code, (sum, count)) in codes.iter_mut().zip(sums) {
            // A code that nobody uses stays where it is.
            if count > 0.0 {
                *code = sum.map(|sum| sum / count);
            }
        }
    }
    codes.iter_mut().for_each(rest);
    codes
}

/// Leaves next to nothing of the slowest codes: the mean of many heads at rest is rest, not a slow
/// drift. What a resting head does is the idle motion's part.
fn rest(code: &mut Code) {
    let energy = code.iter().map(|value| value * value).sum::<f32>() / CODE_SIZE as f32;
    let kept = energy / (energy + SLOW * SLOW);
    code.iter_mut().for_each(|value| *value *= kept);
}

/// The token nearest to a window, and its squared distance: differences count as much as the
/// overlap-add lets them be seen.
pub(super) fn quantise(codes: &[Code], window: &Code) -> (usize, f32) {
    let weights: [f32; WINDOW] = std::array::from_fn(|frame| weight(frame, HOP));
    let distances = codes.iter().map(|code| distance(code, window, &weights));
    distances.enumerate().fold(
        (0, f32::INFINITY),
        |best, new| {
            if new.1 < best.1 { new } else { best }
        },
    )
}

fn distance(a: &Code, b: &Code, weights: &[f32; WINDOW]) -> f32 {
    let frames = a.chunks_exact(3).zip(b.chunks_exact(3)).zip(weights);
    frames
        .map(|((a, b), weight)| {
            let gaps = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
            weight * gaps.sum::<f32>()
        })
        .sum()
}

/// First codes, far from each other: k-means++ (Arthur and Vassilvitskii 2007).
fn spread(windows: &[&Code], rng: &mut ChaCha8Rng) -> Vec<Code> {
    let weights: [f32; WINDOW] = std::array::from_fn(|frame| weight(frame, HOP));
    let mut codes = vec![*windows[rng.random_range(0..windows.len())]];
    let mut gaps = vec![f32::INFINITY; windows.len()];
    while codes.len() < CODES {
        let newest = codes[codes.len() - 1];
        for (gap, window) in gaps.iter_mut().zip(windows) {
            *gap = gap.min(distance(&newest, window, &weights));
        }
        let drawn = draw(&gaps, rng);
        codes.push(*windows[drawn]);
    }
    codes
}

/// An index drawn in proportion to weights that are not negative; the first if all are zero.
pub(super) fn draw(weights: &[f32], rng: &mut ChaCha8Rng) -> usize {
    let total: f32 = weights.iter().sum();
    let mut left = rng.random::<f32>() * total;
    let mut last = 0;
    for (index, weight) in weights.iter().enumerate() {
        if *weight > 0.0 {
            last = index;
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
    }
    last
}
