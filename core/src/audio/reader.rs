//! A reader of sound in constant memory, as 16 kHz mono blocks of at most a second.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use super::decoder::{self, ByteSource, Decoder, SourceFormat};
use super::downmix::Downmix;
use super::error::{AudioError, AudioWarning, SOURCE_RATES};
use super::{Resampler, SAMPLE_RATE};

/// The most that is read from a pipe, which has to be kept in memory: 512 MiB.
const LARGEST_PIPE: u64 = 512 << 20;

/// Reads any sound block by block: decodes it, mixes it to mono and resamples it to 16 kHz.
///
/// An iterator over blocks of 1 to 16 000 samples. Memory does not grow with the sound's length.
/// The concatenated blocks are bit-identical to [`Sound::open`](super::Sound::open). Damage after
/// the first block ends the sound with a warning instead of an error. [`SoundReader::peak`],
/// [`SoundReader::clipped_share`] and [`SoundReader::warnings`] are complete once the iterator has
/// ended.
///
/// ```no_run
/// let mut reader = metaface_core::audio::SoundReader::open("line.wav")?;
/// for block in &mut reader {
///     println!("{} samples", block?.len());
/// }
/// # Ok::<(), metaface_core::audio::AudioError>(())
/// ```
pub struct SoundReader {
    name: String,
    decoder: Box<dyn Decoder>,
    source_format: SourceFormat,
    downmix: Downmix,
    /// `None` once the source has ended.
    resampler: Option<Resampler>,
    interleaved: Vec<f32>,
    ready: Vec<f32>,
    /// Samples of `ready` that were already returned.
    returned: usize,
    interrupted: bool,
}

impl SoundReader {
    /// Opens the sound file at `path`. Its content decides the format, not its extension.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`], with the file name.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let unreadable = |source| AudioError::Unreadable {
            name: path.display().to_string(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let is_file = file.metadata().map_err(unreadable)?.is_file();
        if is_file {
            return Self::new(BufReader::new(file), &name);
        }
        // A pipe is not seekable; a directory fails here with the error of the system.
        let mut bytes = Vec::new();
        file.take(LARGEST_PIPE)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 == LARGEST_PIPE {
            return Err(AudioError::TooLong { name });
        }
        Self::new(Cursor::new(bytes), &name)
    }

    /// Reads the sound in `source`; error messages contain `name`.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`] except [`AudioError::TooLong`].
    pub fn new(source: impl ByteSource + 'static, name: &str) -> Result<Self, AudioError> {
        let decoder = decoder::open(Box::new(source)).map_err(|error| error.with_name(name))?;
        let source_format = decoder.source_format();
        let out_of_range = || AudioError::RateOutOfRange {
            rate: source_format.rate,
            name: name.to_owned(),
        };
        if !SOURCE_RATES.contains(&source_format.rate) {
            return Err(out_of_range());
        }
        let mut reader = Self {
            name: name.to_owned(),
            decoder,
            source_format,
            downmix: Downmix::new(source_format.full_scale),
            resampler: Some(Resampler::new(source_format.rate).map_err(|_| out_of_range())?),
            interleaved: Vec::new(),
            ready: Vec::new(),
            returned: 0,
            interrupted: false,
        };
        reader.fill(1)?;
        if reader.ready.is_empty() {
            return Err(AudioError::Empty {
                name: name.to_owned(),
            });
        }
        Ok(reader)
    }

    /// Samples per second and channel in the source.
    pub fn source_rate(&self) -> u32 {
        self.source_format.rate
    }

    /// Channels in the source.
    pub fn source_channels(&self) -> u16 {
        self.source_format.channels
    }

    /// The largest magnitude of a source sample so far, over all channels; 1 is full scale.
    pub fn peak(&self) -> f32 {
        self.downmix.peak
    }

    /// The fraction of source samples so far that are at or beyond full scale, 0 to 1.
    pub fn clipped_share(&self) -> f32 {
        self.downmix.clipped_share()
    }

    /// Problems of the sound so far that the user should know.
    pub fn warnings(&self) -> Vec<AudioWarning> {
        let mut warnings = self.decoder.warnings();
        if self.interrupted && !warnings.contains(&AudioWarning::Truncated) {
            warnings.push(AudioWarning::Truncated);
        }
        warnings.extend(self.downmix.warnings());
        warnings
    }

    /// Decodes until `count` samples are ready or the source ends.
    fn fill(&mut self, count: usize) -> Result<(), AudioError> {
        if self.ready.len() - self.returned < count && self.returned > 0 {
            self.ready.drain(..self.returned);
            self.returned = 0;
        }
        while self.ready.len() - self.returned < count {
            let Some(resampler) = &mut self.resampler else {
                break;
            };
            let channels = match self.decoder.next(&mut self.interleaved) {
                Ok(channels) => channels,
                Err(error) if self.downmix.samples == 0 => {
                    return Err(error.with_name(&self.name));
                }
                Err(_) => {
                    self.interrupted = true;
                    0
                }
            };
            if channels > 0 {
                let mono = self.downmix.mono(&self.interleaved, channels);
                self.ready.extend(resampler.push(&mono));
            } else if let Some(resampler) = self.resampler.take() {
                self.ready.extend(resampler.finish());
            }
        }
        Ok(())
    }
}

impl Iterator for SoundReader {
    type Item = Result<Vec<f32>, AudioError>;

    fn next(&mut self) -> Option<Self::Item> {
        let second = SAMPLE_RATE as usize;
        if let Err(error) = self.fill(second) {
            return Some(Err(error));
        }
        let pending = &self.ready[self.returned..];
        let block = pending[..pending.len().min(second)].to_vec();
        self.returned += block.len();
        (!block.is_empty()).then_some(Ok(block))
    }
}
