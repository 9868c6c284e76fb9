//! Live Link Face packets for UDP, one frame of a face each, as the Live Link Face app sends them.
//!
//! All numbers are big-endian; D and S are the lengths of the two names.
//!
//! | bytes | type | meaning |
//! |---|---|---|
//! | 1 | u8 | version of the packet: 6 |
//! | 4 | i32 | D |
//! | D | text | the device's id: a UUID of 36 characters, as the app sends it |
//! | 4 | i32 | S |
//! | S | text | the subject: the name of the face in the engine |
//! | 4 | i32 | frames since midnight at the rate below |
//! | 4 | f32 | the subframe, 0 to 1 |
//! | 4 | i32 | numerator of the frame rate |
//! | 4 | i32 | its denominator |
//! | 1 | u8 | the number of values: 61 |
//! | 244 | 61 x f32 | 52 blendshapes, then yaw, pitch and roll of head, left and right eye, in radians, in the order of [`Channel::ALL`](metaface_clip::Channel::ALL) |
//!
//! That is 270 + D + S bytes. The layout was derived from recordings of the app (see
//! `tests/live_link.rs`) and agrees with the open-source receivers PyLiveLinkFace and LLV. Yaw is
//! positive to the character's right and pitch positive downwards, as in the app's CSV files;
//! [`Packet::encode`] and [`Packet::decode`] convert the signs from and to those of a
//! [`Frame`](metaface_clip::Frame).

mod name;
mod packet;
mod signs;
mod time;

pub use name::{Name, NameError};
pub use packet::{Packet, PacketError, VERSION};
pub(crate) use signs::live_link_sign;
pub use time::FrameTime;

/// The default port of receivers.
pub const PORT: u16 = 11111;

#[cfg(test)]
mod tests;
