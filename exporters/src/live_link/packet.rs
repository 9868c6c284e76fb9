//! Encodes and decodes packets: [`Packet`].

use metaface_clip::{Channel, Frame, FrameRate};

use super::{FrameTime, Name, NameError, live_link_sign};

/// The version of the packets that are written and read, in use since Unreal Engine 4.25.
pub const VERSION: u8 = 6;

/// One frame of a face, with its time and names.
///
/// ```
/// use metaface_clip::{Channel, Frame};
/// use metaface_exporters::live_link::{FrameTime, Name, Packet};
///
/// let subject = "Hero".parse()?;
/// let mut face = Frame::NEUTRAL;
/// face[Channel::JawOpen] = 0.25;
/// let packet = Packet {
///     device: Name::device("stage-2", &subject),
///     subject,
///     time: FrameTime { frame: 1337, subframe: 0.0 },
///     rate: "60".parse()?,
///     face,
/// };
/// let bytes = packet.encode();
/// assert_eq!(bytes.len(), 270 + 36 + 4);
/// assert_eq!(Packet::decode(&bytes)?, packet);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// The sender: a constant id.
    pub device: Name,
    /// The subject: the name that the engine shows.
    pub subject: Name,
    /// The time.
    pub time: FrameTime,
    /// The frame rate of `time`.
    pub rate: FrameRate,
    /// The face.
    pub face: Frame,
}

/// Why bytes are not a valid packet.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PacketError {
    /// Another version, or not a Live Link Face packet.
    #[error("not a Live Link Face packet of version {VERSION}: it begins with {0}")]
    Version(u8),
    /// The packet is truncated.
    #[error("a Live Link Face packet is truncated after {0} bytes")]
    Short(usize),
    /// Extra bytes after the end.
    #[error("a Live Link Face packet has {0} extra bytes after its end")]
    Long(usize),
    /// A name with an invalid length, or that is not UTF-8.
    #[error("a Live Link Face packet's {0} is not valid text")]
    Text(&'static str),
    /// An invalid name.
    #[error("a Live Link Face packet has an invalid {0}: {1}")]
    Name(&'static str, NameError),
    /// An invalid frame rate.
    #[error("a Live Link Face packet has an invalid rate of {0}/{1} frames per second")]
    Rate(i32, i32),
    /// A wrong number of values.
    #[error("a Live Link Face packet has {0} values; a face has 61")]
    Count(u8),
    /// A value that is not a finite number.
    #[error("a Live Link Face packet's {0} is not a finite number")]
    NotFinite(&'static str),
}

impl Packet {
    /// The packet's bytes. A value that is not finite is written as zero.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for name in [&self.device, &self.subject] {
            // Names have 255 bytes at most.
            bytes.extend((name.as_str().len() as i32).to_be_bytes());
            bytes.extend(name.as_str().as_bytes());
        }
        bytes.extend(self.time.frame.to_be_bytes());
        bytes.extend(self.time.subframe.to_be_bytes());
        let (numerator, denominator) = packet_rate(self.rate);
        bytes.extend(numerator.to_be_bytes());
        bytes.extend(denominator.to_be_bytes());
        bytes.push(Channel::COUNT as u8);
        for channel in Channel::ALL {
            let value = live_link_sign(channel, self.face[channel]);
            let value = if value.is_finite() { value } else { 0.0 };
            bytes.extend(value.to_be_bytes());
        }
        bytes
    }

    /// Reads a packet.
    ///
    /// # Errors
    /// [`PacketError`], unless the bytes are exactly one valid packet.
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let mut reader = PacketReader {
            rest: bytes,
            total: bytes.len(),
        };
        let [version] = reader.take()?;
        if version != VERSION {
            return Err(PacketError::Version(version));
        }
        let device = reader.name("device id")?;
        let subject = reader.name("subject")?;
        let time = FrameTime {
            frame: i32::from_be_bytes(reader.take()?),
            subframe: reader.number("subframe")?,
        };
        let [numerator, denominator] = [reader.take()?, reader.take()?].map(i32::from_be_bytes);
        let rate = match (u32::try_from(numerator), u32::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => FrameRate::new(numerator, denominator).ok(),
            _ => None,
        };
        let rate = rate.ok_or(PacketError::Rate(numerator, denominator))?;
        let [count] = reader.take()?;
        if usize::from(count) != Channel::COUNT {
            return Err(PacketError::Count(count));
        }
        let mut face = Frame::NEUTRAL;
        for channel in Channel::ALL {
            face[channel] = live_link_sign(channel, reader.number(channel.name())?);
        }
        match reader.rest {
            [] => Ok(Self {
                device,
                subject,
                time,
                rate,
                face,
            }),
            extra => Err(PacketError::Long(extra.len())),
        }
    }
}

/// Numerator and denominator of a rate as signed integers. A rate with a numerator or denominator
/// of 2^31 or more is rounded to millionths of a frame per second.
fn packet_rate(rate: FrameRate) -> (i32, i32) {
    const MILLION: i32 = 1_000_000;
    match (
        i32::try_from(rate.numerator()),
        i32::try_from(rate.denominator()),
    ) {
        (Ok(numerator), Ok(denominator)) => (numerator, denominator),
        _ => ((rate.as_f64() * f64::from(MILLION)).round() as i32, MILLION),
    }
}

/// Reads a packet from front to back.
struct PacketReader<'a> {
    /// The bytes that have not been read yet.
    rest: &'a [u8],
    /// The length of the packet.
    total: usize,
}

impl<'a> PacketReader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], PacketError> {
        let (taken, rest) =
            (self.rest.split_first_chunk()).ok_or(PacketError::Short(self.total))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn name(&mut self, field: &'static str) -> Result<Name, PacketError> {
        let length = i32::from_be_bytes(self.take()?);
        let length = usize::try_from(length).map_err(|_| PacketError::Text(field))?;
        let (text, rest) =
            (self.rest.split_at_checked(length)).ok_or(PacketError::Short(self.total))?;
        self.rest = rest;
        let text = std::str::from_utf8(text).map_err(|_| PacketError::Text(field))?;
        let name = text.parse();
        name.map_err(|error| PacketError::Name(field, error))
    }

    fn number(&mut self, field: &'static str) -> Result<f32, PacketError> {
        let value = f32::from_be_bytes(self.take()?);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(PacketError::NotFinite(field))
        }
    }
}
