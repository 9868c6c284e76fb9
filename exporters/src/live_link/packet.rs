//! One face as bytes, and back: [`Packet`].

use metaface_clip::{Channel, Frame, FrameRate};

use super::{FrameTime, Name, NameError, live_link_sign};

/// The version of the packets that are written and read. It came with Unreal Engine 4.25 and has
/// not changed since.
pub const VERSION: u8 = 6;

/// A face at a moment, as it travels.
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
    /// Who sends: an id that stays the same.
    pub device: Name,
    /// Whose face it is: the name that the engine shows.
    pub subject: Name,
    /// When.
    pub time: FrameTime,
    /// What the time counts.
    pub rate: FrameRate,
    /// The face.
    pub face: Frame,
}

/// Why bytes are no packet of a face.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PacketError {
    /// Another version, or something else altogether.
    #[error("not a Live Link Face packet of version {VERSION}: it begins with {0}")]
    Version(u8),
    /// It ends too early.
    #[error("a Live Link Face packet that ends after {0} bytes, too early; it was cut on its way")]
    Short(usize),
    /// Bytes after its end.
    #[error("a Live Link Face packet with {0} bytes after its end")]
    Long(usize),
    /// A name whose length cannot be, or that is not UTF-8.
    #[error("a Live Link Face packet whose {0} is no text")]
    Text(&'static str),
    /// A name that is none.
    #[error("a Live Link Face packet with an unusable {0}: {1}")]
    Name(&'static str, NameError),
    /// A frame rate that is none.
    #[error("a Live Link Face packet with {0}/{1} frames per second")]
    Rate(i32, i32),
    /// Another number of values.
    #[error("a Live Link Face packet with {0} values; a face has 61")]
    Count(u8),
    /// A value that is not a finite number.
    #[error("a Live Link Face packet whose {0} is not a number")]
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
        // Up to 1000 frames per second in lowest terms: `FromStr` and `new` give no more digits
        // than these hold, or else the nearest rate is told.
        let (numerator, denominator) = fitting(self.rate);
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
    /// [`PacketError`], for whatever is not exactly one face.
    pub fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        let mut rest = Rest {
            bytes,
            all: bytes.len(),
        };
        let [version] = rest.take()?;
        if version != VERSION {
            return Err(PacketError::Version(version));
        }
        let device = rest.name("device id")?;
        let subject = rest.name("subject")?;
        let time = FrameTime {
            frame: i32::from_be_bytes(rest.take()?),
            subframe: rest.number("subframe")?,
        };
        let [numerator, denominator] = [rest.take()?, rest.take()?].map(i32::from_be_bytes);
        let rate = match (u32::try_from(numerator), u32::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) => FrameRate::new(numerator, denominator).ok(),
            _ => None,
        };
        let rate = rate.ok_or(PacketError::Rate(numerator, denominator))?;
        let [count] = rest.take()?;
        if usize::from(count) != Channel::COUNT {
            return Err(PacketError::Count(count));
        }
        let mut face = Frame::NEUTRAL;
        for channel in Channel::ALL {
            face[channel] = live_link_sign(channel, rest.number(channel.name())?);
        }
        match rest.bytes {
            [] => Ok(Self {
                device,
                subject,
                time,
                rate,
                face,
            }),
            more => Err(PacketError::Long(more.len())),
        }
    }
}

/// A rate's two numbers as a packet holds them. Only a rate written with a numerator of over two
/// thousand million is rounded: to the nearest millionth of a frame per second.
fn fitting(rate: FrameRate) -> (i32, i32) {
    const MILLION: i32 = 1_000_000;
    match (
        i32::try_from(rate.numerator()),
        i32::try_from(rate.denominator()),
    ) {
        (Ok(numerator), Ok(denominator)) => (numerator, denominator),
        _ => ((rate.as_f64() * f64::from(MILLION)).round() as i32, MILLION),
    }
}

/// What has not been read yet.
struct Rest<'a> {
    bytes: &'a [u8],
    all: usize,
}

impl<'a> Rest<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], PacketError> {
        let (taken, rest) = (self.bytes.split_first_chunk()).ok_or(PacketError::Short(self.all))?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn name(&mut self, what: &'static str) -> Result<Name, PacketError> {
        let length = i32::from_be_bytes(self.take()?);
        let length = usize::try_from(length).map_err(|_| PacketError::Text(what))?;
        let (text, rest) =
            (self.bytes.split_at_checked(length)).ok_or(PacketError::Short(self.all))?;
        self.bytes = rest;
        let text = std::str::from_utf8(text).map_err(|_| PacketError::Text(what))?;
        let name = text.parse();
        name.map_err(|error| PacketError::Name(what, error))
    }

    fn number(&mut self, what: &'static str) -> Result<f32, PacketError> {
        let value = f32::from_be_bytes(self.take()?);
        match value.is_finite() {
            true => Ok(value),
            false => Err(PacketError::NotFinite(what)),
        }
    }
}
