//! Headers of uncompressed sound: RIFF and RIFX WAVE, RF64/BW64, Wave64, AU.
//!
//! Supports files that violate the standards: interrupted recordings, unknown lengths of encoders
//! that wrote to a pipe, chunks of odd size without padding, 24 bits at either end of four bytes.
//! No allocation depends on a number in a header.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::ByteSource;
use super::error::DecodeError;
use super::pcm::{PcmFormat, SampleEncoding};
use super::wave_format::{FORMAT_BYTES, WaveFormat};

/// The position and the encoding of the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) format: PcmFormat,
    pub(super) big_endian: bool,
    /// Offset of the first sample in the file.
    pub(super) data_start: u64,
    /// Bytes of samples that the file contains.
    pub(super) data_bytes: u64,
    /// Whether the header declares more.
    pub(super) truncated: bool,
}

/// The result of reading a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SoundHeader {
    /// Uncompressed samples.
    Samples(Layout),
    /// A WAVE file with compressed sound (ADPCM), for another decoder.
    Coded,
}

/// The most chunks that are read.
const MAX_CHUNKS: usize = 4_096;

/// Encoders write at least this length if they do not know it.
const UNKNOWN_LENGTH: u64 = 0x7FFF_F000;

/// Reads the header of a WAVE or AU file of `length` bytes; `None` for other files.
pub(super) fn read_header(
    source: &mut Box<dyn ByteSource>,
    length: u64,
) -> Result<Option<SoundHeader>, DecodeError> {
    let mut header = HeaderReader { source, length };
    let Some(start) = header.at::<4>(0)? else {
        return Ok(None);
    };
    match &start {
        b".snd" => header.au(true).map(Some),
        b"dns." => header.au(false).map(Some),
        b"riff" => header.wave64(),
        b"RIFF" | b"RF64" | b"BW64" | b"RIFX" => {
            match header.at::<4>(8)?.as_ref() {
                Some(b"WAVE") => {}
                Some(b"AVI ") => return Err(DecodeError::unsupported("AVI video")),
                Some(_) => return Ok(None),
                None => return Err(DecodeError::broken("the header is truncated")),
            }
            header.riff(&start == b"RIFX").map(Some)
        }
        _ => Ok(None),
    }
}

struct HeaderReader<'a> {
    source: &'a mut Box<dyn ByteSource>,
    length: u64,
}

impl HeaderReader<'_> {
    /// `N` bytes from `position`; `None` if the file ends before.
    fn at<const N: usize>(&mut self, position: u64) -> Result<Option<[u8; N]>, DecodeError> {
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

    fn riff(&mut self, big_endian: bool) -> Result<SoundHeader, DecodeError> {
        let word = if big_endian {
            u32::from_be_bytes
        } else {
            u32::from_le_bytes
        };
        let (mut format, mut data, mut long_data) = (None, None, None);
        let mut position = 12;
        for _ in 0..MAX_CHUNKS {
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
            position = self.next_chunk(body, size)?;
        }
        self.locate(format, data, big_endian)
    }

    /// The position after a chunk of `size` bytes at `body`. Chunks are padded to an even size,
    /// but some writers omit the padding.
    fn next_chunk(&mut self, body: u64, size: u64) -> Result<u64, DecodeError> {
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

    /// Whether a chunk seems to begin at `position`: it has a name, and fits or is the data chunk.
    fn is_chunk(&mut self, position: u64) -> Result<bool, DecodeError> {
        let Some([a, b, c, d, size @ ..]) = self.at::<8>(position)? else {
            return Ok(false);
        };
        let name = [a, b, c, d];
        let end = position + 8 + u64::from(u32::from_le_bytes(size));
        let is_name = name.iter().all(|byte| (32..127).contains(byte));
        Ok(is_name && (end <= self.length || &name == b"data"))
    }

    /// Whether a data chunk extends to the end of the file: an encoder that wrote to a pipe left
    /// its size at 0 or at the largest number.
    fn is_unbounded(&mut self, body: u64, size: u64) -> Result<bool, DecodeError> {
        if size >= UNKNOWN_LENGTH && body.saturating_add(size) > self.length {
            return Ok(true);
        }
        if size > 0 || body >= self.length {
            return Ok(false);
        }
        // No other chunk follows, so these bytes are sound.
        Ok(!self.is_chunk(body)?)
    }

    fn format(
        &mut self,
        body: u64,
        size: u64,
        big_endian: bool,
    ) -> Result<WaveFormat, DecodeError> {
        let mut chunk = Vec::new();
        self.source.seek(SeekFrom::Start(body))?;
        self.source
            .take(size.min(FORMAT_BYTES))
            .read_to_end(&mut chunk)?;
        WaveFormat::parse(&chunk, big_endian)
    }

    fn locate(
        &mut self,
        format: Option<WaveFormat>,
        data: Option<(u64, u64)>,
        big_endian: bool,
    ) -> Result<SoundHeader, DecodeError> {
        let format = format.ok_or_else(|| DecodeError::broken("there is no format chunk"))?;
        if let 0x02 | 0x11 = format.tag {
            return Ok(SoundHeader::Coded);
        }
        let (data_start, size) =
            data.ok_or_else(|| DecodeError::broken("there is no data chunk"))?;
        let (data_bytes, truncated) = self.extent(data_start, size)?;
        let mut layout = Layout {
            format: format.pcm()?,
            big_endian,
            data_start,
            data_bytes,
            truncated,
        };
        if layout.format.encoding == SampleEncoding::Signed(4)
            && format.valid_bits == 24
            && !big_endian
        {
            self.detect_24_in_32(&mut layout)?;
        }
        Ok(SoundHeader::Samples(layout))
    }

    /// The available bytes of the `size` in the header, and whether some are missing.
    fn extent(&mut self, start: u64, size: u64) -> Result<(u64, bool), DecodeError> {
        let available = self.length.saturating_sub(start);
        if self.is_unbounded(start, size)? {
            Ok((available, false))
        } else {
            Ok((size.min(available), size > available))
        }
    }

    /// The standard puts 24 valid bits at the upper end of four bytes; some writers put them at
    /// the lower end. The first samples decide: either the lowest byte is always 0, or the highest
    /// one is 0 or a copy of the sign.
    fn detect_24_in_32(&mut self, layout: &mut Layout) -> Result<(), DecodeError> {
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
            layout.format.encoding = SampleEncoding::Low24In32;
        }
        Ok(())
    }

    /// Sony's Wave64: names are GUIDs that begin with the RIFF name, sizes are 64 bits and include
    /// the 24-byte header, chunks start at multiples of 8.
    fn wave64(&mut self) -> Result<Option<SoundHeader>, DecodeError> {
        if self.at::<4>(24)?.as_ref() != Some(b"wave") {
            return Ok(None);
        }
        let (mut format, mut data) = (None, None);
        let mut position = 40_u64;
        for _ in 0..MAX_CHUNKS {
            let (Some(name), Some(size)) = (self.at::<4>(position)?, self.at(position + 16)?)
            else {
                break;
            };
            let (body, size) = (position + 24, u64::from_le_bytes(size));
            if size < 24 && &name != b"data" {
                return Err(DecodeError::broken("a chunk has an impossible size"));
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
    fn au(&mut self, big_endian: bool) -> Result<SoundHeader, DecodeError> {
        let head = self
            .at::<20>(4)?
            .ok_or_else(|| DecodeError::broken("the header is truncated"))?;
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
            1 => SampleEncoding::MuLaw,
            2 => SampleEncoding::Signed(1),
            3 => SampleEncoding::Signed(2),
            4 => SampleEncoding::Signed(3),
            5 => SampleEncoding::Signed(4),
            6 => SampleEncoding::Float32,
            7 => SampleEncoding::Float64,
            27 => SampleEncoding::ALaw,
            other => {
                return Err(DecodeError::unsupported(format!(
                    "the AU file's encoding {other}"
                )));
            }
        };
        let channels = u16::try_from(word(4)).unwrap_or(0);
        if channels == 0 {
            return Err(DecodeError::broken(
                "the header gives an impossible channel count",
            ));
        }
        let data_start = u64::from(word(0)).max(24);
        let (data_bytes, truncated) = self.extent(data_start, u64::from(word(1)))?;
        Ok(SoundHeader::Samples(Layout {
            format: PcmFormat {
                encoding,
                channels,
                rate: word(3),
            },
            big_endian,
            data_start,
            data_bytes,
            truncated,
        }))
    }
}
