//! From bytes to interleaved samples: what the decoders have in common, and which one is right.

use std::io::{Read, Seek, SeekFrom};

use super::compressed::CompressedDecoder;
use super::error::{AudioWarning, Trouble};
use super::foreign::{self, Content};
use super::pcm::PcmDecoder;
use super::wave::{self, Header};

/// Bytes that can be read and sought: a file, a cursor over memory.
pub trait ByteSource: Read + Seek + Send + Sync {}

impl<T: Read + Seek + Send + Sync> ByteSource for T {}

/// What a source says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceFacts {
    /// Samples per second and channel.
    pub(super) rate: u32,
    /// Channels per frame, at least 1.
    pub(super) channels: u16,
    /// The largest positive sample that the format can hold.
    pub(super) full_scale: f32,
}

/// Gives the samples of a source, block by block.
pub(super) trait Decoder: Send {
    /// What is known from the header.
    fn facts(&self) -> SourceFacts;

    /// Replaces `interleaved` by the next block and returns its number of channels; 0 at the end.
    fn next(&mut self, interleaved: &mut Vec<f32>) -> Result<usize, Trouble>;

    /// What went wrong so far without ending the sound.
    fn warnings(&self) -> Vec<AudioWarning>;
}

/// The decoder for what the bytes are. Their content decides, not a file's ending.
pub(super) fn open(mut source: Box<dyn ByteSource>) -> Result<Box<dyn Decoder>, Trouble> {
    let length = source.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(Trouble::Empty);
    }
    match wave::read_header(&mut source, length)? {
        Some(Header::Samples(layout)) => Ok(Box::new(PcmDecoder::new(source, layout)?)),
        Some(Header::Coded) | None => {
            let content = foreign::recognise(&mut source)?;
            source.seek(SeekFrom::Start(0))?;
            match content {
                Content::Unknown(looks_like) => Err(Trouble::Unknown(looks_like)),
                Content::Unsupported(what) => Err(Trouble::unsupported(what)),
                Content::Sound => Ok(Box::new(CompressedDecoder::new(source, length)?)),
            }
        }
    }
}
