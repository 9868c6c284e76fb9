//! Animation of sound files of any length in bounded memory.
//!
//! ```text
//! file -> first pass: normaliser, summary -> second pass: network -> frames
//! ```
//!
//! The normaliser needs the statistics of the whole sound before the first frame. A long file is
//! therefore decoded twice, which makes an hour of MP3 11 % slower; a short one is kept in memory.

use std::io;
use std::path::Path;

use super::audio_summary::PeakLoudness;
use super::{
    AnimateError, Animator, AudioSummary, NormalizerBuilder, Options, Progress, SoundBlocks,
    offline_samples,
};
use crate::audio::{AudioError, LONGEST_SOUND_SECONDS, Normalizer, SAMPLE_RATE, SoundReader};
use crate::clip::Clip;

/// Sounds up to this many samples are kept in memory instead of decoded twice: 10 min, 38 MB.
const MAX_SAMPLES_IN_MEMORY: usize = 600 * SAMPLE_RATE as usize;

impl Animator {
    /// Animates a sound file of up to [`LONGEST_SOUND_SECONDS`]. The clip is bit-identical to that
    /// of [`Sound::open`](crate::audio::Sound::open) and [`Animator::animate`], but memory besides
    /// the clip does not grow with the length. The sound of a pipe, which can be read only once,
    /// is kept in memory.
    ///
    /// # Errors
    /// [`AnimateError::Audio`] for the file, [`AnimateError::Clip`] if an option is out of range.
    ///
    /// ```no_run
    /// use metaface_core::{Animator, Options, device::DeviceChoice};
    ///
    /// let animator = Animator::new(DeviceChoice::Auto)?;
    /// let (clip, summary) = animator.animate_file("talk", "talk.wav", &Options::default())?;
    /// println!("{} frames for {:.1} s", clip.frames.len(), summary.seconds);
    /// # Ok::<(), metaface_core::AnimateError>(())
    /// ```
    pub fn animate_file(
        &self,
        name: &str,
        path: impl AsRef<Path>,
        options: &Options,
    ) -> Result<(Clip, AudioSummary), AnimateError> {
        self.animate_file_with_progress(name, path, options, &mut |_| true)
    }

    /// As [`Animator::animate_file`], with a progress callback.
    ///
    /// # Errors
    /// [`AnimateError::Stopped`]; otherwise as [`Animator::animate_file`].
    pub fn animate_file_with_progress(
        &self,
        name: &str,
        path: impl AsRef<Path>,
        options: &Options,
        progress: Progress,
    ) -> Result<(Clip, AudioSummary), AnimateError> {
        let path = path.as_ref();
        let ScannedFile {
            summary,
            normalizer,
            length,
            samples,
        } = ScannedFile::read(path, MAX_SAMPLES_IN_MEMORY, progress)?;
        let clip = match samples {
            Some(samples) => {
                let sound = SoundBlocks {
                    length,
                    normalizer,
                    blocks: samples.chunks(offline_samples()).map(Ok),
                };
                self.animate_blocks(name, sound, options, progress)
            }
            None => {
                let sound = SoundBlocks {
                    length,
                    normalizer,
                    blocks: FileBlocks::open(path, length)?,
                };
                self.animate_blocks(name, sound, options, progress)
            }
        };
        Ok((clip?, summary))
    }
}

/// The result of the first pass over a sound file.
struct ScannedFile {
    summary: AudioSummary,
    normalizer: Normalizer,
    /// 16 kHz samples.
    length: usize,
    /// The samples; `None` if they are too many and the file can be read again.
    samples: Option<Vec<f32>>,
}

impl ScannedFile {
    fn read(path: &Path, max_in_memory: usize, progress: Progress) -> Result<Self, AnimateError> {
        const LONGEST: usize = LONGEST_SOUND_SECONDS as usize * SAMPLE_RATE as usize;
        // A pipe must not be opened twice, so check this first.
        let can_read_again = path.metadata().is_ok_and(|file| file.is_file());
        let mut reader = SoundReader::open(path)?;
        let (mut normalizer, mut meter) = (NormalizerBuilder::default(), PeakLoudness::default());
        let (mut length, mut samples) = (0, Some(Vec::new()));
        let too_long = || AudioError::TooLong {
            name: path.display().to_string(),
        };
        for block in &mut reader {
            if !progress(0.0) {
                return Err(AnimateError::Stopped);
            }
            let block = block?;
            length += block.len();
            if length > LONGEST {
                return Err(too_long().into());
            }
            normalizer.push(&block);
            meter.push(&block);
            samples = samples.filter(|_| length <= max_in_memory || !can_read_again);
            if let Some(samples) = &mut samples {
                samples.try_reserve(block.len()).map_err(|_| too_long())?;
                samples.extend(block);
            }
        }
        Ok(Self {
            summary: AudioSummary::at_end_of(&reader, length, meter),
            normalizer: normalizer.finish(),
            length,
            samples,
        })
    }
}

/// The second pass over a file: its samples in blocks of the same size as for a sound in memory.
struct FileBlocks<'a> {
    path: &'a Path,
    reader: SoundReader,
    /// Samples that are still to be read.
    remaining: usize,
    pending: Vec<f32>,
}

impl<'a> FileBlocks<'a> {
    fn open(path: &'a Path, length: usize) -> Result<Self, AudioError> {
        Ok(Self {
            path,
            reader: SoundReader::open(path)?,
            remaining: length,
            pending: Vec::new(),
        })
    }

    /// The error if the second pass finds another length than the first.
    fn changed(&self) -> AudioError {
        AudioError::Unreadable {
            name: self.path.display().to_string(),
            source: io::Error::other("it changed while it was being read"),
        }
    }

    fn next_block(&mut self) -> Result<Option<Vec<f32>>, AudioError> {
        let block_size = offline_samples();
        while self.pending.len() < block_size {
            let Some(block) = self.reader.next().transpose()? else {
                break;
            };
            self.pending.extend(block);
        }
        let rest = self.pending.split_off(self.pending.len().min(block_size));
        let block = std::mem::replace(&mut self.pending, rest);
        let is_last = block.len() < block_size;
        self.remaining = match self.remaining.checked_sub(block.len()) {
            Some(remaining) if remaining == 0 || !is_last => remaining,
            _ => return Err(self.changed()),
        };
        Ok((!block.is_empty()).then_some(block))
    }
}

impl Iterator for FileBlocks<'_> {
    type Item = Result<Vec<f32>, AudioError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_block().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 16-bit mono WAV file of this many samples.
    fn write(path: &Path, samples: usize) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).expect("a file");
        for i in 0..samples {
            writer.write_sample((i % 251) as i16).expect("room");
        }
        writer.finalize().expect("room");
    }

    #[test]
    fn only_short_files_are_kept_in_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("line.wav");
        write(&path, 50_000);
        for (max_in_memory, is_kept) in [(50_000, true), (49_999, false)] {
            let scanned = ScannedFile::read(&path, max_in_memory, &mut |_| true).expect("a sound");
            assert_eq!(scanned.samples.is_some(), is_kept);
            assert_eq!(scanned.length, 50_000);
        }
    }

    #[test]
    fn a_file_that_changes_between_the_two_passes_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("line.wav");
        let read = |samples: usize| -> Result<Vec<_>, AudioError> {
            write(&path, samples);
            FileBlocks::open(&path, 50_000)?.collect()
        };
        assert_eq!(read(50_000).expect("the same file").concat().len(), 50_000);
        for samples in [49_999, 50_001] {
            let error = read(samples).expect_err("another file").to_string();
            assert!(error.contains("changed while"), "{error}");
        }
    }
}
