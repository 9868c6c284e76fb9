//! Background sounds as log-mel frames: rooms, streets, breath, music, voices.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::augment::{FLOOR, add_per_band, colour, log_sum, nepers};
use metaface_core::audio::{HOP, MEL_BANDS, MelFrame, SAMPLE_RATE, log_mel};

/// A background at a random level: noise, breath or music.
pub(super) fn background(length: usize, rng: &mut impl Rng) -> Vec<MelFrame> {
    let mut frames = match rng.random_range(0..10) {
        0..5 => noise(length, rng),
        5..7 => breaths(length, rng),
        _ => music(length, rng),
    };
    let level = nepers(rng.random_range(-75.0..-25.0));
    add_per_band(&mut frames, &[level; MEL_BANDS]);
    for value in frames.iter_mut().flatten() {
        *value = log_sum(*value, FLOOR);
    }
    frames
}

/// Coloured noise whose level wanders, with a mean power of about one per band.
pub(super) fn noise(length: usize, rng: &mut impl Rng) -> Vec<MelFrame> {
    let shape = colour(rng, 9.0);
    let tilt = rng.random_range(-0.13..0.03f32);
    let restless = rng.random_range(0.0..0.25f32);
    let mut drift = 0.0f32;
    (0..length)
        .map(|_| {
            drift = drift * 0.97 + restless * (rng.random::<f32>() - 0.5) * 2.0;
            let mut frame = [0.0; MEL_BANDS];
            for (band, value) in frame.iter_mut().enumerate() {
                // The power of a noise band fluctuates like the mean of a few squares.
                let grain = (rng.random::<f32>() + rng.random::<f32>()).max(0.05).ln();
                *value = shape[band] + tilt * band as f32 + drift + 0.6 * grain;
            }
            frame
        })
        .collect()
}

/// Breathing: noise with a slow envelope.
fn breaths(length: usize, rng: &mut impl Rng) -> Vec<MelFrame> {
    let mut frames = noise(length, rng);
    let period = rng.random_range(80.0..350.0f32);
    let depth = rng.random_range(3.0..9.0f32);
    for (i, frame) in frames.iter_mut().enumerate() {
        let swell = (std::f32::consts::TAU * i as f32 / period).sin().max(0.0);
        for value in frame {
            *value -= depth * (1.0 - swell);
        }
    }
    frames
}

/// Instruments that play notes of a scale in a beat, sometimes with drums; mean power about one
/// per band.
pub(super) fn music(length: usize, rng: &mut impl Rng) -> Vec<MelFrame> {
    const SCALE: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
    let rate = SAMPLE_RATE as f32;
    let mut samples = vec![0.0f32; length * HOP];
    let beat = (rate * rng.random_range(0.14..0.6f32)) as usize;
    let key = rng.random_range(80.0..180.0f32);
    for _ in 0..rng.random_range(1..6) {
        let octave = rng.random_range(0..3);
        let beats = rng.random_range(1..5usize);
        let decay = rng.random_range(0.5..9.0f32);
        let roundness = rng.random_range(0.0..1.0f32);
        let gain = rng.random_range(0.2..1.0f32);
        for note in samples.chunks_mut(beat * beats) {
            let Some(step) = SCALE.choose(rng) else {
                return Vec::new();
            };
            let hertz = key * 2f32.powf((step + 12 * octave) as f32 / 12.0);
            for (i, sample) in note.iter_mut().enumerate() {
                let seconds = i as f32 / rate;
                let phase = (hertz * seconds).fract();
                // Between a sawtooth, full of harmonics, and a sine.
                let saw = 1.0 - 2.0 * phase;
                let sine = (std::f32::consts::TAU * phase).sin();
                let wave = saw + (sine - saw) * roundness;
                *sample += gain * wave * (-decay * seconds).exp();
            }
        }
    }
    if rng.random_bool(0.5) {
        let gain = rng.random_range(0.3..2.0f32);
        for hit in samples.chunks_mut(beat) {
            for (i, sample) in hit.iter_mut().enumerate() {
                let envelope = (-(i as f32) / 500.0).exp();
                *sample += gain * envelope * (2.0 * rng.random::<f32>() - 1.0);
            }
        }
    }
    let mut frames = log_mel(&samples);
    frames.truncate(length);
    let level = (loud_power(&frames) / MEL_BANDS as f32).max(1e-9).ln();
    add_per_band(&mut frames, &[-level; MEL_BANDS]);
    frames
}

/// Several voices at once.
pub(super) fn several_voices(
    length: usize,
    babble: &[&[MelFrame]],
    rng: &mut impl Rng,
) -> Vec<MelFrame> {
    let mut mixed = vec![[FLOOR; MEL_BANDS]; length];
    for _ in 0..rng.random_range(2..6) {
        let Some(voice) = babble.choose(rng).filter(|voice| !voice.is_empty()) else {
            continue;
        };
        let offset = rng.random_range(0..voice.len());
        let gain = rng.random_range(-2.0..0.0f32);
        for (i, frame) in mixed.iter_mut().enumerate() {
            let other = &voice[(offset + i) % voice.len()];
            for (value, other) in frame.iter_mut().zip(other) {
                *value = log_sum(*value, *other + gain);
            }
        }
    }
    mixed
}

/// Mean power of the louder half of the frames.
pub(super) fn loud_power(frames: &[MelFrame]) -> f32 {
    let mut powers: Vec<f32> = frames
        .iter()
        .map(|frame| frame.iter().map(|value| value.exp()).sum::<f32>())
        .collect();
    powers.sort_by(f32::total_cmp);
    let loud = &powers[powers.len() / 2..];
    loud.iter().sum::<f32>() / loud.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_background_has_the_requested_length_and_finite_values() {
        for seed in 0..60 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let frames = background(150, &mut rng);
            assert_eq!(frames.len(), 150);
            let mut values = frames.iter().flatten();
            assert!(values.all(|value| value.is_finite() && *value > -25.0));
        }
    }

    #[test]
    fn music_has_notes_and_the_level_of_noise() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (music, noise) = (music(300, &mut rng), noise(300, &mut rng));
        assert_eq!(music.len(), 300);
        let ratio = (loud_power(&music) / loud_power(&noise)).ln();
        assert!(ratio.abs() < 2.5, "{ratio} nepers");
    }
}
