//! Downmix to mono, with statistics of the source samples.

use super::error::AudioWarning;

/// Samples are clamped to this magnitude (96 dB above full scale), so that no sum overflows.
const LOUDEST: f32 = 65_536.0;

/// The sample, clamped; 0 if it is not finite.
pub(super) fn sanitised(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-LOUDEST, LOUDEST)
    } else {
        0.0
    }
}

/// Float samples beyond this magnitude are probably integers.
const FAR_BEYOND_FULL_SCALE: f32 = 16.0;

/// Peaks below this count as silence: less than the last bit of 16.
const SILENCE: f32 = 1.0e-5;

/// A loss in the mix, in dB, above which the channels cancel each other.
const MUCH_CANCELLED_DB: f32 = 30.0;

/// The fraction of clipped samples above which a warning is given.
const MUCH_CLIPPED: f32 = 0.001;

/// Averages channels and collects statistics of the source samples.
#[derive(Debug, Clone)]
pub(super) struct Downmix {
    /// The largest positive sample that the source's format can hold.
    full_scale: f32,
    /// The largest magnitude so far, over all channels.
    pub(super) peak: f32,
    /// Samples at or beyond full scale so far, over all channels.
    pub(super) clipped: u64,
    /// Samples that were not finite so far, over all channels.
    pub(super) not_finite: u64,
    /// Samples so far, over all channels.
    pub(super) samples: u64,
    /// Energy so far: the mean over the channels, and that of their mix.
    energy: [f64; 2],
}

impl Downmix {
    pub(super) fn new(full_scale: f32) -> Self {
        Self {
            full_scale,
            peak: 0.0,
            clipped: 0,
            not_finite: 0,
            samples: 0,
            energy: [0.0; 2],
        }
    }

    /// The mean of the channels for each complete frame of `interleaved`.
    pub(super) fn mono(&mut self, interleaved: &[f32], channels: usize) -> Vec<f32> {
        let channels = channels.max(1);
        interleaved
            .chunks_exact(channels)
            .map(|frame| {
                let (mut sum, mut squares) = (0.0, 0.0);
                for &sample in frame {
                    let sample = f64::from(self.measured(sample));
                    sum += sample;
                    squares += sample * sample;
                }
                let mean = sum / channels as f64;
                self.energy[0] += squares / channels as f64;
                self.energy[1] += mean * mean;
                mean as f32
            })
            .collect()
    }

    /// Updates the statistics with a sample and returns it sanitised.
    fn measured(&mut self, sample: f32) -> f32 {
        self.samples += 1;
        if !sample.is_finite() {
            self.not_finite += 1;
            return sanitised(sample);
        }
        if sample >= self.full_scale || sample <= -1.0 {
            self.clipped += 1;
        }
        self.peak = self.peak.max(sample.abs());
        sanitised(sample)
    }

    /// The fraction of samples at or beyond full scale, 0 to 1.
    pub(super) fn clipped_share(&self) -> f32 {
        (self.clipped as f64 / self.samples.max(1) as f64) as f32
    }

    /// Warnings about the samples.
    pub(super) fn warnings(&self) -> Vec<AudioWarning> {
        let mut warnings = Vec::new();
        if self.not_finite > 0 {
            warnings.push(AudioWarning::NotFinite {
                samples: self.not_finite,
            });
        }
        if self.peak > FAR_BEYOND_FULL_SCALE {
            warnings.push(AudioWarning::FarBeyondFullScale { peak: self.peak });
        } else if self.clipped_share() > MUCH_CLIPPED {
            warnings.push(AudioWarning::Clipped {
                share: self.clipped_share(),
            });
        }
        // Independent channels lose 10 log10(channels) dB: 9 dB for eight of them.
        let [channels, mix] = self.energy;
        let decibels = (10.0 * (channels / mix.max(f64::MIN_POSITIVE)).log10()) as f32;
        if self.peak < SILENCE {
            warnings.push(AudioWarning::Silent);
        } else if decibels > MUCH_CANCELLED_DB {
            warnings.push(AudioWarning::Cancelled { decibels });
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The warnings for two channels, each a function of the sample index.
    fn warnings(left: impl Fn(f32) -> f32, right: impl Fn(f32) -> f32) -> Vec<AudioWarning> {
        let mut downmix = Downmix::new(1.0);
        let samples = (0..16_000).map(|i| i as f32);
        let stereo: Vec<f32> = samples.flat_map(|i| [left(i), right(i)]).collect();
        let _ = downmix.mono(&stereo, 2);
        downmix.warnings()
    }

    #[test]
    fn only_channels_that_cancel_give_a_warning() {
        let tone = |i: f32| 0.3 * (i * 0.05).sin();
        let other = |i: f32| 0.3 * (i * 0.083).sin();
        let found = warnings(tone, |i| -tone(i));
        assert!(
            matches!(found[..], [AudioWarning::Cancelled { .. }]),
            "{found:?}"
        );
        assert_eq!(warnings(tone, tone), []);
        assert_eq!(warnings(tone, other), []);
        assert_eq!(warnings(tone, |_| 0.0), []);
    }
}
