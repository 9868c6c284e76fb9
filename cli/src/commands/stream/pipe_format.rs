//! The format of piped sound: WAV, or raw samples.
//!
//! The format chunk and the samples are read by `metaface-core`. Its reader of headers seeks, which a
//! pipe does not support, so the chunks before the samples are skipped here. `symphonia` returns packets
//! of 1152 frames, which would add 72 ms of latency at 16 kHz.

use std::io::Read;

use metaface_core::audio::{AudioError, PcmFormat, SampleEncoding};
use metaface_live::SOURCE_RATES;

use crate::failure::Failure;

/// The format of a pipe's sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PipeFormat {
    /// The format of the samples.
    pub pcm: PcmFormat,
    /// Bytes of sound; `None` to read until the pipe ends.
    pub bytes: Option<u64>,
}

/// Most channels, which limits the memory of a block. `--raw-channels` has the same limit.
const MAX_CHANNELS: u16 = 64;

/// Programs write sizes from here on if they do not know the length.
const UNKNOWN_LENGTH: u32 = 0x7FFF_0000;

fn unusable(reason: &str) -> Failure {
    Failure::Piped(format!(
        "the piped sound cannot be used: {reason}. Pipe WAV, or raw 16-bit samples with --raw-rate and --raw-channels; ffmpeg -i FILE -f wav - converts other files to WAV"
    ))
}

/// The first bytes of Matroska and WebM.
const MATROSKA: &[u8] = &[0x1A, 0x45, 0xDF, 0xA3];

/// Reads the format at the start of a pipe. Also returns the samples that were read to detect it.
pub fn read_format(
    input: &mut impl Read,
    raw_rate: u32,
    raw_channels: u16,
) -> Result<(PipeFormat, Vec<u8>), Failure> {
    let mut start = Vec::new();
    let read = input.by_ref().take(4).read_to_end(&mut start);
    read.map_err(|error| unusable(&error.to_string()))?;
    match start.as_slice() {
        b"RIFF" | b"RF64" | b"BW64" => Ok((wave(input)?, Vec::new())),
        b"fLaC"
        | b"OggS"
        | b"FORM"
        | b"caff"
        | b".snd"
        | b"RIFX"
        | b"riff"
        | MATROSKA
        | [b'I', b'D', b'3', _] => Err(unusable("it is a sound file of another format")),
        [_, _, _, _] => Ok((
            PipeFormat {
                pcm: PcmFormat {
                    encoding: SampleEncoding::Signed(2),
                    channels: raw_channels,
                    rate: raw_rate,
                },
                bytes: None,
            },
            start,
        )),
        _ => Err(unusable("the pipe is empty")),
    }
}

/// Reads a WAV header after its first four bytes, up to the samples.
fn wave(input: &mut impl Read) -> Result<PipeFormat, Failure> {
    let mut size_and_kind = [0; 8];
    fill(input, &mut size_and_kind)?;
    if !size_and_kind.ends_with(b"WAVE") {
        return Err(unusable("it starts like WAV, but is not a WAV file"));
    }
    let mut format = None;
    loop {
        let mut head = [0; 8];
        fill(input, &mut head)?;
        let [a, b, c, d, size @ ..] = head;
        let size = u32::from_le_bytes(size);
        // Chunks are padded to even sizes.
        let padded = u64::from(size) + u64::from(size % 2);
        match &[a, b, c, d] {
            b"data" => {
                let pcm = format.ok_or_else(|| unusable("its header has no format"))?;
                let is_known = (1..UNKNOWN_LENGTH).contains(&size);
                return Ok(PipeFormat {
                    pcm,
                    bytes: is_known.then_some(u64::from(size)),
                });
            }
            b"fmt " if size <= 256 => {
                let mut chunk = Vec::new();
                let read = input.by_ref().take(padded).read_to_end(&mut chunk);
                read.map_err(|error| unusable(&error.to_string()))?;
                format = Some(wave_format(&chunk)?);
            }
            _ => {
                let skipped = std::io::copy(&mut input.by_ref().take(padded), &mut std::io::sink());
                skipped.map_err(|error| unusable(&error.to_string()))?;
            }
        }
    }
}

fn fill(input: &mut impl Read, bytes: &mut [u8]) -> Result<(), Failure> {
    let filled = input.read_exact(bytes);
    filled.map_err(|_| unusable("its header is truncated"))
}

fn wave_format(chunk: &[u8]) -> Result<PcmFormat, Failure> {
    let format = PcmFormat::of_wave(chunk, "standard input").map_err(|error| match error {
        AudioError::Unsupported { what, .. } => unusable(&format!("{what} is not supported")),
        AudioError::Broken { why, .. } => unusable(&why),
        error => unusable(&error.to_string()),
    })?;
    let PcmFormat { channels, rate, .. } = format;
    if !(1..=MAX_CHANNELS).contains(&channels) || !SOURCE_RATES.contains(&rate) {
        return Err(unusable(&format!(
            "{channels} channels at {rate} Hz are not supported"
        )));
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV header with an unknown chunk, and this size of the samples.
    fn header(tag: u16, channels: u16, rate: u32, bits: u16, size: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        bytes.extend([tag.to_le_bytes(), channels.to_le_bytes()].concat());
        bytes.extend(rate.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((channels * bits.div_ceil(8)).to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(size.to_le_bytes());
        bytes
    }

    #[test]
    fn a_wav_header_of_unknown_length_is_read() {
        let bytes = header(1, 2, 48_000, 16, u32::MAX);
        let (format, start) = read_format(&mut bytes.as_slice(), 16_000, 1).expect("WAV");
        let PcmFormat { rate, channels, .. } = format.pcm;
        assert_eq!((rate, channels, format.bytes), (48_000, 2, None));
        assert!(start.is_empty());
        let samples = format.pcm.samples(&[0, 0x40, 0, 0xC0]);
        assert_eq!(samples, [0.5, -0.5]);
    }

    #[test]
    fn a_wav_file_has_the_length_in_its_header() {
        let mut bytes = header(3, 1, 16_000, 32, 8);
        bytes.extend(0.25_f32.to_le_bytes());
        let (format, _) = read_format(&mut bytes.as_slice(), 16_000, 1).expect("WAV");
        assert_eq!(format.bytes, Some(8));
        assert_eq!(format.pcm.samples(&0.25_f32.to_le_bytes()), [0.25]);
    }

    #[test]
    fn other_bytes_are_raw_samples_and_all_of_them_are_kept() {
        let mut bytes: &[u8] = &[1, 2, 3, 4, 5, 6];
        let (format, start) = read_format(&mut bytes, 8000, 2).expect("raw");
        let PcmFormat { rate, channels, .. } = format.pcm;
        assert_eq!((rate, channels, format.pcm.frame_bytes()), (8000, 2, 4));
        assert_eq!((start.as_slice(), bytes), (&[1, 2, 3, 4][..], &[5, 6][..]));
    }

    #[test]
    fn full_scale_is_one_in_every_sample_format() {
        for (tag, bits, bytes) in [
            (1, 8, vec![0]),
            (1, 16, vec![0, 0x80]),
            (1, 24, vec![0, 0, 0x80]),
            (1, 32, vec![0, 0, 0, 0x80]),
            (3, 64, (-1.0_f64).to_le_bytes().to_vec()),
        ] {
            let wav = header(tag, 1, 16_000, bits, 0);
            let (format, _) = read_format(&mut wav.as_slice(), 16_000, 1).expect("WAV");
            assert_eq!(format.pcm.samples(&bytes), [-1.0], "{bits} bits");
        }
    }

    #[test]
    fn errors_of_unusable_pipes_name_a_remedy() {
        let mut cut = header(1, 1, 16_000, 16, 0);
        cut.truncate(30);
        // 24 bits in four bytes: read as three they would be noise.
        let mut wide = header(1, 1, 16_000, 24, 0);
        let frame = wide.len() - 12;
        wide[frame] = 4;
        for bytes in [
            b"".to_vec(),
            b"fLaC....".to_vec(),
            [MATROSKA, b"...."].concat(),
            b"RIFX....WAVE".to_vec(),
            cut,
            wide,
            header(1, 65_535, 44_100, 8, 0),
            header(85, 2, 44_100, 0, 0),
            header(1, 0, 44_100, 16, 0),
            header(1, 1, 3, 16, 0),
        ] {
            let error = read_format(&mut bytes.as_slice(), 16_000, 1).expect_err("unusable");
            assert!(error.to_string().contains("ffmpeg"), "{error}");
        }
    }
}
