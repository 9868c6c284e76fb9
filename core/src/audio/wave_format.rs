//! The `fmt ` chunk of a WAVE file, and the encoding that it specifies.

use super::AudioError;
use super::error::DecodeError;
use super::pcm::{PcmFormat, SampleEncoding};

/// The bytes of the longest format chunk; those of other extensions are ignored.
pub(super) const FORMAT_BYTES: u64 = 40;

/// The tag of WAVE_FORMAT_EXTENSIBLE, whose GUID begins with the true tag, in 32 bits.
const EXTENSIBLE: u16 = 0xFFFE;

/// The `fmt ` chunk.
pub(super) struct WaveFormat {
    pub(super) tag: u16,
    pub(super) channels: u16,
    pub(super) rate: u32,
    pub(super) frame_bytes: u16,
    pub(super) bits: u16,
    /// Significant bits of the stored ones.
    pub(super) valid_bits: u16,
}

impl WaveFormat {
    /// Parses the body of a format chunk.
    pub(super) fn parse(chunk: &[u8], big_endian: bool) -> Result<Self, DecodeError> {
        if chunk.len() < 16 {
            return Err(DecodeError::broken("the format chunk is too short"));
        }
        let half = |at: usize| {
            let bytes = [chunk[at], chunk[at + 1]];
            if big_endian {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            }
        };
        let word = |at: usize| {
            let [first, second] = [half(at), half(at + 2)].map(u32::from);
            if big_endian {
                first << 16 | second
            } else {
                second << 16 | first
            }
        };
        let mut format = Self {
            tag: half(0),
            channels: half(2),
            rate: word(4),
            frame_bytes: half(12),
            bits: half(14),
            valid_bits: half(14),
        };
        if format.tag == EXTENSIBLE {
            let is_complete = chunk.len() as u64 >= FORMAT_BYTES;
            format.tag = if is_complete { word(24) as u16 } else { 1 };
            if is_complete {
                format.valid_bits = half(18);
            }
        }
        Ok(format)
    }

    /// The format of the samples, from the tag and the bytes per sample.
    pub(super) fn pcm(&self) -> Result<PcmFormat, DecodeError> {
        if self.channels == 0 {
            return Err(DecodeError::broken("the header gives zero channels"));
        }
        let by_frame = usize::from(self.frame_bytes / self.channels);
        let by_bits = usize::from(self.bits.div_ceil(8));
        if self.bits == 0 && matches!(self.tag, 1 | 3) {
            return Err(DecodeError::broken("the header gives zero bits per sample"));
        }
        // A frame size that is too small for the bits is an error of the writer.
        let bytes = if by_frame >= by_bits && self.frame_bytes.is_multiple_of(self.channels) {
            by_frame
        } else {
            by_bits
        };
        let encoding = match (self.tag, bytes) {
            (1, 1) => SampleEncoding::Unsigned8,
            (1, 2..=8) => SampleEncoding::Signed(bytes),
            (3, 4) => SampleEncoding::Float32,
            (3, 8) => SampleEncoding::Float64,
            (6, _) => SampleEncoding::ALaw,
            (7, _) => SampleEncoding::MuLaw,
            (1 | 3, _) => {
                return Err(DecodeError::broken(format!(
                    "{} bits in {bytes} bytes per sample",
                    self.bits
                )));
            }
            (tag, _) => return Err(DecodeError::unsupported(codec_name(tag))),
        };
        Ok(PcmFormat {
            encoding,
            channels: self.channels,
            rate: self.rate,
        })
    }
}

impl PcmFormat {
    /// Parses the body of the `fmt ` chunk of a RIFF WAVE stream; error messages contain `name`.
    ///
    /// # Errors
    ///
    /// [`AudioError::Broken`], [`AudioError::Unsupported`]: for example samples with padding, such as
    /// 24 bits in four bytes, because only the samples show which bytes are used.
    pub fn of_wave(chunk: &[u8], name: &str) -> Result<Self, AudioError> {
        let with_name = |error: DecodeError| error.with_name(name);
        let format = WaveFormat::parse(chunk, false).map_err(with_name)?;
        let pcm = format.pcm().map_err(with_name)?;
        let packed = format.bits.div_ceil(8).checked_mul(format.channels);
        if packed != Some(format.frame_bytes) {
            return Err(with_name(DecodeError::unsupported(format!(
                "frames of {} bytes for {} channels of {} bits",
                format.frame_bytes, format.channels, format.bits
            ))));
        }
        Ok(pcm)
    }
}

/// The name of a registered WAVE codec.
fn codec_name(tag: u16) -> String {
    let name = match tag {
        0x31 => "GSM 6.10",
        0x40 | 0x45 | 0x64 => "G.726 ADPCM",
        0x50 => "MPEG layer 1 or 2 in a WAVE file",
        0x55 => "MP3 in a WAVE file",
        0x92 => "AC-3 in a WAVE file",
        0xFF | 0x1600..=0x1610 => "AAC in a WAVE file",
        0x160..=0x163 => "Windows Media audio",
        0x270 => "ATRAC3",
        0x674F..=0x6771 => "Vorbis in a WAVE file",
        _ => return format!("WAVE codec 0x{tag:04X}"),
    };
    name.to_owned()
}
