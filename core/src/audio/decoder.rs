//! The common interface of the decoders, from bytes to interleaved samples, and their selection.

use std::io::{Read, Seek, SeekFrom};

use super::compressed::CompressedDecoder;
use super::content_type::{self, Content};
use super::error::{AudioWarning, DecodeError};
use super::pcm::PcmDecoder;
use super::wave::{self, SoundHeader};

/// A seekable byte source: a file, or a cursor over memory.
pub trait ByteSource: Read + Seek + Send + Sync {}

impl<T: Read + Seek + Send + Sync> ByteSource for T {}

/// The sample format that a source declares.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceFormat {
    /// Samples per second and channel.
    pub(super) rate: u32,
    /// Channels per frame, at least 1.
    pub(super) channels: u16,
    /// The largest positive sample that the format can hold.
    pub(super) full_scale: f32,
}

/// Decodes the samples of a source, block by block.
pub(super) trait Decoder: Send {
    /// The sample format.
    fn source_format(&self) -> SourceFormat;

    /// Replaces `interleaved` by the next block and returns its number of channels; 0 at the end.
    fn next(&mut self, interleaved: &mut Vec<f32>) -> Result<usize, DecodeError>;

    /// The problems so far that did not end the sound.
    fn warnings(&self) -> Vec<AudioWarning>;
}

/// The decoder for the bytes. Their content decides, not the file extension.
pub(super) fn open(mut source: Box<dyn ByteSource>) -> Result<Box<dyn Decoder>, DecodeError> {
    let length = source.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(DecodeError::Empty);
    }
    match wave::read_header(&mut source, length)? {
        Some(SoundHeader::Samples(layout)) => Ok(Box::new(PcmDecoder::new(source, layout)?)),
        Some(SoundHeader::Coded) | None => {
            let content = content_type::recognise(&mut source)?;
            source.seek(SeekFrom::Start(0))?;
            match content {
                Content::Unknown(looks_like) => Err(DecodeError::Unknown(looks_like)),
                Content::Unsupported(what) => Err(DecodeError::unsupported(what)),
                Content::Sound => Ok(Box::new(CompressedDecoder::new(source, length)?)),
            }
        }
    }
}
