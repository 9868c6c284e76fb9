//! A whole sound in memory.

use std::io::Cursor;
use std::path::Path;

use super::decoder::ByteSource;
use super::downmix::Downmix;
use super::error::{AudioError, AudioWarning, LONGEST_SOUND_SECONDS, SOURCE_RATES};
use super::{Resampler, SAMPLE_RATE, SoundReader};

/// Sound as 16 kHz mono, and properties of its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// 16 kHz mono; full scale is -1 to 1, floats may go beyond.
    pub samples: Vec<f32>,
    /// Samples per second and channel in the source.
    pub source_rate: u32,
    /// Channels in the source.
    pub source_channels: u16,
    /// The largest magnitude of a source sample, over all channels; 1 is full scale.
    pub peak: f32,
    /// The fraction of source samples at or beyond full scale, 0 to 1.
    pub clipped_share: f32,
    /// Problems of the sound that the user should know; empty for a good one.
    pub warnings: Vec<AudioWarning>,
}

impl Sound {
    /// Reads the sound file at `path`, of any format, rate and channel count.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`], with the file name. A damaged file that can be decoded in part is not
    /// an error; see [`Sound::warnings`].
    ///
    /// ```no_run
    /// let sound = metaface_core::audio::Sound::open("line.wav")?;
    /// println!("{:.2} s", sound.duration());
    /// # Ok::<(), metaface_core::audio::AudioError>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioError> {
        let path = path.as_ref();
        Self::collect(SoundReader::open(path)?, &path.display().to_string())
    }

    /// Reads the sound in `source`; error messages contain `name`.
    ///
    /// # Errors
    ///
    /// As [`Sound::open`].
    pub fn decode(source: impl ByteSource + 'static, name: &str) -> Result<Self, AudioError> {
        Self::collect(SoundReader::new(source, name)?, name)
    }

    /// Takes interleaved samples (full scale -1 to 1) of any rate and channel count.
    ///
    /// # Errors
    ///
    /// [`AudioError::Empty`] without a complete frame or channel, [`AudioError::RateOutOfRange`],
    /// [`AudioError::TooLong`].
    pub fn from_samples(samples: &[f32], rate: u32, channels: u16) -> Result<Self, AudioError> {
        let name = || "samples".to_owned();
        let frames = samples.len() / usize::from(channels.max(1));
        if frames == 0 || channels == 0 {
            return Err(AudioError::Empty { name: name() });
        }
        if !SOURCE_RATES.contains(&rate) {
            return Err(AudioError::RateOutOfRange { rate, name: name() });
        }
        if frames as u64 / u64::from(rate) >= LONGEST_SOUND_SECONDS {
            return Err(AudioError::TooLong { name: name() });
        }
        let mut downmix = Downmix::new(1.0);
        let mono = downmix.mono(samples, usize::from(channels));
        let mut resampler = Resampler::new(rate)?;
        let mut samples = resampler.push(&mono);
        samples.extend(resampler.finish());
        Ok(Self {
            samples,
            source_rate: rate,
            source_channels: channels,
            peak: downmix.peak,
            clipped_share: downmix.clipped_share(),
            warnings: downmix.warnings(),
        })
    }

    /// The duration in seconds.
    pub fn duration(&self) -> f64 {
        self.samples.len() as f64 / f64::from(SAMPLE_RATE)
    }

    /// The sound as a 16-bit mono WAV file at 16 kHz, for players and web pages.
    ///
    /// Samples are clamped to full scale. The sound always fits into the 4 GiB of a WAVE file
    /// ([`LONGEST_SOUND_SECONDS`]).
    pub fn to_wav(&self) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::with_capacity(44 + 2 * self.samples.len()));
        let written = hound::WavWriter::new(&mut bytes, spec).and_then(|mut writer| {
            for sample in &self.samples {
                // A cast from a float saturates, and NaN becomes 0.
                writer.write_sample((sample * 32_768.0).round() as i16)?;
            }
            writer.finalize()
        });
        // Writing to memory fails only beyond 4 GiB.
        if written.is_err() {
            return Vec::new();
        }
        bytes.into_inner()
    }

    fn collect(mut reader: SoundReader, name: &str) -> Result<Self, AudioError> {
        let longest = LONGEST_SOUND_SECONDS * u64::from(SAMPLE_RATE);
        let mut samples = Vec::new();
        for block in &mut reader {
            let block = block?;
            let too_long = samples.len() as u64 + block.len() as u64 > longest;
            if too_long || samples.try_reserve(block.len()).is_err() {
                return Err(AudioError::TooLong {
                    name: name.to_owned(),
                });
            }
            samples.extend(block);
        }
        samples.shrink_to_fit();
        Ok(Self {
            samples,
            source_rate: reader.source_rate(),
            source_channels: reader.source_channels(),
            peak: reader.peak(),
            clipped_share: reader.clipped_share(),
            warnings: reader.warnings(),
        })
    }
}
