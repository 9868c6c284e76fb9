//! Recognition of sound files by their first bytes.
//!
//! The demultiplexers search a megabyte of any file for something like an MP3 frame, and usually
//! find one. A file must therefore start like sound; other known file types are named in the error.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::ByteSource;
use super::error::DecodeError;

/// The type of a file, by its first bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A container or stream that may contain sound.
    Sound,
    /// Sound without a decoder: its name.
    Unsupported(&'static str),
    /// Not sound: a description, as the beginning of a sentence.
    Unknown(String),
}

/// The most zero bytes before an MPEG or AAC stream.
const LONGEST_PADDING: u64 = 1 << 16;

/// Sound that the demultiplexers support: offset and magic bytes.
const SOUND: &[(usize, &[u8])] = &[
    (0, b"RIFF"), // ADPCM; uncompressed WAVE files are handled before
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"FORM"),
    (0, b"caff"),
    (0, b"ID3"),
    (0, b"\x1A\x45\xDF\xA3"), // Matroska, WebM
    (4, b"ftyp"),
    (4, b"moov"),
    (4, b"mdat"),
    (4, b"free"),
    (4, b"wide"),
    (4, b"skip"),
    (0, b"APETAGEX"),
    (0, b"TAG"),
];

/// Sound without a decoder.
const UNDECODED: &[(&[u8], &str)] = &[
    (b"#!AMR", "AMR"),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media (ASF)"),
    (b"wvpk", "WavPack"),
    (b"MAC ", "Monkey's Audio"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"TTA1", "True Audio"),
    (b"DSD ", "DSD"),
    (b"FRM8", "DSD"),
    (b"MThd", "MIDI"),
    (b".RMF", "RealMedia"),
    (b"Creative Voice File", "Creative Voice"),
    (b"\x0B\x77", "AC-3"),
    (b"\x7F\xFE\x80\x01", "DTS"),
];

/// Other common file types.
const OTHER: &[(&[u8], &str)] = &[
    (b"glTF", "a GLB model"),
    (b"PXR-USDC", "a USD file"),
    (b"#usda", "a USD file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"%PDF", "a PDF document"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
];

/// The type of `source`, by its first bytes.
pub(super) fn recognise(source: &mut Box<dyn ByteSource>) -> Result<Content, DecodeError> {
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(0))?;
    source.take(1 << 10).read_to_end(&mut head)?;
    let begins = |at: usize, with: &[u8]| head.get(at..).is_some_and(|from| from.starts_with(with));
    if SOUND.iter().any(|(at, magic)| begins(*at, magic)) || is_frame(&head) {
        return Ok(Content::Sound);
    }
    if let Some((_, name)) = UNDECODED.iter().find(|(magic, _)| begins(0, magic)) {
        return Ok(Content::Unsupported(name));
    }
    if let Some((_, name)) = OTHER.iter().find(|(magic, _)| begins(0, magic)) {
        return Ok(Content::Unknown(format!("this is {name}, not a sound")));
    }
    if head.iter().all(|&byte| byte == 0) {
        // Padding before a stream, or a failed download.
        source.seek(SeekFrom::Start(0))?;
        let mut padding = Vec::new();
        source.take(LONGEST_PADDING).read_to_end(&mut padding)?;
        let start = padding.iter().position(|&byte| byte != 0);
        return Ok(match start {
            Some(start) if is_frame(&padding[start..]) => Content::Sound,
            Some(_) => Content::Unknown("no known sound format".to_owned()),
            None => Content::Unknown("the file contains only zeros".to_owned()),
        });
    }
    let is_text = std::str::from_utf8(&head)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()));
    Ok(Content::Unknown(if is_text {
        "this is text, not a sound".to_owned()
    } else {
        "no known sound format".to_owned()
    }))
}

/// Whether `bytes` begin with the header of an MPEG audio frame (ISO 11172-3) or an ADTS frame
/// (ISO 13818-7) without reserved values.
fn is_frame(bytes: &[u8]) -> bool {
    let &[0xFF, second, third, ..] = bytes else {
        return false;
    };
    let is_adts = second & 0xF6 == 0xF0 && (third >> 2) & 0xF < 13;
    let is_mpeg = second & 0xE0 == 0xE0
        && (second >> 3) & 3 != 1 // version
        && (second >> 1) & 3 != 0 // layer
        && third >> 4 != 0xF // bit rate
        && (third >> 2) & 3 != 3; // sample rate
    is_adts || is_mpeg
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::decoder::ByteSource;
    use super::{Content, recognise};

    fn content(bytes: &[u8]) -> Content {
        let mut source: Box<dyn ByteSource> = Box::new(Cursor::new(bytes.to_vec()));
        recognise(&mut source).expect("memory can be read")
    }

    #[test]
    fn other_file_types_are_named() {
        for (bytes, expected) in [
            (&b"glTF\x02\0\0\0"[..], "GLB"),
            (b"a line of text\n", "text"),
            (&[0; 4096], "zeros"),
            (b"\x01\x02\x03\x80\x90", "no known"),
        ] {
            let found = content(bytes);
            assert!(
                matches!(&found, Content::Unknown(what) if what.contains(expected)),
                "{found:?}"
            );
        }
        assert_eq!(content(b"#!AMR\n\x3C"), Content::Unsupported("AMR"));
    }

    #[test]
    fn streams_without_a_container_are_sound_even_after_padding() {
        let frame = [0xFF, 0xFB, 0x90, 0x64];
        assert_eq!(content(&frame), Content::Sound);
        let mut padded = vec![0; 3_000];
        padded.extend(frame);
        assert_eq!(content(&padded), Content::Sound);
        // A reserved sample rate: not a frame.
        assert_ne!(content(&[0xFF, 0xFB, 0x9C, 0x64]), Content::Sound);
    }
}
