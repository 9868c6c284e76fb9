//! What kind of sound a pipe carries: WAV, or raw samples.
//!
//! No reader of files serves here. `hound` refuses the length that programs write who do not know
//! how much is to come (0xFFFF_FFFF is no whole number of samples); `symphonia` hands on packets of
//! 1152 frames, 72 ms at 16 kHz, by which every face would be later; and that of `core` seeks, which
//! a pipe cannot.

use std::io::Read;

use crate::failure::Failure;

/// How a pipe's samples are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form {
    /// Samples per second and channel.
    pub rate: u32,
    /// Channels.
    pub channels: u16,
    /// How much sound there is; none until the pipe ends.
    pub bytes: Option<u64>,
    sample: Sample,
}

/// One sample's bytes, little-endian.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sample {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

/// The most channels, as of raw samples; of more, a block would take memory without end.
const MOST_CHANNELS: u16 = 64;

/// Sizes that programs write who do not know how much is to come.
const ENDLESS: u32 = 0x7FFF_0000;

impl Form {
    /// Bytes of one sample of every channel.
    pub fn frame_bytes(&self) -> usize {
        self.sample.bytes() * usize::from(self.channels)
    }

    /// Whole frames as mono samples.
    pub fn mono(&self, bytes: &[u8]) -> Vec<f32> {
        let value = |bytes: &[u8]| self.sample.value(bytes);
        let mono = |frame: &[u8]| {
            let sum: f32 = frame.chunks_exact(self.sample.bytes()).map(value).sum();
            sum / f32::from(self.channels)
        };
        bytes.chunks_exact(self.frame_bytes()).map(mono).collect()
    }
}

impl Sample {
    fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    fn value(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::U8, &[a]) => (f32::from(a) - 128.0) / 128.0,
            (Self::I16, &[a, b]) => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Self::I24, &[a, b, c]) => i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0,
            (Self::I32, &[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]) as f32 / 2_147_483_648.0,
            (Self::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Self::F64, &[a, b, c, d, e, f, g, h]) => {
                f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32
            }
            _ => 0.0,
        }
    }
}

fn unusable(reason: &str) -> Failure {
    Failure::Piped(format!(
        "what is piped in cannot be heard: {reason}. Pipe WAV, or raw 16-bit samples with --raw-rate and --raw-channels; ffmpeg -i FILE -f wav - makes WAV of anything"
    ))
}

/// How Matroska and WebM begin.
const MATROSKA: &[u8] = &[0x1A, 0x45, 0xDF, 0xA3];

/// Reads a pipe's beginning: how its samples are written, and those that were read already.
pub fn open(
    input: &mut impl Read,
    raw_rate: u32,
    raw_channels: u16,
) -> Result<(Form, Vec<u8>), Failure> {
    let mut begun = Vec::new();
    let read = input.by_ref().take(4).read_to_end(&mut begun);
    read.map_err(|error| unusable(&error.to_string()))?;
    match begun.as_slice() {
        b"RIFF" | b"RF64" | b"BW64" => Ok((wave(input)?, Vec::new())),
        b"fLaC"
        | b"OggS"
        | b"FORM"
        | b"caff"
        | b".snd"
        | b"RIFX"
        | b"riff"
        | MATROSKA
        | [b'I', b'D', b'3', _] => Err(unusable("it is a compressed or other sound file")),
        [_, _, _, _] => Ok((
            Form {
                rate: raw_rate,
                channels: raw_channels,
                bytes: None,
                sample: Sample::I16,
            },
            begun,
        )),
        _ => Err(unusable("nothing came")),
    }
}

/// Reads a WAV header after its first four bytes, up to the samples.
fn wave(input: &mut impl Read) -> Result<Form, Failure> {
    let mut size_and_kind = [0; 8];
    fill(input, &mut size_and_kind)?;
    if !size_and_kind.ends_with(b"WAVE") {
        return Err(unusable("it begins like WAV and is none"));
    }
    let mut form = None;
    loop {
        let mut head = [0; 8];
        fill(input, &mut head)?;
        let [a, b, c, d, size @ ..] = head;
        let size = u32::from_le_bytes(size);
        // Chunks are padded to even sizes.
        let padded = u64::from(size) + u64::from(size % 2);
        match &[a, b, c, d] {
            b"data" => {
                let form: Form = form.ok_or_else(|| unusable("its header has no format"))?;
                let known = (1..ENDLESS).contains(&size);
                return Ok(Form {
                    bytes: known.then_some(u64::from(size)),
                    ..form
                });
            }
            b"fmt " if size <= 256 => {
                let mut chunk = Vec::new();
                let read = input.by_ref().take(padded).read_to_end(&mut chunk);
                read.map_err(|error| unusable(&error.to_string()))?;
                form = Some(wave_format(&chunk)?);
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
    filled.map_err(|_| unusable("its header is cut off"))
}

/// A format chunk: tag, channels, rate, bytes per second, bytes per frame, bits; for the tag
/// "extensible" the true one 24 bytes in.
fn wave_format(chunk: &[u8]) -> Result<Form, Failure> {
    const EXTENSIBLE: u16 = 0xFFFE;
    let number = |at: usize| {
        let bytes = chunk
            .get(at..at + 2)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map(u16::from_le_bytes)
    };
    let short = || unusable("its format is cut off");
    let [tag, channels, low, high, frame, bits] =
        [0, 2, 4, 6, 12, 14].map(|at| number(at).ok_or_else(short));
    let (tag, channels, frame, bits) = (tag?, channels?, frame?, bits?);
    let rate = u32::from(low?) | u32::from(high?) << 16;
    let tag = match tag {
        EXTENSIBLE => number(24).ok_or_else(short)?,
        tag => tag,
    };
    let sample = match (tag, bits) {
        (1, 8) => Sample::U8,
        (1, 16) => Sample::I16,
        (1, 24) => Sample::I24,
        (1, 32) => Sample::I32,
        (3, 32) => Sample::F32,
        (3, 64) => Sample::F64,
        _ => return Err(unusable(&format!("WAV of kind {tag} with {bits} bits"))),
    };
    if !(1..=MOST_CHANNELS).contains(&channels) || !(1000..=768_000).contains(&rate) {
        return Err(unusable(&format!("{channels} channels at {rate} Hz")));
    }
    let form = Form {
        rate,
        channels,
        bytes: None,
        sample,
    };
    if form.frame_bytes() != usize::from(frame) {
        return Err(unusable(&format!(
            "{channels} channels of {bits} bits in {frame} bytes"
        )));
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV header: with a chunk that is passed over, and this size of the samples.
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
    fn a_wav_header_without_an_end_is_read_as_programs_pipe_it() {
        let bytes = header(1, 2, 48_000, 16, u32::MAX);
        let (form, begun) = open(&mut bytes.as_slice(), 16_000, 1).expect("WAV");
        assert_eq!((form.rate, form.channels, form.bytes), (48_000, 2, None));
        assert!(begun.is_empty());
        assert_eq!(form.mono(&[0, 0x40, 0, 0xC0, 0, 0x40, 0, 0x40]), [0.0, 0.5]);
    }

    #[test]
    fn a_wav_file_ends_where_it_says() {
        let mut bytes = header(3, 1, 16_000, 32, 8);
        bytes.extend(0.25_f32.to_le_bytes());
        let (form, _) = open(&mut bytes.as_slice(), 16_000, 1).expect("WAV");
        assert_eq!(form.bytes, Some(8));
        assert_eq!(form.mono(&0.25_f32.to_le_bytes()), [0.25]);
    }

    #[test]
    fn other_bytes_are_raw_samples_none_of_which_is_lost() {
        let mut bytes: &[u8] = &[1, 2, 3, 4, 5, 6];
        let (form, begun) = open(&mut bytes, 8000, 2).expect("raw");
        assert_eq!((form.rate, form.channels, form.frame_bytes()), (8000, 2, 4));
        assert_eq!((begun.as_slice(), bytes), (&[1, 2, 3, 4][..], &[5, 6][..]));
    }

    #[test]
    fn every_width_of_sample_is_full_scale_at_one() {
        for (tag, bits, bytes) in [
            (1, 8, vec![0]),
            (1, 16, vec![0, 0x80]),
            (1, 24, vec![0, 0, 0x80]),
            (1, 32, vec![0, 0, 0, 0x80]),
            (3, 64, (-1.0_f64).to_le_bytes().to_vec()),
        ] {
            let wav = header(tag, 1, 16_000, bits, 0);
            let (form, _) = open(&mut wav.as_slice(), 16_000, 1).expect("WAV");
            assert_eq!(form.mono(&bytes), [-1.0], "{bits} bits");
        }
    }

    #[test]
    fn what_cannot_be_heard_names_a_remedy() {
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
            let error = open(&mut bytes.as_slice(), 16_000, 1).expect_err("refused");
            assert!(error.to_string().contains("ffmpeg"), "{error}");
        }
    }
}
