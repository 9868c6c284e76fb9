//! Resampling of live sound to 16 kHz: [`LowDelayResampler`].

use std::f64::consts::PI;

use metaface_core::audio::{SAMPLE_RATE, SOURCE_RATES};

/// Zero crossings of the sinc on either side.
const CROSSINGS: f64 = 24.0;

/// The end of the pass band, as a fraction of the lower Nyquist frequency.
const PASS_BAND: f64 = 0.95;

/// Resamples mono sound to 16 kHz with a windowed sinc, in blocks of any size. The delay is the right
/// half of the kernel: 1.6 ms at 48 kHz. Sound at 16 kHz passes unchanged.
///
/// The resampler of files, [`metaface_core::audio::Resampler`], has a steeper filter and 48 ms delay.
pub struct LowDelayResampler {
    rate: u32,
    /// Output samples per cycle of the kernel's phases.
    phases: u64,
    /// Input samples per cycle.
    step: u64,
    half_width: usize,
    /// `2 * half_width` weights for each phase; empty at 16 kHz.
    kernel: Vec<f32>,
    buffer: Vec<f32>,
    /// Index of the first sample in `buffer`, where 0 is the first input sample.
    first_buffered: i64,
    next_out: u64,
    received: u64,
}

impl LowDelayResampler {
    /// A resampler from `rate` samples per second, limited to [`SOURCE_RATES`].
    pub fn new(rate: u32) -> Self {
        let rate = rate.clamp(*SOURCE_RATES.start(), *SOURCE_RATES.end());
        let divisor = num_integer::gcd(rate, SAMPLE_RATE);
        let cut_off = PASS_BAND * (f64::from(SAMPLE_RATE) / f64::from(rate)).min(1.0);
        let half_width = (CROSSINGS / cut_off).ceil() as usize;
        let mut resampler = Self {
            rate,
            phases: u64::from(SAMPLE_RATE / divisor),
            step: u64::from(rate / divisor),
            half_width,
            kernel: Vec::new(),
            buffer: vec![0.0; half_width],
            first_buffered: -(half_width as i64),
            next_out: 0,
            received: 0,
        };
        if rate != SAMPLE_RATE {
            for phase in 0..resampler.phases {
                let numerator = phase * resampler.step % resampler.phases;
                let offset = numerator as f64 / resampler.phases as f64;
                resampler
                    .kernel
                    .extend(weights(half_width, cut_off, offset));
            }
        }
        resampler
    }

    /// The input's samples per second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Appends the output samples whose input samples have all arrived. NaN and infinite samples count
    /// as silence.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        if self.rate == SAMPLE_RATE {
            out.extend_from_slice(samples);
            return;
        }
        let finite = |sample: &f32| if sample.is_finite() { *sample } else { 0.0 };
        self.buffer.extend(samples.iter().map(finite));
        self.received += samples.len() as u64;
        self.emit(out);
    }

    /// Appends the remaining samples, as if silence followed.
    pub fn finish(mut self, out: &mut Vec<f32>) {
        if self.rate != SAMPLE_RATE {
            self.buffer.resize(self.buffer.len() + self.half_width, 0.0);
            self.emit(out);
        }
    }

    fn emit(&mut self, out: &mut Vec<f32>) {
        let half_width = self.half_width as i64;
        let end = self.first_buffered + self.buffer.len() as i64;
        let total = (self.received * self.phases).div_ceil(self.step);
        let position = |out: u64| (out * self.step / self.phases) as i64;
        while self.next_out < total && position(self.next_out) + half_width < end {
            let first = position(self.next_out) - (half_width - 1) - self.first_buffered;
            let inputs = &self.buffer[first as usize..][..2 * self.half_width];
            let phase = (self.next_out % self.phases) as usize;
            let weights = &self.kernel[phase * 2 * self.half_width..];
            out.push(inputs.iter().zip(weights).map(|(a, b)| a * b).sum());
            self.next_out += 1;
        }
        let needed = position(self.next_out) - (half_width - 1);
        let used = (needed - self.first_buffered).clamp(0, self.buffer.len() as i64);
        self.buffer.drain(..used as usize);
        self.first_buffered += used;
    }
}

/// The weights of the input samples around an output sample. `offset` is its position between two
/// input samples, 0 to 1. The weights have the sum 1.
fn weights(half_width: usize, cut_off: f64, offset: f64) -> Vec<f32> {
    let weight = |tap: usize| {
        let distance = tap as f64 - (half_width - 1) as f64 - offset;
        sinc(cut_off * distance) * blackman(distance / half_width as f64)
    };
    let weights: Vec<f64> = (0..2 * half_width).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        1.0
    } else {
        (PI * x).sin() / (PI * x)
    }
}

/// Blackman window; `x` from -1 to 1.
fn blackman(x: f64) -> f64 {
    0.42 + 0.5 * (PI * x).cos() + 0.08 * (2.0 * PI * x).cos()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn tone(hertz: f64, rate: u32, seconds: f64) -> Vec<f32> {
        (0..(seconds * f64::from(rate)) as usize)
            .map(|n| (TAU * hertz * n as f64 / f64::from(rate)).sin() as f32)
            .collect()
    }

    fn resampled(sound: &[f32], rate: u32, size: usize) -> Vec<f32> {
        let mut resampler = LowDelayResampler::new(rate);
        let mut out = Vec::new();
        for block in sound.chunks(size) {
            resampler.push(block, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn the_result_does_not_depend_on_the_block_size() {
        for rate in [48_000, 44_100, 22_050, 8_000, 96_000, 11_025, 16_000] {
            let sound = tone(440.0, rate, 0.5);
            let expected = resampled(&sound, rate, sound.len());
            let length = (sound.len() * 16_000).div_ceil(rate as usize);
            assert_eq!(expected.len(), length, "{rate} Hz");
            for size in [1, 7, 480, 1024] {
                assert_eq!(resampled(&sound, rate, size), expected, "{rate} Hz, {size}");
            }
        }
    }

    #[test]
    fn a_tone_keeps_its_pitch_level_and_time_and_those_above_8_khz_are_removed() {
        let expected = tone(1000.0, 16_000, 0.5);
        for rate in [48_000, 44_100, 96_000, 8_000] {
            let out = resampled(&tone(1000.0, rate, 0.5), rate, 512);
            let errors = out.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let inner = errors.skip(800).take(expected.len() - 1600);
            let largest = inner.fold(0.0, f32::max);
            assert!(largest < 1e-3, "{rate} Hz: {largest}");
        }
        let removed = resampled(&tone(11_000.0, 48_000, 0.5), 48_000, 512);
        let inner = removed[800..removed.len() - 800].iter();
        let loudest = inner.fold(0.0, |loudest: f32, sample| loudest.max(sample.abs()));
        assert!(loudest < 1e-3, "{loudest}");
    }

    #[test]
    fn the_delay_is_less_than_two_milliseconds_at_48_khz() {
        let mut resampler = LowDelayResampler::new(48_000);
        let mut out = Vec::new();
        resampler.push(&vec![0.0; 48_000], &mut out);
        assert!(out.len() > 16_000 - 32, "{}", out.len());
    }

    #[test]
    fn a_nan_sample_does_not_spread() {
        let mut sound = tone(440.0, 48_000, 0.2);
        sound[4800] = f32::NAN;
        let out = resampled(&sound, 48_000, 480);
        assert!(out.iter().all(|sample| sample.is_finite()));
    }
}
