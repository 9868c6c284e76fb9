//! Learning the tokens: a codebook of short head motions (vector quantisation; Linde, Buzo and Gray
//! 1980).

use metaface_core::model::pose::{
    CODE_SIZE, CODES, Code, code_distance, draw, frame_weights, quantise,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Largest number of windows to learn from; more do not improve a codebook of this size.
const MOST_WINDOWS: usize = 12_000;
const ITERATIONS: usize = 16;
/// [`damp_slow`] halves a code of this root mean square.
const SLOW: f32 = 0.25;

/// Learns [`CODES`] codes. The same windows and seed give the same codes. `windows` must not be
/// empty.
pub(super) fn learn_codes(windows: &[Code], rng: &mut ChaCha8Rng) -> Vec<Code> {
    let stride = windows.len().div_ceil(MOST_WINDOWS).max(1);
    let windows: Vec<&Code> = windows.iter().step_by(stride).collect();
    let mut codes = initial_codes(&windows, rng);
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
            // An unused code does not change.
            if count > 0.0 {
                *code = sum.map(|sum| sum / count);
            }
        }
    }
    codes.iter_mut().for_each(damp_slow);
    codes
}

/// Damps slow codes almost to zero: the mean of many resting heads should be rest, not a slow
/// drift. The idle motion animates a resting head.
fn damp_slow(code: &mut Code) {
    let energy = code.iter().map(|value| value * value).sum::<f32>() / CODE_SIZE as f32;
    let kept = energy / (energy + SLOW * SLOW);
    code.iter_mut().for_each(|value| *value *= kept);
}

/// Initial codes, far from each other: k-means++ (Arthur and Vassilvitskii 2007).
fn initial_codes(windows: &[&Code], rng: &mut ChaCha8Rng) -> Vec<Code> {
    let weights = frame_weights();
    let mut codes = vec![*windows[rng.random_range(0..windows.len())]];
    let mut gaps = vec![f32::INFINITY; windows.len()];
    while codes.len() < CODES {
        let newest = codes[codes.len() - 1];
        for (gap, window) in gaps.iter_mut().zip(windows) {
            *gap = gap.min(code_distance(&newest, window, &weights));
        }
        let drawn = draw(&gaps, rng);
        codes.push(*windows[drawn]);
    }
    codes
}
