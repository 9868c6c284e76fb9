//! Degraded copies of recordings: noise, telephone, reverberation, wrong level.

use std::str::FromStr;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use serde::Serialize;

use super::SAMPLE_RATE;
use crate::random::normal;

/// A degradation of a recording. It keeps length and timing and is deterministic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Degradation {
    /// White noise, 10 dB below the speech.
    WhiteNoise,
    /// Pink noise (-3 dB per octave, similar to babble), 10 dB below the speech.
    PinkNoise,
    /// Band-limited to 300 to 3400 Hz.
    Telephone,
    /// A room with an RT60 of 0.6 s, and as much reverberant as direct energy.
    Reverb,
    /// 20 dB louder, without clipping.
    Loud,
    /// 20 dB quieter.
    Quiet,
}

/// Signal to noise, in decibels.
const NOISE_DB: f32 = 10.0;
/// The pass band of a telephone, in hertz.
const TELEPHONE: [f32; 2] = [300.0, 3400.0];
/// The transition width of its edges, in hertz.
const EDGE: f32 = 100.0;
/// Seconds in which the reverberation falls by 60 dB.
const RT60: f32 = 0.6;
/// Pink noise is flat below this frequency, in hertz.
const PINK_FROM: f32 = 50.0;
/// Segments below this fraction of the power of the loudest 20 ms are not speech (-30 dB).
const SPEECH_POWER_RATIO: f64 = 1e-3;
/// The seed of all noise.
const SEED: u64 = 11;

impl Degradation {
    /// Every degradation.
    pub const ALL: &[Self] = &[
        Self::WhiteNoise,
        Self::PinkNoise,
        Self::Telephone,
        Self::Reverb,
        Self::Loud,
        Self::Quiet,
    ];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhiteNoise => "white-noise",
            Self::PinkNoise => "pink-noise",
            Self::Telephone => "telephone",
            Self::Reverb => "reverb",
            Self::Loud => "loud",
            Self::Quiet => "quiet",
        }
    }

    /// Degrades 16 kHz mono samples; the number of samples does not change.
    pub fn apply(self, samples: &[f32]) -> Vec<f32> {
        let noise = || {
            let mut rng = ChaCha8Rng::seed_from_u64(SEED);
            move || normal(&mut rng)
        };
        match self {
            Self::WhiteNoise => {
                let mut noise = noise();
                mixed(samples, samples.iter().map(|_| noise()).collect())
            }
            Self::PinkNoise => {
                let mut noise = noise();
                let white: Vec<f32> = samples.iter().map(|_| noise()).collect();
                mixed(
                    samples,
                    filtered(&white, |hertz| (PINK_FROM / hertz.max(PINK_FROM)).sqrt()),
                )
            }
            Self::Telephone => filtered(samples, |hertz| {
                let edge = |away: f32| (0.5 + away / EDGE).clamp(0.0, 1.0);
                edge(hertz - TELEPHONE[0]) * edge(TELEPHONE[1] - hertz)
            }),
            Self::Reverb => {
                let mut noise = noise();
                // Cut at three quarters of RT60: -45 dB, which is inaudible.
                let tail = (0.75 * RT60 * SAMPLE_RATE as f32) as usize;
                let decay = -3.0 * std::f32::consts::LN_10 / (RT60 * SAMPLE_RATE as f32);
                let mut response: Vec<f32> = (0..tail)
                    .map(|time| noise() * (decay * time as f32).exp())
                    .collect();
                let echo = response[1..].iter().map(|v| v * v).sum::<f32>().sqrt();
                response.iter_mut().for_each(|value| *value /= echo);
                response[0] = 1.0;
                let wet = convolved(samples, &response);
                let gain = (speech_power(samples) / speech_power(&wet).max(1e-20)).sqrt();
                scaled(&wet, gain as f32)
            }
            Self::Loud => scaled(samples, 10.0),
            Self::Quiet => scaled(samples, 0.1),
        }
    }
}

impl FromStr for Degradation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|known| known.name() == text);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|known| known.name()).collect();
            format!(
                "'{text}' is not a degradation; use all or one of {}",
                names.join(", ")
            )
        })
    }
}

fn scaled(samples: &[f32], gain: f32) -> Vec<f32> {
    samples.iter().map(|sample| sample * gain).collect()
}

/// The mean square over the 20 ms segments that are speech, without pauses.
fn speech_power(samples: &[f32]) -> f64 {
    let square = |samples: &[f32]| -> f64 {
        let sum: f64 = samples.iter().map(|v| f64::from(*v).powi(2)).sum();
        sum / samples.len().max(1) as f64
    };
    let powers: Vec<f64> = samples
        .chunks(SAMPLE_RATE as usize / 50)
        .map(square)
        .collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let speech: Vec<f64> = (powers.into_iter())
        .filter(|power| *power >= SPEECH_POWER_RATIO * loudest)
        .collect();
    speech.iter().sum::<f64>() / speech.len().max(1) as f64
}

/// Speech with noise [`NOISE_DB`] below it.
fn mixed(samples: &[f32], noise: Vec<f32>) -> Vec<f32> {
    let power =
        noise.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / noise.len().max(1) as f64;
    let target_power = speech_power(samples) / 10f64.powf(f64::from(NOISE_DB) / 10.0);
    let gain = (target_power / power.max(1e-20)).sqrt() as f32;
    samples
        .iter()
        .zip(noise)
        .map(|(sample, noise)| sample + gain * noise)
        .collect()
}

/// Applies a gain per frequency (hertz), without delay.
fn filtered(samples: &[f32], gain: impl Fn(f32) -> f32) -> Vec<f32> {
    // Zero padding for the filter's ringing, so that the end does not wrap around to the start.
    let length = (samples.len() + SAMPLE_RATE as usize / 4).next_power_of_two();
    let step = SAMPLE_RATE as f32 / length as f32;
    transformed(samples, length, |bin, value| {
        *value *= gain(bin as f32 * step)
    })
}

/// The samples convolved with an impulse response, cut to their length.
fn convolved(samples: &[f32], response: &[f32]) -> Vec<f32> {
    let length = (samples.len() + response.len()).next_power_of_two();
    let mut spectrum = Vec::new();
    transformed(response, length, |_, value| spectrum.push(*value));
    transformed(samples, length, |bin, value| *value *= spectrum[bin])
}

/// Changes the samples in the frequency domain, zero-padded to `length`.
fn transformed(
    samples: &[f32],
    length: usize,
    mut change: impl FnMut(usize, &mut Complex<f32>),
) -> Vec<f32> {
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(length),
        planner.plan_fft_inverse(length),
    );
    let mut padded = forward.make_input_vec();
    padded[..samples.len()].copy_from_slice(samples);
    let mut spectrum = forward.make_output_vec();
    // The planner made the buffers, so their lengths are right.
    let _ = forward.process(&mut padded, &mut spectrum);
    spectrum
        .iter_mut()
        .enumerate()
        .for_each(|(bin, value)| change(bin, value));
    let last = spectrum.len() - 1;
    spectrum[0].im = 0.0;
    spectrum[last].im = 0.0;
    let _ = inverse.process(&mut spectrum, &mut padded);
    padded.truncate(samples.len());
    padded.iter_mut().for_each(|value| *value /= length as f32);
    padded
}

#[cfg(test)]
mod tests {
    use super::{Degradation, speech_power};

    fn tone(hertz: f32) -> Vec<f32> {
        (0..16_000)
            .map(|time| 0.1 * (std::f32::consts::TAU * hertz * time as f32 / 16_000.0).sin())
            .collect()
    }

    fn decibels(samples: &[f32]) -> f64 {
        10.0 * speech_power(samples).log10()
    }

    #[test]
    fn degradations_are_deterministic_keep_the_length_and_stay_finite() {
        for degradation in Degradation::ALL {
            let once = degradation.apply(&tone(500.0));
            assert_eq!(once.len(), 16_000);
            assert_eq!(once, degradation.apply(&tone(500.0)));
            assert_eq!(degradation.name().parse(), Ok(*degradation));
            for odd in [&[][..], &[0.0; 700], &[0.5]] {
                let samples = degradation.apply(odd);
                assert_eq!(samples.len(), odd.len());
                assert!(samples.iter().all(|sample| sample.is_finite()));
            }
        }
        assert!("hiss".parse::<Degradation>().is_err());
    }

    #[test]
    fn noise_is_ten_decibels_below_the_speech_regardless_of_pauses() {
        let mut speech = tone(500.0);
        speech.extend([0.0; 48_000]);
        for noisy in [Degradation::WhiteNoise, Degradation::PinkNoise] {
            let noise: Vec<f32> = (noisy.apply(&speech).iter().zip(&speech))
                .map(|(after, before)| after - before)
                .collect();
            let ratio = decibels(&speech) - decibels(&noise);
            assert!((ratio - 10.0).abs() < 0.3, "{noisy:?}: {ratio}");
        }
    }

    #[test]
    fn a_telephone_is_a_band_pass() {
        for (hertz, loss) in [(100.0, 60.0), (1000.0, 0.0), (3000.0, 0.0), (5000.0, 60.0)] {
            let lost = decibels(&tone(hertz))
                - decibels(&Degradation::Telephone.apply(&tone(hertz))[2000..14_000]);
            assert!(
                (loss - 0.2..=loss + 100.0).contains(&lost) && (loss > 0.0 || lost < 0.2),
                "{hertz}: {lost}"
            );
        }
    }

    #[test]
    fn reverberation_falls_by_sixty_decibels_in_rt60() {
        let mut click = vec![0.0; 16_000];
        click[100] = 1.0;
        let wet = Degradation::Reverb.apply(&click);
        assert!(wet[..99].iter().all(|v| v.abs() < 1e-4));
        let level = |from: usize| {
            let power: f32 = wet[from..from + 800].iter().map(|v| v * v).sum();
            10.0 * power.log10()
        };
        // 0.3 s later, half of the 60 dB.
        let fall = level(500) - level(500 + 4800);
        assert!((fall - 30.0).abs() < 2.0, "{fall}");
    }

    #[test]
    fn gains_are_twenty_decibels() {
        for (gain, change) in [(Degradation::Loud, 20.0), (Degradation::Quiet, -20.0)] {
            let changed = decibels(&gain.apply(&tone(500.0))) - decibels(&tone(500.0));
            assert!((changed - change).abs() < 0.01);
        }
    }
}
