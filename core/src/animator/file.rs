//! Sound files of any length, animated in memory that their length does not enter.
//!
//! ```text
//! file -> heard once: levels, facts -> heard again: network -> frames
//! ```
//!
//! The normaliser wants the whole sound's statistics before the first frame can be made, so a
//! file is decoded twice rather than held: an hour of MP3 takes a tenth longer for it. Short ones
//! are held.

use std::io;
use std::path::Path;

use super::heard::PeakMeter;
use super::{AnimateError, Animator, Heard, Levels, Options, Watch, Work, offline_samples};
use crate::audio::{AudioError, LONGEST_SOUND_SECONDS, Normalizer, SAMPLE_RATE, SoundReader};
use crate::clip::Clip;

/// Sounds up to this many samples are held instead of decoded again: 10 min, 38 MB.
const MOST_HELD: usize = 600 * SAMPLE_RATE as usize;

impl Animator {
    /// Animates a sound file of up to [`LONGEST_SOUND_SECONDS`] without holding its sound: the
    /// clip is to the bit that of [`Sound::open`](crate::audio::Sound::open) and
    /// [`Animator::animate`], and memory beside the clip does not grow with the length. A pipe,
    /// which gives its sound only once, is held whole.
    ///
    /// # Errors
    /// [`AnimateError::Audio`] for the file, [`AnimateError::Clip`] if an option is out of range.
    ///
    /// ```no_run
    /// use metaface_core::{Animator, Options, device::DeviceChoice};
    ///
    /// let animator = Animator::new(DeviceChoice::Auto)?;
    /// let (clip, heard) = animator.animate_file("talk", "talk.wav", &Options::default())?;
    /// println!("{} frames for {:.1} s", clip.frames.len(), heard.seconds);
    /// # Ok::<(), metaface_core::AnimateError>(())
    /// ```
    pub fn animate_file(
        &self,
        name: &str,
        path: impl AsRef<Path>,
        options: &Options,
    ) -> Result<(Clip, Heard), AnimateError> {
        self.animate_file_watched(name, path, options, &mut |_| true)
    }

    /// As [`Animator::animate_file`]; `watch` is told now and then which share is done, 0 to 1,
    /// and returns false to stop.
    ///
    /// # Errors
    /// [`AnimateError::Stopped`]; otherwise as [`Animator::animate_file`].
    pub fn animate_file_watched(
        &self,
        name: &str,
        path: impl AsRef<Path>,
        options: &Options,
        watch: Watch,
    ) -> Result<(Clip, Heard), AnimateError> {
        let path = path.as_ref();
        let Hearing {
            heard,
            normalizer,
            length,
            held,
        } = Hearing::of(path, MOST_HELD, watch)?;
        let clip = match held {
            Some(samples) => {
                let work = Work {
                    length,
                    normalizer,
                    blocks: samples.chunks(offline_samples()).map(Ok),
                };
                self.animate_blocks(name, work, options, watch)
            }
            None => {
                let work = Work {
                    length,
                    normalizer,
                    blocks: Blocks::again(path, length)?,
                };
                self.animate_blocks(name, work, options, watch)
            }
        };
        Ok((clip?, heard))
    }
}

/// A sound file heard to its end.
struct Hearing {
    heard: Heard,
    normalizer: Normalizer,
    /// 16 kHz samples.
    length: usize,
    /// The samples, unless they are too many and the file can be read again.
    held: Option<Vec<f32>>,
}

impl Hearing {
    fn of(path: &Path, most_held: usize, watch: Watch) -> Result<Self, AnimateError> {
        const LONGEST: usize = LONGEST_SOUND_SECONDS as usize * SAMPLE_RATE as usize;
        // Asked beforehand: opening a pipe twice would take it from whoever writes.
        let comes_again = path.metadata().is_ok_and(|file| file.is_file());
        let mut reader = SoundReader::open(path)?;
        let (mut levels, mut meter) = (Levels::default(), PeakMeter::default());
        let (mut length, mut held) = (0, Some(Vec::new()));
        let too_long = || AudioError::TooLong {
            name: path.display().to_string(),
        };
        for block in &mut reader {
            if !watch(0.0) {
                return Err(AnimateError::Stopped);
            }
            let block = block?;
            length += block.len();
            if length > LONGEST {
                return Err(too_long().into());
            }
            levels.push(&block);
            meter.push(&block);
            held = held.filter(|_| length <= most_held || !comes_again);
            if let Some(held) = &mut held {
                held.try_reserve(block.len()).map_err(|_| too_long())?;
                held.extend(block);
            }
        }
        Ok(Self {
            heard: Heard::at_the_end_of(&reader, length, meter),
            normalizer: levels.normalizer(),
            length,
            held,
        })
    }
}

/// A file's samples once more, cut as those of a sound in memory.
struct Blocks<'a> {
    path: &'a Path,
    reader: SoundReader,
    /// Samples still to come.
    left: usize,
    pending: Vec<f32>,
}

impl<'a> Blocks<'a> {
    fn again(path: &'a Path, length: usize) -> Result<Self, AudioError> {
        Ok(Self {
            path,
            reader: SoundReader::open(path)?,
            left: length,
            pending: Vec::new(),
        })
    }

    /// Somebody writes the file, and what was heard first is no longer in it.
    fn changed(&self) -> AudioError {
        AudioError::Unreadable {
            name: self.path.display().to_string(),
            source: io::Error::other("it changed while it was being read"),
        }
    }

    fn next_block(&mut self) -> Result<Option<Vec<f32>>, AudioError> {
        let wanted = offline_samples();
        while self.pending.len() < wanted {
            let Some(block) = self.reader.next().transpose()? else {
                break;
            };
            self.pending.extend(block);
        }
        let rest = self.pending.split_off(self.pending.len().min(wanted));
        let block = std::mem::replace(&mut self.pending, rest);
        let is_last = block.len() < wanted;
        self.left = match self.left.checked_sub(block.len()) {
            Some(left) if left == 0 || !is_last => left,
            _ => return Err(self.changed()),
        };
        Ok((!block.is_empty()).then_some(block))
    }
}

impl Iterator for Blocks<'_> {
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
    fn only_short_files_are_held() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("line.wav");
        write(&path, 50_000);
        for (most, is_held) in [(50_000, true), (49_999, false)] {
            let hearing = Hearing::of(&path, most, &mut |_| true).expect("a sound");
            assert_eq!(hearing.held.is_some(), is_held);
            assert_eq!(hearing.length, 50_000);
        }
    }

    #[test]
    fn a_file_that_changes_between_the_two_readings_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("line.wav");
        let read = |samples: usize| -> Result<Vec<_>, AudioError> {
            write(&path, samples);
            Blocks::again(&path, 50_000)?.collect()
        };
        assert_eq!(read(50_000).expect("the same file").concat().len(), 50_000);
        for samples in [49_999, 50_001] {
            let error = read(samples).expect_err("another file").to_string();
            assert!(error.contains("changed while"), "{error}");
        }
    }
}
