//! Sound as a stream: 16 kHz mono blocks of at most a second, in constant memory.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use super::decoder::{self, ByteSource, Decoder, SourceFacts};
use super::downmix::Downmix;
use super::error::{AudioError, AudioWarning, SOURCE_RATES};
use super::{Resampler, SAMPLE_RATE};

/// The most that is read from a pipe, which has to be held in memory: 512 MiB.
const LARGEST_PIPE: u64 = 512 << 20;

/// Reads any sound block by block, decoded, mixed to mono and resampled to 16 kHz.
///
/// An iterator over blocks of 1 to 16 000 samples. Memory does not grow with the sound's length.
/// The blocks together are to the bit what [`Sound::open`](super::Sound::open) gives. Damage
/// after some sound has been given ends the sound with a warning instead of an error; the facts
/// and [`SoundReader::warnings`] are complete once the iterator has ended.
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
    facts: SourceFacts,
    downmix: Downmix,
    /// None once the source has ended.
    resampler: Option<Resampler>,
    interleaved: Vec<f32>,
    ready: Vec<f32>,
    /// Samples of `ready` that were given already.
    given: usize,
    interrupted: bool,
}

impl SoundReader {
    /// Opens the sound file at `path`. What it contains decides its format, not its ending.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`] except [`AudioError::TooLong`], naming the file.
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
        // A pipe cannot be sought; a directory fails here with the system's own words.
        let mut bytes = Vec::new();
        file.take(LARGEST_PIPE)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 == LARGEST_PIPE {
            return Err(AudioError::TooLong { name });
        }
        Self::new(Cursor::new(bytes), &name)
    }

    /// Reads the sound in `source`, which error messages call `name`.
    ///
    /// # Errors
    ///
    /// Any [`AudioError`] except [`AudioError::TooLong`].
    pub fn new(source: impl ByteSource + 'static, name: &str) -> Result<Self, AudioError> {
        let decoder = decoder::open(Box::new(source)).map_err(|trouble| trouble.named(name))?;
        let facts = decoder.facts();
        let out_of_range = || AudioError::RateOutOfRange {
            rate: facts.rate,
            name: name.to_owned(),
        };
        if !SOURCE_RATES.contains(&facts.rate) {
            return Err(out_of_range());
        }
        let mut reader = Self {
            name: name.to_owned(),
            decoder,
            facts,
            downmix: Downmix::new(facts.full_scale),
            resampler: Some(Resampler::new(facts.rate).map_err(|_| out_of_range())?),
            interleaved: Vec::new(),
            ready: Vec::new(),
            given: 0,
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
        self.facts.rate
    }

    /// Channels in the source.
    pub fn source_channels(&self) -> u16 {
        self.facts.channels
    }

    /// The largest magnitude of a source sample so far, over all channels; 1 is full scale.
    pub fn peak(&self) -> f32 {
        self.downmix.peak
    }

    /// The share of source samples so far that are at or beyond full scale, 0 to 1.
    pub fn clipped_share(&self) -> f32 {
        self.downmix.clipped_share()
    }

    /// What the user should know about the sound so far.
    pub fn warnings(&self) -> Vec<AudioWarning> {
        let mut warnings = self.decoder.warnings();
        if self.interrupted && !warnings.contains(&AudioWarning::Truncated) {
            warnings.push(AudioWarning::Truncated);
        }
        warnings.extend(self.downmix.warnings());
        warnings
    }

    /// Decodes until `wanted` samples are ready or the source ends.
    fn fill(&mut self, wanted: usize) -> Result<(), AudioError> {
        if self.ready.len() - self.given < wanted && self.given > 0 {
            self.ready.drain(..self.given);
            self.given = 0;
        }
        while self.ready.len() - self.given < wanted {
            let Some(resampler) = &mut self.resampler else {
                break;
            };
            let channels = match self.decoder.next(&mut self.interleaved) {
                Ok(channels) => channels,
                Err(trouble) if self.downmix.samples == 0 => return Err(trouble.named(&self.name)),
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
        let left = &self.ready[self.given..];
        let block = left[..left.len().min(second)].to_vec();
        self.given += block.len();
        (!block.is_empty()).then_some(Ok(block))
    }
}
