//! Headers of uncompressed sound: RIFF and RIFX WAVE, RF64/BW64, Wave64, AU.
//!
//! Written for the files that exist rather than for the standards: recorders that were cut off,
//! encoders that wrote to a pipe and never knew the length, chunks of odd size without padding,
//! 24 bits in four bytes at either end. Nothing is allocated from a number in a header.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::ByteSource;
use super::error::Trouble;
use super::pcm::Encoding;
use super::wave_format::{Format, encoding};

/// Where the samples are and how they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) encoding: Encoding,
    pub(super) big_endian: bool,
    pub(super) channels: u16,
    pub(super) rate: u32,
    /// Offset of the first sample in the file.
    pub(super) data_start: u64,
    /// Bytes of samples that are really there.
    pub(super) data_bytes: u64,
    /// Whether the header promised more.
    pub(super) truncated: bool,
}

impl Layout {
    /// Bytes of one sample of every channel.
    pub(super) fn frame_bytes(&self) -> usize {
        self.encoding.bytes() * usize::from(self.channels)
    }
}

/// What a header of this family leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Plain samples.
    Samples(Layout),
    /// A WAVE file with coded sound (ADPCM), for another decoder.
    Coded,
}

/// Chunks that are looked at before a file is given up.
const MOST_CHUNKS: usize = 4_096;

/// The length that an encoder writes when it cannot know it; some round it down a little.
const UNKNOWN_LENGTH: u64 = 0x7FFF_F000;

/// Reads the header of a WAVE or AU file of `length` bytes; none if it is something else.
pub(super) fn read_header(
    source: &mut Box<dyn ByteSource>,
    length: u64,
) -> Result<Option<Header>, Trouble> {
    let mut bytes = Bytes { source, length };
    let Some(start) = bytes.at::<4>(0)? else {
        return Ok(None);
    };
    match &start {
        b".snd" => bytes.au(true).map(Some),
        b"dns." => bytes.au(false).map(Some),
        b"riff" => bytes.wave64(),
        b"RIFF" | b"RF64" | b"BW64" | b"RIFX" => {
            match bytes.at::<4>(8)?.as_ref() {
                Some(b"WAVE") => {}
                Some(b"AVI ") => return Err(Trouble::unsupported("AVI video")),
                Some(_) => return Ok(None),
                None => return Err(Trouble::broken("the header is cut off")),
            }
            bytes.riff(&start == b"RIFX").map(Some)
        }
        _ => Ok(None),
    }
}

struct Bytes<'a> {
    source: &'a mut Box<dyn ByteSource>,
    length: u64,
}

impl Bytes<'_> {
    /// `N` bytes from `position`; none where the file ends before.
    fn at<const N: usize>(&mut self, position: u64) -> Result<Option<[u8; N]>, Trouble> {
        if position
            .checked_add(N as u64)
            .is_none_or(|end| end > self.length)
        {
            return Ok(None);
        }
        self.source.seek(SeekFrom::Start(position))?;
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn riff(&mut self, big_endian: bool) -> Result<Header, Trouble> {
        let word = if big_endian {
            u32::from_be_bytes
        } else {
            u32::from_le_bytes
        };
        let (mut format, mut data, mut long_data) = (None, None, None);
        let mut position = 12;
        for _ in 0..MOST_CHUNKS {
            let Some(head) = self.at::<8>(position)? else {
                break;
            };
            let [a, b, c, d, size @ ..] = head;
            let (body, size) = (position + 8, u64::from(word(size)));
            match &[a, b, c, d] {
                b"fmt " => format = Some(self.format(body, size, big_endian)?),
                b"ds64" => long_data = self.at::<8>(body + 8)?.map(u64::from_le_bytes),
                b"data" => {
                    let size = match long_data {
                        Some(long) if size == u64::from(u32::MAX) => long,
                        _ => size,
                    };
                    data = Some((body, size));
                    if format.is_some() || self.is_unbounded(body, size)? {
                        break;
                    }
                }
                _ => {}
            }
            if format.is_some() && data.is_some() {
                break;
            }
            position = self.after(body, size)?;
        }
        self.locate(format, data, big_endian)
    }

    /// Where the chunk after one of `size` bytes at `body` begins. Chunks are padded to an even
    /// size, but not every writer knows that.
    fn after(&mut self, body: u64, size: u64) -> Result<u64, Trouble> {
        let end = body.saturating_add(size);
        let padded = end.saturating_add(size % 2);
        if padded != end && self.is_chunk(end)? {
            let is_sought = matches!(self.at(end)?.as_ref(), Some(b"fmt " | b"data"));
            if is_sought || !self.is_chunk(padded)? {
                return Ok(end);
            }
        }
        Ok(padded)
    }

    /// Whether a chunk seems to begin at `position`: it has a name, and fits or holds the sound.
    fn is_chunk(&mut self, position: u64) -> Result<bool, Trouble> {
        let Some([a, b, c, d, size @ ..]) = self.at::<8>(position)? else {
            return Ok(false);
        };
        let name = [a, b, c, d];
        let end = position + 8 + u64::from(u32::from_le_bytes(size));
        let is_name = name.iter().all(|byte| (32..127).contains(byte));
        Ok(is_name && (end <= self.length || &name == b"data"))
    }

    /// Whether a data chunk runs to the end of the file whatever its size says: the size was left
    /// at 0 or at the largest number by an encoder that wrote to a pipe.
    fn is_unbounded(&mut self, body: u64, size: u64) -> Result<bool, Trouble> {
        if size >= UNKNOWN_LENGTH && body.saturating_add(size) > self.length {
            return Ok(true);
        }
        if size > 0 || body >= self.length {
            return Ok(false);
        }
        // Nothing that looks like another chunk follows, so it must be sound.
        Ok(!self.is_chunk(body)?)
    }

    fn format(&mut self, body: u64, size: u64, big_endian: bool) -> Result<Format, Trouble> {
        let cut = || Trouble::broken("the format chunk is too short");
        if size < 16 {
            return Err(cut());
        }
        let head = self.at::<16>(body)?.ok_or_else(cut)?;
        let half = |at: usize| {
            let bytes = [head[at], head[at + 1]];
            if big_endian {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            }
        };
        let rate = [head[4], head[5], head[6], head[7]];
        let mut format = Format {
            tag: half(0),
            channels: half(2),
            rate: if big_endian {
                u32::from_be_bytes(rate)
            } else {
                u32::from_le_bytes(rate)
            },
            frame_bytes: half(12),
            bits: half(14),
            valid_bits: half(14),
        };
        // WAVE_FORMAT_EXTENSIBLE: the sub-format's GUID begins with the true tag, in 32 bits.
        if format.tag == 0xFFFE {
            if let (Some(bits), true) = (self.at::<2>(body + 18)?, size >= 40) {
                format.valid_bits = if big_endian {
                    u16::from_be_bytes(bits)
                } else {
                    u16::from_le_bytes(bits)
                };
            }
            format.tag = match self.at::<4>(body + 24)? {
                Some([.., high, low]) if size >= 40 && big_endian => {
                    u16::from_be_bytes([high, low])
                }
                Some([low, high, ..]) if size >= 40 => u16::from_le_bytes([low, high]),
                _ => 1,
            };
        }
        Ok(format)
    }

    fn locate(
        &mut self,
        format: Option<Format>,
        data: Option<(u64, u64)>,
        big_endian: bool,
    ) -> Result<Header, Trouble> {
        let format = format.ok_or_else(|| Trouble::broken("there is no format chunk"))?;
        if let 0x02 | 0x11 = format.tag {
            return Ok(Header::Coded);
        }
        if format.channels == 0 {
            return Err(Trouble::broken("the header says zero channels"));
        }
        let (data_start, size) = data.ok_or_else(|| Trouble::broken("there is no data chunk"))?;
        let (data_bytes, truncated) = self.extent(data_start, size)?;
        let mut layout = Layout {
            encoding: encoding(&format)?,
            big_endian,
            channels: format.channels,
            rate: format.rate,
            data_start,
            data_bytes,
            truncated,
        };
        if layout.encoding == Encoding::Signed(4) && format.valid_bits == 24 && !big_endian {
            self.settle_24_in_32(&mut layout)?;
        }
        Ok(Header::Samples(layout))
    }

    /// The bytes that are there of the `size` that were promised, and whether some are missing.
    fn extent(&mut self, start: u64, size: u64) -> Result<(u64, bool), Trouble> {
        let there = self.length.saturating_sub(start);
        if self.is_unbounded(start, size)? {
            Ok((there, false))
        } else {
            Ok((size.min(there), size > there))
        }
    }

    /// The standard puts 24 valid bits at the upper end of four bytes; some writers put them at
    /// the lower end. The first samples tell: either the lowest byte is always 0, or the highest
    /// one is, or always repeats the sign.
    fn settle_24_in_32(&mut self, layout: &mut Layout) -> Result<(), Trouble> {
        let mut first = Vec::new();
        self.source.seek(SeekFrom::Start(layout.data_start))?;
        self.source
            .take(layout.data_bytes.min(1 << 14))
            .read_to_end(&mut first)?;
        let samples = || first.chunks_exact(4);
        let upper = samples().all(|sample| sample[0] == 0);
        let sign = |byte: u8| if byte < 128 { 0 } else { 255 };
        let lower = samples().all(|sample| sample[3] == 0)
            || samples().all(|sample| sample[3] == sign(sample[2]));
        if lower && !upper {
            layout.encoding = Encoding::Low24In32;
        }
        Ok(())
    }

    /// Sony's Wave64: names are GUIDs that begin with the RIFF name, sizes are 64 bits and count
    /// their 24-byte header, chunks start at multiples of 8.
    fn wave64(&mut self) -> Result<Option<Header>, Trouble> {
        if self.at::<4>(24)?.as_ref() != Some(b"wave") {
            return Ok(None);
        }
        let (mut format, mut data) = (None, None);
        let mut position = 40_u64;
        for _ in 0..MOST_CHUNKS {
            let (Some(name), Some(size)) = (self.at::<4>(position)?, self.at(position + 16)?)
            else {
                break;
            };
            let (body, size) = (position + 24, u64::from_le_bytes(size));
            if size < 24 && &name != b"data" {
                return Err(Trouble::broken("a chunk has an impossible size"));
            }
            let size = size.saturating_sub(24);
            match &name {
                b"fmt " => format = Some(self.format(body, size, false)?),
                b"data" => data = Some((body, size)),
                _ => {}
            }
            let Some(next) = body.checked_add(size) else {
                break;
            };
            if format.is_some() && data.is_some() {
                break;
            }
            position = next.next_multiple_of(8);
        }
        self.locate(format, data, false).map(Some)
    }

    /// Sun and NeXT AU, in either byte order.
    fn au(&mut self, big_endian: bool) -> Result<Header, Trouble> {
        let head = self
            .at::<20>(4)?
            .ok_or_else(|| Trouble::broken("the header is cut off"))?;
        let word = |index: usize| {
            let at = index * 4;
            let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
            if big_endian {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            }
        };
        let encoding = match word(2) {
            1 => Encoding::MuLaw,
            2 => Encoding::Signed(1),
            3 => Encoding::Signed(2),
            4 => Encoding::Signed(3),
            5 => Encoding::Signed(4),
            6 => Encoding::Float32,
            7 => Encoding::Float64,
            27 => Encoding::ALaw,
            other => {
                return Err(Trouble::unsupported(format!(
                    "the AU file's encoding {other}"
                )));
            }
        };
        let channels = u16::try_from(word(4)).unwrap_or(0);
        if channels == 0 {
            return Err(Trouble::broken(
                "the header says an impossible channel count",
            ));
        }
        let data_start = u64::from(word(0)).max(24);
        let (data_bytes, truncated) = self.extent(data_start, u64::from(word(1)))?;
        Ok(Header::Samples(Layout {
            encoding,
            big_endian,
            channels,
            rate: word(3),
            data_start,
            data_bytes,
            truncated,
        }))
    }
}
