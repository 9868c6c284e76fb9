//! The short-time level of a sound, 50 times a second.

use super::SAMPLE_RATE;
use super::downmix::sanitised;

/// Frames per second of a loudness curve.
pub const LOUDNESS_RATE: u32 = 50;

/// The value of silence, and the lowest of a curve: decibels relative to full scale.
pub const LOUDNESS_FLOOR_DB: f32 = -100.0;

/// Samples between two frames: 20 ms. A window is two hops long.
const HOP: usize = (SAMPLE_RATE / LOUDNESS_RATE) as usize;

/// The level of 16 kHz mono `samples` at 50 Hz, in decibels relative to full scale.
///
/// Frame `i` is `10 log10` of the mean square over the 40 ms centred at `i * 20 ms`, not below
/// [`LOUDNESS_FLOOR_DB`]. A constant of 1 is 0 dB and a full-scale sine -3.01 dB. At both ends the
/// window is cut to the sound. There are `ceil(samples / 320)` frames, so that the centre of every
/// frame is within the sound. Samples that are not finite count as silence.
pub fn loudness_curve(samples: &[f32]) -> Vec<f32> {
    let mut meter = LoudnessMeter::new();
    let mut curve = meter.push(samples);
    curve.extend(meter.finish());
    curve
}

/// [`loudness_curve`] for sound that arrives in chunks.
///
/// The frames are bit-identical for any chunk size. Frame `i` is returned as soon as the 20 ms
/// after its centre are known.
#[derive(Debug, Clone, Default)]
pub struct LoudnessMeter {
    /// Sum of squares over the hop before the current one; `None` before the first frame.
    previous: Option<f64>,
    /// Sum of squares over the current hop so far.
    current: f64,
    /// Samples in the current hop so far; always below [`HOP`] between calls.
    filled: usize,
}

impl LoudnessMeter {
    /// A meter at the start of a sound.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next 16 kHz mono samples and returns the frames that they complete.
    pub fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        let mut frames = Vec::with_capacity((self.filled + samples.len()) / HOP);
        for &sample in samples {
            self.current += f64::from(sanitised(sample)).powi(2);
            self.filled += 1;
            if self.filled == HOP {
                frames.push(self.level());
                self.previous = Some(self.current);
                self.current = 0.0;
                self.filled = 0;
            }
        }
        frames
    }

    /// Ends the sound and returns the last frame if its window is incomplete.
    pub fn finish(self) -> Option<f32> {
        (self.filled > 0).then(|| self.level())
    }

    fn level(&self) -> f32 {
        let before = if self.previous.is_some() { HOP } else { 0 };
        let energy = self.previous.unwrap_or(0.0) + self.current;
        let mean_square = energy / (before + self.filled) as f64;
        // log10(0) is minus infinity, which becomes the floor.
        ((10.0 * mean_square.log10()) as f32).max(LOUDNESS_FLOOR_DB)
    }
}

#[cfg(test)]
mod tests {
    use super::{LOUDNESS_FLOOR_DB, LoudnessMeter, loudness_curve};

    fn tone(amplitude: f32, count: usize) -> Vec<f32> {
        (0..count)
            .map(|n| amplitude * (n as f32 * std::f32::consts::TAU * 200.0 / 16_000.0).sin())
            .collect()
    }

    #[test]
    fn a_full_scale_sine_is_minus_three_decibels_and_half_of_it_six_less() {
        for level in loudness_curve(&tone(1.0, 16_000)) {
            assert!((level + 3.0103).abs() < 0.01, "{level}");
        }
        for level in loudness_curve(&tone(0.5, 16_000)) {
            assert!((level + 9.0309).abs() < 0.01, "{level}");
        }
    }

    #[test]
    fn silence_and_invalid_samples_are_at_the_floor() {
        assert_eq!(loudness_curve(&[0.0; 640]), [LOUDNESS_FLOOR_DB; 2]);
        assert_eq!(loudness_curve(&[f32::NAN; 640]), [LOUDNESS_FLOOR_DB; 2]);
        assert_eq!(
            loudness_curve(&[f32::INFINITY; 640]),
            [LOUDNESS_FLOOR_DB; 2]
        );
    }

    #[test]
    fn every_frame_centre_is_within_the_sound() {
        for (samples, frames) in [(0, 0), (1, 1), (320, 1), (321, 2), (16_000, 50)] {
            assert_eq!(loudness_curve(&vec![0.1; samples]).len(), frames);
        }
    }

    #[test]
    fn a_burst_affects_only_the_frames_within_twenty_milliseconds() {
        let mut samples = vec![0.0; 3200];
        // 100 ms to 110 ms: only the windows centred at 100 and 120 ms contain it.
        samples[1600..1760].fill(0.5);
        let affected: Vec<usize> = loudness_curve(&samples)
            .iter()
            .enumerate()
            .filter(|(_, level)| **level > LOUDNESS_FLOOR_DB)
            .map(|(frame, _)| frame)
            .collect();
        assert_eq!(affected, [5, 6]);
    }

    #[test]
    fn chunks_of_any_size_give_the_same_frames_with_twenty_milliseconds_of_look_ahead() {
        let samples: Vec<f32> = tone(0.7, 5_003)
            .iter()
            .enumerate()
            .map(|(n, x)| x * (n as f32 / 700.0).sin())
            .collect();
        let whole = loudness_curve(&samples);
        for size in [1, 7, 160, 320, 321, 4_000] {
            let mut meter = LoudnessMeter::new();
            let mut frames = Vec::new();
            for (index, chunk) in samples.chunks(size).enumerate() {
                frames.extend(meter.push(chunk));
                let complete = (index * size + chunk.len()) / 320;
                assert_eq!(
                    frames.len(),
                    complete,
                    "a frame needs the 20 ms after its centre"
                );
            }
            frames.extend(meter.finish());
            assert_eq!(frames, whole);
        }
    }
}
