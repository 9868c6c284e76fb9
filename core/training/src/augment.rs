//! Augmentation of log-mel frames.
//!
//! Synthetic voices differ from people and studios from kitchens, so every training example gets
//! another vocal tract, room, microphone, background and codec. Mel powers are far cheaper to
//! process than waveforms.

use rand::Rng;

use super::backgrounds::{loud_power, music, noise, several_voices};
use metaface_core::audio::{MEL_BANDS, MelFrame};

/// The natural logarithm of the power ratio of `decibels`.
pub(super) fn nepers(decibels: f32) -> f32 {
    decibels * std::f32::consts::LN_10 / 10.0
}

/// Log power of digital silence: the floor of [`metaface_core::audio::log_mel`].
pub(super) const FLOOR: f32 = -20.7;

/// Changes frames in place, simulating another voice, room, microphone, background and codec.
/// `babble` is other speech that can be mixed in as background.
pub fn augment(frames: &mut [MelFrame], babble: &[&[MelFrame]], rng: &mut impl Rng) {
    if rng.random_bool(0.7) {
        warp_frequencies(frames, rng.random_range(0.86..1.16));
    }
    if rng.random_bool(0.15) {
        compress(frames, rng.random_range(0.65..0.95));
    }
    if rng.random_bool(0.12) {
        creak(
            frames,
            rng.random_range(28.0..80.0),
            rng.random_range(2.0..7.0),
        );
    }
    if rng.random_bool(0.35) {
        let seconds = rng.random_range(0.15..0.9f32);
        reverberate(frames, seconds, rng.random_range(0.05..0.6));
    }
    if rng.random_bool(0.85) {
        let decibels = rng.random_range(1.0..8.0);
        let colour = colour(rng, decibels);
        add_per_band(frames, &colour);
    }
    if rng.random_bool(0.75) {
        let snr = rng.random_range(0.0..35.0);
        let noise = if !babble.is_empty() && rng.random_bool(0.35) {
            several_voices(frames.len(), babble, rng)
        } else if rng.random_bool(0.2) {
            music(frames.len(), rng)
        } else {
            noise(frames.len(), rng)
        };
        add_noise(frames, &noise, snr);
    }
    if rng.random_bool(0.25) {
        limit_band(frames, rng);
    }
    if rng.random_bool(0.15) {
        drop_masked(frames, rng.random_range(16.0..30.0));
    }
    let gain = nepers(rng.random_range(-30.0..6.0));
    add_per_band(frames, &[gain; MEL_BANDS]);
    for frame in frames.iter_mut() {
        for value in frame.iter_mut() {
            *value = log_sum(*value, FLOOR) + rng.random_range(-0.05..0.05);
        }
    }
}

/// `ln(exp(a) + exp(b))`.
pub(super) fn log_sum(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + (low - high).exp().ln_1p()
}

pub(super) fn add_per_band(frames: &mut [MelFrame], offsets: &MelFrame) {
    for frame in frames {
        for (value, offset) in frame.iter_mut().zip(offsets) {
            *value += offset;
        }
    }
}

/// A longer (below 1) or shorter vocal tract: band centres scale by `factor` (Jaitly and Hinton
/// 2013, here linearly on the mel axis).
fn warp_frequencies(frames: &mut [MelFrame], factor: f32) {
    for frame in frames {
        let source = *frame;
        for (band, value) in frame.iter_mut().enumerate() {
            let position = (band as f32 * factor).clamp(0.0, (MEL_BANDS - 1) as f32);
            let low = position.floor() as usize;
            let high = (low + 1).min(MEL_BANDS - 1);
            let share = position - low as f32;
            *value = source[low] * (1.0 - share) + source[high] * share;
        }
    }
}

/// A compressor: distances from the loudest part shrink to `ratio`.
fn compress(frames: &mut [MelFrame], ratio: f32) {
    let top = frames.iter().flatten().copied().fold(f32::MIN, f32::max);
    for value in frames.iter_mut().flatten() {
        *value = top - (top - *value) * ratio;
    }
}

/// Vocal fry: `hertz` pulses per second, each of which decays by `exp(-decay)` until the next.
fn creak(frames: &mut [MelFrame], hertz: f32, decay: f32) {
    /// Sampling points within a frame's window of 25 ms.
    const MOMENTS: usize = 10;
    for (i, frame) in frames.iter_mut().enumerate() {
        let powers = (0..MOMENTS).map(|moment| {
            let place = (moment as f32 + 0.5) / MOMENTS as f32;
            let seconds = 0.01 * i as f32 + 0.025 * place;
            let window = (std::f32::consts::PI * place).sin().powi(4);
            window * (-2.0 * decay * (seconds * hertz).fract()).exp()
        });
        // A window without modulation has a mean power of 3/8.
        let power = powers.sum::<f32>() / (0.375 * MOMENTS as f32);
        let level = power.max(1e-6).ln();
        for value in frame {
            *value += level;
        }
    }
}

/// An exponentially decaying tail: `seconds` to fall by 60 dB, `share` of the power reverberant.
fn reverberate(frames: &mut [MelFrame], seconds: f32, share: f32) {
    let decay = 10f32.powf(-6.0 * 0.01 / seconds);
    let mut tail = [0.0f32; MEL_BANDS];
    for frame in frames {
        for (value, tail) in frame.iter_mut().zip(&mut tail) {
            let direct = value.exp();
            *value = (direct * (1.0 - share) + *tail * share).max(1e-12).ln();
            *tail = *tail * decay + direct * (1.0 - decay);
        }
    }
}

/// A smooth random frequency response with this standard deviation in decibels.
pub(super) fn colour(rng: &mut impl Rng, decibels: f32) -> MelFrame {
    const KNOTS: usize = 7;
    let knots: Vec<f32> = (0..KNOTS)
        .map(|_| nepers(decibels) * (rng.random::<f32>() + rng.random::<f32>() - 1.0) * 2.4)
        .collect();
    let mut out = [0.0; MEL_BANDS];
    for (band, value) in out.iter_mut().enumerate() {
        let position = band as f32 / MEL_BANDS as f32 * (KNOTS - 1) as f32;
        let low = position as usize;
        let share = position - low as f32;
        *value = knots[low] * (1.0 - share) + knots[low + 1] * share;
    }
    out
}

/// Adds noise at a signal-to-noise ratio in decibels.
fn add_noise(frames: &mut [MelFrame], noise: &[MelFrame], decibels: f32) {
    let (signal, background) = (loud_power(frames), loud_power(noise));
    let gain = (signal.max(1e-12) / background.max(1e-12)).ln() - nepers(decibels);
    for (frame, noise) in frames.iter_mut().zip(noise) {
        for (value, noise) in frame.iter_mut().zip(noise) {
            *value = log_sum(*value, *noise + gain);
        }
    }
}

/// Telephones, small microphones and low bit rates: nothing outside a pass band.
fn limit_band(frames: &mut [MelFrame], rng: &mut impl Rng) {
    // Bands 0..8 are below 300 Hz, bands 55.. above 3.4 kHz.
    let low = rng.random_range(0..9usize);
    let high = rng.random_range(54..MEL_BANDS);
    for frame in frames {
        for (band, value) in frame.iter_mut().enumerate() {
            let outside = low.saturating_sub(band) + band.saturating_sub(high);
            *value -= (outside as f32 * 3.0).min(10.0);
        }
    }
}

/// A codec: attenuates bands more than `decibels` below the frame's loudest.
fn drop_masked(frames: &mut [MelFrame], decibels: f32) {
    for frame in frames {
        let top = frame.iter().copied().fold(f32::MIN, f32::max);
        for value in frame {
            if *value < top - nepers(decibels) {
                *value -= 6.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_augmentation_keeps_length_and_stays_finite() {
        let voice: Vec<MelFrame> = (0..120)
            .map(|i| [-6.0 + (i % 17) as f32 * 0.3; MEL_BANDS])
            .collect();
        for seed in 0..200 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut frames = voice.clone();
            augment(&mut frames, &[&voice], &mut rng);
            assert_eq!(frames.len(), voice.len());
            assert!(
                frames
                    .iter()
                    .flatten()
                    .all(|value| value.is_finite() && *value > -25.0)
            );
        }
    }

    #[test]
    fn noise_is_added_at_the_requested_ratio() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut frames = vec![[-2.0; MEL_BANDS]; 50];
        frames.extend(vec![[-20.0; MEL_BANDS]; 50]);
        let noise = noise(100, &mut rng);
        add_noise(&mut frames, &noise, 20.0);
        let ratio = 10.0 * (loud_power(&frames[..50]) / loud_power(&frames[50..])).log10();
        assert!((ratio - 20.0).abs() < 2.0, "{ratio} dB");
    }
}
