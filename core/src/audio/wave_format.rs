//! The `fmt ` chunk of a WAVE file, and the encoding that it specifies.

use super::error::DecodeError;
use super::pcm::Encoding;

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

/// The encoding of the samples, from the format's tag and the bytes per sample.
pub(super) fn encoding(format: &WaveFormat) -> Result<Encoding, DecodeError> {
    let by_frame = usize::from(format.frame_bytes / format.channels);
    let by_bits = usize::from(format.bits.div_ceil(8));
    if format.bits == 0 && matches!(format.tag, 1 | 3) {
        return Err(DecodeError::broken("the header gives zero bits per sample"));
    }
    // A frame size that is too small for the bits is an error of the writer.
    let bytes = if by_frame >= by_bits && format.frame_bytes.is_multiple_of(format.channels) {
        by_frame
    } else {
        by_bits
    };
    match (format.tag, bytes) {
        (1, 1) => Ok(Encoding::Unsigned8),
        (1, 2..=8) => Ok(Encoding::Signed(bytes)),
        (3, 4) => Ok(Encoding::Float32),
        (3, 8) => Ok(Encoding::Float64),
        (6, _) => Ok(Encoding::ALaw),
        (7, _) => Ok(Encoding::MuLaw),
        (1 | 3, _) => Err(DecodeError::broken(format!(
            "{} bits in {bytes} bytes per sample",
            format.bits
        ))),
        (tag, _) => Err(DecodeError::unsupported(codec_name(tag))),
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
