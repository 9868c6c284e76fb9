//! What is known of a sound once it has been heard to its end: [`Heard`].

use crate::audio::{
    AudioWarning, LOUDNESS_FLOOR_DB, LoudnessMeter, SAMPLE_RATE, Sound, SoundReader,
};

/// The facts of a sound that was animated, for reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// How long it is, in seconds.
    pub seconds: f64,
    /// Samples per second and channel in the source.
    pub source_rate: u32,
    /// Channels in the source.
    pub source_channels: u16,
    /// The largest magnitude of a source sample, over all channels; 1 is full scale.
    pub peak: f32,
    /// The share of source samples at or beyond full scale, 0 to 1.
    pub clipped_share: f32,
    /// The loudest 40 ms in decibels relative to full scale; -100 for silence.
    pub loudest_db: f32,
    /// What the user should know about the sound; empty for a good one.
    pub warnings: Vec<AudioWarning>,
}

impl Heard {
    /// What is known of a sound in memory.
    pub fn of(sound: &Sound) -> Self {
        let mut meter = PeakMeter::default();
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

    /// What is known once a reader has given all of its samples.
    pub(super) fn at_the_end_of(reader: &SoundReader, samples: usize, meter: PeakMeter) -> Self {
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

/// Follows the loudest moment of a sound that comes in pieces.
pub(super) struct PeakMeter {
    loudness: LoudnessMeter,
    loudest_db: f32,
}

impl Default for PeakMeter {
    fn default() -> Self {
        Self {
            loudness: LoudnessMeter::new(),
            loudest_db: LOUDNESS_FLOOR_DB,
        }
    }
}

impl PeakMeter {
    pub(super) fn push(&mut self, samples: &[f32]) {
        let levels = self.loudness.push(samples).into_iter();
        self.loudest_db = levels.fold(self.loudest_db, f32::max);
    }

    fn loudest_db(self) -> f32 {
        let last = self.loudness.finish();
        last.map_or(self.loudest_db, |level| level.max(self.loudest_db))
    }
}
