//! The played part of an MP4 track, from its edit list or iTunes' gapless information.
//!
//! AAC encoders put 1024 to 2112 samples of encoder delay before the sound, up to 64 ms at 16 kHz,
//! enough to put lips and voice out of sync. The demultiplexer does not remove them, so this module
//! reads how many there are (ISO/IEC 14496-12, section 8.6.6). It reads headers only, whatever
//! sizes they declare.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::ByteSource;
use super::error::DecodeError;

/// The part of a track to play, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PlayedRange {
    /// The track's ID in its header.
    pub(super) track: u32,
    /// The start in the decoded track.
    pub(super) start: f64,
    /// The length; `None` to the end of the track.
    pub(super) length: Option<f64>,
}

/// The most boxes that are read.
const MAX_BOXES: usize = 10_000;

/// The most bytes of a user-data box that are searched for gapless information.
const MAX_USER_DATA: u64 = 1 << 20;

/// The played ranges of an MP4 file of `length` bytes; empty for any other file.
pub(super) fn read(
    source: &mut Box<dyn ByteSource>,
    length: u64,
) -> Result<Vec<PlayedRange>, DecodeError> {
    let mut movie = Movie {
        source,
        boxes_left: MAX_BOXES,
        timescale: 0,
        played: Vec::new(),
        tracks: Vec::new(),
    };
    for file_box in movie.boxes(0, length) {
        if &file_box.name == b"moov" {
            movie.read(file_box)?;
            break;
        }
    }
    Ok(movie.played)
}

/// A box: its name and the byte range of its content.
#[derive(Debug, Clone, Copy)]
struct FileBox {
    name: [u8; 4],
    start: u64,
    end: u64,
}

/// The header fields of one track.
#[derive(Debug, Clone, Copy, Default)]
struct TrackHeader {
    id: u32,
    timescale: u32,
    /// The first edit that is not empty: start in ticks of the track, length in ticks of the movie.
    edit: Option<(i64, u64)>,
}

struct Movie<'a> {
    source: &'a mut Box<dyn ByteSource>,
    boxes_left: usize,
    timescale: u32,
    played: Vec<PlayedRange>,
    tracks: Vec<TrackHeader>,
}

impl Movie<'_> {
    fn bytes<const N: usize>(&mut self, at: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.source.seek(SeekFrom::Start(at)).ok()?;
        self.source.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn u32_at(&mut self, at: u64) -> Option<u32> {
        self.bytes(at).map(u32::from_be_bytes)
    }

    fn u64_at(&mut self, at: u64) -> Option<u64> {
        self.bytes(at).map(u64::from_be_bytes)
    }

    /// The boxes between two offsets, up to the first with an invalid size.
    fn boxes(&mut self, mut at: u64, end: u64) -> Vec<FileBox> {
        let mut boxes = Vec::new();
        while at + 8 <= end && self.boxes_left > 0 {
            self.boxes_left -= 1;
            let Some([a, b, c, d, name @ ..]) = self.bytes::<8>(at) else {
                break;
            };
            let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
                0 => (8, end - at),
                1 => (16, self.u64_at(at + 8).unwrap_or(0)),
                size => (8, u64::from(size)),
            };
            if size < head || size > end - at {
                break;
            }
            boxes.push(FileBox {
                name,
                start: at + head,
                end: at + size,
            });
            at += size;
        }
        boxes
    }

    fn read(&mut self, movie: FileBox) -> Result<(), DecodeError> {
        let mut gapless = None;
        for part in self.boxes(movie.start, movie.end) {
            match &part.name {
                b"mvhd" => self.timescale = self.timescale_at(part.start).unwrap_or(0),
                b"trak" => {
                    let mut track = TrackHeader::default();
                    self.track(part, &mut track);
                    self.tracks.push(track);
                }
                b"udta" => gapless = self.gapless_info(part)?,
                _ => {}
            }
        }
        let tracks = std::mem::take(&mut self.tracks);
        for track in tracks.into_iter().filter(|track| track.timescale > 0) {
            let ticks = f64::from(track.timescale);
            let (start, length) = match (track.edit, gapless) {
                (Some((start, length)), _) => (
                    start as f64 / ticks,
                    (length > 0 && self.timescale > 0)
                        .then(|| length as f64 / f64::from(self.timescale)),
                ),
                (None, Some((delay, samples))) => (
                    f64::from(delay) / ticks,
                    (samples > 0).then_some(samples as f64 / ticks),
                ),
                (None, None) => continue,
            };
            self.played.push(PlayedRange {
                track: track.id,
                start,
                length,
            });
        }
        Ok(())
    }

    fn track(&mut self, part: FileBox, track: &mut TrackHeader) {
        for part in self.boxes(part.start, part.end) {
            match &part.name {
                b"edts" | b"mdia" => self.track(part, track),
                b"tkhd" => {
                    let at = part.start + if self.is_long(part.start) { 20 } else { 12 };
                    track.id = self.u32_at(at).unwrap_or(0);
                }
                b"mdhd" => track.timescale = self.timescale_at(part.start).unwrap_or(0),
                b"elst" => track.edit = self.edit(part),
                _ => {}
            }
        }
    }

    /// Whether the box at `start` has 64-bit times (version 1).
    fn is_long(&mut self, start: u64) -> bool {
        self.bytes::<1>(start) == Some([1])
    }

    /// The ticks per second in a movie or media header.
    fn timescale_at(&mut self, start: u64) -> Option<u32> {
        let at = start + if self.is_long(start) { 20 } else { 12 };
        self.u32_at(at)
    }

    /// The start and length of the first edit that is not empty. The length is 0 (to the end) if
    /// more edits follow, which are not supported.
    fn edit(&mut self, part: FileBox) -> Option<(i64, u64)> {
        let is_long = self.is_long(part.start);
        let size = if is_long { 20 } else { 12 };
        let count = u64::from(self.u32_at(part.start + 4)?);
        let mut found = None;
        for index in 0..count.min((part.end - part.start) / size) {
            let at = part.start + 8 + index * size;
            let (length, start) = if is_long {
                (self.u64_at(at)?, self.u64_at(at + 8)? as i64)
            } else {
                let start = self.u32_at(at + 4)? as i32;
                (u64::from(self.u32_at(at)?), i64::from(start))
            };
            match found {
                _ if start < 0 => {}
                None => found = Some((start, length)),
                Some((start, _)) => return Some((start, 0)),
            }
        }
        found
    }

    /// iTunes' gapless information: delay and number of samples in hexadecimal, as in
    /// ` 00000000 00000840 000001CA 00000000003F31F6`.
    fn gapless_info(&mut self, part: FileBox) -> Result<Option<(u32, u64)>, DecodeError> {
        let mut bytes = Vec::new();
        self.source.seek(SeekFrom::Start(part.start))?;
        let size = (part.end - part.start).min(MAX_USER_DATA);
        self.source.take(size).read_to_end(&mut bytes)?;
        let find = |bytes: &[u8], name: &[u8]| {
            let at = bytes.windows(name.len()).position(|w| w == name)?;
            Some(at + name.len())
        };
        Ok((|| {
            let rest = &bytes[find(&bytes, b"iTunSMPB")?..];
            // The text follows the box's name, type and locale.
            let text = rest.get(find(rest, b"data")? + 8..)?;
            let text = std::str::from_utf8(text.get(..text.len().min(48))?).ok()?;
            let mut fields = text.split_ascii_whitespace().skip(1);
            let delay = u32::from_str_radix(fields.next()?, 16).ok()?;
            let samples = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
            Some((delay, samples))
        })())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::decoder::ByteSource;
    use super::{PlayedRange, read};

    fn file_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(content);
        bytes
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn movie(edits: Option<&[u8]>, user_data: &[u8]) -> Vec<u8> {
        let mut track = file_box(b"tkhd", &words(&[0, 0, 0, 7, 0]));
        if let Some(edits) = edits {
            track.extend(file_box(b"edts", &file_box(b"elst", edits)));
        }
        let media = file_box(b"mdhd", &words(&[0, 0, 0, 44_100, 0]));
        track.extend(file_box(b"mdia", &media));
        let mut content = file_box(b"mvhd", &words(&[0, 0, 0, 600, 0]));
        content.extend(file_box(b"trak", &track));
        content.extend(file_box(b"udta", user_data));
        let mut bytes = file_box(b"ftyp", b"M4A ");
        bytes.extend(file_box(b"moov", &content));
        bytes
    }

    fn played(bytes: Vec<u8>) -> Vec<PlayedRange> {
        let length = bytes.len() as u64;
        let mut source: Box<dyn ByteSource> = Box::new(Cursor::new(bytes));
        read(&mut source, length).expect("memory can be read")
    }

    #[test]
    fn an_edit_list_gives_start_and_length_of_the_sound() {
        // An empty edit, then one of 900 / 600 s from sample 2112.
        let edits = words(&[0, 2, 60, u32::MAX, 65_536, 900, 2_112, 65_536]);
        assert_eq!(
            played(movie(Some(&edits), b"")),
            [PlayedRange {
                track: 7,
                start: 2_112.0 / 44_100.0,
                length: Some(1.5),
            }]
        );
    }

    #[test]
    fn gapless_information_of_itunes_is_used_without_an_edit_list() {
        let mut gapless = b"----mean com.apple.iTunes name\0\0\0\0iTunSMPB....data".to_vec();
        gapless.extend([0, 0, 0, 1, 0, 0, 0, 0]);
        gapless.extend(b" 00000000 00000840 000001CA 000000000000AC44 00000000 00000000");
        assert_eq!(
            played(movie(None, &gapless)),
            [PlayedRange {
                track: 7,
                start: 2_112.0 / 44_100.0,
                length: Some(1.0),
            }]
        );
        assert_eq!(played(movie(None, b"")), []);
    }

    #[test]
    fn truncated_files_and_invalid_sizes_give_no_range() {
        let complete = movie(Some(&words(&[0, 1, 900, 2_112, 65_536])), b"");
        for length in 0..complete.len() {
            played(complete[..length].to_vec());
            let mut broken = complete.clone();
            broken[length] = 0xFF;
            played(broken);
        }
        assert_eq!(played(b"RIFF....WAVE".to_vec()), []);
    }
}
