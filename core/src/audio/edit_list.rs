//! What of an MP4 track is to be heard: its edit list, or iTunes' note of the encoder's delay.
//!
//! AAC encoders put 1024 to 2112 samples of run-up before the sound, up to 64 ms at 16 kHz, enough
//! to pull lips and voice apart. The demultiplexer hands them on; here is read how many there are
//! (ISO/IEC 14496-12, section 8.6.6). Only headers are read, whatever sizes they state.

use std::io::{Read, Seek, SeekFrom};

use super::decoder::ByteSource;
use super::error::Trouble;

/// The part of a track that is to be heard, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heard {
    /// The track, numbered as its header does.
    pub(super) track: u32,
    /// Where the sound starts in the decoded track.
    pub(super) start: f64,
    /// How long it lasts; to the end if none.
    pub(super) length: Option<f64>,
}

/// Boxes that are looked at before the search is given up.
const MOST_BOXES: usize = 10_000;

/// The part of a user-data box that is searched for iTunes' note.
const LARGEST_USER_DATA: u64 = 1 << 20;

/// What the edit lists of an MP4 file of `length` bytes say; nothing for any other file.
pub(super) fn read(source: &mut Box<dyn ByteSource>, length: u64) -> Result<Vec<Heard>, Trouble> {
    let mut movie = Movie {
        source,
        left: MOST_BOXES,
        timescale: 0,
        heard: Vec::new(),
        tracks: Vec::new(),
    };
    for file_box in movie.boxes(0, length) {
        if &file_box.name == b"moov" {
            movie.read(file_box)?;
            break;
        }
    }
    Ok(movie.heard)
}

/// A box: its name and where its content lies.
#[derive(Debug, Clone, Copy)]
struct FileBox {
    name: [u8; 4],
    start: u64,
    end: u64,
}

/// What is gathered of one track.
#[derive(Debug, Clone, Copy, Default)]
struct Track {
    id: u32,
    timescale: u32,
    /// Start in the track's ticks, length in the movie's, of the only edit that is not empty.
    edit: Option<(i64, u64)>,
}

struct Movie<'a> {
    source: &'a mut Box<dyn ByteSource>,
    left: usize,
    timescale: u32,
    heard: Vec<Heard>,
    tracks: Vec<Track>,
}

impl Movie<'_> {
    fn bytes<const N: usize>(&mut self, at: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.source.seek(SeekFrom::Start(at)).ok()?;
        self.source.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn word(&mut self, at: u64) -> Option<u32> {
        self.bytes(at).map(u32::from_be_bytes)
    }

    fn long(&mut self, at: u64) -> Option<u64> {
        self.bytes(at).map(u64::from_be_bytes)
    }

    /// The boxes between two offsets, as far as their sizes make sense.
    fn boxes(&mut self, mut at: u64, end: u64) -> Vec<FileBox> {
        let mut boxes = Vec::new();
        while at + 8 <= end && self.left > 0 {
            self.left -= 1;
            let Some([a, b, c, d, name @ ..]) = self.bytes::<8>(at) else {
                break;
            };
            let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
                0 => (8, end - at),
                1 => (16, self.long(at + 8).unwrap_or(0)),
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

    fn read(&mut self, movie: FileBox) -> Result<(), Trouble> {
        let mut note = None;
        for part in self.boxes(movie.start, movie.end) {
            match &part.name {
                b"mvhd" => self.timescale = self.timescale_at(part.start).unwrap_or(0),
                b"trak" => {
                    let mut track = Track::default();
                    self.track(part, &mut track);
                    self.tracks.push(track);
                }
                b"udta" => note = self.note(part)?,
                _ => {}
            }
        }
        let tracks = std::mem::take(&mut self.tracks);
        for track in tracks.into_iter().filter(|track| track.timescale > 0) {
            let ticks = f64::from(track.timescale);
            let (start, length) = match (track.edit, note) {
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
            self.heard.push(Heard {
                track: track.id,
                start,
                length,
            });
        }
        Ok(())
    }

    fn track(&mut self, part: FileBox, track: &mut Track) {
        for part in self.boxes(part.start, part.end) {
            match &part.name {
                b"edts" | b"mdia" => self.track(part, track),
                b"tkhd" => {
                    let at = part.start + if self.is_long(part.start) { 20 } else { 12 };
                    track.id = self.word(at).unwrap_or(0);
                }
                b"mdhd" => track.timescale = self.timescale_at(part.start).unwrap_or(0),
                b"elst" => track.edit = self.edit(part),
                _ => {}
            }
        }
    }

    /// Whether the box at `start` uses 64-bit times: its version is 1.
    fn is_long(&mut self, start: u64) -> bool {
        self.bytes::<1>(start) == Some([1])
    }

    /// The ticks per second in a movie or media header.
    fn timescale_at(&mut self, start: u64) -> Option<u32> {
        let at = start + if self.is_long(start) { 20 } else { 12 };
        self.word(at)
    }

    /// The start and length of the first edit that is not empty; the length is 0 (to the end)
    /// when more edits follow, for those are not played.
    fn edit(&mut self, part: FileBox) -> Option<(i64, u64)> {
        let is_long = self.is_long(part.start);
        let size = if is_long { 20 } else { 12 };
        let count = u64::from(self.word(part.start + 4)?);
        let mut found = None;
        for index in 0..count.min((part.end - part.start) / size) {
            let at = part.start + 8 + index * size;
            let (length, start) = if is_long {
                (self.long(at)?, self.long(at + 8)? as i64)
            } else {
                let start = self.word(at + 4)? as i32;
                (u64::from(self.word(at)?), i64::from(start))
            };
            match found {
                _ if start < 0 => {}
                None => found = Some((start, length)),
                Some((start, _)) => return Some((start, 0)),
            }
        }
        found
    }

    /// iTunes' note: delay and number of samples in hexadecimal, as in
    /// ` 00000000 00000840 000001CA 00000000003F31F6`.
    fn note(&mut self, part: FileBox) -> Result<Option<(u32, u64)>, Trouble> {
        let mut bytes = Vec::new();
        self.source.seek(SeekFrom::Start(part.start))?;
        let size = (part.end - part.start).min(LARGEST_USER_DATA);
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
    use super::{Heard, read};

    fn file_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend(name);
        bytes.extend(content);
        bytes
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn movie(edits: Option<&[u8]>, note: &[u8]) -> Vec<u8> {
        let mut track = file_box(b"tkhd", &words(&[0, 0, 0, 7, 0]));
        if let Some(edits) = edits {
            track.extend(file_box(b"edts", &file_box(b"elst", edits)));
        }
        let media = file_box(b"mdhd", &words(&[0, 0, 0, 44_100, 0]));
        track.extend(file_box(b"mdia", &media));
        let mut content = file_box(b"mvhd", &words(&[0, 0, 0, 600, 0]));
        content.extend(file_box(b"trak", &track));
        content.extend(file_box(b"udta", note));
        let mut bytes = file_box(b"ftyp", b"M4A ");
        bytes.extend(file_box(b"moov", &content));
        bytes
    }

    fn heard(bytes: Vec<u8>) -> Vec<Heard> {
        let length = bytes.len() as u64;
        let mut source: Box<dyn ByteSource> = Box::new(Cursor::new(bytes));
        read(&mut source, length).expect("memory can be read")
    }

    #[test]
    fn an_edit_list_says_where_the_sound_starts_and_how_long_it_lasts() {
        // An empty edit, then one of 900 / 600 s from sample 2112.
        let edits = words(&[0, 2, 60, u32::MAX, 65_536, 900, 2_112, 65_536]);
        assert_eq!(
            heard(movie(Some(&edits), b"")),
            [Heard {
                track: 7,
                start: 2_112.0 / 44_100.0,
                length: Some(1.5),
            }]
        );
    }

    #[test]
    fn the_note_of_itunes_counts_where_there_is_no_edit_list() {
        let mut note = b"----mean com.apple.iTunes name\0\0\0\0iTunSMPB....data".to_vec();
        note.extend([0, 0, 0, 1, 0, 0, 0, 0]);
        note.extend(b" 00000000 00000840 000001CA 000000000000AC44 00000000 00000000");
        assert_eq!(
            heard(movie(None, &note)),
            [Heard {
                track: 7,
                start: 2_112.0 / 44_100.0,
                length: Some(1.0),
            }]
        );
        assert_eq!(heard(movie(None, b"")), []);
    }

    #[test]
    fn cut_files_and_impossible_sizes_say_nothing() {
        let whole = movie(Some(&words(&[0, 1, 900, 2_112, 65_536])), b"");
        for length in 0..whole.len() {
            heard(whole[..length].to_vec());
            let mut broken = whole.clone();
            broken[length] = 0xFF;
            heard(broken);
        }
        assert_eq!(heard(b"RIFF....WAVE".to_vec()), []);
    }
}
