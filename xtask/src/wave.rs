//! A minimal reader and writer of WAVE, to repeat a sound.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Uncompressed sound and its format.
#[derive(Debug, PartialEq)]
pub struct Wave<'bytes> {
    format: &'bytes [u8],
    data: &'bytes [u8],
    bytes_per_second: u32,
    block: usize,
}

impl<'bytes> Wave<'bytes> {
    /// Finds the format and the samples of a RIFF WAVE file. Returns the error as a string.
    pub fn parse(bytes: &'bytes [u8]) -> Result<Self, String> {
        let broken = || "not a complete PCM WAVE file".to_owned();
        if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
            return Err(broken());
        }
        let (mut format, mut data) = (None, None);
        let mut at = 12;
        while let (Some(name), Some(length)) = (bytes.get(at..at + 4), number(bytes, at + 4)) {
            let body = bytes.get(at + 8..at + 8 + length as usize);
            match name {
                b"fmt " => format = body,
                b"data" => data = body,
                _ => {}
            }
            at += 8 + length as usize + length as usize % 2;
        }
        let (Some(format), Some(data)) = (format, data) else {
            return Err(broken());
        };
        let block = format.get(12..14).map(|b| u16::from_le_bytes([b[0], b[1]]));
        let (Some(rate), Some(block)) = (number(format, 8), block) else {
            return Err(broken());
        };
        let block = usize::from(block);
        if rate == 0 || block == 0 || data.len() < block {
            return Err(broken());
        }
        Ok(Self {
            format,
            data: &data[..data.len() - data.len() % block],
            bytes_per_second: rate,
            block,
        })
    }

    /// Writes the sound repeatedly, to a length of `seconds`.
    pub fn write_repeated(&self, path: &Path, seconds: u32) -> Result<(), String> {
        let write_error = |error: io::Error| format!("cannot write {}: {error}", path.display());
        let mut file = BufWriter::new(File::create(path).map_err(write_error)?);
        self.repeat(&mut file, seconds).map_err(write_error)?;
        file.flush().map_err(write_error)
    }

    fn repeat(&self, out: &mut impl Write, seconds: u32) -> io::Result<()> {
        let size = |count: usize| u32::try_from(count).map_err(io::Error::other);
        let bytes = self.bytes_per_second as usize * seconds as usize;
        let length = bytes - bytes % self.block;
        let padding = length % 2;
        let riff = 4 + 8 + self.format.len() + 8 + length + padding;
        out.write_all(b"RIFF")?;
        out.write_all(&size(riff)?.to_le_bytes())?;
        out.write_all(b"WAVEfmt ")?;
        out.write_all(&size(self.format.len())?.to_le_bytes())?;
        out.write_all(self.format)?;
        out.write_all(b"data")?;
        out.write_all(&size(length)?.to_le_bytes())?;
        let mut remaining = length;
        while remaining > 0 {
            let part = &self.data[..remaining.min(self.data.len())];
            out.write_all(part)?;
            remaining -= part.len();
        }
        out.write_all(&[0][..padding])
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([field[0], field[1], field[2], field[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mono, 16 bits, four samples per second: 1, 2, 3; preceded by another chunk of odd length.
    fn line() -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        bytes.extend([1, 0, 1, 0, 4, 0, 0, 0, 8, 0, 0, 0, 2, 0, 16, 0]);
        bytes.extend(b"data\x06\0\0\0\x01\0\x02\0\x03\0");
        bytes
    }

    #[test]
    fn a_sound_is_repeated_to_the_requested_length() {
        let bytes = line();
        let wave = Wave::parse(&bytes).expect("a wave");
        let mut written = Vec::new();
        wave.repeat(&mut written, 2).expect("written");
        let again = Wave::parse(&written).expect("a wave");
        assert_eq!(again.data, [1, 0, 2, 0, 3, 0, 1, 0, 2, 0, 3, 0, 1, 0, 2, 0]);
        assert_eq!(again.format, wave.format);
        assert_eq!(number(&written, 4), Some(written.len() as u32 - 8));
    }

    #[test]
    fn a_truncated_file_is_rejected() {
        let bytes = line();
        for length in 0..bytes.len() {
            assert!(Wave::parse(&bytes[..length]).is_err(), "{length} bytes");
        }
    }
}
