//! How a face moves.

use clap::Args;
use metaface_core::Options;
use metaface_core::clip::{ChannelGains, FrameRate, Smoothing};

use super::{factor, smoothing};

/// How a face moves.
#[derive(Debug, Args)]
pub struct MotionArguments {
    /// Frames per second: 30, 23.976 or 24000/1001.
    #[arg(long, value_name = "RATE", default_value = "30")]
    pub fps: FrameRate,
    #[command(flatten)]
    pub hand: HandArguments,
}

/// What is done to a face whatever its frame rate.
#[derive(Debug, Args)]
pub struct HandArguments {
    /// Brow, head and eye movement follow from it; the same seed gives the same take.
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    pub seed: u64,
    /// Factor on all motion, 0 to 2.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    pub strength: f32,
    /// Factor on the movement of brows, head and gaze, 0 to 2. 0 turns off all that lives besides
    /// the mouth: brows, eyes and head rest, without blinks.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor)]
    pub liveliness: f32,
    /// Gains and offsets per channel, such as 'JawOpen=1.2,HeadPitch+=0.05,MouthSmile*=0.5', or
    /// per group: mouth (with jaw, lips, cheeks and nose), brows, eyes (with blinks), head.
    #[arg(long, value_name = "TERMS", default_value = "")]
    pub gain: ChannelGains,
    /// Extra smoothing, 0 to 1; lips still close.
    #[arg(long, value_name = "AMOUNT", default_value = "0", value_parser = smoothing)]
    pub smooth: Smoothing,
    /// Keep the head still.
    #[arg(long)]
    pub no_head: bool,
    /// Keep the eyes still: no blinks, no gaze.
    #[arg(long)]
    pub no_eyes: bool,
}

impl MotionArguments {
    /// The same for the animator.
    pub fn options(&self) -> Options {
        self.hand.options(self.fps)
    }
}

impl HandArguments {
    /// The same for the animator, at a frame rate.
    pub fn options(&self, rate: FrameRate) -> Options {
        let defaults = Options::default();
        Options {
            rate,
            seed: self.seed,
            strength: self.strength,
            gains: self.gain.clone(),
            liveliness: self.liveliness,
            smoothing: self.smooth.cutoff().map(|_| self.smooth),
            head: defaults.head.filter(|_| !self.no_head),
            eyes: defaults.eyes.filter(|_| !self.no_eyes),
        }
    }
}
