//! Log-mel features: the input of the network.

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};

use super::SAMPLE_RATE;
use super::downmix::sanitised;

/// Mel bands per frame.
pub const MEL_BANDS: usize = 80;

/// Feature frames per second.
pub const MEL_RATE: u32 = 100;

/// Samples between frames.
pub const HOP: usize = (SAMPLE_RATE / MEL_RATE) as usize;

/// Samples under the Hann window, 25 ms.
pub const WINDOW: usize = 400;

const FFT: usize = 512;

/// The lowest and highest band edges in Hz.
const BAND_EDGES: [f32; 2] = [50.0, 7_800.0];

/// Added to the power of every band before the logarithm: about -110 dB relative to a full-scale
/// tone.
const POWER_FLOOR: f32 = 1e-9;

/// One frame: natural logarithms of band powers.
pub type MelFrame = [f32; MEL_BANDS];

/// The weights of the power spectrum for one band.
struct Filter {
    first_bin: usize,
    weights: Vec<f32>,
}

/// Turns 16 kHz mono samples into log-mel frames, in chunks of any size.
///
/// Frame `i` is centred on sample `i *` [`HOP`]; the sound is padded with silence on both sides.
/// The frames are bit-identical for any chunk size.
///
/// ```
/// use metaface_core::audio::LogMel;
///
/// let mut mel = LogMel::new();
/// let mut frames = mel.push(&[0.0; 1600]);
/// frames.extend(mel.finish());
/// assert_eq!(frames.len(), 10);
/// ```
pub struct LogMel {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<Filter>,
    /// Samples for the next windows; the first is `WINDOW / 2` before the next frame's centre.
    pending: Vec<f32>,
    received: usize,
    produced: usize,
    block: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
}

impl LogMel {
    /// The start of a sound.
    pub fn new() -> Self {
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(FFT);
        let window = (0..WINDOW)
            .map(|i| {
                let phase = std::f32::consts::TAU * (i as f32 + 0.5) / WINDOW as f32;
                0.5 - 0.5 * phase.cos()
            })
            .collect();
        Self {
            block: transform.make_input_vec(),
            spectrum: transform.make_output_vec(),
            transform,
            window,
            filters: filters(),
            pending: vec![0.0; WINDOW / 2],
            received: 0,
            produced: 0,
        }
    }

    /// Takes samples and returns the frames that they complete. A frame is complete 12.5 ms
    /// after its centre. Samples that are not finite count as silence.
    pub fn push(&mut self, samples: &[f32]) -> Vec<MelFrame> {
        self.received += samples.len();
        self.pending
            .extend(samples.iter().map(|&sample| sanitised(sample)));
        let mut frames = Vec::with_capacity(samples.len() / HOP + 1);
        let mut start = 0;
        while start + WINDOW <= self.pending.len() {
            frames.push(self.frame(start));
            start += HOP;
        }
        self.pending.drain(..start);
        self.produced += frames.len();
        frames
    }

    /// Returns the remaining frames, with silence after the end: one frame per started hop.
    pub fn finish(mut self) -> Vec<MelFrame> {
        let due = self.received.div_ceil(HOP).saturating_sub(self.produced);
        let mut frames = Vec::with_capacity(due);
        if due > 0 {
            self.pending.resize((due - 1) * HOP + WINDOW, 0.0);
        }
        for i in 0..due {
            frames.push(self.frame(i * HOP));
        }
        frames
    }

    fn frame(&mut self, start: usize) -> MelFrame {
        let samples = &self.pending[start..start + WINDOW];
        for ((out, sample), weight) in self.block.iter_mut().zip(samples).zip(&self.window) {
            *out = sample * weight;
        }
        self.block[WINDOW..].fill(0.0);
        // The plan made the buffers, so their lengths are right.
        let _ = self.transform.process(&mut self.block, &mut self.spectrum);
        let mut mel = [0.0; MEL_BANDS];
        for (band, filter) in mel.iter_mut().zip(&self.filters) {
            let bins = &self.spectrum[filter.first_bin..];
            let power: f32 = filter
                .weights
                .iter()
                .zip(bins)
                .map(|(weight, bin)| weight * bin.norm_sqr())
                .sum();
            *band = (power + POWER_FLOOR).ln();
        }
        mel
    }
}

impl Default for LogMel {
    fn default() -> Self {
        Self::new()
    }
}

/// The frames of a whole sound.
pub fn log_mel(samples: &[f32]) -> Vec<MelFrame> {
    let mut mel = LogMel::new();
    let mut frames = mel.push(samples);
    frames.extend(mel.finish());
    frames
}

/// Triangles evenly spaced on the mel scale (O'Shaughnessy 1987: 2595 log10(1 + f / 700)),
/// scaled so that a full-scale sine within a band has a power close to one.
fn filters() -> Vec<Filter> {
    let mel = |hertz: f32| 2595.0 * (1.0 + hertz / 700.0).log10();
    let hertz = |mel: f32| 700.0 * (10f32.powf(mel / 2595.0) - 1.0);
    let [low, high] = BAND_EDGES.map(mel);
    let edge = |i: usize| {
        let position = i as f32 / (MEL_BANDS + 1) as f32;
        hertz(low + (high - low) * position) * FFT as f32 / SAMPLE_RATE as f32
    };
    let scale = (4.0 / WINDOW as f32).powi(2);
    (0..MEL_BANDS)
        .map(|band| {
            let (left, centre, right) = (edge(band), edge(band + 1), edge(band + 2));
            // Low bands are narrower than a bin; they are widened to contain the nearest bin.
            let (left, right) = (left.min(centre - 1.0), right.max(centre + 1.0));
            let first_bin = left.ceil().max(0.0) as usize;
            let last_bin = (right.floor() as usize).min(FFT / 2);
            let weights = (first_bin..=last_bin)
                .map(|bin| {
                    let bin = bin as f32;
                    let rise = (bin - left) / (centre - left);
                    let fall = (right - bin) / (right - centre);
                    scale * rise.min(fall).max(0.0)
                })
                .collect();
            Filter { first_bin, weights }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<f32> {
        let mut state = 1u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    #[test]
    fn chunks_of_any_size_give_the_same_frames() {
        let samples = noise(16_123);
        let whole = log_mel(&samples);
        assert_eq!(whole.len(), samples.len().div_ceil(HOP));
        for size in [1, 7, 159, 160, 161, 1000, 16_000] {
            let mut mel = LogMel::new();
            let mut frames: Vec<MelFrame> = samples
                .chunks(size)
                .flat_map(|chunk| mel.push(chunk))
                .collect();
            frames.extend(mel.finish());
            assert!(frames == whole, "chunks of {size}");
        }
    }

    #[test]
    fn a_tone_is_loudest_in_its_band_and_at_its_time() {
        let mut samples = vec![0.0; 16_000];
        for (i, sample) in samples.iter_mut().enumerate().skip(8_000) {
            *sample = (std::f32::consts::TAU * 1_000.0 * i as f32 / SAMPLE_RATE as f32).sin();
        }
        let frames = log_mel(&samples);
        let loudest = |frame: &MelFrame| {
            (0..MEL_BANDS)
                .max_by(|a, b| frame[*a].total_cmp(&frame[*b]))
                .unwrap_or(0)
        };
        let band = loudest(&frames[80]);
        assert!((25..32).contains(&band), "1 kHz is in band {band}");
        assert!(frames[80][band].abs() < 0.8, "{}", frames[80][band]);
        assert!(frames[48][band] < -10.0 && frames[52][band] > -1.5);
    }

    #[test]
    fn an_empty_sound_has_no_frames() {
        assert!(log_mel(&[]).is_empty());
    }
}
