//! Channels sampled at a frame rate.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use crate::{Channel, FrameRate};

/// An invalid clip, or an invalid argument of an operation on it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClipError {
    /// A frame rate that is not between 1 and 1000 frames per second.
    #[error(
        "'{0}' is not a frame rate; give 1 to 1000 frames per second, such as 30, 23.976 or 24000/1001"
    )]
    FrameRate(String),
    /// A value that is not a finite number.
    #[error("{channel} is {value} at frame {frame}; every value must be a finite number")]
    NotFinite {
        /// The frame, from 0.
        frame: usize,
        /// The channel.
        channel: Channel,
        /// The value: infinite or not a number.
        value: f32,
    },
    /// The time code of the first frame is not a finite number.
    #[error("the clip's first frame is at time code {0}; it must be a finite number of frames")]
    StartFrame(f64),
    /// A time range that contains no frame of the clip.
    #[error("there is no frame between {start} s and {end} s; the clip lasts {duration:.3} s")]
    EmptyRange {
        /// The requested start, in seconds.
        start: f64,
        /// The requested end, in seconds.
        end: f64,
        /// The clip's length in seconds.
        duration: f64,
    },
    /// A gain or offset that cannot be parsed.
    #[error(
        "cannot read the gain '{term}': {reason}; write JawOpen=1.2, MouthSmile*=0.8 or HeadPitch+=0.05"
    )]
    Gain {
        /// The term as written.
        term: String,
        /// Why it is invalid.
        reason: String,
    },
    /// A smoothing amount or cutoff outside its range.
    #[error("{0} is not a valid smoothing; give an amount from 0 to 1, or a cutoff above 0.05 Hz")]
    Smoothing(f64),
    /// A time code that cannot be parsed, or that does not exist at its rate.
    #[error("'{code}' is not a time code: {reason}")]
    Timecode {
        /// The time code as written.
        code: String,
        /// Why it is invalid.
        reason: String,
    },
}

/// The values of all channels at one moment, indexed by [`Channel`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame(pub [f32; Channel::COUNT]);

impl Frame {
    /// Every channel at zero: the neutral face, looking straight ahead.
    pub const NEUTRAL: Self = Self([0.0; Channel::COUNT]);
}

impl Index<Channel> for Frame {
    type Output = f32;

    fn index(&self, channel: Channel) -> &f32 {
        &self.0[channel.index()]
    }
}

impl IndexMut<Channel> for Frame {
    fn index_mut(&mut self, channel: Channel) -> &mut f32 {
        &mut self.0[channel.index()]
    }
}

/// Facial animation: all channels, sampled at an exact rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    /// A short name, such as the sound's file name without its extension.
    pub name: String,
    /// Frames per second.
    pub rate: FrameRate,
    /// The time code of the first frame, counted in frames at `rate`; may be fractional.
    pub start_frame: f64,
    /// The samples; frame `i` is at `rate.seconds(i)` after the start of the sound.
    pub frames: Vec<Frame>,
    /// How the clip was made (sound, seed, gains and so on); exported files contain it.
    pub metadata: BTreeMap<String, String>,
}

impl Clip {
    /// A clip of `frame_count` neutral frames, starting at time code zero.
    pub fn neutral(name: impl Into<String>, rate: FrameRate, frame_count: usize) -> Self {
        Self {
            name: name.into(),
            rate,
            start_frame: 0.0,
            frames: vec![Frame::NEUTRAL; frame_count],
            metadata: BTreeMap::new(),
        }
    }

    /// The length in seconds; every frame counts with its full duration.
    pub fn duration(&self) -> f64 {
        self.rate.seconds(self.frames.len() as f64)
    }

    /// One channel's values over time.
    pub fn curve(&self, channel: Channel) -> impl ExactSizeIterator<Item = f32> + '_ {
        self.frames.iter().map(move |frame| frame[channel])
    }
}
