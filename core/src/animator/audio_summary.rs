//! The summary of a sound for reports: [`AudioSummary`].

use crate::audio::{
    AudioWarning, LOUDNESS_FLOOR_DB, LoudnessMeter, SAMPLE_RATE, Sound, SoundReader,
};

/// Level, format and warnings of a sound that was animated, for reports.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioSummary {
    /// The duration in seconds.
    pub seconds: f64,
    /// Samples per second and channel in the source.
    pub source_rate: u32,
    /// Channels in the source.
    pub source_channels: u16,
    /// The largest magnitude of a source sample, over all channels; 1 is full scale.
    pub peak: f32,
    /// The fraction of source samples at or beyond full scale, 0 to 1.
    pub clipped_share: f32,
    /// The loudest 40 ms in decibels relative to full scale; -100 for silence.
    pub loudest_db: f32,
    /// Problems of the sound that the user should know; empty for a good one.
    pub warnings: Vec<AudioWarning>,
}

impl AudioSummary {
    /// The summary of a sound in memory.
    pub fn of(sound: &Sound) -> Self {
        let mut meter = PeakLoudness::default();
        let second = SAMPLE_RATE as usize;
        (sound.samples.chunks(second)).for_each(|samples| meter.push(samples));
        Self {
            seconds: sound.duration(),
            source_rate: sound.source_rate,
            source_channels: sound.source_channels,
            peak: sound.peak,
            clipped_share: sound.clipped_share,
            loudest_db: meter.loudest_db(),
            warnings: sound.warnings.clone(),
        }
    }

    /// The summary of a sound whose reader has returned all of its samples.
    pub(super) fn at_end_of(reader: &SoundReader, samples: usize, meter: PeakLoudness) -> Self {
        Self {
            seconds: samples as f64 / f64::from(SAMPLE_RATE),
            source_rate: reader.source_rate(),
            source_channels: reader.source_channels(),
            peak: reader.peak(),
            clipped_share: reader.clipped_share(),
            loudest_db: meter.loudest_db(),
            warnings: reader.warnings(),
        }
    }
}

/// Measures the peak loudness of a sound that arrives in chunks.
pub(super) struct PeakLoudness {
    loudness: LoudnessMeter,
    loudest_db: f32,
}

impl Default for PeakLoudness {
    fn default() -> Self {
        Self {
            loudness: LoudnessMeter::new(),
            loudest_db: LOUDNESS_FLOOR_DB,
        }
    }
}

impl PeakLoudness {
    pub(super) fn push(&mut self, samples: &[f32]) {
        let levels = self.loudness.push(samples).into_iter();
        self.loudest_db = levels.fold(self.loudest_db, f32::max);
    }

    fn loudest_db(self) -> f32 {
        let last = self.loudness.finish();
        last.map_or(self.loudest_db, |level| level.max(self.loudest_db))
    }
}
