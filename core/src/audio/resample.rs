//! Resampling of any rate to 16 kHz, in chunks or at once, with the filter delay removed.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

use super::error::SOURCE_RATES;
use super::{AudioError, SAMPLE_RATE};

/// The shortest anti-alias filter, in output samples: 32 ms, for a transition of about 150 Hz.
const SHORTEST_FILTER: usize = 512;

/// Resamples mono sound to 16 kHz, chunk by chunk.
///
/// The result is bit-identical for any chunk size. It has no delay: an impulse keeps its time, and
/// the total length is `round(samples * 16000 / rate)`. The output of [`Resampler::push`] lags by
/// one and a half filter lengths (48 ms at 48 kHz, 60 ms at 44.1 kHz), by nothing at 16 kHz, and by
/// two seconds at rates that share no divisor with 16 kHz.
pub struct Resampler {
    /// `None` if the rate is 16 kHz.
    stage: Option<RateConverter>,
    rate: u32,
    received: u64,
    returned: u64,
}

struct RateConverter {
    fft: Fft<f32>,
    block_in: usize,
    block_out: Vec<f32>,
    pending: Vec<f32>,
    /// Output samples of the delay that are still to be removed.
    delay: usize,
}

impl Resampler {
    /// A resampler from `rate` samples per second.
    ///
    /// # Errors
    ///
    /// [`AudioError::RateOutOfRange`] if the rate is not in [`SOURCE_RATES`].
    pub fn new(rate: u32) -> Result<Self, AudioError> {
        let out_of_range = || AudioError::RateOutOfRange {
            rate,
            name: "resampler".to_owned(),
        };
        if !SOURCE_RATES.contains(&rate) {
            return Err(out_of_range());
        }
        let stage = if rate == SAMPLE_RATE {
            None
        } else {
            Some(RateConverter::new(rate).ok_or_else(out_of_range)?)
        };
        Ok(Self {
            stage,
            rate,
            received: 0,
            returned: 0,
        })
    }

    /// Takes the next samples and returns the resampled ones that are complete.
    pub fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        self.received += samples.len() as u64;
        let out = match &mut self.stage {
            None => samples.to_vec(),
            Some(stage) => stage.push(samples),
        };
        self.returned += out.len() as u64;
        out
    }

    /// Ends the sound and returns the rest.
    pub fn finish(mut self) -> Vec<f32> {
        let Some(stage) = &mut self.stage else {
            return Vec::new();
        };
        let total = resampled_length(self.received, self.rate);
        let missing = total.saturating_sub(self.returned) as usize;
        let mut rest = Vec::with_capacity(missing);
        let silence = vec![0.0; stage.block_in];
        while rest.len() < missing {
            rest.extend(stage.push(&silence));
        }
        rest.truncate(missing);
        rest
    }
}

impl RateConverter {
    fn new(rate: u32) -> Option<Self> {
        let divisor = num_integer::gcd(rate, SAMPLE_RATE);
        let unit_in = (rate / divisor) as usize;
        let unit_out = (SAMPLE_RATE / divisor) as usize;
        let units = SHORTEST_FILTER.div_ceil(unit_out);
        let block_in = units * unit_in;
        let fft = Fft::new_custom(
            rate as usize,
            SAMPLE_RATE as usize,
            block_in,
            1,
            1,
            rubato::WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .ok()?;
        // The filter's centre is sample floor(block_in / 2) of the source. Leading silence makes
        // it a multiple of unit_in, so that the delay is a whole number of output samples.
        let centre = block_in / 2;
        let silence = centre.next_multiple_of(unit_in) - centre;
        Some(Self {
            block_in: fft.input_frames_next(),
            block_out: vec![0.0; fft.output_frames_next()],
            fft,
            pending: vec![0.0; silence],
            delay: (centre + silence) / unit_in * unit_out,
        })
    }

    fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        self.pending.extend_from_slice(samples);
        let blocks = self.pending.len() / self.block_in;
        let mut out = Vec::with_capacity(blocks * self.block_out.len());
        for block in self.pending.chunks_exact(self.block_in) {
            let frames_out = self.block_out.len();
            // The sizes are those that the resampler requested, so this cannot fail.
            let (Ok(from), Ok(mut to)) = (
                InterleavedSlice::new(block, 1, self.block_in),
                InterleavedSlice::new_mut(&mut self.block_out, 1, frames_out),
            ) else {
                continue;
            };
            if self.fft.process_into_buffer(&from, &mut to, None).is_err() {
                continue;
            }
            let skipped = self.delay.min(frames_out);
            self.delay -= skipped;
            out.extend_from_slice(&self.block_out[skipped..]);
        }
        self.pending.drain(..blocks * self.block_in);
        out
    }
}

/// The number of 16 kHz samples with the duration of `samples` at `rate`, rounded.
fn resampled_length(samples: u64, rate: u32) -> u64 {
    let rate = u128::from(rate);
    ((u128::from(samples) * u128::from(SAMPLE_RATE) + rate / 2) / rate) as u64
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::super::{AudioError, SAMPLE_RATE};
    use super::{Resampler, resampled_length};

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        (0..(seconds * f64::from(rate)) as usize)
            .map(|n| (0.5 * (TAU * hertz * n as f64 / f64::from(rate)).sin()) as f32)
            .collect()
    }

    fn resample(samples: &[f32], rate: u32) -> Vec<f32> {
        let mut resampler = Resampler::new(rate).expect("a rate within range");
        let mut out = resampler.push(samples);
        out.extend(resampler.finish());
        out
    }

    /// Energy in decibels, away from both ends.
    fn level(samples: impl Iterator<Item = f64>, count: usize) -> f64 {
        let inner = samples.skip(4_000).take(count - 8_000);
        let energy: f64 = inner.map(|sample| sample * sample).sum();
        10.0 * (energy / (count - 8_000) as f64).max(1.0e-30).log10()
    }

    #[test]
    fn tones_keep_time_and_level_at_every_usual_rate() {
        for rate in [
            8_000, 11_025, 12_000, 22_050, 24_000, 32_000, 44_100, 44_101, 48_000, 88_200, 96_000,
            176_400, 192_000, 384_000, 768_000,
        ] {
            let top = 0.45 * f64::from(rate.min(SAMPLE_RATE));
            for hertz in [100.0, 1_000.0, top] {
                let out = resample(&tone(rate, hertz, 2.0), rate);
                assert_eq!(out.len(), 32_000, "{rate} Hz");
                let expected = tone(SAMPLE_RATE, hertz, 2.0);
                let error = out.iter().zip(&expected).map(|(a, b)| f64::from(a - b));
                let signal = level(expected.iter().map(|x| f64::from(*x)), 32_000);
                let ratio = signal - level(error, 32_000);
                println!("{rate} Hz, {hertz} Hz: {ratio:.1} dB");
                assert!(ratio > 60.0, "{rate} Hz, {hertz} Hz: {ratio:.1} dB");
            }
        }
    }

    #[test]
    fn tones_above_eight_kilohertz_do_not_alias() {
        for (rate, hertz) in [(44_100, 8_400.0), (48_000, 9_000.0), (96_000, 20_000.0)] {
            let out = resample(&tone(rate, hertz, 2.0), rate);
            let residual = level(out.iter().map(|x| f64::from(*x)), 32_000);
            println!("{rate} Hz, {hertz} Hz: {residual:.1} dB");
            assert!(residual < -80.0, "{rate} Hz, {hertz} Hz: {residual:.1} dB");
        }
    }

    #[test]
    fn an_impulse_keeps_its_time() {
        for rate in [
            8_000, 11_025, 22_050, 32_000, 37_800, 44_100, 44_101, 47_999, 48_000, 96_000,
        ] {
            let mut samples = vec![0.0; rate as usize];
            let at = rate as usize / 3;
            samples[at] = 1.0;
            let out = resample(&samples, rate);
            let (peak, _) = out
                .iter()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(b.1))
                .expect("a second of sound");
            let expected = at as f64 * f64::from(SAMPLE_RATE) / f64::from(rate);
            assert!(
                (peak as f64 - expected).abs() <= 1.0,
                "{rate} Hz: {peak}, not {expected}"
            );
        }
    }

    #[test]
    fn chunks_of_any_size_give_the_same_samples() {
        let samples = tone(44_100, 440.0, 0.7);
        let whole = resample(&samples, 44_100);
        for size in [1, 441, 1_000, 20_000] {
            let mut resampler = Resampler::new(44_100).expect("a rate within range");
            let mut out = Vec::new();
            for chunk in samples.chunks(size) {
                out.extend(resampler.push(chunk));
            }
            out.extend(resampler.finish());
            assert_eq!(out, whole);
        }
    }

    #[test]
    fn the_length_is_the_exact_length_rounded() {
        for rate in [1_000, 8_000, 11_025, 15_999, 44_100, 48_000, 768_000] {
            for count in [0, 1, 2, 3, 100, 1_001, 30_000] {
                let exact = count as f64 * 16_000.0 / f64::from(rate);
                let out = resample(&vec![0.1; count], rate);
                assert!((out.len() as f64 - exact).abs() <= 0.5, "{count} at {rate}");
                assert_eq!(out.len() as u64, resampled_length(count as u64, rate));
            }
        }
    }

    #[test]
    fn sound_at_sixteen_kilohertz_is_not_changed() {
        let samples = tone(16_000, 300.0, 0.1);
        assert_eq!(resample(&samples, 16_000), samples);
    }

    #[test]
    fn rates_out_of_range_are_rejected() {
        for rate in [0, 999, 768_001, u32::MAX] {
            assert!(matches!(
                Resampler::new(rate),
                Err(AudioError::RateOutOfRange { .. })
            ));
        }
    }
}
