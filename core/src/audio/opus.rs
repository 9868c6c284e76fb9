//! Decoder of Opus packets. The demultiplexer reads the container.

use opus_decoder::OpusMultistreamDecoder;

use super::error::DecodeError;

/// The output rate of Opus.
pub(super) const RATE: u32 = 48_000;

/// The longest packet: 120 ms.
const LONGEST_PACKET: usize = 5_760;

/// Decodes the packets of one Opus stream (RFC 6716) according to its header (RFC 7845).
pub(super) struct OpusPackets {
    decoder: OpusMultistreamDecoder,
    channels: usize,
    gain: f32,
    /// Samples per channel that are still to be removed from the start.
    skip: usize,
    block: Vec<f32>,
}

impl OpusPackets {
    /// `header` is the identification header, `OpusHead...`; without it, one stream of `channels`.
    pub(super) fn new(header: Option<&[u8]>, channels: usize) -> Result<Self, DecodeError> {
        let header = match header {
            Some(bytes) if bytes.starts_with(b"OpusHead") => Head::read(bytes)
                .ok_or_else(|| DecodeError::broken("the Opus header is truncated"))?,
            _ => Head::plain(channels),
        };
        let decoder = OpusMultistreamDecoder::new(
            RATE,
            header.mapping.len(),
            header.streams,
            header.coupled,
            &header.mapping,
        )
        .map_err(|error| DecodeError::broken(format!("Opus header: {error}")))?;
        let channels = header.mapping.len();
        Ok(Self {
            decoder,
            channels,
            gain: header.gain,
            skip: header.skip,
            block: vec![0.0; LONGEST_PACKET * channels],
        })
    }

    /// Does not remove the encoder delay, because the container gives it as well.
    pub(super) fn keep_encoder_delay(&mut self) {
        self.skip = 0;
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// The interleaved samples of a packet, without the encoder delay.
    pub(super) fn decode(&mut self, packet: &[u8], out: &mut Vec<f32>) -> Result<(), DecodeError> {
        if packet.is_empty() {
            return Err(DecodeError::broken("an empty Opus packet"));
        }
        let frames = self
            .decoder
            .decode_float(packet, &mut self.block, false)
            .map_err(|error| DecodeError::broken(error.to_string()))?;
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let samples = &self.block[skipped * self.channels..frames * self.channels];
        out.extend(samples.iter().map(|sample| sample * self.gain));
        Ok(())
    }

    /// The length of a lost packet of `frames` samples per channel, without the encoder delay.
    pub(super) fn skip_lost(&mut self, frames: usize) -> usize {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        frames - skipped
    }
}

/// The identification header, RFC 7845 section 5.1.
struct Head {
    skip: usize,
    gain: f32,
    streams: usize,
    coupled: usize,
    mapping: Vec<u8>,
}

impl Head {
    /// One stream of one or two channels.
    fn plain(channels: usize) -> Self {
        let channels = channels.clamp(1, 2);
        Self {
            skip: 0,
            gain: 1.0,
            streams: 1,
            coupled: channels - 1,
            mapping: (0..channels as u8).collect(),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let [channels, skip @ .., _, _, _, _] = *bytes.get(9..16)?.first_chunk::<7>()?;
        let [gain @ .., family] = *bytes.get(16..19)?.first_chunk::<3>()?;
        let plain = Self {
            skip: usize::from(u16::from_le_bytes(skip)),
            // Q7.8 decibels.
            gain: 10_f32.powf(f32::from(i16::from_le_bytes(gain)) / (20.0 * 256.0)),
            ..Self::plain(usize::from(channels))
        };
        if family == 0 {
            return (1..=2).contains(&channels).then_some(plain);
        }
        let [streams, coupled] = *bytes.get(19..21)?.first_chunk::<2>()?;
        Some(Self {
            streams: usize::from(streams),
            coupled: usize::from(coupled),
            mapping: bytes.get(21..21 + usize::from(channels))?.to_vec(),
            ..plain
        })
    }
}
