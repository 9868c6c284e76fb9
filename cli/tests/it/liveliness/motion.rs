//! Measures of facial motion.

use std::f64::consts::TAU;

use metaface_core::clip::{Channel, Clip};

/// Frequency bands of the power shares, in hertz.
pub const BANDS_HZ: [(f64, f64); 4] = [(0.0, 0.5), (0.5, 2.0), (2.0, 5.0), (5.0, f64::INFINITY)];

/// A curve with a constant sample rate.
#[derive(Debug, Clone)]
pub struct SampledCurve {
    pub values: Vec<f64>,
    pub hertz: f64,
}

/// One blink, in frames.
#[derive(Debug, Clone, Copy)]
pub struct Blink {
    pub peak: usize,
    /// Weight by which the lid closes.
    pub depth: f64,
    /// Time before the peak for which the lid is at least half closed, in seconds.
    pub closing: f64,
    /// Time after the peak for which the lid is at least half closed, in seconds.
    pub opening: f64,
}

impl SampledCurve {
    /// The mean of some channels.
    pub fn of(clip: &Clip, channels: &[Channel]) -> Self {
        let mean = |index: usize| {
            let sum: f64 = (channels.iter())
                .map(|channel| f64::from(clip.frames[index][*channel]))
                .sum();
            sum / channels.len() as f64
        };
        Self {
            values: (0..clip.frames.len()).map(mean).collect(),
            hertz: clip.rate.as_f64(),
        }
    }

    pub fn scaled(mut self, factor: f64) -> Self {
        self.values.iter_mut().for_each(|value| *value *= factor);
        self
    }

    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[(share * (sorted.len() - 1) as f64).round() as usize]
    }

    /// From the 5th to the 95th percentile.
    pub fn range(&self) -> f64 {
        self.quantile(0.95) - self.quantile(0.05)
    }

    /// Shares of the power in [`BANDS_HZ`], without the mean (Welch 1967: Hann windows of 8 s that
    /// overlap by half).
    pub fn power_shares(&self) -> [f64; 4] {
        let length = ((8.0 * self.hertz) as usize).min(self.values.len());
        let mut power = [0.0; 4];
        for window in self.values.windows(length).step_by(length / 2) {
            let mean = window.iter().sum::<f64>() / length as f64;
            let tapered: Vec<f64> = (window.iter().enumerate())
                .map(|(i, value)| {
                    let hann = 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / length as f64).cos();
                    (value - mean) * hann
                })
                .collect();
            for bin in 1..=length / 2 {
                let step = TAU * bin as f64 / length as f64;
                let (mut real, mut imaginary) = (0.0, 0.0);
                for (i, value) in tapered.iter().enumerate() {
                    let (sine, cosine) = (step * i as f64).sin_cos();
                    real += value * cosine;
                    imaginary += value * sine;
                }
                let hertz = bin as f64 * self.hertz / length as f64;
                let band = BANDS_HZ.iter().position(|band| hertz < band.1).unwrap_or(3);
                power[band] += real * real + imaginary * imaginary;
            }
        }
        let total: f64 = power.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        power.map(|band| band / total)
    }

    /// The largest absolute values of the first and second time derivatives.
    pub fn fastest(&self) -> [f64; 2] {
        let derivative = |values: &[f64]| -> Vec<f64> {
            let pairs = values.windows(2);
            pairs.map(|pair| (pair[1] - pair[0]) * self.hertz).collect()
        };
        let speed = derivative(&self.values);
        let acceleration = derivative(&speed);
        [speed, acceleration].map(|values| values.iter().fold(0.0, |most, v| v.abs().max(most)))
    }

    /// Pearson's correlation with another curve, of movements that are faster than about a second.
    pub fn correlation(&self, other: &Self) -> f64 {
        let count = self.values.len().min(other.values.len());
        let (a, b) = (self.band_passed(count), other.band_passed(count));
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
    }

    /// Moving averages over 0.12 s less moving averages over 2 s.
    fn band_passed(&self, count: usize) -> Vec<f64> {
        let mean = |centre: usize, seconds: f64| {
            let reach = (0.5 * seconds * self.hertz).round() as usize;
            let near = &self.values[centre.saturating_sub(reach)..(centre + reach + 1).min(count)];
            near.iter().sum::<f64>() / near.len() as f64
        };
        (0..count).map(|i| mean(i, 0.12) - mean(i, 2.0)).collect()
    }

    /// The blinks of a lid curve: maxima within 0.2 s that are at least 0.15 above the minima within half
    /// a second before and after.
    pub fn blinks(&self) -> Vec<Blink> {
        let frames = |seconds: f64| (seconds * self.hertz).round() as usize;
        let values = &self.values;
        let mut found: Vec<Blink> = Vec::new();
        for peak in 1..values.len().saturating_sub(1) {
            let near = peak.saturating_sub(frames(0.2))..(peak + frames(0.2) + 1).min(values.len());
            let height = values[peak];
            let is_highest = values[near.clone()].iter().all(|value| *value <= height);
            let is_first = values[near.start..peak].iter().all(|value| *value < height);
            if !(is_highest && is_first) {
                continue;
            }
            let least = |part: &[f64]| part.iter().copied().fold(f64::INFINITY, f64::min);
            let before = least(&values[peak.saturating_sub(frames(0.5))..peak]);
            let after = least(&values[peak + 1..(peak + frames(0.5) + 1).min(values.len())]);
            let depth = height - before.max(after);
            if depth < 0.15 {
                continue;
            }
            let half = height - 0.5 * depth;
            let is_half_closed = |value: &&f64| **value > half;
            let closing = (values[..peak].iter().rev())
                .take_while(is_half_closed)
                .count();
            let opening = (values[peak + 1..].iter())
                .take_while(is_half_closed)
                .count();
            found.push(Blink {
                peak,
                depth,
                closing: closing as f64 / self.hertz,
                opening: opening as f64 / self.hertz,
            });
        }
        found
    }
}
