//! Decoder of uncompressed samples: integers and floats of any width, A-law and mu-law.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::{ByteSource, Decoder, SourceFormat};
use super::error::{AudioWarning, DecodeError};
use super::wave::Layout;

/// The format of uncompressed, little-endian sound.
///
/// ```
/// use metaface_core::audio::{PcmFormat, SampleEncoding};
///
/// let format = PcmFormat { encoding: SampleEncoding::Signed(2), channels: 2, rate: 48_000 };
/// assert_eq!(format.samples(&[0, 0x40, 0, 0x80]), [0.5, -1.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PcmFormat {
    /// The encoding of the samples.
    pub encoding: SampleEncoding,
    /// Channels.
    pub channels: u16,
    /// Samples per second and channel.
    pub rate: u32,
}

impl PcmFormat {
    /// Bytes of one sample of every channel.
    pub fn frame_bytes(&self) -> usize {
        self.encoding.bytes() * usize::from(self.channels)
    }

    /// Decodes interleaved samples; full scale is 1. Ignores an incomplete last sample.
    pub fn samples(&self, bytes: &[u8]) -> Vec<f32> {
        let samples = bytes.chunks_exact(self.encoding.bytes());
        samples.map(|sample| self.encoding.sample(sample)).collect()
    }
}

/// The encoding of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleEncoding {
    /// A signed integer of 1 to 8 bytes; the whole range is used.
    Signed(usize),
    /// One byte, silence at 128.
    Unsigned8,
    /// A signed 24-bit integer in the lower three of four bytes.
    Low24In32,
    /// IEEE 754 single precision.
    Float32,
    /// IEEE 754 double precision.
    Float64,
    /// ITU-T G.711 A-law.
    ALaw,
    /// ITU-T G.711 mu-law.
    MuLaw,
}

impl SampleEncoding {
    /// Bytes per sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::Signed(bytes) => bytes,
            Self::Unsigned8 | Self::ALaw | Self::MuLaw => 1,
            Self::Low24In32 | Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// The largest positive sample, where -1 is the largest negative one.
    fn full_scale(self) -> f32 {
        match self {
            Self::Signed(bytes) if bytes < 3 => 1.0 - 1.0 / (1 << (8 * bytes - 1)) as f32,
            Self::Unsigned8 => 1.0 - 1.0 / 128.0,
            Self::Low24In32 | Self::Signed(_) => 1.0 - 1.0 / 8_388_608.0,
            Self::Float32 | Self::Float64 => 1.0,
            // The outermost steps of G.711: 32 256 and 32 124 of 32 768.
            Self::ALaw => 32_256.0 / 32_768.0,
            Self::MuLaw => 32_124.0 / 32_768.0,
        }
    }

    /// Decodes one sample from exactly [`SampleEncoding::bytes`] little-endian bytes.
    fn sample(self, bytes: &[u8]) -> f32 {
        match self {
            Self::Signed(_) => {
                // In the top bytes of 64 bits, every width has the right sign and scale.
                let mut wide = [0; 8];
                wide[8 - bytes.len()..].copy_from_slice(bytes);
                (i64::from_le_bytes(wide) as f64 / -(i64::MIN as f64)) as f32
            }
            Self::Unsigned8 => (f32::from(bytes[0]) - 128.0) / 128.0,
            Self::Low24In32 => {
                let value = i32::from_le_bytes([0, bytes[0], bytes[1], bytes[2]]);
                value as f32 / -(i32::MIN as f32)
            }
            Self::Float32 => f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            Self::Float64 => {
                let mut wide = [0; 8];
                wide.copy_from_slice(bytes);
                f64::from_le_bytes(wide) as f32
            }
            Self::ALaw => f32::from(a_law(bytes[0])) / 32_768.0,
            Self::MuLaw => f32::from(mu_law(bytes[0])) / 32_768.0,
        }
    }
}

/// ITU-T G.711 A-law to 16 bits: sign, three bits of exponent, four of mantissa, even bits
/// inverted; the value is the middle of its step.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let exponent = (code >> 4) & 7;
    let mantissa = i16::from(code & 15) << 4;
    let magnitude = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 0x108) << (exponent - 1),
    };
    if code & 0x80 != 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// ITU-T G.711 mu-law to 16 bits: all bits inverted, a bias of 33 in 14 bits.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let exponent = (code >> 4) & 7;
    let mantissa = i16::from(code & 15);
    let magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    if code & 0x80 != 0 {
        -magnitude
    } else {
        magnitude
    }
}

/// Decodes the samples that a header describes.
pub(super) struct PcmDecoder {
    source: Box<dyn ByteSource>,
    layout: Layout,
    /// Bytes that are still to be read.
    remaining: u64,
    buffer: Vec<u8>,
    truncated: bool,
}

impl PcmDecoder {
    /// Bytes that are read at a time, unless a frame is larger.
    const BUFFER: usize = 1 << 15;

    pub(super) fn new(
        mut source: Box<dyn ByteSource>,
        layout: Layout,
    ) -> Result<Self, DecodeError> {
        source.seek(SeekFrom::Start(layout.data_start))?;
        let frame = layout.format.frame_bytes();
        let frames = (Self::BUFFER / frame).max(1);
        Ok(Self {
            source,
            remaining: layout.data_bytes / frame as u64 * frame as u64,
            buffer: vec![0; frames * frame],
            truncated: layout.truncated,
            layout,
        })
    }
}

impl Decoder for PcmDecoder {
    fn source_format(&self) -> SourceFormat {
        SourceFormat {
            rate: self.layout.format.rate,
            channels: self.layout.format.channels,
            full_scale: self.layout.format.encoding.full_scale(),
        }
    }

    fn next(&mut self, interleaved: &mut Vec<f32>) -> Result<usize, DecodeError> {
        interleaved.clear();
        let requested = self.remaining.min(self.buffer.len() as u64) as usize;
        let mut filled = 0;
        while filled < requested {
            match self.source.read(&mut self.buffer[filled..requested]) {
                Ok(0) => {
                    self.truncated = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.remaining = if filled < requested {
            0
        } else {
            self.remaining - filled as u64
        };
        let encoding = self.layout.format.encoding;
        let width = encoding.bytes();
        let frame = self.layout.format.frame_bytes();
        let complete = filled / frame * frame;
        let bytes = &mut self.buffer[..complete];
        if self.layout.big_endian {
            bytes.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
        interleaved.extend(
            bytes
                .chunks_exact(width)
                .map(|sample| encoding.sample(sample)),
        );
        Ok(if interleaved.is_empty() {
            0
        } else {
            usize::from(self.layout.format.channels)
        })
    }

    fn warnings(&self) -> Vec<AudioWarning> {
        if self.truncated {
            vec![AudioWarning::Truncated]
        } else {
            Vec::new()
        }
    }
}
