//! Decoder of compressed sound in any container: FLAC, MP3, Vorbis, Opus, AAC, ALAC, ADPCM; also
//! AIFF and CAF.

use std::io::{Read, Seek, SeekFrom};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::packet::Packet;
use symphonia::core::units::TimeBase;

use super::decoder::{ByteSource, Decoder, SourceFormat};
use super::edit_list::{self, PlayedRange};
use super::error::{AudioWarning, DecodeError};
use super::opus::{self, OpusPackets};

/// The longest packet of these codecs, in samples per channel: FLAC's.
const LONGEST_PACKET: u64 = 65_536;

/// The sound ends after this many consecutive damaged packets.
const MAX_CONSECUTIVE_DAMAGED: u64 = 500;

/// The shortest gap in the time stamps that is filled with silence, as a divisor of one second:
/// 20 ms.
const SHORTEST_GAP: u64 = 50;

/// The longest gap in the time stamps that is filled with silence, in seconds.
const LONGEST_GAP: u64 = 10;

/// The most silence inserted into one sound, in seconds, so that invalid time stamps cannot turn a
/// small file into hours.
const MAX_FILLED: u64 = 60;

/// A byte source with a known length, which the demultiplexers need.
struct SizedSource {
    source: Box<dyn ByteSource>,
    length: u64,
}

impl Read for SizedSource {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.source.read(bytes)
    }
}

impl Seek for SizedSource {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.source.seek(position)
    }
}

impl MediaSource for SizedSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}

enum Codec {
    Opus(Box<OpusPackets>),
    Other(Box<dyn AudioDecoder>),
}

/// One audio track of a container, decoded packet by packet.
pub(super) struct CompressedDecoder {
    format: Box<dyn FormatReader>,
    codec: Codec,
    track: u32,
    time_base: Option<TimeBase>,
    /// The expected time stamp of the next packet.
    expected_start: Option<i64>,
    /// The part of the track to play, if the container specifies it.
    played: Option<PlayedRange>,
    source_format: SourceFormat,
    /// The first block, decoded early because only decoding shows the true rate and channel count.
    first: Option<Vec<f32>>,
    /// Decoded samples per channel.
    frames: u64,
    damaged: u64,
    consecutive_damaged: u64,
    /// Inserted silence, in samples per channel.
    filled: u64,
    ended_early: bool,
    rate_changes_at: Option<f64>,
    ended: bool,
}

impl CompressedDecoder {
    pub(super) fn new(mut source: Box<dyn ByteSource>, length: u64) -> Result<Self, DecodeError> {
        let played_ranges = edit_list::read(&mut source, length)?;
        source.seek(SeekFrom::Start(0))?;
        let source = Box::new(SizedSource { source, length });
        let stream = MediaSourceStream::new(source, Default::default());
        let format = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, Default::default(), Default::default())
            .map_err(|error| match error {
                Error::Unsupported(_) => DecodeError::Unknown(String::new()),
                other => decode_error(other, "the container"),
            })?;
        let (track, time_base, mut codec) = open_track(format.as_ref())?;
        let played = (played_ranges.into_iter()).find(|played| played.track == track);
        if let (Codec::Opus(opus), Some(_)) = (&mut codec, played) {
            opus.keep_encoder_delay();
        }
        let mut decoder = Self {
            format,
            codec,
            track,
            time_base,
            expected_start: None,
            played,
            source_format: SourceFormat {
                rate: 0,
                channels: 0,
                full_scale: 1.0,
            },
            first: None,
            frames: 0,
            damaged: 0,
            consecutive_damaged: 0,
            filled: 0,
            ended_early: false,
            rate_changes_at: None,
            ended: false,
        };
        let mut block = Vec::new();
        if decoder.next(&mut block)? == 0 {
            return Err(DecodeError::broken(if decoder.damaged > 0 {
                "no part of it can be decoded"
            } else {
                "it contains no sound"
            }));
        }
        decoder.first = Some(block);
        Ok(decoder)
    }

    /// The next packet of the track; `None` at the end.
    fn packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        while !self.ended {
            match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => return Ok(Some(packet)),
                Ok(Some(_)) => {}
                Ok(None) => self.ended = true,
                // A chained Ogg stream: the next recording follows.
                Err(Error::ResetRequired) => match open_track(self.format.as_ref()) {
                    Ok((track, time_base, codec)) => {
                        (self.track, self.time_base, self.codec) = (track, time_base, codec);
                        self.expected_start = None;
                    }
                    Err(_) => self.end_early(),
                },
                Err(Error::IoError(error))
                    if error.kind() != std::io::ErrorKind::UnexpectedEof && self.frames == 0 =>
                {
                    return Err(error.into());
                }
                Err(_) => self.end_early(),
            }
        }
        Ok(None)
    }

    fn end_early(&mut self) {
        self.ended = true;
        self.ended_early = true;
    }

    /// Ticks of the track's time base as samples per channel.
    fn frames_in(&self, ticks: u64) -> u64 {
        let Some(base) = self.time_base else {
            return 0;
        };
        let seconds = u128::from(ticks) * u128::from(base.numer.get());
        let frames = seconds * u128::from(self.source_format.rate) / u128::from(base.denom.get());
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// The length of a packet that cannot be decoded, in samples per channel.
    fn lost_frames(&self, packet: &Packet) -> usize {
        self.frames_in(packet.dur.get()).min(LONGEST_PACKET) as usize
    }

    /// The samples per channel that are missing before `packet`, by its time stamp: demultiplexers
    /// drop damaged data and continue with the next valid packet.
    fn gap_before(&mut self, packet: &Packet) -> usize {
        let block = [packet.trim_start, packet.dur, packet.trim_end];
        let ticks = block
            .iter()
            .fold(0, |sum: u64, part| sum.saturating_add(part.get()));
        let starts = packet.pts.get();
        let expected = self
            .expected_start
            .replace(starts.saturating_add_unsigned(ticks));
        let missing = starts.saturating_sub(expected.unwrap_or(starts)).max(0);
        let frames = self.frames_in(missing.unsigned_abs());
        let rate = u64::from(self.source_format.rate);
        // Rounding to milliseconds causes smaller gaps; larger jumps start another recording.
        let is_gap = (rate / SHORTEST_GAP..rate * LONGEST_GAP).contains(&frames);
        if is_gap && self.filled + frames <= rate * MAX_FILLED {
            self.damaged += 1;
            self.filled += frames;
            frames as usize
        } else {
            0
        }
    }

    /// Counts a decoded block and trims it to the played part of the track.
    fn trim_to_played(&mut self, interleaved: &mut Vec<f32>, channels: usize) {
        let frames = interleaved.len() / channels;
        let before = self.frames;
        self.frames += frames as u64;
        let Some(played) = self.played else {
            return;
        };
        let rate = f64::from(self.source_format.rate);
        let start = (played.start * rate).round() as u64;
        let end = played.length.map_or(u64::MAX, |length| {
            start.saturating_add((length * rate).round() as u64)
        });
        let within = |time: u64| time.saturating_sub(before).min(frames as u64) as usize * channels;
        interleaved.truncate(within(end));
        interleaved.drain(..within(start).min(interleaved.len()));
        self.ended |= self.frames >= end;
    }

    /// Checks the format of a decoded block; returns false if the sound must end before it.
    fn accept(&mut self, rate: u32, channels: usize) -> bool {
        if self.source_format.rate == 0 {
            self.source_format.rate = rate;
            self.source_format.channels = u16::try_from(channels).unwrap_or(u16::MAX);
        }
        if rate != self.source_format.rate {
            self.rate_changes_at =
                Some(self.frames as f64 / f64::from(self.source_format.rate.max(1)));
            self.ended = true;
            return false;
        }
        true
    }
}

impl Decoder for CompressedDecoder {
    fn source_format(&self) -> SourceFormat {
        self.source_format
    }

    fn next(&mut self, interleaved: &mut Vec<f32>) -> Result<usize, DecodeError> {
        if let Some(first) = self.first.take() {
            *interleaved = first;
            return Ok(usize::from(self.source_format.channels));
        }
        while let Some(packet) = self.packet()? {
            interleaved.clear();
            let gap = self.gap_before(&packet);
            let decoded = match &mut self.codec {
                Codec::Opus(opus) => opus.decode(&packet.data, interleaved).map(|()| {
                    let channels = opus.channels();
                    let trim = usize::try_from(packet.trim_end.get()).unwrap_or(usize::MAX);
                    let kept =
                        interleaved.len() - trim.saturating_mul(channels).min(interleaved.len());
                    interleaved.truncate(kept);
                    (opus::RATE, channels)
                }),
                Codec::Other(codec) => codec
                    .decode(&packet)
                    .map(|buffer| copy(&buffer, interleaved))
                    .map_err(|error| decode_error(error, "the codec")),
            };
            let (rate, channels) = match decoded {
                Ok(found) => {
                    self.consecutive_damaged = 0;
                    found
                }
                Err(DecodeError::Unsupported(what)) if self.frames == 0 => {
                    return Err(DecodeError::Unsupported(what));
                }
                Err(_) => {
                    self.damaged += 1;
                    self.consecutive_damaged += 1;
                    if self.consecutive_damaged > MAX_CONSECUTIVE_DAMAGED {
                        self.end_early();
                        break;
                    }
                    let mut frames = self.lost_frames(&packet);
                    if let Codec::Opus(opus) = &mut self.codec {
                        frames = opus.skip_lost(frames);
                    }
                    let channels = usize::from(self.source_format.channels);
                    interleaved.clear();
                    interleaved.resize(frames * channels, 0.0);
                    (self.source_format.rate, channels)
                }
            };
            if interleaved.is_empty() || channels == 0 {
                continue;
            }
            if !self.accept(rate, channels) {
                break;
            }
            if gap > 0 {
                let silence = std::iter::repeat_n(0.0, gap * channels);
                interleaved.splice(..0, silence);
            }
            self.trim_to_played(interleaved, channels);
            if !interleaved.is_empty() {
                return Ok(channels);
            }
        }
        interleaved.clear();
        Ok(0)
    }

    fn warnings(&self) -> Vec<AudioWarning> {
        let mut warnings = Vec::new();
        if self.damaged > 0 {
            warnings.push(AudioWarning::Damaged {
                parts: self.damaged,
            });
        }
        if self.ended_early {
            warnings.push(AudioWarning::Truncated);
        }
        if let Some(at) = self.rate_changes_at {
            warnings.push(AudioWarning::RateChanges { at });
        }
        warnings
    }
}

/// The first audio track that can be decoded, and its decoder.
fn open_track(format: &dyn FormatReader) -> Result<(u32, Option<TimeBase>, Codec), DecodeError> {
    let track = format
        .default_track(TrackType::Audio)
        .or_else(|| format.first_track(TrackType::Audio))
        .ok_or_else(|| DecodeError::broken("it has no audio track"))?;
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(DecodeError::unsupported("the audio track's codec"));
    };
    Ok((track.id, track.time_base, open_codec(parameters)?))
}

fn open_codec(parameters: &AudioCodecParameters) -> Result<Codec, DecodeError> {
    if parameters.codec == CODEC_ID_OPUS {
        let channels = parameters.channels.as_ref().map_or(1, |c| c.count());
        let opus = OpusPackets::new(parameters.extra_data.as_deref(), channels)?;
        return Ok(Codec::Opus(Box::new(opus)));
    }
    symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &Default::default())
        .map(Codec::Other)
        .map_err(|error| decode_error(error, "the audio track's codec"))
}

/// Copies a decoded block and returns its rate and channel count.
fn copy(buffer: &GenericAudioBufferRef<'_>, interleaved: &mut Vec<f32>) -> (u32, usize) {
    buffer.copy_to_vec_interleaved(interleaved);
    (buffer.spec().rate(), buffer.spec().channels().count())
}

fn decode_error(error: Error, part: &str) -> DecodeError {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::broken("it is truncated")
        }
        Error::IoError(error) => DecodeError::Io(error),
        Error::Unsupported(what) => DecodeError::unsupported(format!("{part} ({what})")),
        Error::DecodeError(why) | Error::LimitError(why) => DecodeError::broken(why),
        other => DecodeError::broken(other.to_string()),
    }
}
