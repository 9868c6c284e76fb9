//! Data types of facial animation: [`Channel`]s, exact [`FrameRate`]s, [`Clip`]s and [`Phone`]s.
//!
//! This crate contains no file format and no neural network, so that every crate that reads or
//! writes animation builds in seconds.
//!
//! ```
//! use metaface_clip::{Channel, Clip, FrameRate};
//!
//! let mut clip = Clip::neutral("line", FrameRate::new(30, 1)?, 3);
//! clip.frames[1][Channel::JawOpen] = 0.5;
//! assert_eq!(clip.duration(), 0.1);
//! # Ok::<(), metaface_clip::ClipError>(())
//! ```

mod additive;
mod channel;
mod clip;
mod edit;
mod gains;
mod groups;
mod interpolate;
pub mod lips;
mod peaks;
mod phone;
mod rate;
mod resample;
mod smooth;
mod start;
mod timecode;

pub use channel::{Channel, UnknownChannel};
pub use clip::{Clip, ClipError, Frame};
pub use gains::ChannelGains;
pub use groups::ChannelGroup;
pub use phone::{Phone, PhoneSpan, UnknownSymbol, phones_of_ipa};
pub use rate::FrameRate;
pub use smooth::Smoothing;
pub use timecode::Timecode;
